"""Slots, capacity, no-shows and the notices around a visit. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.calendar import rules as calendar_rules
from core.calendar.rules import Period, WorkCalendar


@dataclass(frozen=True)
class WorkKind:
    """A kind of work and how long it holds a bay.

    `needs_equipment` keeps it off the bays that take all kinds: only a bay that names it will do.
    """

    name: str
    duration: timedelta
    needs_equipment: bool = False


@dataclass(frozen=True)
class BayFacts:
    """A bay and the kinds of work it takes; none named means all."""

    id: int
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Busy:
    """A stretch in which a bay, and one technician, is taken."""

    bay_id: int
    period: Period


@dataclass(frozen=True)
class Slot:
    """A bay and a period that an owner may take; the bay is ours to change, the period is not."""

    kind: str
    bay_id: int
    start_at: datetime
    end_at: datetime

    @property
    def period(self) -> Period:
        """Return the slot's time as a period."""
        return Period(self.start_at, self.end_at)


@dataclass(frozen=True)
class Limits:
    """What besides a free bay bounds the workshop; None means no bound.

    `advisors` bounds the visits that start at the same time, `technicians` those in work at the same time.
    """

    walk_in_share: float = 0.0
    technicians: int | None = None
    advisors: int | None = None


@dataclass(frozen=True)
class Workshop:
    """All that slots are made from."""

    calendar: WorkCalendar
    bays: tuple[BayFacts, ...]
    grid: timedelta
    limits: Limits = Limits()


@dataclass(frozen=True)
class Notice:
    """One message around a visit and when it leaves; see core/tables/appointments.toml."""

    name: str
    at: str
    clock: time | None = None
    before: timedelta | None = None
    not_if_booked_within: timedelta | None = None


def fits(bay: BayFacts, *, kind: WorkKind) -> bool:
    """Tell whether the bay takes the work."""
    if not bay.kinds:
        return not kind.needs_equipment
    return kind.name in bay.kinds


def fitting_bays(workshop: Workshop, *, kind: WorkKind) -> tuple[BayFacts, ...]:
    """Return the bays for the work, the choosiest first so that the bays that take anything stay free."""
    bays = (bay for bay in workshop.bays if fits(bay, kind=kind))
    return tuple(sorted(bays, key=lambda bay: (not bay.kinds, len(bay.kinds), bay.id)))


def day_capacity(day: date, *, workshop: Workshop, kind: WorkKind) -> timedelta:
    """Return the bay time that may be sold on a date for that kind of work: bays x hours, less the walk-in share."""
    return _capacity(day, bays=len(fitting_bays(workshop, kind=kind)), workshop=workshop)


def total_capacity(day: date, *, workshop: Workshop) -> timedelta:
    """Return the same for all kinds of work together."""
    return _capacity(day, bays=len(workshop.bays), workshop=workshop)


def starts_on(day: date, *, workshop: Workshop, kind: WorkKind) -> Iterator[Period]:
    """Yield the periods on the grid in which the work can be begun and finished on that date.

    Work may span a break (the car stays in the bay) but not a night.
    """
    calendar = workshop.calendar
    for open_period in calendar_rules.working_periods(day, calendar=calendar):
        start = _on_grid(open_period.from_at, grid=workshop.grid, calendar=calendar)
        while start < open_period.until_at:
            end = calendar_rules.add_working_time(start, kind.duration, calendar=calendar)
            if _ends_on(end, day, calendar=calendar):
                yield Period(start, end)
            start += workshop.grid


def free_slots(
    *, workshop: Workshop, kind: WorkKind, period: Period, busy: Sequence[Busy], limit: int
) -> tuple[Slot, ...]:
    """Return the next free slots that start in `period`, one per start, earliest first, at most `limit`.

    `busy` must cover the whole of each date that `period` touches, else a day's capacity is counted short.
    """
    slots: list[Slot] = []
    by_day = _by_day(busy, calendar=workshop.calendar)
    for day in _dates(period, calendar=workshop.calendar):
        if len(slots) >= limit:
            break
        if not calendar_rules.is_open_day(day, calendar=workshop.calendar):
            continue
        slots += (
            slot
            for slot in day_slots(day, workshop=workshop, kind=kind, busy=by_day.get(day, ()))
            if period.from_at <= slot.start_at < period.until_at
        )
    return tuple(slots[:limit])


def day_slots(day: date, *, workshop: Workshop, kind: WorkKind, busy: Sequence[Busy]) -> Iterator[Slot]:
    """Yield the free slots of one date, one per start; `busy` is what is taken on that date."""
    if not has_capacity(day, workshop=workshop, kind=kind, busy=busy):
        return
    for period in starts_on(day, workshop=workshop, kind=kind):
        free = free_bays(period, workshop=workshop, kind=kind, busy=busy)
        if free:
            yield Slot(kind=kind.name, bay_id=free[0].id, start_at=period.from_at, end_at=period.until_at)


def has_capacity(day: date, *, workshop: Workshop, kind: WorkKind, busy: Iterable[Busy]) -> bool:
    """Tell whether one more of the work keeps the walk-in share of that date free."""
    bays = {bay.id for bay in fitting_bays(workshop, kind=kind)}
    sold = sum((taken.period.length for taken in busy if taken.bay_id in bays), timedelta(0))
    return sold + kind.duration <= day_capacity(day, workshop=workshop, kind=kind)


def free_bays(period: Period, *, workshop: Workshop, kind: WorkKind, busy: Iterable[Busy]) -> tuple[BayFacts, ...]:
    """Return the fitting bays that are free throughout the period, none when people are the bound."""
    clashing = [taken for taken in busy if taken.period.overlaps(period)]
    if _people_are_bound(period, clashing=clashing, limits=workshop.limits):
        return ()
    taken_bays = {taken.bay_id for taken in clashing}
    return tuple(bay for bay in fitting_bays(workshop, kind=kind) if bay.id not in taken_bays)


def is_bookable(slot: Slot, *, workshop: Workshop, kind: WorkKind, now: datetime, horizon: timedelta) -> bool:
    """Tell whether the slot lies ahead, inside the horizon, on the grid and inside the hours."""
    if not now < slot.start_at <= now + horizon:
        return False
    day = calendar_rules.local_date(slot.start_at, timezone=workshop.calendar.timezone)
    return slot.period in starts_on(day, workshop=workshop, kind=kind)


def is_no_show(*, start_at: datetime, after: timedelta, now: datetime) -> bool:
    """Tell whether a visit that has not arrived is to be marked as a no-show."""
    return now >= start_at + after


def notice_due_at(
    notice: Notice, *, booked_at: datetime, start_at: datetime, calendar: WorkCalendar
) -> datetime | None:
    """Return when the notice is to leave; None when it does not apply to this visit (booked too late for it)."""
    if notice.at == "BOOKED":
        return booked_at
    if notice.at not in _BEFORE_VISIT:
        return None
    due_at = _BEFORE_VISIT[notice.at](notice, start_at, calendar)
    margin = notice.not_if_booked_within or timedelta(0)
    return None if due_at - booked_at < margin else due_at


def preparation_days(today: date, *, working_days: int, calendar: WorkCalendar) -> tuple[date, ...]:
    """Return the working dates whose visits are made ready today. Source: SGMW operation centre handbook."""
    return calendar_rules.next_open_days(today, working_days, calendar=calendar)


def _day_before(notice: Notice, start_at: datetime, calendar: WorkCalendar) -> datetime:
    day = calendar_rules.local_date(start_at, timezone=calendar.timezone) - calendar_rules.ONE_DAY
    return calendar_rules.at_local(day, notice.clock or time(10), timezone=calendar.timezone)


def _before_start(notice: Notice, start_at: datetime, calendar: WorkCalendar) -> datetime:
    del calendar
    return start_at - (notice.before or timedelta(0))


_BEFORE_VISIT = {"DAY_BEFORE": _day_before, "BEFORE_START": _before_start}


def _capacity(day: date, *, bays: int, workshop: Workshop) -> timedelta:
    periods = calendar_rules.working_periods(day, calendar=workshop.calendar)
    hours = sum((period.length for period in periods), timedelta(0))
    return hours * bays * (1 - workshop.limits.walk_in_share)


def _people_are_bound(period: Period, *, clashing: Sequence[Busy], limits: Limits) -> bool:
    starting = sum(taken.period.from_at == period.from_at for taken in clashing)
    if limits.advisors is not None and starting >= limits.advisors:
        return True
    return limits.technicians is not None and len(clashing) >= limits.technicians


def _on_grid(moment: datetime, *, grid: timedelta, calendar: WorkCalendar) -> datetime:
    """Round up to the grid, counted on the dealer's wall: zones exist that are 15 minutes off the hour."""
    wall = moment.astimezone(calendar.timezone)
    since_midnight = timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second)
    return moment + (-since_midnight % grid)


def _ends_on(end: datetime, day: date, *, calendar: WorkCalendar) -> bool:
    """Tell whether work that ends then was done on that date; an end at midnight still is."""
    return calendar_rules.local_date(end - timedelta.resolution, timezone=calendar.timezone) == day


def _by_day(busy: Iterable[Busy], *, calendar: WorkCalendar) -> dict[date, list[Busy]]:
    """Sort what is taken by the local dates it touches: done once, or a busy month is read anew for each day."""
    by_day: dict[date, list[Busy]] = defaultdict(list)
    for taken in busy:
        for day in _dates(taken.period, calendar=calendar):
            by_day[day].append(taken)
    return by_day


def _dates(period: Period, *, calendar: WorkCalendar) -> Iterator[date]:
    day = calendar_rules.local_date(period.from_at, timezone=calendar.timezone)
    last = calendar_rules.local_date(period.until_at - timedelta.resolution, timezone=calendar.timezone)
    while day <= last:
        yield day
        day += calendar_rules.ONE_DAY
