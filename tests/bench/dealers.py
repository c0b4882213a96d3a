"""Dealers for the bench, opened and closed around a run."""

import itertools
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime

from django.db import connection

from tenants import provisioning
from tenants.models import Dealer
from tenants.scope import DealerRef, operator_scope

OPENED_AT = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 14, tzinfo=UTC)
_numbers = itertools.count(1)
_kept = ExitStack()


def fresh_name() -> str:
    """Return a dealer's name that no run has used."""
    return f"bench{datetime.now(tz=UTC):%H%M%S%f}{next(_numbers)}"


def as_operator() -> AbstractContextManager[None]:
    """Return a scope with the login role's rights on the public schema."""
    return operator_scope()


@contextmanager
def opened(*, country: str = "CN") -> Iterator[DealerRef]:
    """Open a dealer for the block and delete it with everything it holds."""
    name = fresh_name()
    dealer = provisioning.open_dealer(name=name, shown_name=name, country=country, now=OPENED_AT)
    try:
        yield dealer.ref
    finally:
        close(name)


def kept_open() -> DealerRef:
    """Open a dealer that stays until `close_kept`: for subjects that only read, or undo what they write."""
    return _kept.enter_context(opened())


def close_kept() -> None:
    """Delete the dealers that were kept; the servers must still stand."""
    _kept.close()


def execute(statement: str) -> None:
    """Run a statement as the operator."""
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(statement)


def close(name: str) -> None:
    """Delete a dealer, if it is there."""
    with operator_scope():
        if not Dealer.objects.filter(name=name).exists():
            return
    provisioning.suspend_dealer(name=name, now=OPENED_AT)
    provisioning.close_dealer(name=name)
