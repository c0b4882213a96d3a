"""Whose data the running code may see: a context variable, read by the database backend.

A scope follows the code through awaits, `sync_to_async` and Celery tasks. A new
thread starts without one, and without one no statement reaches the database.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar

PUBLIC_SCHEMA = "public"
LOGIN_ROLE = "none"  # PostgreSQL's own word for "the role that logged in".


class ScopeMissing(RuntimeError):
    """A statement was about to run although nobody said for whom."""


class DealerMissing(ScopeMissing):
    """Something that only makes sense for one dealer ran outside a dealer's scope."""


@dataclass(frozen=True)
class DealerRef:
    """What code needs to know of a dealer, without a query and without a model."""

    id: int
    name: str
    schema: str
    timezone: str
    language: str
    country: str
    manufacturer_id: int | None
    region_id: int | None = None
    shown_name: str = ""


class HasRef(Protocol):
    @property
    def ref(self) -> DealerRef: ...


@dataclass(frozen=True)
class Scope:
    """One answer to "whose data": a dealer, the public schema, or an operator's work on one schema."""

    schema: str
    dealer: DealerRef | None = None
    is_operator: bool = False

    @property
    def key(self) -> str:
        """This scope as a word, the same in every process: the schema's name."""
        return self.schema


P = ParamSpec("P")
R = TypeVar("R")

_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)

PUBLIC = Scope(schema=PUBLIC_SCHEMA)


def current_scope() -> Scope:
    """Return the scope that holds here.

    Raises: ScopeMissing outside every scope.
    """
    scope = _scope.get()
    if scope is None:
        raise ScopeMissing("no scope: enter dealer_scope() or public_scope() first")
    return scope


def scope_or_none() -> Scope | None:
    """Return the scope that holds here, or None outside every scope."""
    return _scope.get()


def current_dealer() -> DealerRef:
    """Return the dealer whose scope holds here.

    Raises: DealerMissing outside a dealer's scope.
    """
    scope = _scope.get()
    if scope is None or scope.dealer is None:
        raise DealerMissing("not inside a dealer's scope")
    return scope.dealer


@contextmanager
def entered(scope: Scope) -> Iterator[Scope]:
    """Hold a scope that was taken elsewhere, e.g. where a callback was registered."""
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


def kept(function: Callable[P, R]) -> Callable[P, R]:
    """Return `function` so that it will run in the scope that holds now, wherever it is called."""
    scope = _scope.get()

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        token = _scope.set(scope)
        try:
            return function(*args, **kwargs)
        finally:
            _scope.reset(token)

    return run


@contextmanager
def dealer_scope(dealer: DealerRef | HasRef | str) -> Iterator[DealerRef]:
    """Run the block with one dealer's role and schema; a string is the dealer's name.

    Raises: DealerUnknown if there is no dealer of that name.
    """
    ref = _ref_of(dealer)
    with entered(Scope(schema=ref.schema, dealer=ref)):
        yield ref


@contextmanager
def public_scope() -> Iterator[None]:
    """Run the block on what dealers share, as the login role."""
    with entered(PUBLIC):
        yield


@contextmanager
def operator_scope(schema: str = PUBLIC_SCHEMA) -> Iterator[None]:
    """Run management code (migrating, opening a dealer) on one schema as the login role."""
    with entered(Scope(schema=schema, is_operator=True)):
        yield


def on_commit(callback: Callable[[], object]) -> None:
    """Run `callback` after the commit, in the scope that holds now.

    Raises: ScopeMissing outside every scope.
    """
    # The models' and backend's modules import this one: Django's transaction module
    # would load the backend while it is being loaded.
    from django.db import transaction  # noqa: PLC0415

    current_scope()
    transaction.on_commit(callback)  # the backend keeps the scope of registration


def _ref_of(dealer: DealerRef | HasRef | str) -> DealerRef:
    if isinstance(dealer, DealerRef):
        return dealer
    if isinstance(dealer, str):
        # The directory reads models, whose backend imports this module.
        from tenants import directory  # noqa: PLC0415

        return directory.dealer_named(dealer)
    return dealer.ref
