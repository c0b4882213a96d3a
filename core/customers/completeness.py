"""What one file lacks, required or wanted, for whoever looks at it; lists read what `standing` has kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from core.customers import table
from core.customers.models import Customer

CUSTOMERS = """
SELECT NULL::bigint, {gaps} FROM core_customer c LEFT JOIN (
    SELECT bool_or(p.blocked_at IS NULL) AS is_reachable,
           (SELECT bool_and(a.is_granted) FROM core_consent a WHERE a.customer_id = ANY(%(files)s)) AS has_yes
    FROM core_contactpoint p WHERE p.customer_id = ANY(%(files)s)
) f ON true WHERE c.id = %(kept)s
"""
VEHICLES = """
SELECT v.id, {gaps} FROM core_vehicle v LEFT JOIN (
    SELECT DISTINCT vehicle_id, true AS is_held FROM core_ownership
    WHERE to_date IS NULL AND vehicle_id = ANY(%(vehicles)s)
) f ON f.vehicle_id = v.id WHERE v.id = ANY(%(vehicles)s) ORDER BY v.id
"""


@dataclass(frozen=True)
class Gap:
    """One thing that a file lacks; a car's says which car."""

    key: str
    is_required: bool
    vehicle_id: int | None


@dataclass(frozen=True)
class Completeness:
    """What a file lacks of what it should hold, and by when it was to be complete, where there was a visit."""

    gaps: tuple[Gap, ...]
    held: int
    expected: int
    due_date: date | None

    @property
    def is_complete(self) -> bool:
        """Nothing required is missing."""
        return not any(gap.is_required for gap in self.gaps)


def of_customer(customer: Customer, *, files: Collection[int], vehicle_ids: Collection[int]) -> Completeness:
    """Return what a person's file lacks, with that of the cars they hold: two queries."""
    values: dict[str, int | list[int]] = {"kept": customer.pk, "files": list(files), "vehicles": list(vehicle_ids)}
    gaps = [*_gaps(CUSTOMERS, table.CUSTOMER, values), *_gaps(VEHICLES, table.VEHICLE, values)]
    expected = _expected(table.CUSTOMER) + _expected(table.VEHICLE) * len(vehicle_ids)
    return _completeness(gaps, expected=expected, last_visit_date=customer.last_visit_date)


def of_vehicle(vehicle_id: int, *, last_visit_date: date | None) -> Completeness:
    """Return what a car's file lacks: one query."""
    gaps = _gaps(VEHICLES, table.VEHICLE, {"vehicles": [vehicle_id]})
    return _completeness(gaps, expected=_expected(table.VEHICLE), last_visit_date=last_visit_date)


def _completeness(gaps: list[Gap], *, expected: int, last_visit_date: date | None) -> Completeness:
    due_days = timedelta(days=table.figures()["due_days"])
    return Completeness(
        gaps=tuple(gaps),
        held=expected - len(gaps),
        expected=expected,
        due_date=last_visit_date + due_days if last_visit_date else None,
    )


def _expected(subject: str) -> int:
    return sum(row.subject == subject for row in table.fields())


def _gaps(statement: str, subject: str, values: Mapping[str, int | list[int]]) -> list[Gap]:
    rows = [row for row in table.fields() if row.subject == subject]
    columns = ", ".join(f"NOT ({row.present})" for row in rows)
    with connection.cursor() as cursor:
        cursor.execute(statement.format(gaps=columns), values)
        found = cursor.fetchall()
    return [
        Gap(key=row.key, is_required=row.level == table.REQUIRED, vehicle_id=vehicle_id)
        for vehicle_id, *lacks in found
        for row, is_missing in zip(rows, lacks, strict=True)
        if is_missing
    ]
