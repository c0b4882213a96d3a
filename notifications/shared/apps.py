"""The app of senders that several dealers of a brand write from; its tables live in the public schema."""

from django.apps import AppConfig


class SharedConfig(AppConfig):
    name = "notifications.shared"
    label = "shared"
    default_auto_field = "django.db.models.BigAutoField"
