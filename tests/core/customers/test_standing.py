"""How files stand: what they lack, what was answered, the stage of life, the value; kept in step with the facts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.customers import addresses, merging, operations, standing, table
from core.customers.models import Consent, ContactPoint, Customer
from core.repair_orders.models import RepairOrder
from core.vehicles import operations as vehicles
from core.vehicles.models import Ownership, Vehicle
from tenants.scope import DealerRef, dealer_scope
from tests.core.kpis import facts

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)
BY = merging.By("user:1")

pytestmark = pytest.mark.usefixtures("in_north")


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def make_owner(name: str = "Anna", *, since: date = LONG_AGO, number: int = 1, seen: date | None = None) -> Customer:
    anna = facts.make_customer(name, day=since)
    car = facts.make_vehicle(number, day=since)
    Ownership.objects.create(vehicle=car, customer=anna, from_date=since)
    if seen:
        facts.make_order(car, anna, day=seen)
    return anna


def stood(customer: Customer) -> Customer:
    standing.stand_all(now=NOW)
    customer.refresh_from_db()
    return customer


@pytest.mark.parametrize(
    ("days", "stage"),
    [(0, "ACTIVE"), (120, "ACTIVE"), (121, "LAPSING"), (180, "LAPSING"), (181, "LAPSED")],
)
def test_the_stage_follows_from_the_last_visit(days: int, stage: str) -> None:
    anna = stood(make_owner(seen=days_ago(days)))

    assert (anna.lifecycle, anna.last_visit_date) == (stage, days_ago(days))


def test_a_visit_of_the_family_with_the_car_counts_as_seen() -> None:
    anna = make_owner(seen=days_ago(300))
    facts.make_order(Vehicle.objects.get(), facts.make_customer("Anna's brother", day=LONG_AGO), day=days_ago(10))

    assert stood(anna).lifecycle == "ACTIVE"


def test_who_never_had_a_car_or_a_visit_is_a_prospect() -> None:
    assert stood(facts.make_customer("Anna", day=TODAY)).lifecycle == "PROSPECT"


def test_who_bought_a_car_lately_is_a_new_owner() -> None:
    anna = make_owner(since=days_ago(30))
    Vehicle.objects.update(purchase_date=days_ago(30))

    assert stood(anna).lifecycle == "NEW_OWNER"


def test_who_gave_the_last_car_away_is_transferred_and_with_another_one_back() -> None:
    anna = make_owner(seen=days_ago(100))
    Ownership.objects.update(to_date=days_ago(20))
    assert stood(anna).lifecycle == "TRANSFERRED"

    Ownership.objects.create(vehicle=facts.make_vehicle(2, day=TODAY), customer=anna, from_date=days_ago(5))

    assert stood(anna).lifecycle == "REPURCHASE"


def test_a_file_lacks_what_the_table_requires_of_the_person_and_the_car() -> None:
    anna = make_owner(name="")
    Vehicle.objects.update(plate="", model="", is_vin_suspect=True)

    assert set(stood(anna).missing) == {row.key for row in table.fields() if row.level == "REQUIRED"} - {"owner"}


def test_a_file_with_everything_required_lacks_nothing() -> None:
    anna = make_owner()
    Vehicle.objects.update(odometer_km=100)
    ContactPoint.objects.create(customer=anna, kind="PHONE", value="+8613800138000", created_at=NOW, updated_at=NOW)
    Consent.objects.create(customer=anna, is_granted=True, source="IMPORT", at=NOW, recorded_at=NOW)

    assert (stood(anna).missing, anna.consenting) == ([], "GRANTED")
    assert Vehicle.objects.get().missing == []


def test_a_number_that_is_somebody_elses_reaches_nobody() -> None:
    anna = make_owner()
    ContactPoint.objects.create(
        customer=anna, kind="PHONE", value="+8613800138000", blocked_at=NOW, created_at=NOW, updated_at=NOW
    )

    assert "address_to_reach" in stood(anna).missing


def test_a_car_that_nobody_holds_lacks_an_owner() -> None:
    car = facts.make_vehicle(1, day=TODAY)

    standing.stand_all(now=NOW)

    car.refresh_from_db()
    assert car.missing == ["odometer", "owner"]


def test_any_standing_no_is_a_refusal() -> None:
    anna = make_owner()
    for purpose, is_granted in (("", True), ("SURVEY", False)):
        Consent.objects.create(
            customer=anna, purpose=purpose, is_granted=is_granted, source="REPLY", at=NOW, recorded_at=NOW
        )

    assert stood(anna).consenting == "REFUSED"


def test_customers_are_ranked_in_fifths_by_recency_frequency_and_money() -> None:
    people = [make_owner(f"Anna {number}", number=number, seen=days_ago(10 * number + 1)) for number in range(5)]
    facts.make_order(Vehicle.objects.get(plate="P0"), people[0], day=days_ago(3))
    RepairOrder.objects.filter(customer=people[0]).update(total_minor=100_00)

    standing.stand_all(now=NOW)

    assert Customer.objects.get(pk=people[0].pk).value_group == "HIGH"
    assert Customer.objects.get(pk=people[4].pk).value_group == "LOW"


def test_a_merged_file_stands_with_the_one_it_belongs_to() -> None:
    anna, other = make_owner(seen=days_ago(300)), make_owner("Anna A", number=2, seen=days_ago(3))
    ContactPoint.objects.create(customer=other, kind="EMAIL", value="a@b.example", created_at=NOW, updated_at=NOW)

    merging.merge_customers(kept_id=anna.pk, other_id=other.pk, by=BY, now=NOW)

    anna.refresh_from_db()
    assert (anna.lifecycle, "address_to_reach" in anna.missing) == ("ACTIVE", False)
    merging.unmerge_customer(customer_id=other.pk, by=BY, now=NOW)
    anna.refresh_from_db()
    other.refresh_from_db()
    assert (anna.lifecycle, other.lifecycle) == ("LAPSED", "ACTIVE")


def test_operations_stand_their_file_at_once() -> None:
    anna = make_owner(name="", seen=days_ago(3))
    standing.stand_all(now=NOW)

    operations.edit_customer(customer_id=anna.pk, changes={"name": "Anna"}, actor="user:1", now=NOW)
    addresses.add_contact_point(customer_id=anna.pk, kind="PHONE", value="13800138000", actor="user:1", now=NOW)
    operations.answer_consent(
        operations.Answer(customer_id=anna.pk, is_granted=True, wording="May we call?"), actor="user:1", now=NOW
    )
    anna.refresh_from_db()
    assert (anna.missing, anna.consenting) == (["odometer"], "GRANTED")

    vehicles.correct_vehicle(Vehicle.objects.get().pk, corrections={"plate": ""}, now=NOW, actor="user:1")
    anna.refresh_from_db()
    assert anna.missing == ["odometer", "plate"]


def test_what_stands_already_is_not_written_again_and_all_takes_two_statements() -> None:
    make_owner(seen=days_ago(3))
    assert standing.stand_all(now=NOW) == 2

    with CaptureQueriesContext(connection) as captured:
        assert standing.stand_all(now=NOW) == 0

    assert len(captured) == 2


def test_the_other_dealers_files_stand_as_they_stood(south: DealerRef) -> None:
    with dealer_scope(south):
        boris = make_owner("Boris", seen=days_ago(400))

    standing.stand_all(now=NOW)

    with dealer_scope(south):
        boris.refresh_from_db()
        assert boris.lifecycle == "ACTIVE"
