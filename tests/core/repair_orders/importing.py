"""Imports small exports in tests, in whatever dealer's scope holds."""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime

from django.db import connection

from core.repair_orders.imports import runs
from core.repair_orders.imports.merge import Counts
from tests.core.repair_orders import exports

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
AS_OF = date(2026, 11, 20)


def import_rows(*rows: Sequence[str], now: datetime = NOW) -> Counts:
    """Import rows as a Chinese export, and return what came of it."""
    return import_file(exports.text_file(rows), now=now).counts


def import_file(stream: io.BytesIO, *, now: datetime = NOW) -> runs.Outcome:
    return runs.start_import(stream, file_name="export.csv", as_of_date=AS_OF, now=now, actor="clara")


def local(day: str, clock: str = "09:30") -> str:
    """Return a moment as the Chinese dialect writes it."""
    return f"{day.replace('-', '/')} {clock}"


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of every table that an import writes, but the record of runs."""
    tables = (
        "core_customer",
        "core_contactpoint",
        "core_consent",
        "core_vehicle",
        "core_ownership",
        "core_repairorder",
        "core_repairorderline",
        "core_serviceadvisor",
        "core_fieldchange",
        "core_mergesuggestion",
        "core_importrow",
        "core_importchange",
    )
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")  # noqa: S608 - names from the list above
            found[table] = cursor.fetchall()
        cursor.execute("SELECT * FROM core_event WHERE kind LIKE 'repair_order%' ORDER BY id")
        found["core_event"] = cursor.fetchall()
    return found
