"""Reading appointments: what is taken, the day's board, the preparation list, the master list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Min, QuerySet

from core.appointments import rules, table
from core.appointments.models import Appointment, Bay
from core.appointments.rules import BayFacts, Busy, Limits, Workshop
from core.calendar import operations as calendar_operations
from core.calendar import rules as calendar_rules
from core.calendar.rules import Period
from tenants.scope import current_dealer

# States in which a visit holds its bay; the exclusion constraint names the same.
HOLDING = (Appointment.State.BOOKED, Appointment.State.CONFIRMED, Appointment.State.ARRIVED)
AHEAD = (Appointment.State.BOOKED, Appointment.State.CONFIRMED)


@dataclass(frozen=True)
class DayBoard:
    """One day of the workshop: its bays, the visits on them, and what may still be sold."""

    day: date
    bays: tuple[Bay, ...]
    appointments: tuple[Appointment, ...]
    open_periods: tuple[Period, ...]
    sold: timedelta
    capacity: timedelta


def workshop(*, now: datetime) -> Workshop:
    """Return what slots are made from, in three queries."""
    dealer, settings = current_dealer(), calendar_operations.dealer_settings()
    bays = Bay.objects.filter(is_active=True, is_walk_in=False).order_by("id")
    return Workshop(
        calendar=calendar_operations.calendar_from(settings, dealer=dealer, now=now),
        bays=tuple(BayFacts(bay.id, frozenset(bay.kinds)) for bay in bays),
        grid=timedelta(minutes=settings.slot_minutes),
        limits=Limits(float(settings.walk_in_share), settings.technicians, settings.advisors),
    )


def busy_between(period: Period, *, timezone: ZoneInfo, but: int = 0) -> tuple[Busy, ...]:
    """Return what is taken on the dates the period touches; `but` leaves out one appointment, to move it."""
    whole = whole_days(period, timezone=timezone)
    # Work never spans a night, so the start alone finds all of a day's visits; it is what the index is on.
    found = Appointment.objects.filter(
        state__in=HOLDING, starts_at__gte=whole.from_at, starts_at__lt=whole.until_at
    ).exclude(id=but)
    return tuple(
        Busy(bay_id, Period(starts_at, ends_at))
        for bay_id, starts_at, ends_at in found.values_list("bay_id", "starts_at", "ends_at")
    )


def whole_days(period: Period, *, timezone: ZoneInfo) -> Period:
    """Return the period stretched to whole local dates."""
    first = calendar_rules.local_date(period.from_at, timezone=timezone)
    last = calendar_rules.local_date(period.until_at - timedelta.resolution, timezone=timezone)
    return calendar_rules.dates_period(first, last, timezone=timezone)


def master_list(day: date, *, timezone: ZoneInfo) -> QuerySet[Appointment]:
    """Return all visits of a date in the order of their times, with what a list shows of each."""
    period = calendar_rules.dates_period(day, day, timezone=timezone)
    return _shown().filter(starts_at__gte=period.from_at, starts_at__lt=period.until_at).order_by("starts_at", "id")


def day_board(day: date, *, now: datetime) -> DayBoard:
    """Return the board of a date in a constant number of queries."""
    shop = workshop(now=now)
    bays = tuple(Bay.objects.filter(is_active=True).order_by("id"))
    visits = tuple(master_list(day, timezone=shop.calendar.timezone))
    periods = calendar_rules.working_periods(day, calendar=shop.calendar)
    return DayBoard(
        day=day,
        bays=bays,
        appointments=visits,
        open_periods=periods,
        sold=_held(visits),
        capacity=rules.total_capacity(day, workshop=shop),
    )


def preparation_list(*, today: date, now: datetime) -> QuerySet[Appointment]:
    """Return the visits of the next two working days, for which parts and people are made ready.

    Source: SGMW operation centre handbook, at 16:00 each day.
    """
    calendar = calendar_operations.calendar_of(current_dealer(), now=now)
    days = rules.preparation_days(today, working_days=table.shipped().preparation_days, calendar=calendar)
    period = calendar_rules.dates_period(days[0], days[-1], timezone=calendar.timezone)
    ahead = _shown().filter(state__in=AHEAD, starts_at__gte=period.from_at, starts_at__lt=period.until_at)
    return ahead.order_by("starts_at", "id")


def next_no_show_at() -> datetime | None:
    """Return when the next visit will be marked as a no-show unless it arrives; None when none is ahead."""
    first: datetime | None = Appointment.objects.filter(state__in=AHEAD).aggregate(first=Min("starts_at"))["first"]
    return first + table.shipped().no_show_after if first else None


def _shown() -> QuerySet[Appointment]:
    return Appointment.objects.select_related("customer", "vehicle", "bay", "advisor")


def _held(visits: Iterable[Appointment]) -> timedelta:
    return sum((visit.ends_at - visit.starts_at for visit in visits if visit.state in HOLDING), timedelta(0))
