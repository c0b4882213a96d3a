"""How opening hours are written down: {"0": [["08:30", "12:00"], ["13:30", "18:00"]], ...}. Pure.

The form is what the settings row and the API hold, Monday being "0"; the rules work on `rules.Hours`.
"""

from collections.abc import Mapping, Sequence
from datetime import time
from itertools import pairwise

from core.calendar import rules

WEEKDAYS = ("0", "1", "2", "3", "4", "5", "6")

DayData = Sequence[Sequence[str]]
WeekData = Mapping[str, DayData]


class HoursUnreadable(ValueError):
    """The opening hours are not what the form asks for; the message says where."""


def read_week(data: WeekData) -> dict[int, rules.Hours]:
    """Return the weekly hours by weekday number, Monday 0. Raises: HoursUnreadable."""
    unknown = set(data) - set(WEEKDAYS)
    if unknown:
        raise HoursUnreadable(f"not a weekday: {sorted(unknown)[0]}")
    return {int(day): read_hours(data.get(day, ()), where=day) for day in WEEKDAYS}


def read_hours(periods: DayData, *, where: str) -> rules.Hours:
    """Return one day's hours in order. Raises: HoursUnreadable when they overlap, run backwards or aren't times."""
    hours = tuple(sorted(_read_period(period, where=where) for period in periods))
    for (_, closes), (opens, _) in pairwise(hours):
        if closes == rules.MIDNIGHT or opens < closes:
            raise HoursUnreadable(f"{where}: periods overlap")
    return hours


def write_week(weekly: Mapping[int, rules.Hours]) -> dict[str, list[list[str]]]:
    """Return weekly hours in the written form, days without hours left out."""
    return {str(number): write_hours(hours) for number, hours in sorted(weekly.items()) if hours}


def write_hours(hours: rules.Hours) -> list[list[str]]:
    """Return one day's hours in the written form."""
    return [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in hours]


def _read_period(period: Sequence[str], *, where: str) -> tuple[time, time]:
    try:
        opens, closes = (_read_clock(clock) for clock in period)
    except (TypeError, ValueError) as error:
        raise HoursUnreadable(f"{where}: not a pair of times") from error
    if closes != rules.MIDNIGHT and closes <= opens:
        raise HoursUnreadable(f"{where}: closes before it opens")
    return opens, closes


def _read_clock(clock: str) -> time:
    return rules.MIDNIGHT if clock == "24:00" else time.fromisoformat(clock)
