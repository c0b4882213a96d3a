"""The cells that people see say what the policy would decide, and name the answer or wall that decides it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.customers import merging, operations
from core.customers.models import Consent, Customer
from notifications.policy import consent, matrix, walls
from notifications.policy.facts import CALL, Purpose
from notifications.policy.facts import Consent as Fact
from notifications.policy.models import Suppression
from notifications.policy.standard import shipped_standard
from tenants.scope import DealerRef, dealer_scope
from tests.core.kpis import facts

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("in_north")


def make_answer(
    customer: Customer, *, is_granted: bool, purpose: str = "", channel: str = "", days_ago: int = 0, **more: int
) -> Consent:
    at = NOW - timedelta(days=days_ago)
    return Consent.objects.create(
        customer=customer,
        is_granted=is_granted,
        purpose=purpose,
        channel=channel,
        source="PERSON",
        wording="May we call?",
        at=at,
        recorded_at=at,
        **more,
    )


def make_anna(name: str = "Anna") -> Customer:
    return facts.make_customer(name, day=NOW.date())


def cell(customer: Customer, purpose: str, channel: str = CALL, vehicle_id: int | None = None) -> matrix.Cell:
    found = matrix.matrix_of(customer.pk, now=NOW).cells
    return next(one for one in found if (one.purpose, one.channel, one.vehicle_id) == (purpose, channel, vehicle_id))


def test_without_an_answer_only_service_messages_go() -> None:
    found = {one.purpose: one.is_allowed for one in matrix.matrix_of(make_anna().pk, now=NOW).cells}

    assert found == {"SERVICE": True, "SURVEY": False, "REMINDER": False, "MARKETING": False}


def test_the_newest_answer_decides_and_is_the_proof() -> None:
    anna = make_anna()
    make_answer(anna, is_granted=False, days_ago=2)
    newest = make_answer(anna, is_granted=True)

    assert (cell(anna, "SURVEY").is_allowed, cell(anna, "SURVEY").answer_id) == (True, newest.pk)


def test_a_general_no_outweighs_a_yes_to_one_purpose() -> None:
    anna = make_anna()
    no = make_answer(anna, is_granted=False, days_ago=2)
    make_answer(anna, is_granted=True, purpose="SURVEY")

    assert (cell(anna, "SURVEY").is_allowed, cell(anna, "SURVEY").answer_id) == (False, no.pk)


def test_a_no_about_one_car_closes_that_car_alone() -> None:
    anna, car = make_anna(), facts.make_vehicle(1, day=NOW.date())
    make_answer(anna, is_granted=True, days_ago=1)
    make_answer(anna, is_granted=False, vehicle_id=car.pk)

    assert cell(anna, "REMINDER").is_allowed
    assert not cell(anna, "REMINDER", vehicle_id=car.pk).is_allowed


def test_a_wall_closes_what_an_answer_opened() -> None:
    anna = make_anna()
    make_answer(anna, is_granted=True)
    wall = walls.put_up(walls.Wall(customer_id=anna.pk, wording="Stop"), actor="user:1", now=NOW)

    assert (cell(anna, "SERVICE").is_allowed, cell(anna, "SERVICE").suppression_id) == (False, wall.pk)
    Suppression.objects.update(lifted_at=NOW)
    assert cell(anna, "SERVICE").is_allowed


def test_of_two_merged_files_the_most_restrictive_answer_wins_until_the_person_says_otherwise() -> None:
    anna, other = make_anna(), make_anna("Anna A")
    make_answer(anna, is_granted=True)
    no = make_answer(other, is_granted=False, days_ago=300)
    merging.merge_customers(kept_id=anna.pk, other_id=other.pk, by=merging.By("user:1"), now=NOW)
    assert (cell(anna, "SURVEY").is_allowed, cell(anna, "SURVEY").answer_id) == (False, no.pk)

    said = operations.Answer(customer_id=anna.pk, is_granted=True, wording="May we call?")
    operations.answer_consent(said, actor="user:1", now=NOW + timedelta(hours=1))

    assert cell(anna, "SURVEY").is_allowed


@pytest.mark.parametrize("purpose", list(Purpose))
def test_the_cells_agree_with_the_policy(purpose: Purpose) -> None:
    anna, car = make_anna(), facts.make_vehicle(1, day=NOW.date())
    make_answer(anna, is_granted=True, days_ago=3)
    make_answer(anna, is_granted=False, purpose="MARKETING", channel=CALL, days_ago=2)
    make_answer(anna, is_granted=False, purpose="SERVICE", vehicle_id=car.pk, days_ago=1)
    said = [
        Fact(
            is_given=row.is_granted,
            at=row.at,
            purpose=Purpose(row.purpose) if row.purpose else None,
            channel=row.channel or None,
            vehicle_id=row.vehicle_id,
            customer_id=anna.pk,
        )
        for row in Consent.objects.all()
    ]

    for one in matrix.matrix_of(anna.pk, now=NOW).cells:
        if one.purpose == purpose:
            assert one.is_allowed == consent.is_allowed(
                said,
                purpose=purpose,
                channel=one.channel,
                vehicle_id=one.vehicle_id,
                needs_consent=shipped_standard().purposes[purpose].needs_consent,
            )


def test_a_matrix_takes_a_fixed_number_of_queries() -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            matrix.matrix_of(anna.pk, now=NOW)
        return len(captured)

    anna = make_anna()
    make_answer(anna, is_granted=True)
    asked()
    few = asked()
    for days in range(30):
        make_answer(anna, is_granted=bool(days % 2), days_ago=days)

    assert asked() == few


def test_souths_files_have_no_matrix_at_north(south: DealerRef) -> None:
    with dealer_scope(south):
        boris = make_anna("Boris")

    with pytest.raises(Customer.DoesNotExist):
        matrix.matrix_of(boris.pk, now=NOW)
