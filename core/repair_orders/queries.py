"""Repair orders asked for by day: who left the workshop lately, and how many came in."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from core.calendar import rules as calendar
from tenants import scope

# Source: V, D: an after-sales follow-up is due by day 3 after pick-up.
FOLLOW_UP_DAYS = 3
# Enough open days for a mean that no single week decides.
INTAKE_DAYS = 90


@dataclass(frozen=True)
class ClosedOrder:
    """A visit that ended lately; `is_consenting`: nothing the person said forbids to ask how it went."""

    repair_order_id: int
    number: str
    opened_date: date
    closed_at: datetime
    vehicle_id: int
    customer_id: int
    is_consenting: bool


@dataclass(frozen=True)
class Intake:
    """Orders opened a day."""

    open_days: int
    mean: float
    most: int


# Of one person, for one purpose, channel and car, the newest answer counts, and a no of the same moment
# wins; any no that stands forbids, and without any yes nobody asked.
CLOSED = """
WITH closed AS (
    SELECT id, number, opened_date, closed_at, vehicle_id, customer_id FROM core_repairorder
    WHERE closed_at >= %(from)s AND closed_at < %(until)s
), answer AS (
    SELECT DISTINCT ON (c.customer_id, c.vehicle_id, c.purpose, c.channel) c.customer_id, c.vehicle_id, c.is_granted
    FROM core_consent c
    WHERE c.customer_id IN (SELECT customer_id FROM closed) AND c.purpose IN ('', 'SURVEY') AND c.at < %(until)s
    ORDER BY c.customer_id, c.vehicle_id, c.purpose, c.channel, c.at DESC, c.is_granted, c.id DESC
)
SELECT o.*, coalesce((
    SELECT bool_and(a.is_granted) FROM answer a
    WHERE a.customer_id = o.customer_id AND (a.vehicle_id IS NULL OR a.vehicle_id = o.vehicle_id)
), false)
FROM closed o ORDER BY o.closed_at, o.id
"""
INTAKE = """
SELECT count(*), coalesce(round(avg(opened), 2), 0), (
    SELECT coalesce(max(opened), 0) FROM (
        SELECT count(*) AS opened FROM core_repairorder WHERE opened_date <= %(as_of)s GROUP BY opened_date
    ) every
) FROM (
    SELECT count(*) AS opened FROM core_repairorder WHERE opened_date <= %(as_of)s
    GROUP BY opened_date ORDER BY opened_date DESC LIMIT %(days)s
) recent
"""


def closed_orders(*, as_of_date: date, days: int = FOLLOW_UP_DAYS) -> list[ClosedOrder]:
    """Return the orders closed on `as_of_date` or on one of the `days` before, by closing time."""
    zone = ZoneInfo(scope.current_dealer().timezone)
    first, last = as_of_date - timedelta(days=days), as_of_date + timedelta(days=1)
    values = {
        "from": calendar.at_local(first, time.min, timezone=zone),
        "until": calendar.at_local(last, time.min, timezone=zone),
    }
    with connection.cursor() as cursor:
        cursor.execute(CLOSED, values)
        return [ClosedOrder(*row) for row in cursor.fetchall()]


def intake(*, as_of_date: date, days: int = INTAKE_DAYS) -> Intake:
    """Return mean orders a day over the last `days` days that had any, and the most there ever were."""
    with connection.cursor() as cursor:
        cursor.execute(INTAKE, {"as_of": as_of_date, "days": days})
        open_days, mean, most = cursor.fetchone()
    return Intake(open_days=open_days, mean=float(mean), most=most)
