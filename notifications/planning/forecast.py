"""When single cars will want maintenance, for whoever looks at a file; planning does the same for all at once."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db import connection

from core.customers.queries import MOST_CARS, files_of
from core.repair_orders.models import RepairOrder
from core.vehicles.models import MaintenanceSchedule, Ownership, Vehicle
from notifications.planning import rules
from notifications.planning.kinds import shipped

# A model's pace moves slowly, and reading all its orders is the dearest thing a file would do.
KEPT_SECONDS = 24 * 3600
# The same median as in sql/maintenance.sql, of one model.
PACE = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY driven_km::double precision / read_days) FROM (
    SELECT max(o.odometer_km) - min(o.odometer_km) AS driven_km, max(o.opened_date) - min(o.opened_date) AS read_days
    FROM core_vehicle v JOIN core_repairorder o ON o.vehicle_id = v.id AND o.odometer_km IS NOT NULL
    WHERE v.model = %(model)s GROUP BY v.id
) car WHERE read_days >= %(least_days)s AND driven_km > 0
"""


@dataclass(frozen=True)
class Forecast:
    """The next maintenance of a car, by months or by its predicted odometer, and what that is counted from."""

    due_date: date
    by_odometer: bool
    last_date: date
    interval_months: int
    interval_km: int


def next_maintenance(vehicle_ids: Collection[int]) -> dict[int, Forecast]:
    """This function will return the forecast of each car that one can be made for; of others nothing is known."""
    visits = _visits(vehicle_ids)
    models = dict(Vehicle.objects.filter(pk__in=visits).values_list("pk", "model"))
    schedules = {row.model: row for row in MaintenanceSchedule.objects.filter(model__in={"", *models.values()})}
    found = {}
    for vehicle_id, own in visits.items():
        schedule = schedules.get(models[vehicle_id]) or schedules.get("")
        forecast = _forecast(own, schedule, model=models[vehicle_id]) if schedule else None
        if forecast is not None:
            found[vehicle_id] = forecast
    return found


def of_customer(customer_id: int) -> dict[int, Forecast]:
    """This function will return the forecasts of the cars that a person holds. Raises: Customer.DoesNotExist."""
    held = Ownership.objects.filter(customer_id__in=files_of(customer_id), to_date__isnull=True)
    return next_maintenance(list(held.values_list("vehicle_id", flat=True)[:MOST_CARS]))


def _visits(vehicle_ids: Collection[int]) -> Mapping[int, list[rules.Visit]]:
    rows = RepairOrder.objects.filter(vehicle_id__in=vehicle_ids)
    visits: dict[int, list[rules.Visit]] = defaultdict(list)
    for vehicle_id, day, odometer_km, kind in rows.values_list("vehicle_id", "opened_date", "odometer_km", "kind"):
        is_maintenance = kind == RepairOrder.Kind.MAINTENANCE
        visits[vehicle_id].append(rules.Visit(opened_date=day, odometer_km=odometer_km, is_maintenance=is_maintenance))
    return visits


def _forecast(visits: list[rules.Visit], schedule: MaintenanceSchedule, *, model: str) -> Forecast | None:
    last = max((visit.opened_date for visit in visits if visit.is_maintenance), default=None)
    if last is None:
        return None
    least_days = shipped().least_reading_days
    own = rules.km_per_day(visits, least_days=least_days)
    due = rules.maintenance_due(
        visits,
        interval=rules.Interval(months=schedule.interval_months, km=schedule.interval_km),
        model_km_per_day=None if own else _pace(model, least_days=least_days),
        least_days=least_days,
    )
    if due is None:
        return None
    return Forecast(due.due_date, due.by_odometer, last, schedule.interval_months, schedule.interval_km)


def _pace(model: str, *, least_days: int) -> float | None:
    """The median of a model's cars, remembered for a day; 0 stands for unknown."""
    key = f"pace:{hashlib.sha256(model.encode()).hexdigest()}"
    pace: float | None = cache.get_or_set(key, lambda: _read_pace(model, least_days=least_days) or 0.0, KEPT_SECONDS)
    return pace or None


def _read_pace(model: str, *, least_days: int) -> float | None:
    with connection.cursor() as cursor:
        cursor.execute(PACE, {"model": model, "least_days": least_days})
        found: float | None = cursor.fetchone()[0]
    return found
