"""The app of what is said, to whom and when; its tables live in each dealer's schema."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Imported for its system checks only; they register themselves.
        # Models are not there yet while this module loads.
        from channels_app import lines  # noqa: PLC0415
        from notifications import checks  # noqa: F401, PLC0415
        from notifications.lines import consumers  # noqa: PLC0415

        lines.take_over(consumers.take)
