"""The log: what is recorded, that it can't be changed, and how it is read."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from core.events import kinds, operations, queries
from core.events.models import Event
from core.events.operations import Fact
from tenants.scope import DealerRef, dealer_scope
from tests.core.making import NOW


def record(number: int, *, customer_id: int = 7) -> Event:
    """Record one fact, `number` minutes after the start."""
    return operations.record(
        kinds.APPOINTMENT_BOOKED,
        subject_kind="appointment",
        subject_id=number,
        at=NOW + timedelta(minutes=number),
        customer_id=customer_id,
        vehicle_id=3,
        data={"sequence": 0},
    )


def test_a_fact_is_kept_with_who_and_when(in_north: DealerRef) -> None:
    event = Event.objects.get(id=record(1).pk)

    assert (event.kind, event.subject_id, event.customer_id, event.vehicle_id) == ("appointment.booked", 1, 7, 3)
    assert event.actor == "system"
    assert event.data == {"sequence": 0}
    assert event.recorded_at > event.at


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_log_refuses_to_be_changed(in_north: DealerRef, change: str) -> None:
    event = record(1)
    rows = Event.objects.filter(id=event.pk)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(kind="other") if change == "update" else rows.delete()

    assert Event.objects.get(id=event.pk).kind == kinds.APPOINTMENT_BOOKED


def test_the_timeline_is_paged_newest_first_and_nothing_is_shown_twice(
    in_north: DealerRef, django_assert_num_queries: object
) -> None:
    for number in (1, 2, 2, 3, 4):
        record(number)
    record(9, customer_id=8)

    first = queries.timeline(queries.of_customer(7), after=None, limit=2)
    second = queries.timeline(queries.of_customer(7), after=first.after, limit=2)
    third = queries.timeline(queries.of_customer(7), after=second.after, limit=2)

    shown = [event.subject_id for page in (first, second, third) for event in page.events]
    assert shown == [4, 3, 2, 2, 1]
    assert third.after is None


def test_an_event_that_arrives_between_two_pages_moves_nothing(in_north: DealerRef) -> None:
    for number in (1, 2, 3):
        record(number)
    first = queries.timeline(queries.of_vehicle(3), after=None, limit=2)
    record(4)

    second = queries.timeline(queries.of_vehicle(3), after=first.after, limit=2)

    assert [event.subject_id for event in second.events] == [1]


def test_many_facts_take_one_statement(in_north: DealerRef, django_assert_num_queries: object) -> None:
    facts = [Fact(kinds.TASK_OPENED, "task", number, NOW) for number in range(500)]

    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture
        assert operations.record_many(facts) == 500


def test_north_and_south_keep_their_own_logs(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(north):
        record(1)
    with dealer_scope(south):
        assert not Event.objects.exists()
        assert queries.timeline(queries.of_customer(7), after=None, limit=5).events == ()
