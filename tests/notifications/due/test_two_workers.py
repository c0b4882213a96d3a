"""Two workers on one dealer's due work, in real transactions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from notifications.due.models import Due
from notifications.due.operations import release
from notifications.outbox.models import Message
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.due.saying import Teller, make_account
from tests.notifications.due.test_release import NOON, make_due
from tests.notifications.files import make_owner

OWNERS = 20


@pytest.fixture
def rules_of_each_owner(transactional_db: None, north: DealerRef) -> DealerRef:
    """Every owner has a reminder and an offer due: the cap lets one of them through."""
    with dealer_scope(north):
        make_account()
        for number in range(OWNERS):
            owner = make_owner(f"Anna {number}", phone=f"+8613900000{number:03}")
            for rule in ("MAINTENANCE", "LAPSED"):
                make_due(owner, rule=rule)
    return north


def together(dealer: DealerRef, work: Callable[[], object], *, times: int) -> None:
    barrier = Barrier(times)

    def run(_: int) -> None:
        with dealer_scope(dealer):
            barrier.wait()
            try:
                work()
            finally:
                connection.close()

    with ThreadPoolExecutor(times) as pool:
        list(pool.map(run, range(times)))


def test_the_cap_holds_across_two_workers(rules_of_each_owner: DealerRef) -> None:
    def turns() -> None:
        for _ in range(OWNERS):
            release(now=NOON, start=Teller(), limit=3)

    together(rules_of_each_owner, turns, times=2)

    with dealer_scope(rules_of_each_owner):
        assert Message.objects.count() == OWNERS
        assert Message.objects.values("customer").distinct().count() == OWNERS
        assert Due.objects.filter(state="HELD", reason="frequency_cap").count() == OWNERS


def test_what_one_worker_holds_the_other_leaves(rules_of_each_owner: DealerRef) -> None:
    told: list[int] = []

    def slowly() -> None:
        told.append(release(now=NOON, start=Teller(), limit=500).taken)

    together(rules_of_each_owner, slowly, times=2)

    assert sum(told) == OWNERS * 2
