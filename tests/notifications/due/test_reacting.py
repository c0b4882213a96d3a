"""What new facts do to work already planned."""

from datetime import datetime, timedelta

import pytest

from core.appointments.models import Appointment
from core.events import kinds
from core.events.operations import record
from notifications.due.models import Due
from notifications.due.reacting import has_news, react
from notifications.outbox.models import Message
from notifications.policy import suppressing
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.due.saying import make_account
from tests.notifications.due.test_release import NOON, make_due, released, states
from tests.notifications.files import at, make_booking, make_car, make_owner, make_visit

LATER = NOON + timedelta(hours=1)


def book(due: Due, *, now: datetime = LATER) -> Appointment:
    assert due.customer is not None
    assert due.vehicle is not None
    visit = make_booking(due.customer, due.vehicle, starts_at=at("2026-11-25", "14:00"), booked_at=now)
    _say(kinds.APPOINTMENT_BOOKED, "appointment", visit.pk, due, now=now)
    return visit


def _say(kind: str, subject_kind: str, subject_id: int, due: Due, *, now: datetime = LATER) -> None:
    record(
        kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        at=now,
        customer_id=due.customer_id,
        vehicle_id=due.vehicle_id,
    )


def test_a_booking_stops_the_reminder_and_plans_the_notices(in_north: DealerRef) -> None:
    due = make_due(make_owner(), due_at=at("2026-11-19"))
    book(due, now=NOON)

    react(now=NOON + timedelta(minutes=1))

    due.refresh_from_db()
    assert (due.state, due.reason) == ("CANCELLED", "already_booked")
    notices = Due.objects.filter(subject_kind="appointment").order_by("due_at").values_list("rule", flat=True)
    assert list(notices) == ["APPOINTMENT_CONFIRMATION", "APPOINTMENT_DAY_BEFORE", "APPOINTMENT_TWO_HOURS"]


def test_a_booking_cancels_the_message_that_has_not_left(in_north: DealerRef) -> None:
    make_account()
    due = make_due(make_owner())
    released()
    assert Message.objects.get().state == "QUEUED"

    book(due)
    react(now=LATER)

    assert Message.objects.get().state == "CANCELLED"
    assert states()[0] == ("DONE", "best_channel")


def test_a_new_order_stops_the_reminder(in_north: DealerRef) -> None:
    due = make_due(make_owner(), due_at=at("2026-11-25"))
    Due.objects.update(created_at=at("2026-11-18"))
    assert due.vehicle is not None
    assert due.customer is not None
    order = make_visit(due.vehicle, due.customer, "2026-11-19")
    _say(kinds.REPAIR_ORDER_OPENED, "repair_order", order.pk, due, now=order.opened_at)

    react(now=at("2026-11-19"))

    assert states()[0] == ("CANCELLED", "already_serviced")


def test_an_old_order_that_was_imported_late_stops_nothing(in_north: DealerRef) -> None:
    due = make_due(make_owner())
    assert due.vehicle is not None
    assert due.customer is not None
    order = make_visit(due.vehicle, due.customer, "2026-03-01")
    _say(kinds.REPAIR_ORDER_OPENED, "repair_order", order.pk, due, now=order.opened_at)

    react(now=LATER)

    assert states()[0] == ("PLANNED", "")


def test_a_moved_visit_is_announced_at_its_new_time_only(in_north: DealerRef) -> None:
    due = make_due(make_owner(), due_at=at("2026-11-19"))
    visit = book(due, now=NOON)
    react(now=NOON)
    visit.starts_at, visit.ends_at = at("2026-11-26", "14:00"), at("2026-11-26", "15:00")
    visit.save()
    _say(kinds.APPOINTMENT_MOVED, "appointment", visit.pk, due)

    react(now=LATER)

    waiting = Due.objects.filter(rule="APPOINTMENT_DAY_BEFORE", state="PLANNED").values_list("due_at", flat=True)
    assert list(waiting) == [at("2026-11-25", "10:00")]


def test_an_opt_out_stops_what_was_planned(in_north: DealerRef) -> None:
    anna = make_owner()
    make_due(anna, due_at=at("2026-11-25"))
    suppressing.opt_out(address="+8613900000001", customer_id=anna.pk, purpose="", wording="stop", now=LATER)

    react(now=LATER)

    assert states()[0] == ("CANCELLED", "no_consent")


def test_an_opt_out_from_another_purpose_stops_nothing(in_north: DealerRef) -> None:
    anna = make_owner()
    make_due(anna, due_at=at("2026-11-25"))
    suppressing.opt_out(address="+8613900000001", customer_id=anna.pk, purpose="SURVEY", wording="no", now=LATER)

    react(now=LATER)

    assert states()[0] == ("PLANNED", "")


def test_a_closed_complaint_frees_what_waited_for_it(in_north: DealerRef) -> None:
    due = make_due(make_owner())
    Due.objects.update(state="HELD", reason="complaint_open", due_at=at("2026-11-19"))
    _say(kinds.COMPLAINT_CLOSED, "complaint", 1, due)

    react(now=LATER)

    assert Due.objects.get(pk=due.pk).due_at == LATER


def test_reacting_twice_changes_nothing(in_north: DealerRef) -> None:
    due = make_due(make_owner(), due_at=at("2026-11-19"))
    book(due, now=NOON)

    first, second = react(now=NOON), react(now=NOON)

    assert (first.cancelled, second.cancelled) == (1, 0)
    assert second.planned == ()


def test_news_are_told_once(in_north: DealerRef) -> None:
    due = make_due(make_owner(), due_at=at("2026-11-19"))
    book(due, now=NOON)
    assert has_news()

    react(now=NOON)

    assert not has_news()


@pytest.mark.parametrize("kind", [kinds.MESSAGE_SENT, kinds.TASK_OPENED])
def test_what_nobody_reacts_to_is_no_news(in_north: DealerRef, kind: str) -> None:
    react(now=NOON)
    record(kind, subject_kind="message", subject_id=1, at=NOON)

    assert not has_news()


def test_a_dealers_news_stop_its_own_work_only(north: DealerRef, south: DealerRef) -> None:
    for dealer in (north, south):
        with dealer_scope(dealer):
            make_due(make_owner(), due_at=at("2026-11-19"))
    with dealer_scope(south):
        book(Due.objects.get(), now=NOON)
        react(now=NOON)
    with dealer_scope(north):
        react(now=NOON)
        assert states()[0] == ("PLANNED", "")


def test_a_visit_of_another_car_stops_nothing(in_north: DealerRef) -> None:
    anna = make_owner()
    due = make_due(anna, due_at=at("2026-11-19"))
    visit = make_booking(anna, make_car(anna), starts_at=at("2026-11-25", "14:00"), booked_at=NOON)
    record(
        kinds.APPOINTMENT_BOOKED,
        subject_kind="appointment",
        subject_id=visit.pk,
        at=NOON,
        customer_id=anna.pk,
        vehicle_id=visit.vehicle_id,
    )

    react(now=NOON)

    due.refresh_from_db()
    assert due.state == "PLANNED"
