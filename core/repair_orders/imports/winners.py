"""Differences between the dealer's system and the file: who wins, per field, and the history of it."""

from core.repair_orders.imports import sql
from core.tables import reading

CREATE = """
CREATE TEMPORARY TABLE stage_difference (
    subject_kind text, subject_id bigint, field text, before text, after text
) ON COMMIT DROP
"""
# What a person wrote last stays, where the table of winners says so.
YIELD_TO_PERSONS = """
DELETE FROM stage_difference d WHERE (d.subject_kind || '.' || d.field) = ANY(%(persons)s) AND 'PERSON' = (
    SELECT f.source FROM core_fieldchange f
    WHERE f.subject_kind = d.subject_kind AND f.subject_id = d.subject_id AND f.field = d.field
    ORDER BY f.at DESC, f.id DESC LIMIT 1
)
"""
HISTORY = """
INSERT INTO core_fieldchange (subject_kind, subject_id, field, before, after, source, actor, at)
SELECT subject_kind, subject_id, field, before, after, 'IMPORT', %(actor)s, %(now)s FROM stage_difference
"""
NOTE = """
INSERT INTO core_importchange (run_id, subject_kind, subject_id, before, after)
SELECT %(run)s, subject_kind, subject_id, jsonb_object_agg(field, before), jsonb_object_agg(field, after)
FROM stage_difference GROUP BY subject_kind, subject_id
"""


def persons_fields() -> list[str]:
    """Return the fields, as `customer.address`, in which a person's edit stays."""
    tables = _winners()
    return [f"{subject}.{field}" for subject in tables for field in _won_by("PERSON", tables[subject])]


def systems_fields(subject: str) -> list[str]:
    """Return the fields of a customer or a vehicle in which an import overwrites what a person wrote."""
    return _won_by("DMS", _winners()[subject])


def settle(values: sql.Values) -> None:
    """Drop the differences that a person's edit outweighs; note the others in the files' history."""
    sql.run(YIELD_TO_PERSONS, {"persons": persons_fields()})
    sql.run(HISTORY, values)
    sql.run(NOTE, values)


def _winners() -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = reading.read("field_winners")
    return tables


def _won_by(side: str, fields: dict[str, str]) -> list[str]:
    return [field for field, winner in fields.items() if winner == side]
