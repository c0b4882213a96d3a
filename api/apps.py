"""The app that translates HTTP and websockets into domain calls; of its own it stores one table."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the OpenAPI schema must be told, and who hears of people coming in."""
        import api.schema  # noqa: PLC0415  # registers by being imported, once the apps are there
        import api.sign_in.arrivals  # noqa: F401, PLC0415  # as above
