"""Operations that lock several things take them in one order, whatever runs beside them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from core.complaints.models import Complaint
from core.transactions import waking
from tenants import wakeup
from tenants.models import Wakeup
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.core.complaints.test_operations import complain
from tests.core.followups.test_operations import answer, make_follow_up, start
from tests.core.making import NOW


def test_the_dealer_is_woken_for_what_was_done(in_north: DealerRef) -> None:
    with waking(now=NOW):
        pass

    assert Wakeup.objects.get().next_due_at == NOW


def test_nothing_is_woken_for_what_failed(in_north: DealerRef) -> None:
    with pytest.raises(RuntimeError), waking(now=NOW):
        raise RuntimeError

    assert Wakeup.objects.get().next_due_at is None


@pytest.mark.django_db(transaction=True)
def test_surveys_complaints_and_the_loop_never_wait_for_each_other_for_ever(north: DealerRef) -> None:
    with dealer_scope(north):
        surveys = [start(make_follow_up(occurrence=f"ro:{number}")) for number in range(4)]
    with public_scope():
        Wakeup.objects.update(next_due_at=NOW + timedelta(hours=1))

    def danger(number: int) -> Callable[[], object]:
        return lambda: answer(surveys[number], "quality", "VERY_DISSATISFIED", "刹车失灵")

    calls: list[Callable[[], object]] = [danger(number) for number in range(4)]
    calls += [complain] * 4
    calls += [lambda: wakeup.reschedule(next_due_at=NOW + timedelta(hours=1))] * 4
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        try:
            with dealer_scope(north):
                barrier.wait(timeout=30)
                call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        list(pool.map(run, calls))

    with dealer_scope(north):
        assert sorted(Complaint.objects.values_list("number", flat=True)) == list(range(1, 9))
