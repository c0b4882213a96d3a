"""Lists over the files as plain objects, for the terminal and for programs that read its JSON."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date

from core.repair_orders import queries
from core.vehicles import queries as vehicles
from core.vehicles import rules

Found = dict[str, object]


def _lapsed(as_of_date: date, days: int | None) -> Found:
    days = rules.LAPSED_AFTER_DAYS if days is None else days
    cars = vehicles.lapsed_vehicles(as_of_date=as_of_date, days=days)
    return {"days": days, "lapsed": len(cars), "vehicles": [asdict(car) for car in cars]}


def _closed(as_of_date: date, days: int | None) -> Found:
    days = queries.FOLLOW_UP_DAYS if days is None else days
    orders = queries.closed_orders(as_of_date=as_of_date, days=days)
    consenting = sum(order.is_consenting for order in orders)
    rows = [asdict(order) for order in orders]
    return {"days": days, "closed": len(orders), "consenting": consenting, "repair_orders": rows}


def _owners(_as_of_date: date, _days: int | None) -> Found:
    return {"current_owner_phones": vehicles.present_owner_phones()}


def _intake(as_of_date: date, days: int | None) -> Found:
    days = queries.INTAKE_DAYS if days is None else days
    intake = queries.intake(as_of_date=as_of_date, days=days)
    return {"open_days": intake.open_days, "mean_daily_intake": intake.mean, "max_daily_intake": intake.most}


LISTS: Mapping[str, Callable[[date, int | None], Found]] = {
    "closed": _closed,
    "intake": _intake,
    "lapsed": _lapsed,
    "owners": _owners,
}


def listed(name: str, *, as_of_date: date, days: int | None = None) -> Found:
    """Return one of the lists with its figures."""
    return {"list": name, "as_of_date": as_of_date, **LISTS[name](as_of_date, days)}


def table(found: Found) -> str:
    """Return a list as text: its figures, then its rows."""
    figures = [f"{name:24} {value}" for name, value in found.items() if not isinstance(value, list)]
    rows = next((value for value in found.values() if isinstance(value, list)), [])
    return "\n".join([*figures, *("  ".join(str(cell) for cell in row.values()) for row in rows)])
