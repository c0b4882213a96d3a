"""Django's showmigrations; of the public schema."""

from typing import Any

from django.core.management.commands import showmigrations

from tenants.scope import operator_scope


class Command(showmigrations.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with operator_scope():
            super().handle(*args, **options)
