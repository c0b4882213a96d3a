"""The shipped staffing table as values. What it means is core.staffing.rules."""

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from core.staffing import rules
from core.tables import reading


@cache
def staffing_table() -> rules.StaffingTable:
    """Return the shipped table, its classes from the busiest down."""
    rows = reading.read("staffing")
    return rules.StaffingTable(
        classes=tuple(sorted(map(_class, rows["class"]), key=lambda row: row.intake_at_least, reverse=True)),
        norms={row["direction"]: _norm(row) for row in rows["norm"]},
        works=tuple(map(_work, rows["work"])),
        rates={row["key"]: _exact(row["default"]) for row in rows["rate"]},
        shrinkage=_exact(rows["shrinkage"]["share"]),
        mean_over_open_days=rows["settling"]["mean_over_open_days"],
        open_days_before_a_change=rows["settling"]["open_days_before_a_change"],
    )


def _exact(number: float) -> Fraction:
    # By its written form: 0.15 means fifteen hundredths, and an edge is never missed by a binary rounding.
    return Fraction(str(number))


def _class(row: Mapping[str, Any]) -> rules.StaffingClass:
    return rules.StaffingClass(row["name"], row["intake_at_least"], row["posts"], row.get("covered_by", {}))


def _norm(row: Mapping[str, Any]) -> rules.Norm:
    exact = _exact(row["per_person_day"])
    return rules.Norm(row["direction"], row["unit"], exact, least=row.get("least"), most=row.get("most"))


def _work(row: Mapping[str, Any]) -> rules.Work:
    return rules.Work(row["key"], row["direction"], _exact(row["per_order"]), tuple(row["rates"]))
