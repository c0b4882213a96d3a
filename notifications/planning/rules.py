"""When a vehicle is due, when a notice leaves, who has stayed away. Pure.

The same rules stand as SQL in populations.py, where they run over all vehicles at once; a test
holds the two together.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from statistics import median

from notifications.planning.kinds import Touch

FARTHEST_DAYS = 3650
"""A car that hardly moves is due by its months; no prediction reaches farther than ten years."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A repair order as planning sees it."""

    opened_date: date
    odometer_km: int | None = None
    is_maintenance: bool = False


@dataclass(frozen=True, kw_only=True)
class Interval:
    """How often a model wants maintenance: whichever comes first."""

    months: int
    km: int


@dataclass(frozen=True, kw_only=True)
class MaintenanceDue:
    """The day a maintenance is due, and which of the two intervals ends then."""

    due_date: date
    by_odometer: bool


def maintenance_due(
    visits: Sequence[Visit], *, interval: Interval, model_km_per_day: float | None, least_days: int
) -> MaintenanceDue | None:
    """This function will return the earlier of the interval's end in months and in kilometres.

    None where no maintenance is on record: nothing can be counted from.
    Source: messaging plan of the centre, see reminder_kinds.toml.
    """
    last = max((visit.opened_date for visit in visits if visit.is_maintenance), default=None)
    if last is None:
        return None
    by_months = add_months(last, interval.months)
    by_km = _reached_on(visits, last, interval.km, model_km_per_day, least_days)
    if by_km is None or by_km >= by_months:
        return MaintenanceDue(due_date=by_months, by_odometer=False)
    return MaintenanceDue(due_date=by_km, by_odometer=True)


def km_per_day(visits: Iterable[Visit], *, least_days: int) -> float | None:
    """This function will return how far a car goes a day, by its own readings.

    None where they span too few days or do not rise; the model's median stands in then.
    """
    read = [visit for visit in visits if visit.odometer_km is not None]
    if not read:
        return None
    days = (max(visit.opened_date for visit in read) - min(visit.opened_date for visit in read)).days
    readings = [visit.odometer_km or 0 for visit in read]
    driven_km = max(readings) - min(readings)
    if days < least_days or driven_km <= 0:
        return None
    return driven_km / days


def model_rate(rates: Iterable[float | None]) -> float | None:
    """This function will return the median of a model's cars whose rate is known."""
    known = [rate for rate in rates if rate is not None]
    return median(known) if known else None


def add_months(day: date, months: int) -> date:
    """This function will return the same day so many months on, the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def touch_on(today: date, *, anchor: date, touches: Sequence[Touch]) -> Touch | None:
    """This function will return the one attempt that is open today, counted from the anchor day."""
    days = (today - anchor).days
    return next((touch for touch in touches if touch.from_day <= days < touch.until_day), None)


def is_lapsed(last_seen: date, *, today: date, touch: Touch) -> bool:
    """This function will say whether the last visit is as long ago as the lapsed list asks."""
    return touch.from_day <= (today - last_seen).days < touch.until_day


def _reached_on(
    visits: Sequence[Visit], last: date, interval_km: int, model_km_per_day: float | None, least_days: int
) -> date | None:
    """The day the odometer is predicted to have gone the interval since the last maintenance."""
    at_last = [
        visit.odometer_km
        for visit in visits
        if visit.is_maintenance and visit.opened_date == last and visit.odometer_km is not None
    ]
    rate = km_per_day(visits, least_days=least_days) or model_km_per_day
    if not at_last or not rate:
        return None
    read = [visit for visit in visits if visit.odometer_km is not None]
    newest = max(visit.opened_date for visit in read)
    left_km = max(at_last) + interval_km - max(visit.odometer_km or 0 for visit in read)
    return newest + timedelta(days=min(max(ceil(left_km / rate), 0), FARTHEST_DAYS))
