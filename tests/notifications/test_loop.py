"""The loop: whose work is due, one bounded turn each, and nothing for those who have none."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import loop
from notifications.due.models import Due
from notifications.outbox.models import Message
from notifications.runs.requests import Begun, RunRequest
from tenants import provisioning, wakeup
from tenants.models import Wakeup
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.notifications.due.saying import Teller, make_account
from tests.notifications.due.test_release import NOON, make_due
from tests.notifications.files import at, make_car, make_owner, make_visit

A_MINUTE = timedelta(minutes=1)
EVENING = at("2026-11-18", "18:00")  # 11:00 at south


def turn(now: datetime = NOON, teller: Any = None) -> loop.Turn:
    done = loop.work_dealer(now=now, start=teller or Teller())
    assert done is not None
    return done


def next_due_at(dealer: DealerRef) -> datetime | None:
    with public_scope():
        return Wakeup.objects.get(dealer_id=dealer.id).next_due_at


def test_the_first_turn_plans_the_day_and_sets_the_clock(in_north: DealerRef) -> None:
    anna = make_owner()
    make_visit(make_car(anna), anna, "2026-11-17")

    turn()

    assert Due.objects.filter(rule="AFTER_SALES").count() == 1
    assert Due.objects.get(rule="DAILY_PLAN").due_at == at("2026-11-19", "08:00")


def test_a_day_is_planned_once(in_north: DealerRef) -> None:
    assert turn().done["plan"].count == 1
    assert turn(NOON + A_MINUTE).done["plan"].count == 0
    assert turn(at("2026-11-19", "07:59")).done["plan"].count == 0
    assert turn(at("2026-11-19", "08:00")).done["plan"].count == 1
    assert turn(at("2026-11-19", "08:01")).done["plan"].count == 0


def test_the_lapsed_are_listed_by_the_months_first_plan(in_north: DealerRef) -> None:
    turn(at("2026-11-02"))
    anna = make_owner()
    make_visit(make_car(anna), anna, "2026-01-10")

    turn(at("2026-11-03"))
    assert Due.objects.filter(rule="LAPSED").count() == 0
    turn(at("2026-12-01"))
    assert Due.objects.filter(rule="LAPSED").count() == 1


def test_a_dealer_without_work_sleeps_until_its_next_plan(in_north: DealerRef) -> None:
    turn()

    assert next_due_at(in_north) == at("2026-11-19", "08:00")


def test_held_work_sets_the_clock(in_north: DealerRef) -> None:
    make_account()
    make_due(make_owner(), due_at=at("2026-11-18", "22:00"))

    turn(at("2026-11-18", "22:00"))

    assert next_due_at(in_north) == at("2026-11-19", "08:00")
    turn(at("2026-11-19", "08:00"))
    assert next_due_at(in_north) == at("2026-11-19", "09:00")


def test_a_full_outbox_holds_release_back(in_north: DealerRef, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "MOST_QUEUED", 1)
    account = make_account()
    account.throttled_until = NOON + A_MINUTE
    account.save()
    for number in range(2):
        make_due(make_owner(f"Anna {number}", phone=f"+861390000000{number}"), due_at=NOON + number * A_MINUTE)

    turn(NOON)
    again = turn(NOON + A_MINUTE / 2)

    assert again.done["release"] == loop.Done(0, has_more=True)
    assert Message.objects.count() == 1


def test_a_broken_step_does_not_keep_back_the_others(in_north: DealerRef, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*, now: datetime) -> int:
        raise RuntimeError("no sweep")

    monkeypatch.setattr("core.sweeps.run", broken)
    make_account()
    make_due(make_owner())

    with pytest.raises(loop.TurnFailed, match="sweep"):
        turn()

    assert Due.objects.get(rule="MAINTENANCE").state == "DONE"
    assert next_due_at(in_north) == NOON + loop.AFTER_FAILURE


def test_a_row_that_cannot_be_acted_on_is_set_aside(in_north: DealerRef) -> None:
    make_account()
    poison = make_due(make_owner("Anna", phone="+8613900000001"))
    for number in range(3):
        make_due(make_owner(f"Boris {number}", phone=f"+861390000010{number}"))
    teller = Teller()

    def choosy(requests: Sequence[RunRequest], *, now: datetime) -> list[Begun]:
        if any(request.due_id == poison.pk for request in requests):
            raise LookupError("no such flow")
        return teller(requests, now=now)

    turn(teller=choosy)

    poison.refresh_from_db()
    assert (poison.state, poison.reason, poison.due_at) == ("HELD", "failed", NOON + timedelta(hours=1))
    assert Due.objects.filter(rule="MAINTENANCE", state="DONE").count() == 3


def test_the_tick_hands_out_due_dealers_only(north: DealerRef, south: DealerRef) -> None:
    for dealer, due_at in ((north, NOON), (south, NOON + A_MINUTE)):
        with dealer_scope(dealer):
            wakeup.reschedule(next_due_at=due_at)
    handed: list[str] = []

    loop.tick(now=NOON, hand_out=lambda dealer: handed.append(dealer.name))

    assert handed == ["north"]


def test_idle_dealers_cost_no_query(north: DealerRef, south: DealerRef) -> None:
    counts = []
    for opened in (0, 3):
        for number in range(opened):
            provisioning.open_dealer(name=f"idle{number}", shown_name="Idle", country="CN", now=NOON)
        with public_scope():
            Wakeup.objects.update(next_due_at=None)
            with CaptureQueriesContext(connection) as queries:
                loop.tick(now=NOON, hand_out=lambda _: None)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_large_dealer_does_not_delay_a_small_one(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(north):
        make_account()
        for number in range(300):
            make_due(make_owner(f"Anna {number}", phone=f"+86139{number:08}"))
        wakeup.reschedule(next_due_at=EVENING - A_MINUTE)
    with dealer_scope(south):
        make_account()
        make_due(make_owner("Boris"), rule="APPOINTMENT_NO_SHOW")
        Due.objects.update(subject_kind="vehicle")
        wakeup.reschedule(next_due_at=EVENING)
    handed: list[DealerRef] = []

    loop.tick(now=EVENING, hand_out=handed.append)
    for dealer in handed:
        with dealer_scope(dealer):
            turn(EVENING)

    with dealer_scope(north):
        assert 0 < Due.objects.filter(rule="MAINTENANCE", state="PLANNED").count() < 300
    assert next_due_at(north) == EVENING + loop.AGAIN
    with dealer_scope(south):
        assert Due.objects.get(rule="APPOINTMENT_NO_SHOW").state == "DONE"
