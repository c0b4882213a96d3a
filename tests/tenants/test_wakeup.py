"""The wake-up table: who is due, handed out once, and no wake-up lost between two transactions."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from tenants import provisioning, wakeup
from tenants.models import Wakeup
from tenants.scope import DealerMissing, DealerRef, dealer_scope, public_scope
from tenants.wakeup import LEASE, due_dealers, reschedule, wake

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECONDS = 10  # to wait for a thread; far more than it needs


def next_due_at(dealer: DealerRef) -> datetime | None:
    with public_scope():
        return Wakeup.objects.get(dealer_id=dealer.id).next_due_at


def wake_at(dealer: DealerRef, at: datetime) -> None:
    with dealer_scope(dealer), transaction.atomic():
        wake(at=at)


def test_an_idle_dealer_is_never_due(north: DealerRef) -> None:
    assert next_due_at(north) is None
    assert due_dealers(now=NOW, limit=10) == []


def test_the_earliest_wish_wins(north: DealerRef, south: DealerRef) -> None:
    for at in (NOW + HOUR, NOW, NOW + 2 * HOUR):
        wake_at(north, at)

    assert next_due_at(north) == NOW
    assert next_due_at(south) is None


def test_due_dealers_come_oldest_first_and_once(north: DealerRef, south: DealerRef) -> None:
    wake_at(north, NOW - HOUR)
    wake_at(south, NOW - 2 * HOUR)

    assert [dealer.name for dealer in due_dealers(now=NOW, limit=10)] == ["south", "north"]
    assert due_dealers(now=NOW, limit=10) == []
    assert next_due_at(north) == NOW + LEASE


def test_a_dead_workers_dealer_comes_back(north: DealerRef) -> None:
    wake_at(north, NOW)
    due_dealers(now=NOW, limit=1)

    assert [dealer.name for dealer in due_dealers(now=NOW + LEASE, limit=1)] == ["north"]


def test_no_more_are_handed_out_than_asked_for(north: DealerRef, south: DealerRef) -> None:
    wake_at(north, NOW)
    wake_at(south, NOW - HOUR)

    assert [dealer.name for dealer in due_dealers(now=NOW, limit=1)] == ["south"]
    assert [dealer.name for dealer in due_dealers(now=NOW, limit=1)] == ["north"]


def test_a_suspended_dealer_sleeps_until_it_is_resumed(north: DealerRef) -> None:
    wake_at(north, NOW)
    provisioning.suspend_dealer(name="north", now=NOW)
    assert due_dealers(now=NOW, limit=1) == []

    provisioning.resume_dealer(name="north", now=NOW)
    assert [dealer.name for dealer in due_dealers(now=NOW, limit=1)] == ["north"]


def test_a_wake_up_during_the_work_stands(north: DealerRef) -> None:
    wake_at(north, NOW)
    due_dealers(now=NOW, limit=1)
    wake_at(north, NOW + timedelta(seconds=5))

    assert next_due_at(north) == NOW + timedelta(seconds=5)


def test_rescheduling_to_nothing_sleeps(in_north: DealerRef) -> None:
    reschedule(next_due_at=NOW)
    assert next_due_at(in_north) == NOW
    reschedule(next_due_at=lambda: None)
    assert next_due_at(in_north) is None


def test_only_a_dealer_wakes(two_dealers: None, db: None) -> None:
    with public_scope(), pytest.raises(DealerMissing):
        wake(at=NOW)


@pytest.mark.django_db(transaction=True)
class TestTogether:
    def test_a_wake_up_outside_a_transaction_is_refused(self, in_north: DealerRef) -> None:
        with pytest.raises(transaction.TransactionManagementError):
            wake(at=NOW)

    def test_a_wake_up_is_undone_with_its_operation(self, in_north: DealerRef) -> None:
        with transaction.atomic():
            wake(at=NOW)
            transaction.set_rollback(True)
        assert next_due_at(in_north) is None

    def test_rescheduling_waits_for_operations_in_flight(self, north: DealerRef) -> None:
        """The lost wake-up: an operation has written work that the computing loop can't see yet."""
        has_woken, may_commit = threading.Event(), threading.Event()
        saw: list[datetime | None] = []

        def operate() -> None:
            with dealer_scope(north), transaction.atomic():
                wake(at=NOW)
                has_woken.set()
                may_commit.wait(SECONDS)

        def compute() -> datetime | None:
            saw.append(next_due_at(north))
            return NOW + HOUR if saw[0] is None else saw[0]

        def work() -> None:
            with dealer_scope(north):
                reschedule(next_due_at=compute)

        operation = started(operate)
        assert has_woken.wait(SECONDS)
        loop = started(work)
        loop.join(0.3)
        assert loop.is_alive()  # it computes nothing while the operation may still commit
        may_commit.set()
        for thread in (operation, loop):
            thread.join(SECONDS)

        assert saw == [NOW]
        assert next_due_at(north) == NOW

    def test_operations_do_not_wait_for_each_other(self, north: DealerRef) -> None:
        wake_at(north, NOW)
        has_woken, may_commit = threading.Event(), threading.Event()

        def operate() -> None:
            with dealer_scope(north), transaction.atomic():
                wake(at=NOW + HOUR)
                has_woken.set()
                may_commit.wait(SECONDS)

        operation = started(operate)
        assert has_woken.wait(SECONDS)
        other = started(lambda: wake_at(north, NOW + HOUR))
        other.join(SECONDS)
        was_free = not other.is_alive()
        may_commit.set()
        operation.join(SECONDS)

        assert was_free

    def test_two_ticks_share_the_due_dealers(self, north: DealerRef, south: DealerRef) -> None:
        for dealer in (north, south):
            wake_at(dealer, NOW)
        both_hold = threading.Barrier(2, timeout=SECONDS)
        got: list[list[str]] = []

        def tick() -> None:
            with transaction.atomic():
                got.append([dealer.name for dealer in due_dealers(now=NOW, limit=1)])
                both_hold.wait()

        for thread in [started(tick), started(tick)]:
            thread.join(SECONDS)

        assert sorted(got) == [["north"], ["south"]]


def started(work: Callable[[], None]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_the_tick_reads_an_index(north: DealerRef) -> None:
    """The condition of the partial index must follow from the query's."""
    with public_scope(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        values: dict[str, datetime | int] = {"now": NOW, "until": NOW, "limit": 1}
        cursor.execute(f"EXPLAIN {wakeup.CLAIM}", values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "wakeup_next_due" in plan


def test_within_a_block_that_woke_the_dealer_another_call_costs_nothing(north: DealerRef) -> None:
    with dealer_scope(north), transaction.atomic(), wakeup.awake(at=NOW), CaptureQueriesContext(connection) as captured:
        wake(at=NOW + HOUR)

    assert len(captured) == 0
    assert next_due_at(north) == NOW


def test_an_earlier_wish_within_the_block_is_kept(north: DealerRef) -> None:
    with dealer_scope(north), transaction.atomic(), wakeup.awake(at=NOW + HOUR):
        wake(at=NOW)

    assert next_due_at(north) == NOW


def test_after_the_block_and_for_another_dealer_it_is_asked_again(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(north), transaction.atomic(), wakeup.awake(at=NOW):
        with dealer_scope(south):
            assert not wakeup.is_awake(at=NOW)
            wake(at=NOW)
        assert wakeup.is_awake(at=NOW)
    with dealer_scope(north):
        assert not wakeup.is_awake(at=NOW)

    assert next_due_at(south) == NOW
