"""The forecast of single cars is the plan's: the same rule over the same facts."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.repair_orders.models import RepairOrder
from core.vehicles.models import Ownership, Vehicle
from notifications.planning import forecast
from tenants.scope import DealerRef, dealer_scope
from tests.core.kpis import facts

DAY = date(2026, 11, 20)

pytestmark = pytest.mark.usefixtures("in_north")


@pytest.fixture(autouse=True)
def _nothing_is_remembered(north: DealerRef, south: DealerRef) -> Iterator[None]:
    yield
    for dealer in (north, south):
        with dealer_scope(dealer):
            cache.clear()


def visit(car: Vehicle, *, days_ago: int, km: int | None, kind: str = "MAINTENANCE") -> None:
    owner = facts.make_customer("Anna", day=DAY)
    order = facts.make_order(car, owner, day=DAY - timedelta(days=days_ago))
    RepairOrder.objects.filter(pk=order.pk).update(odometer_km=km, kind=kind)


def test_the_earlier_of_months_and_kilometres_is_due() -> None:
    slow, fast = facts.make_vehicle(1, day=DAY), facts.make_vehicle(2, day=DAY)
    for car, pace in ((slow, 1), (fast, 200)):
        visit(car, days_ago=110, km=0)
        visit(car, days_ago=10, km=100 * pace)

    found = forecast.next_maintenance([slow.pk, fast.pk])

    assert (found[slow.pk].by_odometer, found[fast.pk].by_odometer) == (False, True)
    assert found[fast.pk].due_date < found[slow.pk].due_date
    assert found[slow.pk].last_date == DAY - timedelta(days=10)


def test_a_car_with_one_reading_goes_at_its_models_pace() -> None:
    known, other = facts.make_vehicle(1, day=DAY), facts.make_vehicle(2, day=DAY)
    visit(known, days_ago=110, km=0)
    visit(known, days_ago=10, km=20_000)
    visit(other, days_ago=10, km=5)

    assert forecast.next_maintenance([other.pk])[other.pk].by_odometer


def test_of_a_car_without_maintenance_nothing_is_said() -> None:
    car = facts.make_vehicle(1, day=DAY)
    visit(car, days_ago=10, km=1, kind="REPAIR")

    assert forecast.next_maintenance([car.pk]) == {}


def test_a_persons_cars_are_those_held_at_present() -> None:
    anna = facts.make_customer("Anna", day=DAY)
    kept, gone = facts.make_vehicle(1, day=DAY), facts.make_vehicle(2, day=DAY)
    for car, until in ((kept, None), (gone, DAY)):
        Ownership.objects.create(vehicle=car, customer=anna, from_date=date(2020, 1, 1), to_date=until)
        visit(car, days_ago=10, km=1)

    assert set(forecast.of_customer(anna.pk)) == {kept.pk}


def test_twenty_cars_take_as_many_queries_as_two() -> None:
    def asked(cars: list[Vehicle]) -> int:
        with CaptureQueriesContext(connection) as captured:
            forecast.next_maintenance([car.pk for car in cars])
        return len(captured)

    cars = [facts.make_vehicle(number, day=DAY) for number in range(20)]
    for car in cars:
        visit(car, days_ago=110, km=0)
        visit(car, days_ago=10, km=1000)

    assert asked(cars) == asked(cars[:2])


def test_souths_pace_is_not_norths(south: DealerRef) -> None:
    north_car = facts.make_vehicle(1, day=DAY)
    visit(north_car, days_ago=10, km=5)
    with dealer_scope(south):
        fast = facts.make_vehicle(1, day=DAY)
        visit(fast, days_ago=110, km=0)
        visit(fast, days_ago=10, km=50_000)
        lone = facts.make_vehicle(2, day=DAY)
        visit(lone, days_ago=10, km=5)
        assert forecast.next_maintenance([lone.pk])[lone.pk].by_odometer

    assert not forecast.next_maintenance([north_car.pk])[north_car.pk].by_odometer
