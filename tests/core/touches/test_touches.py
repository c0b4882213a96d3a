"""What was said with an owner is noted once, corrected by appending, and never changed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import Error, transaction

from core.customers import merging
from core.customers.models import Customer
from core.events.models import Event
from core.tasks.models import Task
from core.touches import operations
from core.touches.models import Touch
from tenants.scope import DealerRef, dealer_scope
from tests.core.kpis import facts

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("in_north")


@pytest.fixture
def anna(in_north: DealerRef) -> Customer:
    return facts.make_customer("Anna", day=NOW.date())


def note(anna: Customer, **more: object) -> Touch:
    values = {"customer_id": anna.pk, "kind": "CALL", "direction": "IN", "subject": "brakes", "at": NOW} | more
    return operations.note_touch(operations.NewTouch(**values), actor="user:1", now=NOW)  # type: ignore[arg-type]  # the table above


def test_an_entry_stands_in_the_log_without_the_owners_words(anna: Customer) -> None:
    touch = note(anna, said="They squeak.", at=NOW - timedelta(hours=2))

    event = Event.objects.get()
    assert (event.kind, event.subject_id, event.at) == ("touch.noted", touch.pk, NOW - timedelta(hours=2))
    assert "squeak" not in str(event.data)


def test_a_note_is_a_kind_of_its_own(anna: Customer) -> None:
    note(anna, kind="NOTE", direction="")

    assert Event.objects.get().kind == "note.written"


def test_a_dated_next_step_becomes_a_task_and_a_promise_goes_before_others(anna: Customer) -> None:
    soon = NOW + timedelta(days=1)

    note(anna, promise="We call back.", next_step="Call", next_at=soon)
    note(anna, next_step="Send the price list")

    task = Task.objects.get()
    assert (task.customer_id, task.due_at, task.promised_at, task.reason) == (anna.pk, soon, soon, "next_step")


def test_a_correction_is_appended_once_and_takes_the_old_task_along(anna: Customer) -> None:
    wrong = note(anna, next_at=NOW + timedelta(days=1))
    right = operations.NewTouch(customer_id=anna.pk, kind="CALL", subject="tyres", at=NOW)

    corrected = operations.correct_touch(wrong.pk, new=right, actor="user:2", now=NOW)

    assert [(row.subject, row.corrects_id) for row in Touch.objects.order_by("id")] == [
        ("brakes", None),
        ("tyres", wrong.pk),
    ]
    assert Task.objects.get().state == Task.State.CANCELLED
    with pytest.raises(operations.TouchCorrected):
        operations.correct_touch(wrong.pk, new=right, actor="user:2", now=NOW)
    operations.correct_touch(corrected.pk, new=right, actor="user:2", now=NOW)


def test_the_database_refuses_to_change_an_entry(anna: Customer) -> None:
    touch = note(anna)

    for change in (Touch.objects.filter(pk=touch.pk).delete, lambda: Touch.objects.update(said="")):
        with pytest.raises(Error), transaction.atomic():
            change()


def test_what_has_not_happened_yet_is_not_noted(anna: Customer) -> None:
    with pytest.raises(operations.TouchAhead):
        note(anna, at=NOW + timedelta(minutes=1))


def test_an_entry_of_a_merged_file_stands_in_the_kept_one(anna: Customer) -> None:
    other = facts.make_customer("Anna A", day=NOW.date())
    merging.merge_customers(kept_id=anna.pk, other_id=other.pk, by=merging.By("user:1"), now=NOW)

    assert note(other).customer_id == anna.pk


def test_south_notes_nothing_about_norths_people(anna: Customer, south: DealerRef) -> None:
    with dealer_scope(south), pytest.raises(Customer.DoesNotExist):
        note(anna)
