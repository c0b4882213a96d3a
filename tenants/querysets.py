"""Managers whose queries remember the scope they were built in, and refuse another.

A queryset is lazy: built for one dealer and consumed under another, it would read
the second dealer's rows and nothing would look wrong. Every evaluation, reading or
writing, asks the queryset for its database first; that is the one place to refuse.
"""

from collections.abc import Iterator
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models.query import ModelIterable

from tenants import scope

M = TypeVar("M", bound=models.Model)


class ScopeMismatch(RuntimeError):
    """Something that belongs to one scope was used in another."""


class _StampedIterable(ModelIterable):  # type: ignore[type-arg]  # no generic when running
    """Rows that carry the scope they came from, so that the router can refuse them elsewhere."""

    def __iter__(self) -> Iterator[Any]:
        here = scope.current_scope().key
        for instance in super().__iter__():
            instance._state.scope_key = here
            yield instance


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset of tables that exist in every schema, the public one too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        built_in = scope.scope_or_none()
        self._scope_key = built_in.key if built_in else None
        self._iterable_class = _StampedIterable

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]  # the stubs leave _clone out
        clone._scope_key = self._scope_key or clone._scope_key
        return clone

    @property
    def db(self) -> str:
        self._refuse_another_scope()
        return super().db

    def _fetch_all(self) -> None:
        # Rows fetched for one dealer and kept are refused elsewhere as well.
        self._refuse_another_scope()
        super()._fetch_all()

    def _refuse_another_scope(self) -> None:
        here = scope.current_scope().key
        # Built outside every scope (a class attribute): it belongs to the first that asks.
        self._scope_key = self._scope_key or here
        if self._scope_key != here:
            raise ScopeMismatch(f"a query built in {self._scope_key} was consumed in {here}")


class DealerQuerySet(ScopedQuerySet[M]):
    """A queryset of tables that exist in dealers' schemas only."""

    def _refuse_another_scope(self) -> None:
        if not scope.current_scope().is_operator:
            scope.current_dealer()
        super()._refuse_another_scope()


class ScopedManager(models.Manager[M]):
    """The `objects` of models that stand in every schema."""

    def get_queryset(self) -> ScopedQuerySet[M]:
        return ScopedQuerySet(self.model, using=self._db)


class DealerManager(models.Manager[M]):
    """The `objects` of every model in a dealer's schema."""

    def get_queryset(self) -> DealerQuerySet[M]:
        return DealerQuerySet(self.model, using=self._db)
