"""Django's makemigrations; its look at the public schema's history is an operator's."""

from typing import Any

from django.core.management.commands import makemigrations

from tenants.scope import operator_scope


class Command(makemigrations.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with operator_scope():
            super().handle(*args, **options)
