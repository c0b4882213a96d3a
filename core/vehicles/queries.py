"""Which cars stay away, and who holds which car."""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count, Max, QuerySet

from core.customers.models import ContactPoint
from core.vehicles import rules
from core.vehicles.models import Ownership, Vehicle


@dataclass(frozen=True)
class LapsedVehicle:
    """A car that has stayed away."""

    vehicle_id: int
    vin: str
    plate: str
    last_opened_date: date
    customer_id: int | None


# One pass over the orders' index by vehicle; the present holder is looked up for the few that are lapsed.
LAPSED = """
SELECT v.id, v.vin, v.plate, last.opened_date, o.customer_id
FROM (
    SELECT vehicle_id, max(opened_date) AS opened_date FROM core_repairorder
    WHERE opened_date <= %(as_of)s GROUP BY vehicle_id
) last
JOIN core_vehicle v ON v.id = last.vehicle_id
LEFT JOIN core_ownership o ON o.vehicle_id = v.id AND o.to_date IS NULL
WHERE last.opened_date < %(before)s
ORDER BY last.opened_date, v.id
"""


def lapsed_vehicles(*, as_of_date: date, days: int = rules.LAPSED_AFTER_DAYS) -> list[LapsedVehicle]:
    """Return the cars whose last order was opened more than `days` before, the longest away first."""
    values = {"as_of": as_of_date, "before": rules.lapsed_before(as_of_date, days=days)}
    with connection.cursor() as cursor:
        cursor.execute(LAPSED, values)
        return [LapsedVehicle(*row) for row in cursor.fetchall()]


def present_owners() -> QuerySet[Ownership]:
    """Return who holds each car at present."""
    return Ownership.objects.filter(to_date__isnull=True)


def present_owner_phones() -> int:
    """Return on how many different phones the present owners of all cars are known."""
    return (
        ContactPoint.objects.filter(kind=ContactPoint.Kind.PHONE, customer__in=present_owners().values("customer"))
        .values("value")
        .distinct()
        .count()
    )


def visits(vehicle_ids: list[int]) -> QuerySet[Vehicle]:
    """Return the cars with the number of their visits and the day of the last one."""
    return Vehicle.objects.filter(pk__in=vehicle_ids).annotate(
        visit_count=Count("repair_orders"), last_opened_date=Max("repair_orders__opened_date")
    )
