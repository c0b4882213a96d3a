"""The statement over all cars and the pure rule over one say the same day."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from core.repair_orders.models import RepairOrder
from core.vehicles.models import Vehicle
from notifications.planning import kinds, rules
from notifications.planning.operations import as_of_day, candidates
from notifications.planning.rules import Interval, Visit
from tenants.scope import DealerRef
from tests.notifications.files import make_car, make_owner

TODAY = date(2026, 11, 20)
TABLE = kinds.shipped()
INTERVAL = Interval(months=6, km=10_000)  # what every dealer starts with
CARS = 400


def test_statement_and_rule_agree(in_north: DealerRef) -> None:
    dice = random.Random(20261120)
    anna = make_owner()
    for number in range(CARS):
        make_car(anna, model=dice.choice(["Star", "Moon", "Sun"]), number=number + 1)
    RepairOrder.objects.bulk_create(_orders(dice, anna.pk))

    found = {
        one.subject_id: one.occurrence
        for one in candidates(TABLE.kinds["MAINTENANCE"], as_of=as_of_day(TODAY, now=datetime(2026, 12, 1, tzinfo=UTC)))
    }

    expected = _by_the_rule()
    assert len(expected) > CARS / 20
    assert found == expected


def _orders(dice: random.Random, customer_id: int) -> list[RepairOrder]:
    orders: list[RepairOrder] = []
    for car in Vehicle.objects.order_by("id"):
        day, km = TODAY - timedelta(days=dice.randint(30, 500)), dice.randint(0, 60_000)
        for _ in range(dice.randint(1, 5)):
            orders.append(
                RepairOrder(
                    number=f"{car.pk}-{len(orders)}",
                    opened_date=day,
                    opened_at=datetime(day.year, day.month, day.day, 2, tzinfo=UTC),
                    closed_at=datetime(day.year, day.month, day.day, 4, tzinfo=UTC),
                    vehicle=car,
                    customer_id=customer_id,
                    kind=dice.choice(["MAINTENANCE", "MAINTENANCE", "REPAIR"]),
                    odometer_km=None if dice.random() < 0.1 else km,
                    created_at=datetime(2026, 1, 1, tzinfo=UTC),
                    updated_at=datetime(2026, 1, 1, tzinfo=UTC),
                )
            )
            gone = dice.randint(1, 120)
            day, km = min(day + timedelta(days=gone), TODAY), km + gone * dice.randint(0, 90)
    return orders


def _by_the_rule() -> dict[int, str]:
    cars = dict(Vehicle.objects.values_list("id", "model"))
    rows = RepairOrder.objects.order_by("vehicle_id").values_list("vehicle_id", "opened_date", "odometer_km", "kind")
    visits = {
        car: [
            Visit(opened_date=day, odometer_km=km, is_maintenance=kind == "MAINTENANCE") for _, day, km, kind in group
        ]
        for car, group in groupby(rows, key=lambda row: row[0])
    }
    least_days = TABLE.least_reading_days
    medians = {
        model: rules.model_rate(
            rules.km_per_day(own, least_days=least_days) for car, own in visits.items() if cars[car] == model
        )
        for model in set(cars.values())
    }
    expected = {}
    for car, own in visits.items():
        due = rules.maintenance_due(own, interval=INTERVAL, model_km_per_day=medians[cars[car]], least_days=least_days)
        touch = due and rules.touch_on(TODAY, anchor=due.due_date, touches=TABLE.kinds["MAINTENANCE"].touches)
        if touch:
            last = max(visit.opened_date for visit in own if visit.is_maintenance)
            expected[car] = f"{last}:{touch.number}"
    return expected
