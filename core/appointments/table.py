"""The shipped appointment table as values; see core/tables/appointments.toml."""

from dataclasses import dataclass
from datetime import time, timedelta
from functools import cache
from typing import Any

from core.appointments.rules import Notice, WorkKind
from core.tables import reading


@dataclass(frozen=True)
class AppointmentTable:
    """What the workshop sells and what an owner hears around a visit."""

    grid: timedelta
    no_show_after: timedelta
    walk_in_share: float
    horizon: timedelta
    kinds: dict[str, WorkKind]
    notices: tuple[Notice, ...]
    preparation_clock: time
    preparation_days: int


@cache
def shipped() -> AppointmentTable:
    """Return the shipped table."""
    data = reading.read("appointments")
    return AppointmentTable(
        grid=timedelta(minutes=data["grid_minutes"]),
        no_show_after=timedelta(minutes=data["no_show_after_minutes"]),
        walk_in_share=data["walk_in_percent"] / 100,
        horizon=timedelta(days=data["horizon_days"]),
        kinds={row["name"]: _kind(row) for row in data["kind"]},
        notices=tuple(_notice(row) for row in data["notice"]),
        preparation_clock=time.fromisoformat(data["preparation"]["clock"]),
        preparation_days=data["preparation"]["working_days"],
    )


def _kind(row: dict[str, Any]) -> WorkKind:
    return WorkKind(
        name=row["name"],
        duration=timedelta(minutes=row["minutes"]),
        needs_equipment=row.get("needs_equipment", False),
    )


def _notice(row: dict[str, Any]) -> Notice:
    return Notice(
        name=row["name"],
        at=row["at"],
        clock=time.fromisoformat(row["clock"]) if "clock" in row else None,
        before=_minutes(row, "minutes"),
        not_if_booked_within=_minutes(row, "not_if_booked_within_minutes"),
    )


def _minutes(row: dict[str, Any], key: str) -> timedelta | None:
    return timedelta(minutes=row[key]) if key in row else None
