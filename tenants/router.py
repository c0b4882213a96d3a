"""Which tables belong to which schemas, and instances kept inside the scope they came from."""

from typing import Any

from django.conf import settings
from django.db.models import Model

from tenants import scope
from tenants.querysets import ScopeMismatch


def public_apps() -> frozenset[str]:
    """Return the labels of the apps whose tables stand in the public schema."""
    return frozenset(settings.PUBLIC_APPS)


def dealer_apps() -> frozenset[str]:
    """Return the labels of the apps whose tables stand in each dealer's schema."""
    return frozenset(settings.DEALER_APPS)


def apps_in(schema: str) -> frozenset[str]:
    """Return the labels of the apps whose tables stand in this schema."""
    return public_apps() if schema == scope.PUBLIC_SCHEMA else dealer_apps()


class ScopeRouter:
    """Sends migrations to the schemas they are for, and refuses instances of another scope."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        _refuse_a_foreign_instance(hints.get("instance"))
        return None

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        _refuse_a_foreign_instance(hints.get("instance"))
        return None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        here = scope.scope_or_none()
        return app_label in apps_in(here.schema if here else scope.PUBLIC_SCHEMA)


def _refuse_a_foreign_instance(instance: Model | None) -> None:
    came_from = getattr(getattr(instance, "_state", None), "scope_key", None)
    if came_from is None:
        return
    here = scope.current_scope().key
    if came_from != here:
        raise ScopeMismatch(f"an object of {came_from} was used in {here}")
