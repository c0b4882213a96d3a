"""A year's days that differ from the usual week: the country's and the dealer's own, for people to look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.calendar import hours, public_holidays, rules
from core.calendar.models import CalendarDay, DealerSettings
from core.calendar.rules import Hours


class Source(StrEnum):
    """Whose word it is that a day differs; a dealer's own goes before the country's."""

    PUBLIC = "PUBLIC"
    MAKE_UP = "MAKE_UP"
    OWN = "OWN"


@dataclass(frozen=True)
class Day:
    """One day that differs. Without hours it is closed; `id` names a day of the dealer's own."""

    date: date
    source: Source
    is_open: bool
    hours: list[list[str]]
    name: str
    id: int | None = None


def days_of_year(settings: DealerSettings, *, country: str, year: int, language: str) -> list[Day]:
    """Return the days of a year that differ, in order, named in that language where they can be; one query."""
    days: Mapping[date, Day] = {}
    if settings.keeps_public_holidays:
        days = _countrys(country, year=year, usual=_usual(settings), language=language)
    own = {row.date: _own(row) for row in CalendarDay.objects.filter(date__year=year)}
    return [day for _, day in sorted({**days, **own}.items())]


def _countrys(country: str, *, year: int, usual: Hours, language: str) -> Mapping[date, Day]:
    found = public_holidays.of_year(country, year)
    names = public_holidays.names_of_year(country, year, language=language)
    off = {day: Day(day, Source.PUBLIC, is_open=False, hours=[], name=names.get(day, "")) for day in found.off}
    worked = {
        day: Day(day, Source.MAKE_UP, is_open=True, hours=hours.write_hours(usual), name=names.get(day, ""))
        for day in found.worked
    }
    return {**off, **worked}


def _usual(settings: DealerSettings) -> Hours:
    return rules.usual_hours(hours.read_week(settings.weekly_hours))


def _own(row: CalendarDay) -> Day:
    return Day(row.date, Source.OWN, is_open=row.is_open, hours=row.hours, name=row.name, id=row.pk)
