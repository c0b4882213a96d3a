"""Planning with the database: who is planned, who is not and why, and that a day can be replayed."""

from datetime import UTC, datetime, timedelta

import pytest

from core.complaints.models import Complaint
from core.customers.models import ContactPoint, Customer
from core.followups.models import FollowUp
from core.vehicles.models import Ownership
from notifications.due.models import Due
from notifications.planning import kinds
from notifications.planning.operations import AsOfInFuture, KindPlan, as_of_day, candidates, plan
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.files import at, make_booking, make_car, make_consent, make_owner, make_visit

TODAY = "2026-11-20"
NOW = datetime(2026, 11, 27, tzinfo=UTC)
TABLE = kinds.shipped().kinds


def planned(rule: str, day: str = TODAY, *, is_dry_run: bool = False) -> KindPlan:
    as_of = as_of_day(at(day).date(), now=NOW, is_dry_run=is_dry_run)
    (done,) = plan(as_of, kinds=[TABLE[rule]], is_dry_run=is_dry_run)
    return done


def told(done: KindPlan) -> dict[str, int]:
    counts = {"planned": done.planned, "already_planned": done.already_planned, "merged": done.merged}
    return {name: count for name, count in {**counts, **done.excluded}.items() if count}


def test_an_owner_whose_order_was_closed_is_asked(in_north: DealerRef) -> None:
    anna = make_owner()
    order = make_visit(make_car(anna), anna, "2026-11-18")

    assert told(planned("AFTER_SALES")) == {"planned": 1}

    due = Due.objects.get()
    assert (due.customer_id, due.subject_id, due.vehicle_id) == (anna.pk, order.pk, order.vehicle_id)
    assert due.expires_at == at("2026-11-26", "00:00")
    follow_up = FollowUp.objects.get(pk=due.data["follow_up_id"])
    assert (follow_up.state, follow_up.due_at) == ("DUE", at("2026-11-22", "00:00"))


@pytest.mark.parametrize(
    ("opened", "closed", "counts"),
    [
        pytest.param("2026-11-10", "2026-11-20", {"planned": 1}, id="closed-today"),
        pytest.param("2026-11-10", "2026-11-17", {"planned": 1}, id="closed-three-days-ago"),
        pytest.param("2026-11-10", "2026-11-16", {}, id="closed-four-days-ago"),
        pytest.param("2026-11-10", "2026-11-21", {}, id="closed-after-the-day-that-is-planned"),
        pytest.param("2026-11-19", None, {}, id="still-in-the-workshop"),
    ],
)
def test_the_window_of_the_after_sales_question(
    in_north: DealerRef, opened: str, closed: str | None, counts: dict[str, int]
) -> None:
    anna = make_owner()
    make_visit(make_car(anna), anna, opened, closed=closed)

    assert told(planned("AFTER_SALES")) == counts


def test_two_cars_of_one_owner_make_one_question(in_north: DealerRef) -> None:
    anna = make_owner()
    for day in ("2026-11-18", "2026-11-19"):
        make_visit(make_car(anna), anna, day)

    assert told(planned("AFTER_SALES")) == {"planned": 1, "merged": 1}
    assert Due.objects.get().subject_kind == "repair_order"
    assert sorted(FollowUp.objects.values_list("state", "excluded_reason")) == [("DUE", ""), ("EXCLUDED", "merged")]


def test_a_second_visit_while_the_first_question_is_open_is_not_asked_about(in_north: DealerRef) -> None:
    anna = make_owner()
    car = make_car(anna)
    make_visit(car, anna, "2026-11-17")
    make_visit(car, anna, "2026-11-19")

    assert told(planned("AFTER_SALES", "2026-11-18")) == {"planned": 1}
    assert told(planned("AFTER_SALES", "2026-11-20")) == {"already_planned": 1, "merged": 1}


def test_a_day_planned_twice_is_planned_once(in_north: DealerRef) -> None:
    anna = make_owner()
    make_visit(make_car(anna), anna, "2026-11-18")

    assert told(planned("AFTER_SALES")) == {"planned": 1}
    assert told(planned("AFTER_SALES")) == {"already_planned": 1}
    assert Due.objects.count() == 1


def test_a_dry_run_counts_and_writes_nothing(in_north: DealerRef) -> None:
    anna = make_owner()
    make_visit(make_car(anna), anna, "2026-11-18")

    assert told(planned("AFTER_SALES", is_dry_run=True)) == {"planned": 1}
    assert (Due.objects.count(), FollowUp.objects.count()) == (0, 0)


def no_consent(owner: Customer) -> None:
    make_consent(owner, is_granted=False, given_at=at("2026-11-01"))


def no_consent_to_surveys(owner: Customer) -> None:
    make_consent(owner, is_granted=False, given_at=at("2026-11-01"), purpose="SURVEY")


def no_consent_to_offers(owner: Customer) -> None:
    make_consent(owner, is_granted=False, given_at=at("2026-11-01"), purpose="MARKETING")


def no_consent_from_tomorrow(owner: Customer) -> None:
    make_consent(owner, is_granted=False, given_at=at("2026-11-21"))


def merged_with_a_refusal(owner: Customer) -> None:
    other = make_owner("Anna", consents=False, phone=None)
    Customer.objects.filter(pk=other.pk).update(merged_into=owner)


def no_address(owner: Customer) -> None:
    ContactPoint.objects.all().delete()


def bounced(owner: Customer) -> None:
    ContactPoint.objects.update(bounced_at=at("2026-11-01"))


def bounced_tomorrow(owner: Customer) -> None:
    ContactPoint.objects.update(bounced_at=at("2026-11-21"))


def complaint_open(owner: Customer, *, closed: str | None = None) -> None:
    opened_at = at("2026-11-19")
    Complaint.objects.create(
        number=1,
        customer=owner,
        text="noise",
        opened_at=opened_at,
        to_manager_due_at=opened_at,
        first_answer_due_at=opened_at,
        solution_due_at=opened_at,
        closed_at=closed and at(closed),
    )


def complaint_closed(owner: Customer) -> None:
    complaint_open(owner, closed="2026-11-20")


def complaint_closed_tomorrow(owner: Customer) -> None:
    complaint_open(owner, closed="2026-11-21")


@pytest.mark.parametrize(
    ("fact", "counts"),
    [
        (no_consent, {"no_consent": 1}),
        (no_consent_to_surveys, {"no_consent": 1}),
        (no_consent_to_offers, {"planned": 1}),
        (no_consent_from_tomorrow, {"planned": 1}),
        (merged_with_a_refusal, {"no_consent": 1}),
        (no_address, {"no_address": 1}),
        (bounced, {"no_address": 1}),
        (bounced_tomorrow, {"planned": 1}),
        (complaint_open, {"complaint_open": 1}),
        (complaint_closed, {"planned": 1}),
        (complaint_closed_tomorrow, {"complaint_open": 1}),
    ],
    ids=lambda fact: getattr(fact, "__name__", ""),
)
def test_who_is_left_out_of_the_after_sales_question(in_north: DealerRef, fact: object, counts: dict[str, int]) -> None:
    anna = make_owner()
    make_visit(make_car(anna), anna, "2026-11-18")
    fact(anna)  # type: ignore[operator]  # a function of the table

    assert told(planned("AFTER_SALES")) == counts


def test_the_question_at_this_visit_counts(in_north: DealerRef) -> None:
    anna = make_owner()
    make_visit(make_car(anna), anna, "2026-11-18", may_contact=False)

    assert told(planned("AFTER_SALES")) == {"no_consent": 1}
    assert FollowUp.objects.get().excluded_reason == "no_consent"


def test_who_consents_later_is_asked_after_all(in_north: DealerRef) -> None:
    anna = make_owner(consents=None)
    make_visit(make_car(anna), anna, "2026-11-18")
    assert told(planned("AFTER_SALES", "2026-11-19")) == {"no_consent": 1}

    make_consent(anna, is_granted=True, given_at=at("2026-11-20"))

    assert told(planned("AFTER_SALES", "2026-11-20")) == {"planned": 1}
    assert FollowUp.objects.get().state == "DUE"
    assert Due.objects.get().data["follow_up_id"] == FollowUp.objects.get().pk


@pytest.mark.parametrize(
    ("day", "touch"),
    [
        pytest.param("2026-06-29", None, id="11-days-before"),
        pytest.param("2026-06-30", 1, id="10-days-before"),
        pytest.param("2026-07-05", 2, id="5-days-before"),
        pytest.param("2026-07-17", 3, id="7-days-after"),
        pytest.param("2026-07-24", 4, id="14-days-after-a-call"),
        pytest.param("2026-08-09", None, id="30-days-after"),
    ],
)
def test_a_car_is_reminded_around_the_day_it_is_due(in_north: DealerRef, day: str, touch: int | None) -> None:
    anna = make_owner()
    make_visit(make_car(anna), anna, "2026-01-10", km=5_000)

    planned("MAINTENANCE", day)

    assert [due.data["touch"] for due in Due.objects.all()] == ([touch] if touch else [])


def test_each_touch_is_planned_once(in_north: DealerRef) -> None:
    anna = make_owner()
    make_visit(make_car(anna), anna, "2026-01-10", km=5_000)

    days = [at("2026-06-25") + timedelta(days=step) for step in range(50)]
    counts = [told(planned("MAINTENANCE", day.date().isoformat())) for day in days]

    assert [count for count in counts if "planned" in count] == [{"planned": 1}] * 4


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        pytest.param("booked", {"already_booked": 1}, id="booked"),
        pytest.param("cancelled", {"planned": 1}, id="booked-and-cancelled"),
        pytest.param("sold", {"vehicle_sold": 1}, id="sold"),
        pytest.param("given-away", {"no_owner": 1}, id="no-owner"),
        pytest.param("here", {"already_serviced": 1}, id="in-the-workshop"),
    ],
)
def test_who_is_left_out_of_maintenance(in_north: DealerRef, change: str, counts: dict[str, int]) -> None:
    anna = make_owner()
    car = make_car(anna)
    make_visit(car, anna, "2026-01-10", km=5_000)
    if change in ("booked", "cancelled"):
        visit = make_booking(anna, car, starts_at=at("2026-07-20"), booked_at=at("2026-07-01"))
        if change == "cancelled":
            visit.state, visit.closed_at = "CANCELLED", at("2026-07-02")
            visit.save()
    elif change == "sold":
        car.sold_at = at("2026-06-01")
        car.save()
    elif change == "given-away":
        Ownership.objects.update(to_date=at("2026-06-01").date())
    else:
        make_visit(car, anna, "2026-07-04", closed=None, kind="REPAIR")

    assert told(planned("MAINTENANCE", "2026-07-05")) == counts


def test_a_cancellation_of_tomorrow_is_not_known_today(in_north: DealerRef) -> None:
    anna = make_owner()
    car = make_car(anna)
    make_visit(car, anna, "2026-01-10", km=5_000)
    visit = make_booking(anna, car, starts_at=at("2026-07-20"), booked_at=at("2026-07-01"), state="CANCELLED")
    visit.closed_at = at("2026-07-06")
    visit.save()

    assert told(planned("MAINTENANCE", "2026-07-05")) == {"already_booked": 1}


def test_the_new_owner_is_reminded(in_north: DealerRef) -> None:
    anna, boris = make_owner(), make_owner("Boris", phone="+8613900000002")
    car = make_car(anna)
    make_visit(car, anna, "2026-01-10", km=5_000)
    Ownership.objects.update(to_date=at("2026-06-01").date())
    Ownership.objects.create(vehicle=car, customer=boris, from_date=at("2026-06-01").date())

    planned("MAINTENANCE", "2026-07-05")

    assert Due.objects.get().customer_id == boris.pk


@pytest.mark.parametrize(
    ("last_seen", "counts"),
    [
        pytest.param("2026-05-23", {"planned": 1}, id="181-days"),
        pytest.param("2026-05-24", {}, id="180-days"),
    ],
)
def test_who_has_stayed_away_is_asked_why(in_north: DealerRef, last_seen: str, counts: dict[str, int]) -> None:
    anna = make_owner()
    make_visit(make_car(anna), anna, last_seen)

    assert told(planned("LAPSED")) == counts


def test_who_came_with_another_car_has_not_stayed_away(in_north: DealerRef) -> None:
    anna = make_owner()
    make_visit(make_car(anna), anna, "2026-01-10")
    make_visit(make_car(anna), anna, "2026-10-10")

    assert told(planned("LAPSED")) == {"seen_with_other_car": 1}


def test_two_cars_that_stayed_away_make_one_question(in_north: DealerRef) -> None:
    anna = make_owner()
    for _ in range(2):
        make_visit(make_car(anna), anna, "2026-01-10")

    assert told(planned("LAPSED")) == {"planned": 1, "merged": 1}


def test_one_absence_is_asked_about_once(in_north: DealerRef) -> None:
    anna = make_owner()
    make_visit(make_car(anna), anna, "2026-01-10")

    assert told(planned("LAPSED", "2026-10-01")) == {"planned": 1}
    assert told(planned("LAPSED", "2026-11-20")) == {"already_planned": 1}


NOTICES = ("APPOINTMENT_CONFIRMATION", "APPOINTMENT_DAY_BEFORE", "APPOINTMENT_TWO_HOURS")


def test_a_visit_has_its_three_notices(in_north: DealerRef) -> None:
    anna = make_owner(consents=None)
    make_booking(anna, make_car(anna), starts_at=at("2026-11-25", "14:00"), booked_at=at("2026-11-20", "10:00"))

    for rule in NOTICES:
        assert told(planned(rule)) == {"planned": 1}

    assert list(Due.objects.order_by("due_at").values_list("rule", "due_at")) == [
        ("APPOINTMENT_CONFIRMATION", at("2026-11-20", "10:00")),
        ("APPOINTMENT_DAY_BEFORE", at("2026-11-24", "10:00")),
        ("APPOINTMENT_TWO_HOURS", at("2026-11-25", "12:00")),
    ]


def test_a_visit_booked_for_the_next_hour_is_only_confirmed(in_north: DealerRef) -> None:
    anna = make_owner()
    make_booking(anna, make_car(anna), starts_at=at("2026-11-21", "01:00"), booked_at=at("2026-11-20", "23:30"))

    assert [told(planned(rule)) for rule in NOTICES] == [
        {"planned": 1},
        {"booked_too_late": 1},
        {"booked_too_late": 1},
    ]


def test_on_the_day_itself_nobody_announces_tomorrow(in_north: DealerRef) -> None:
    anna = make_owner()
    make_booking(anna, make_car(anna), starts_at=at("2026-11-21", "14:00"), booked_at=at("2026-11-16"))

    assert told(planned("APPOINTMENT_DAY_BEFORE", "2026-11-20")) == {"too_late": 1}


def test_a_moved_visit_is_announced_anew(in_north: DealerRef) -> None:
    anna = make_owner()
    visit = make_booking(anna, make_car(anna), starts_at=at("2026-11-25", "14:00"), booked_at=at("2026-11-20", "10:00"))
    planned("APPOINTMENT_DAY_BEFORE")
    visit.starts_at, visit.ends_at = at("2026-11-26", "14:00"), at("2026-11-26", "15:00")
    visit.save()

    assert told(planned("APPOINTMENT_DAY_BEFORE")) == {"planned": 1}


def test_a_day_to_come_is_looked_at_but_not_planned(in_north: DealerRef) -> None:
    with pytest.raises(AsOfInFuture):
        planned("AFTER_SALES", "2026-12-01")

    assert told(planned("AFTER_SALES", "2026-12-01", is_dry_run=True)) == {}


def test_candidates_are_listed_with_what_came_of_them(in_north: DealerRef) -> None:
    anna, boris = make_owner(), make_owner("Boris", consents=False)
    for owner in (anna, boris):
        make_visit(make_car(owner), owner, "2026-11-18")

    listed = candidates(TABLE["AFTER_SALES"], as_of=as_of_day(at(TODAY).date(), now=NOW))

    assert [(one.customer_id, one.outcome) for one in listed] == [(anna.pk, "planned"), (boris.pk, "no_consent")]


def test_a_dealer_plans_its_own_owners_only(north: DealerRef, south: DealerRef) -> None:
    for dealer, name in ((north, "Anna"), (south, "Boris")):
        with dealer_scope(dealer):
            owner = make_owner(name)
            make_visit(make_car(owner), owner, "2026-11-18")

    with dealer_scope(north):
        assert told(planned("AFTER_SALES")) == {"planned": 1}
        assert Due.objects.values_list("customer__name", flat=True).get() == "Anna"
    with dealer_scope(south):
        assert Due.objects.count() == 0
