"""The days on a car's papers fit each other and the day it is, whoever writes them."""

from datetime import UTC, date, datetime

import pytest

from core.customers import reverting
from core.customers.models import FieldChange
from core.vehicles import operations, papers
from core.vehicles.models import Vehicle
from tenants.scope import DealerRef

# Already the 21st at north.
NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("bought", "ends", "refusal"),
    [
        pytest.param("2026-11-22", None, papers.BoughtAhead, id="bought tomorrow"),
        pytest.param("2090-01-01", "2091-01-01", papers.BoughtAhead, id="bought in 2090"),
        pytest.param("2026-11-20", "2026-11-19", papers.WarrantyBeforePurchase, id="ends before it begins"),
        pytest.param("2020-01-01", "2090-01-01", papers.WarrantyTooLong, id="ends in 2090"),
        pytest.param(None, "2090-01-01", papers.WarrantyTooLong, id="ends in 2090, bought who knows when"),
    ],
)
def test_days_that_cannot_be_right_are_refused(bought: str | None, ends: str | None, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        papers.check(purchase_date=day(bought), warranty_end_date=day(ends), today=TODAY)


@pytest.mark.parametrize(
    ("bought", "ends"), [(None, None), ("2026-11-21", "2026-11-21"), ("1990-05-01", None), (None, "1993-05-01")]
)
def test_days_that_can_be_right_are_taken(bought: str | None, ends: str | None) -> None:
    papers.check(purchase_date=day(bought), warranty_end_date=day(ends), today=TODAY)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.fixture
def car(in_north: DealerRef) -> Vehicle:
    return Vehicle.objects.create(
        vin="LZWACAGA6E4123458", purchase_date=date(2090, 1, 1), created_at=NOW, updated_at=NOW
    )


def correct(car: Vehicle, **corrections: str) -> None:
    operations.correct_vehicle(car.pk, corrections=corrections, actor="user:1", now=NOW)


def test_one_day_is_held_against_the_other_that_stands_there(car: Vehicle) -> None:
    correct(car, purchase_date="2026-11-21")

    with pytest.raises(papers.WarrantyBeforePurchase):
        correct(car, warranty_end_date="2020-01-01")


def test_what_an_import_brought_keeps_nobody_from_mending_something_else(car: Vehicle) -> None:
    correct(car, plate="桂A12345")

    assert Vehicle.objects.get().plate == "桂A12345"


def test_a_day_that_cannot_be_right_is_not_put_back(car: Vehicle) -> None:
    correct(car, purchase_date="2026-11-21")

    with pytest.raises(papers.BoughtAhead):
        reverting.revert(FieldChange.objects.get().pk, actor="user:1", now=NOW)
