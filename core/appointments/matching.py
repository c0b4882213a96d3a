"""Joins visits to the repair orders that came of them, so that nobody need check cars in by hand."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from core.appointments.models import Appointment
from core.events import kinds
from core.events import operations as events
from core.events.operations import Fact
from tenants.scope import current_dealer

# Older visits have long been seen to; without a bound the sweep would read them all, each time.
LOOK_BACK = timedelta(days=60)

# A visit and a repair order of the same car on the same local date are one. An order closed since makes the
# visit a completed one. The earliest order is taken, and each order by the earliest visit only.
# Arrived visits keep their place in the exclusion constraint; a no-show becomes COMPLETED or stays out of it
# by being completed at once, as its bay may have been sold since.
JOIN = """
WITH fitting AS (
    SELECT a.id AS appointment_id, a.state, r.id AS order_id, r.opened_at, r.closed_at,
           row_number() OVER (PARTITION BY r.id ORDER BY a.starts_at, a.id) AS turn,
           row_number() OVER (PARTITION BY a.id ORDER BY r.opened_at, r.id) AS choice
    FROM core_appointment a
    JOIN core_repairorder r ON r.vehicle_id = a.vehicle_id
     AND r.opened_date = (a.starts_at AT TIME ZONE %(timezone)s)::date
    WHERE a.repair_order_id IS NULL AND a.state IN ('BOOKED', 'CONFIRMED', 'ARRIVED', 'NO_SHOW')
      AND a.starts_at >= %(since)s AND a.starts_at < %(now)s + interval '1 day'
      AND NOT EXISTS (SELECT 1 FROM core_appointment b WHERE b.repair_order_id = r.id)
)
UPDATE core_appointment a
SET repair_order_id = f.order_id,
    arrived_at = COALESCE(a.arrived_at, f.opened_at),
    closed_at = CASE WHEN f.closed_at IS NOT NULL OR f.state = 'NO_SHOW' THEN COALESCE(f.closed_at, %(now)s) END,
    state = CASE WHEN f.closed_at IS NOT NULL OR f.state = 'NO_SHOW' THEN 'COMPLETED' ELSE 'ARRIVED' END
FROM fitting f
WHERE a.id = f.appointment_id AND f.turn = 1 AND f.choice = 1
RETURNING a.id, a.customer_id, a.vehicle_id, a.state, f.state, f.opened_at, f.order_id
"""
# Visits joined while the car was still there, done once its order is closed.
FINISH = """
UPDATE core_appointment a SET state = 'COMPLETED', closed_at = r.closed_at
FROM core_repairorder r
WHERE r.id = a.repair_order_id AND a.state = 'ARRIVED' AND r.closed_at IS NOT NULL AND a.starts_at >= %(since)s
RETURNING a.id, a.customer_id, a.vehicle_id, a.state, 'ARRIVED', r.closed_at, r.id
"""


def match_repair_orders(*, now: datetime) -> int:
    """Mark visits as arrived or completed by the repair orders known, and return how many changed.

    Two statements whatever the number; safe to run at any time. To be run after an import and before
    no-shows are marked.
    """
    known: dict[str, str | datetime] = {"timezone": current_dealer().timezone, "now": now, "since": now - LOOK_BACK}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(JOIN, known)
        changed = cursor.fetchall()
        cursor.execute(FINISH, known)
        changed += cursor.fetchall()
        events.record_many(_fact(*row) for row in changed)
        return len(changed)


def _fact(
    appointment_id: int,
    customer_id: int,
    vehicle_id: int,
    state: str,
    before: str,
    at: datetime,
    repair_order_id: int,
) -> Fact:
    completed = state == Appointment.State.COMPLETED
    return Fact(
        kind=kinds.APPOINTMENT_COMPLETED if completed else kinds.APPOINTMENT_ARRIVED,
        subject_kind="appointment",
        subject_id=appointment_id,
        at=at,
        customer_id=customer_id,
        vehicle_id=vehicle_id,
        data={"repair_order_id": repair_order_id, "before": before},
        actor=events.IMPORT,
    )
