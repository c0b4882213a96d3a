"""The release of due work: what becomes of it, with the decision kept."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.calendar.models import DealerSettings
from core.customers.models import ContactPoint, Customer, Household
from core.tasks.models import Task
from notifications.due.models import Due
from notifications.due.operations import Released, release
from notifications.due.starting import BUSY_FOR
from notifications.outbox.models import Message
from notifications.planning.kinds import shipped
from notifications.policy.models import Decision, Suppression
from notifications.runs.requests import Fate
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.due.saying import Teller, make_account
from tests.notifications.files import at, make_booking, make_car, make_consent, make_owner, make_visit

NOON = at("2026-11-18", "12:00")  # a Wednesday


def make_due(
    owner: Customer,
    *,
    rule: str = "MAINTENANCE",
    due_at: datetime = NOON,
    expires_at: datetime | None = None,
    occurrence: str = "2026-05-18:1",
    **data: object,
) -> Due:
    car = make_car(owner)
    rank = {"SURVEY": 40, "MAINTENANCE": 50, "CAMPAIGN": 60, "APPOINTMENT": 20}
    return Due.objects.create(
        rule=rule,
        subject_kind="vehicle",
        subject_id=car.pk,
        occurrence=occurrence,
        customer=owner,
        vehicle=car,
        priority=rank[shipped().kinds[rule].topic],
        planned_at=due_at,
        due_at=due_at,
        expires_at=expires_at or due_at + timedelta(days=5),
        created_at=min(due_at, NOON) - timedelta(hours=1),
        data={"due_date": "2026-11-28", **data},
    )


def released(now: datetime = NOON, *, teller: Teller | None = None, limit: int = 200) -> Released:
    return release(now=now, start=teller or Teller(), limit=limit)


def states() -> list[tuple[str, str]]:
    return list(Due.objects.order_by("id").values_list("state", "reason"))


def test_due_work_becomes_a_message(in_north: DealerRef) -> None:
    account, anna, teller = make_account(), make_owner(), Teller()
    due = make_due(anna)

    released(teller=teller)

    (start,) = teller.asked
    assert (start.flow, start.customer_id, start.account_id) == ("maintenance_reminder", anna.pk, account.pk)
    assert start.values["due_date"] == "2026-11-28"
    assert states() == [("DONE", "best_channel")]
    decision = Decision.objects.get()
    assert (decision.due_id, decision.action, decision.rule) == (due.pk, "SEND", "best_channel")
    assert decision.message_id == Message.objects.get().pk


def test_who_lives_where_no_texts_go_is_written_to_over_the_next_channel_at_once(in_north: DealerRef) -> None:
    sms, mail = make_account("twilio"), make_account("smtp")
    anna, teller = make_owner(phone="+34600000001"), Teller()
    ContactPoint.objects.create(
        customer=anna, kind="EMAIL", value="anna@owner.example", created_at=NOON, updated_at=NOON
    )
    make_due(anna)

    released(teller=teller)

    assert [start.account_id for start in teller.asked] == [mail.pk]
    decision = Decision.objects.get()
    assert (decision.rule, decision.facts["left_out"]) == ("best_channel", {"twilio": "COUNTRY_CLOSED"})
    DealerSettings.objects.update(texting_countries=["CN", "ES"])
    make_due(make_owner(phone="+34600000003"))
    released(teller=teller)
    assert teller.asked[-1].account_id == sms.pk


def test_a_country_that_one_dealer_opened_is_closed_at_the_other(north: DealerRef, south: DealerRef) -> None:
    for dealer, countries in ((north, ["CN", "ES"]), (south, ["GB"])):
        with dealer_scope(dealer):
            DealerSettings.objects.update(texting_countries=countries)
            make_account("twilio")
            make_due(make_owner(phone="+34600000001"))
            released(NOON + timedelta(hours=6))  # by day in Madrid as well

    with dealer_scope(north):
        assert states() == [("DONE", "best_channel")]
    with dealer_scope(south):
        assert states() == [("DONE", "phone_task")]


def test_a_decision_holds_no_personal_data(in_north: DealerRef) -> None:
    make_account()
    make_due(make_owner("Anna", phone="+8613900000001"))

    released()

    facts = str(Decision.objects.get().facts)
    assert "Anna" not in facts
    assert "13900000001" not in facts


def test_in_quiet_hours_it_is_held_until_the_morning(in_north: DealerRef) -> None:
    make_account()
    make_due(make_owner(), due_at=at("2026-11-17", "22:00"))

    released(at("2026-11-17", "22:00"))

    assert states() == [("HELD", "quiet_hours")]
    assert Due.objects.get().due_at == at("2026-11-18", "09:00")
    released(at("2026-11-18", "08:59"))
    assert Message.objects.count() == 0
    released(at("2026-11-18", "09:00"))
    assert Message.objects.count() == 1


def test_what_changed_while_it_was_held_counts(in_north: DealerRef) -> None:
    make_account()
    anna = make_owner()
    due = make_due(anna, due_at=at("2026-11-17", "22:00"))
    released(at("2026-11-17", "22:00"))
    assert due.vehicle is not None
    make_booking(anna, due.vehicle, starts_at=at("2026-11-25"), booked_at=at("2026-11-18", "08:00"))

    released(at("2026-11-18", "09:00"))

    assert states() == [("DROPPED", "already_booked")]


def test_a_new_order_ends_the_reminder(in_north: DealerRef) -> None:
    make_account()
    anna = make_owner()
    due = make_due(anna)
    assert due.vehicle is not None
    make_visit(due.vehicle, anna, "2026-11-19")

    released(at("2026-11-19"))

    assert states() == [("DROPPED", "already_serviced")]


def test_an_order_that_planning_did_not_know_ends_the_reminder(in_north: DealerRef) -> None:
    make_account()
    anna = make_owner()
    due = make_due(anna, last_seen="2026-11-10")
    assert due.vehicle is not None
    make_visit(due.vehicle, anna, "2026-11-10")
    make_visit(due.vehicle, anna, "2026-11-16")  # imported two days late

    released()

    assert states() == [("DROPPED", "already_serviced")]


def test_what_expired_is_not_sent(in_north: DealerRef) -> None:
    make_account()
    make_due(make_owner(), expires_at=NOON)

    released()

    assert states() == [("EXPIRED", "expired")]


def test_no_address_makes_a_call(in_north: DealerRef) -> None:
    make_account()
    due = make_due(make_owner(phone=None))

    released()

    task = Task.objects.get()
    assert (task.kind, task.key, task.state) == ("CALL", f"call:due:{due.pk}", "OPEN")
    assert states() == [("DONE", "phone_task")]


def test_a_planned_call_is_a_call(in_north: DealerRef) -> None:
    make_account()
    make_due(make_owner(), is_call=True)

    released()

    assert Task.objects.count() == 1
    assert Message.objects.count() == 0


def test_an_opt_out_between_plan_and_release_is_kept(in_north: DealerRef) -> None:
    make_account()
    anna = make_owner()
    make_due(anna)
    Suppression.objects.create(customer=anna, reason="opt_out", source="REPLY", at=NOON - timedelta(minutes=1))

    released()

    assert states() == [("DROPPED", "suppressed")]


def test_the_dealers_rest_day_is_kept_for_reminders(in_north: DealerRef) -> None:
    make_account()
    sunday = at("2026-11-22")
    make_due(make_owner(), due_at=sunday)

    released(sunday)

    assert Due.objects.get().due_at == at("2026-11-23", "09:00")


def test_an_owner_hears_once_of_several_cars(in_north: DealerRef) -> None:
    make_account()
    anna, teller = make_owner(), Teller()
    for _ in range(3):
        make_due(anna)

    released(teller=teller)

    assert [len(request.vehicle_ids) for request in teller.asked] == [3]
    assert states() == [("DONE", "best_channel"), ("DONE", "merged"), ("DONE", "merged")]


def test_a_car_due_within_the_week_goes_along(in_north: DealerRef) -> None:
    make_account()
    anna = make_owner()
    make_due(anna)
    make_due(anna, due_at=NOON + timedelta(days=3))
    make_due(anna, due_at=NOON + timedelta(days=30))

    released()

    assert [state for state, _ in states()] == ["DONE", "DONE", "PLANNED"]


def test_a_car_is_named_once_though_two_touches_wait(in_north: DealerRef) -> None:
    make_account()
    first = make_due(make_owner())
    second = make_due(make_owner("Boris"), occurrence="2026-05-18:2", expires_at=NOON + timedelta(days=9))
    Due.objects.filter(pk=second.pk).update(vehicle=first.vehicle, customer=first.customer)

    released(teller=(teller := Teller()))

    (request,) = teller.asked
    assert request.vehicle_ids == (first.vehicle_id,)
    assert request.expires_at == NOON + timedelta(days=9)


def test_what_expired_is_not_carried_by_what_did_not(in_north: DealerRef) -> None:
    make_account()
    anna = make_owner()
    stale, fresh = make_due(anna, expires_at=NOON), make_due(anna)

    released(teller=(teller := Teller()))

    assert [request.vehicle_ids for request in teller.asked] == [(fresh.vehicle_id,)]
    stale.refresh_from_db()
    assert (stale.state, stale.reason) == ("EXPIRED", "expired")


def test_a_household_hears_once(in_north: DealerRef) -> None:
    make_account()
    home = Household.objects.create(name="home", created_at=NOON)
    anna, boris = make_owner("Anna"), make_owner("Boris", phone="+8613900000002")
    Customer.objects.update(household=home)
    for owner in (anna, boris):
        make_due(owner)

    released()

    assert Message.objects.count() == 1


def test_two_kinds_for_one_owner_go_by_rank_and_on_two_days(in_north: DealerRef) -> None:
    make_account()
    anna = make_owner()
    make_due(anna, rule="LAPSED")
    make_due(anna, rule="MAINTENANCE")

    released()

    assert sorted(Due.objects.values_list("rule", "state", "reason")) == [
        ("LAPSED", "HELD", "frequency_cap"),
        ("MAINTENANCE", "DONE", "best_channel"),
    ]
    assert Due.objects.get(rule="LAPSED").due_at == at("2026-11-19", "09:00")


def test_the_cap_counts_what_was_sent_before(in_north: DealerRef) -> None:
    make_account()
    anna = make_owner()
    for day, rule in ((12, "MAINTENANCE"), (13, "LAPSED"), (14, "AFTER_SALES"), (15, "MAINTENANCE")):
        make_due(anna, rule=rule, due_at=at(f"2026-10-{day}"), occurrence=f"x:{day}", expires_at=at("2026-12-01"))
        released(at(f"2026-10-{day}"))

    assert Message.objects.count() == 3
    assert Due.objects.get(state="HELD").due_at == at("2026-10-26", "09:00")


def test_a_running_dialogue_makes_it_wait(in_north: DealerRef) -> None:
    make_account()
    make_due(make_owner())

    released(teller=Teller(Fate.WAITS))

    assert states() == [("HELD", "dialogue_running")]
    assert Due.objects.get().due_at == NOON + BUSY_FOR


def test_a_moved_visit_is_not_announced_at_its_old_time(in_north: DealerRef) -> None:
    make_account()
    anna = make_owner()
    car = make_car(anna)
    visit = make_booking(anna, car, starts_at=at("2026-11-19", "15:00"), booked_at=at("2026-11-17"))
    due = make_due(anna, rule="APPOINTMENT_DAY_BEFORE", occurrence="202611190600")
    Due.objects.filter(pk=due.pk).update(subject_kind="appointment", subject_id=visit.pk, vehicle=car)

    released(teller=(teller := Teller()))

    assert states() == [("DROPPED", "over")]
    assert teller.asked == []


def test_a_visit_at_its_time_is_announced(in_north: DealerRef) -> None:
    make_account()
    anna = make_owner(consents=None)
    car = make_car(anna)
    visit = make_booking(anna, car, starts_at=at("2026-11-19", "15:00"), booked_at=at("2026-11-17"))
    due = make_due(anna, rule="APPOINTMENT_DAY_BEFORE", occurrence="202611190700")
    Due.objects.filter(pk=due.pk).update(subject_kind="appointment", subject_id=visit.pk, vehicle=car)

    released(teller=(teller := Teller()))

    assert [(start.flow, start.entry, start.case_kind, start.case_id) for start in teller.asked] == [
        ("appointment", "day_before", "appointment", visit.pk)
    ]


def test_a_batch_is_bounded_and_the_urgent_go_first(in_north: DealerRef) -> None:
    make_account()
    for number in range(4):
        make_due(make_owner(f"Anna {number}", phone=f"+861390000001{number}"))
    urgent = make_due(make_owner("Boris", phone="+8613900000002"), rule="AFTER_SALES")

    assert released(limit=2).taken == 2

    urgent.refresh_from_db()
    assert urgent.state == "DONE"
    assert Message.objects.count() == 2


def test_the_number_of_statements_does_not_grow_with_the_batch(in_north: DealerRef) -> None:
    make_account()
    counts = []
    for size in (2, 20):
        for number in range(size):
            make_due(make_owner(f"Anna {size} {number}", phone=f"+86139{size:04}{number:04}"))
        with CaptureQueriesContext(connection) as queries:
            released()
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_consent_to_the_other_purpose_is_not_enough(in_north: DealerRef) -> None:
    make_account()
    anna = make_owner(consents=None)
    make_consent(anna, is_granted=True, given_at=NOON - timedelta(days=9), purpose="SURVEY")
    make_due(anna)

    released()

    assert states() == [("DROPPED", "no_consent")]


def test_a_dealer_releases_its_own_only(north: DealerRef, south: DealerRef) -> None:
    for dealer in (north, south):
        with dealer_scope(dealer):
            make_account()
            make_due(make_owner())

    with dealer_scope(north):
        assert released().taken == 1
    with dealer_scope(south):
        assert states() == [("PLANNED", "")]


@pytest.mark.parametrize("rule", sorted(shipped().kinds))
def test_every_kind_can_be_released(in_north: DealerRef, rule: str) -> None:
    make_account()
    make_due(make_owner(), rule=rule)

    assert released().taken == 1
