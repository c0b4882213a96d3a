"""Working time: opening hours in the dealer's zone, holidays, make-up working days.

Pure. Where the hours and the holidays come from is `core.calendar.operations`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from statistics import multimode
from zoneinfo import ZoneInfo

Hours = tuple[tuple[time, time], ...]

MIDNIGHT = time(0)
ONE_DAY = timedelta(days=1)
# No dealership stays shut for longer than this; a calendar that does is misconfigured, and the search must end.
LONGEST_CLOSURE = timedelta(days=120)


class NeverOpen(Exception):
    """The calendar has no working hours to count in."""


@dataclass(frozen=True)
class WorkCalendar:
    """Weekly hours (Monday is 0) with the dates that differ from them.

    A period that ends at 00:00 ends at the end of its day. A date in `open_extra` beats one in `closed`.
    """

    timezone: ZoneInfo
    weekly: Mapping[int, Hours]
    closed: frozenset[date] = frozenset()
    open_extra: Mapping[date, Hours] = field(default_factory=dict)


@dataclass(frozen=True)
class Period:
    """A half-open stretch of time in UTC."""

    from_at: datetime
    until_at: datetime

    @property
    def length(self) -> timedelta:
        """Return how long the period lasts."""
        return self.until_at - self.from_at

    def overlaps(self, other: "Period") -> bool:
        """Tell whether both periods share a moment."""
        return self.from_at < other.until_at and other.from_at < self.until_at


def at_local(day: date, clock: time, *, timezone: ZoneInfo) -> datetime:
    """Turn a wall time of the dealer into UTC.

    A wall time that a clock change skips counts with the offset before it, one that comes twice is the first.
    Source: RFC 5545, section 3.3.5.
    """
    return datetime.combine(day, clock.replace(fold=0), tzinfo=timezone).astimezone(UTC)


def local_date(moment: datetime, *, timezone: ZoneInfo) -> date:
    """Return the date on the dealer's wall at that moment."""
    return moment.astimezone(timezone).date()


def dates_period(first: date, last: date, *, timezone: ZoneInfo) -> Period:
    """Return the time from the first date's midnight to the last one's."""
    return Period(at_local(first, MIDNIGHT, timezone=timezone), at_local(last + ONE_DAY, MIDNIGHT, timezone=timezone))


def hours_on(day: date, *, calendar: WorkCalendar) -> Hours:
    """Return the opening hours of a date, empty when closed."""
    extra = calendar.open_extra.get(day)
    if extra is not None:
        return extra
    if day in calendar.closed:
        return ()
    return calendar.weekly.get(day.weekday(), ())


def usual_hours(weekly: Mapping[int, Hours]) -> Hours:
    """Return the hours that most weekdays have: what a day worked in exchange is worked."""
    counted = Counter(periods for periods in weekly.values() if periods)
    return counted.most_common(1)[0][0] if counted else ()


def is_open_day(day: date, *, calendar: WorkCalendar) -> bool:
    """Tell whether the dealer works on that date at all."""
    return bool(hours_on(day, calendar=calendar))


def working_periods(day: date, *, calendar: WorkCalendar) -> tuple[Period, ...]:
    """Return the working periods of a date in UTC, in order; a break splits a day in two."""
    zone = calendar.timezone
    periods = (
        Period(
            at_local(day, opens, timezone=zone),
            at_local(day + ONE_DAY if closes == MIDNIGHT else day, closes, timezone=zone),
        )
        for opens, closes in sorted(hours_on(day, calendar=calendar))
    )
    # A clock change can swallow a whole short period; its end then lies before its start.
    return tuple(period for period in periods if period.from_at < period.until_at)


def is_open_at(moment: datetime, *, calendar: WorkCalendar) -> bool:
    """Tell whether the dealer is at work at that moment."""
    today = local_date(moment, timezone=calendar.timezone)
    return any(p.from_at <= moment < p.until_at for p in working_periods(today, calendar=calendar))


def next_open_day(after: date, *, calendar: WorkCalendar) -> date:
    """Return the first working date later than `after`.

    Raises: NeverOpen when there is none.
    """
    return next(_open_days(after + ONE_DAY, calendar=calendar))


def next_open_days(after: date, count: int, *, calendar: WorkCalendar) -> tuple[date, ...]:
    """Return the next `count` working dates later than `after`."""
    days: list[date] = []
    for _ in range(count):
        days.append(next_open_day(days[-1] if days else after, calendar=calendar))
    return tuple(days)


def next_working_moment(start: datetime, *, calendar: WorkCalendar) -> datetime:
    """Return the first moment at or after `start` at which the dealer works."""
    return max(start, next(_periods_from(start, calendar=calendar)).from_at)


def add_working_time(start: datetime, amount: timedelta, *, calendar: WorkCalendar) -> datetime:
    """Return the moment by which `amount` of working time has passed since `start`.

    An amount that fits a day exactly ends at that day's closing, not at the next opening.
    Raises: NeverOpen when the calendar has no hours; ValueError when the amount is negative.
    """
    if amount < timedelta(0):
        raise ValueError("working time can't be added backwards")
    left = amount
    for period in _periods_from(start, calendar=calendar):
        begin = max(start, period.from_at)
        if left <= period.until_at - begin:
            return begin + left
        left -= period.until_at - begin
    raise NeverOpen


def working_time_between(from_at: datetime, until_at: datetime, *, calendar: WorkCalendar) -> timedelta:
    """Return how much working time lies in [from_at, until_at)."""
    day = local_date(from_at, timezone=calendar.timezone)
    last = local_date(until_at, timezone=calendar.timezone)
    total = timedelta(0)
    while day <= last:
        for period in working_periods(day, calendar=calendar):
            shared = min(period.until_at, until_at) - max(period.from_at, from_at)
            total += max(shared, timedelta(0))
        day += ONE_DAY
    return total


def working_day_length(calendar: WorkCalendar) -> timedelta:
    """Return how long this dealer's usual working day is, breaks left out.

    The length most weekdays have; of two equally usual ones the longer. Raises: NeverOpen.
    """
    lengths = [_length(hours) for hours in calendar.weekly.values() if hours]
    if not lengths:
        raise NeverOpen
    return max(multimode(lengths))


def working_days(count: float, *, calendar: WorkCalendar) -> timedelta:
    """Return that many of the dealer's usual working days as working time; half a day is 0.5."""
    return working_day_length(calendar) * count


def _length(hours: Hours) -> timedelta:
    """Return the wall time of a day's hours."""
    return sum((_since_midnight(closes) or ONE_DAY for _, closes in hours), timedelta(0)) - sum(
        (_since_midnight(opens) for opens, _ in hours), timedelta(0)
    )


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)


def _open_days(first: date, *, calendar: WorkCalendar) -> Iterator[date]:
    """Yield working dates from `first` on. Raises: NeverOpen after too long a closure."""
    seen = day = first
    while day - seen <= LONGEST_CLOSURE:
        if is_open_day(day, calendar=calendar):
            seen = day
            yield day
        day += ONE_DAY
    raise NeverOpen


def _periods_from(start: datetime, *, calendar: WorkCalendar) -> Iterator[Period]:
    """Yield working periods that end after `start`, in order."""
    first = local_date(start, timezone=calendar.timezone)
    for day in _open_days(first, calendar=calendar):
        for period in working_periods(day, calendar=calendar):
            if period.until_at > start:
                yield period
