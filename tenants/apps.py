"""The Django app of the public schema: who the dealers are, and what they share."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    label = "tenants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Imported for its system checks only; they register themselves.
        from tenants import checks  # noqa: F401, PLC0415
