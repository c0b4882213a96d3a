"""The app of what is said, to whom and when; its tables live in each dealer's schema."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Imported for its system checks only; they register themselves.
        from notifications import checks  # noqa: F401, PLC0415
