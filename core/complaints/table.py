"""The shipped complaint table as values; see core/tables/complaints.toml."""

from functools import cache
from typing import Any

from core.complaints.ladder import ClockRule, Ladder, Level, Signal
from core.tables import reading


@cache
def ladder() -> Ladder:
    """Return the shipped ladder."""
    data = reading.read("complaints")
    return Ladder(
        levels=tuple(Level(row["number"], row["role"], row.get("task_role", row["role"])) for row in data["level"]),
        clocks=tuple(_clock(row) for row in data["clock"]),
        signals=tuple(Signal(row["name"], row["level"], tuple(row["words"])) for row in data["signal"]),
        repeat_from=data["repeat_from"],
        repeat_within_days=data["repeat_within_days"],
    )


@cache
def categories() -> tuple[str, ...]:
    """Return the names of the categories, in the order in which they are offered."""
    return tuple(row["name"] for row in reading.read("complaints")["category"])


@cache
def parts() -> tuple[str, ...]:
    """Return the names of the parts that are tracked."""
    return tuple(row["name"] for row in reading.read("complaints")["part"])


@cache
def for_manufacturer() -> frozenset[str]:
    """Return the categories that flow to the manufacturer."""
    return frozenset(row["name"] for row in reading.read("complaints")["category"] if row.get("to_manufacturer"))


def _clock(row: dict[str, Any]) -> ClockRule:
    return ClockRule(
        name=row["name"],
        starts=row["starts"],
        working_days=None if row.get("same_day") else row["working_days"],
        stopped_by=frozenset(row["stopped_by"]),
        stopped_at_level=row.get("stopped_at_level"),
    )
