"""The dealer's calendar as it stands: own hours, own exceptions, public holidays, make-up days."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from core.calendar import hours, public_holidays, rules
from core.calendar.models import CalendarDay, DealerSettings
from core.calendar.public_holidays import PublicHolidays
from core.calendar.rules import Hours, WorkCalendar
from tenants.scope import DealerRef


class DealerNotSetUp(Exception):
    """The dealer has no settings row: it was opened without its defaults."""


def dealer_settings() -> DealerSettings:
    """Return the settings row of the dealer in scope. Raises: DealerNotSetUp."""
    row = DealerSettings.objects.filter(id=1).first()
    if row is None:
        raise DealerNotSetUp
    return row


def currency() -> str:
    """Return the dealer's currency by its three letters; empty where none is set."""
    return DealerSettings.objects.filter(id=1).values_list("currency", flat=True).first() or ""


def calendar_of(dealer: DealerRef, *, now: datetime) -> WorkCalendar:
    """Return the calendar of the dealer in scope, good for last year, this one and the next.

    Two queries; holidays are computed once per country and year in each process.
    Raises: DealerNotSetUp.
    """
    return calendar_from(dealer_settings(), dealer=dealer, now=now)


def calendar_from(settings: DealerSettings, *, dealer: DealerRef, now: datetime) -> WorkCalendar:
    """Return the same where the settings row is at hand."""
    timezone = ZoneInfo(dealer.timezone)
    weekly = hours.read_week(settings.weekly_hours)
    this_year = rules.local_date(now, timezone=timezone).year
    years = (this_year - 1, this_year, this_year + 1)
    public = _public(dealer.country, years=years) if settings.keeps_public_holidays else _NONE
    own = CalendarDay.objects.filter(date__year__gte=years[0], date__year__lte=years[-1])
    return combine(timezone=timezone, weekly=weekly, public=public, own=own)


def combine(
    *, timezone: ZoneInfo, weekly: Mapping[int, Hours], public: PublicHolidays, own: Iterable[CalendarDay]
) -> WorkCalendar:
    """Return one calendar of all of them: the dealer's own days beat the country's, those beat the week."""
    days = list(own)
    usual = rules.usual_hours(weekly)
    # A make-up day that is a usual working day keeps its hours.
    extra = {day: usual for day in public.worked if usual and not weekly.get(day.weekday())}
    closed_by_dealer = {day.date for day in days if not day.is_open}
    opened = {day.date: hours.read_hours(day.hours, where=str(day.date)) or usual for day in days if day.is_open}
    kept = {day: worked for day, worked in extra.items() if day not in closed_by_dealer}
    return WorkCalendar(timezone, weekly, public.off | closed_by_dealer, {**kept, **opened})


@transaction.atomic
def set_weekly_hours(data: hours.WeekData) -> None:
    """Replace the dealer's opening hours. Raises: HoursUnreadable, also for a week that never opens; DealerNotSetUp."""
    week = hours.read_week(data)
    if not any(week.values()):
        # Clocks run in working time: without any, no complaint could be given a term.
        raise hours.HoursUnreadable("a week without any open hour")
    if not DealerSettings.objects.filter(id=1).update(weekly_hours=hours.write_week(week)):
        raise DealerNotSetUp


@transaction.atomic
def set_day(*, day: date, periods: hours.DayData, name: str) -> None:
    """Give a date its own hours; without any it is closed. Raises: HoursUnreadable."""
    read = hours.read_hours(periods, where=str(day))
    CalendarDay.objects.update_or_create(
        date=day, defaults={"is_open": bool(read), "hours": hours.write_hours(read), "name": name}
    )


@transaction.atomic
def clear_day(*, day: date) -> None:
    """Give a date back to the week and the country's holidays."""
    CalendarDay.objects.filter(date=day).delete()


_NONE = PublicHolidays(frozenset(), frozenset())


def _public(country: str, *, years: Iterable[int]) -> PublicHolidays:
    found = [public_holidays.of_year(country, year) for year in years]
    return PublicHolidays(
        off=frozenset().union(*(year.off for year in found)),
        worked=frozenset().union(*(year.worked for year in found)),
    )
