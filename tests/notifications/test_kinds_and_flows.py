"""Every reminder kind, from its plan to the words that leave, through the real flows."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from core.appointments.models import Appointment
from core.followups.models import FollowUp, Survey
from notifications import loop
from notifications.due.models import Due
from notifications.flows import shelf
from notifications.flows.models import FlowRun
from notifications.outbox.models import Message
from notifications.planning.kinds import ReminderKind, shipped
from notifications.planning.operations import as_of_now, plan
from tenants.scope import DealerRef
from tests.notifications.due.saying import make_account
from tests.notifications.files import at, make_booking, make_car, make_owner, make_visit

NOON = at("2026-11-18", "12:00")
KINDS = shipped().kinds


def visit_closed() -> None:
    anna = make_owner()
    make_visit(make_car(anna), anna, "2026-11-17")


def maintenance_near() -> None:
    anna = make_owner()
    make_visit(make_car(anna), anna, "2026-05-25", km=5_000)


def stayed_away() -> None:
    anna = make_owner()
    make_visit(make_car(anna), anna, "2026-02-25")


def _booked(starts_at: datetime, *, state: str = "BOOKED") -> Appointment:
    anna = make_owner(consents=None)
    return make_booking(anna, make_car(anna), starts_at=starts_at, booked_at=at("2026-11-16"), state=state)


def booked_for_next_week() -> None:
    _booked(at("2026-11-25", "14:00"))


def booked_for_tomorrow() -> None:
    _booked(at("2026-11-19", "10:00"))


def booked_for_soon() -> None:
    _booked(NOON + timedelta(hours=2))


def missed_this_morning() -> None:
    visit = _booked(NOON - timedelta(hours=2), state="NO_SHOW")
    visit.closed_at = NOON - timedelta(hours=1)
    visit.save()


OCCASIONS: dict[str, Callable[[], None]] = {
    "AFTER_SALES": visit_closed,
    "MAINTENANCE": maintenance_near,
    "LAPSED": stayed_away,
    "APPOINTMENT_CONFIRMATION": booked_for_next_week,
    "APPOINTMENT_DAY_BEFORE": booked_for_tomorrow,
    "APPOINTMENT_TWO_HOURS": booked_for_soon,
    "APPOINTMENT_NO_SHOW": missed_this_morning,
}


def planned_and_worked(rule: str) -> None:
    make_account()
    OCCASIONS[rule]()
    plan(as_of_now(NOON), kinds=[KINDS[rule]])
    loop.work_dealer(now=NOON)


@pytest.mark.parametrize("rule", sorted(KINDS))
def test_a_planned_reminder_is_said_by_its_flow(in_north: DealerRef, rule: str) -> None:
    planned_and_worked(rule)

    due = Due.objects.get(rule=rule)
    assert (due.state, due.reason) == ("DONE", "best_channel")
    message = Message.objects.get(due=due)
    assert message.state == "SENT"
    assert "{" not in message.text
    assert FlowRun.objects.get(messages=message).flow_version.key == KINDS[rule].flow


@pytest.mark.parametrize("rule", sorted(KINDS))
def test_it_is_said_in_the_other_dealers_language(in_south: DealerRef, rule: str) -> None:
    make_account()
    OCCASIONS[rule]()
    morning = NOON + timedelta(hours=6) if rule != "APPOINTMENT_TWO_HOURS" else NOON
    plan(as_of_now(NOON), kinds=[KINDS[rule]])
    loop.work_dealer(now=morning)

    assert {message.language for message in Message.objects.all()} <= {"es"}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.rule)
def test_every_kind_begins_at_an_entry_of_a_shipped_flow(kind: ReminderKind) -> None:
    assert kind.entry in shelf.shipped(kind.flow).entries


def test_an_after_sales_message_carries_its_survey(in_north: DealerRef) -> None:
    planned_and_worked("AFTER_SALES")

    follow_up = FollowUp.objects.get()
    assert follow_up.state == "CARRIED_OUT"
    assert Survey.objects.get().follow_up_id == follow_up.pk
