"""What idle dealers cost: the looks that a scheduler takes in a minute."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection

from notifications import loop
from notifications.due.models import Due
from tenants.scope import DealerRef, dealer_scope
from tests.bench import dealers
from tests.bench.frame import Contender, Subject, Work

LOOKS = 60  # one a second
_idle: list[DealerRef] = []


def _idle_dealers(count: int) -> list[DealerRef]:
    """Return that many dealers with nothing to do; they stay open until the bench ends."""
    while len(_idle) < count:
        _idle.append(dealers.kept_open())
    return _idle[:count]


@contextmanager
def _ours(size: int) -> Iterator[Work]:
    _idle_dealers(size)

    def work() -> int:
        for second in range(LOOKS):
            loop.tick(now=dealers.NOW + timedelta(seconds=second), hand_out=lambda _dealer: None)
        return LOOKS

    yield work


@contextmanager
def _fan_out(size: int) -> Iterator[Work]:
    """A beat that asks every dealer."""
    idle = _idle_dealers(size)

    def work() -> int:
        for second in range(LOOKS):
            for dealer in idle:
                with dealer_scope(dealer):
                    Due.objects.filter(
                        state__in=["PLANNED", "HELD"], due_at__lte=dealers.NOW + timedelta(seconds=second)
                    ).exists()
        return LOOKS

    yield work


@contextmanager
def _a_statement(size: int) -> Iterator[Work]:
    def work() -> int:
        for _ in range(LOOKS):
            with dealers.as_operator(), connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        return LOOKS

    yield work


SUBJECT = Subject(
    key="idle",
    title="looks at idle dealers",
    unit="looks",
    aim="flat in dealers",
    sizes=(5, 20, 80),
    ours=Contender("tick", _ours),
    peer=Contender("a beat that asks every dealer", _fan_out),
    limit=Contender("SELECT 1", _a_statement),
)
