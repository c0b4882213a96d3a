"""Small helpers around statements of the merge: run, count, and note down what was made."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

# Ids created by one import, a thousand a row: enough to roll it back, and a hundred rows for a year's file.
NOTE_MADE = """
WITH made AS ({insert} RETURNING id), numbered AS (SELECT id, (row_number() OVER () - 1) / 1000 AS part FROM made),
noted AS (
    INSERT INTO core_importchange (run_id, subject_kind, subject_id, before, after)
    SELECT %(run)s, '{kind}', min(id), NULL, jsonb_build_object('ids', jsonb_agg(id)) FROM numbered GROUP BY part
)
SELECT count(*) FROM made
"""

Values = Mapping[str, Any]


def run(statement: str, values: Values | None = None) -> int:
    """Run a statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        touched: int = cursor.rowcount
    return touched


def row(statement: str, values: Values | None = None) -> tuple[int, ...]:
    """Run a query and return its one row of figures."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchone()
    return tuple(int(figure or 0) for figure in found or ())


def pairs(statement: str, values: Values | None = None) -> dict[str, int]:
    """Run a query of names with figures."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {name: int(figure) for name, figure in cursor.fetchall()}


def texts(statement: str, values: Values | None = None) -> list[tuple[object, ...]]:
    """Run a query and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def insert_noted(insert: str, values: Values, *, kind: str) -> int:
    """Run an INSERT and note the ids it made, so that the import can be rolled back."""
    return row(NOTE_MADE.format(insert=insert, kind=kind), values)[0]
