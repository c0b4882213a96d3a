"""People who sign in and programs that hold a key: tables in the public and in every dealer's schema."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "tenants.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
