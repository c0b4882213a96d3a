"""Counts a dealer's intake and rates, and answers what staff its centre needs. Run in the dealer's scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Max

from core.calendar import operations as calendars
from core.calendar import rules as calendar_rules
from core.repair_orders.models import RepairOrder
from core.staffing import rules, tables
from tenants.scope import DealerRef, dealer_scope

# Long enough for a full window of open days and for the class to have settled; within one calendar's reach.
HISTORY_DAYS = 240
RATES_DAYS = 90
# A rate measured on fewer cases says less than the table's own.
SMALLEST_RATE_SAMPLE = 30


@dataclass(frozen=True)
class Intake:
    """Where Q comes from: `source` is GIVEN or MEASURED, the mean of the last open days up to `last_date`."""

    mean: Fraction
    source: str
    open_days: int
    last_date: date | None
    counts: tuple[int, ...] = ()


@dataclass(frozen=True)
class StaffingAnswer:
    """The standard's answer and the workload's, with where they disagree."""

    intake: Intake
    held: rules.StaffingClass
    load: rules.Workload
    measured: Mapping[str, Fraction]
    disagreements: tuple[rules.Disagreement, ...]


class NothingToGoBy(ValueError):
    """Neither a dealer nor an intake was given."""


def staffing(*, dealer: str | None, intake: Fraction | None, now: datetime) -> StaffingAnswer:
    """Return the answer for a dealer by name, for a given intake, or for both.

    Raises: NothingToGoBy, DealerUnknown, IntakeUnknown, IntakeNegative.
    """
    if dealer is not None:
        with dealer_scope(dealer) as ref:
            today = now.astimezone(ZoneInfo(ref.timezone)).date()
            return staffing_for_dealer(ref, today=today, intake=intake)
    if intake is None:
        raise NothingToGoBy("name a dealer, give an intake, or both")
    return staffing_for_intake(intake)


def staffing_for_intake(intake: Fraction) -> StaffingAnswer:
    """Return the answer for an intake that somebody gives. Raises: IntakeNegative."""
    table = tables.staffing_table()
    held = rules.class_of(intake, classes=table.classes)
    return _answer(Intake(intake, "GIVEN", 0, None), held=held, measured={}, table=table)


def staffing_for_dealer(dealer: DealerRef, *, today: date, intake: Fraction | None = None) -> StaffingAnswer:
    """Return the answer for the dealer in scope, from what was imported up to a day.

    A given intake takes the place of the counted one; the dealer's own rates stay.
    Raises: IntakeUnknown where nothing was imported; IntakeNegative.
    """
    table = tables.staffing_table()
    measured = measured_rates(dealer, today=today)
    if intake is not None:
        held = rules.class_of(intake, classes=table.classes)
        return _answer(Intake(intake, "GIVEN", 0, None), held=held, measured=measured, table=table)
    counted = measured_intake(dealer, today=today)
    held = rules.settled_class(counted.counts, table=table)
    return _answer(counted, held=held, measured=measured, table=table)


def _answer(
    intake: Intake, *, held: rules.StaffingClass, measured: Mapping[str, Fraction], table: rules.StaffingTable
) -> StaffingAnswer:
    load = rules.workload(intake.mean, table=table, measured=measured)
    found = rules.disagreements(intake.mean, held=held, load=load, table=table)
    return StaffingAnswer(intake, held, load, measured, found)


def measured_intake(dealer: DealerRef, *, today: date) -> Intake:
    """Return the mean intake of the last open days that were imported, and the counts it rests on.

    Raises: IntakeUnknown.
    """
    last = RepairOrder.objects.filter(opened_date__lte=today).aggregate(last=Max("opened_date"))["last"]
    if last is None:
        raise rules.IntakeUnknown("no repair order has been imported yet")
    by_day = daily_intake(dealer, from_date=last - timedelta(days=HISTORY_DAYS), until_date=last + timedelta(days=1))
    counts = tuple(by_day.values())
    over = tables.staffing_table().mean_over_open_days
    return Intake(rules.mean_intake(counts, over=over), "MEASURED", min(over, len(counts)), last, counts)


def daily_intake(dealer: DealerRef, *, from_date: date, until_date: date) -> dict[date, int]:
    """Return orders opened on each open day of [from, until), oldest first.

    A closed day on which a car was taken in all the same counts as open. Days before the
    first order of all are not the dealer's, and are left out.
    """
    counted = dict(
        RepairOrder.objects.filter(opened_date__gte=from_date, opened_date__lt=until_date)
        .values_list("opened_date")
        .annotate(count=Count("id"))
        .order_by("opened_date")
    )
    if not counted:
        return {}
    first = min(counted)
    calendar = calendars.calendar_of(dealer, now=datetime.combine(first, time(12), tzinfo=UTC))
    days = (first + timedelta(days=shift) for shift in range((until_date - first).days))
    return {
        day: counted.get(day, 0) for day in days if day in counted or calendar_rules.is_open_day(day, calendar=calendar)
    }


# Each row counts (cases, of them) over a period, half-open in days and in moments.
RATES = {
    "consenting": """
        SELECT count(*), count(*) FILTER (WHERE may_contact) FROM core_repairorder
        WHERE opened_date >= %(from)s AND opened_date < %(until)s AND may_contact IS NOT NULL
    """,
    "not_answered_by_message": """
        SELECT count(*), count(*) FILTER (WHERE successful_at IS NULL) FROM core_followup
        WHERE expires_at >= %(from)s AND expires_at < %(until)s AND kind = 'AFTER_SALES' AND excluded_reason = ''
    """,
    "by_appointment": """
        SELECT count(*), count(*) FILTER (WHERE EXISTS (
            SELECT FROM core_appointment a
            WHERE a.vehicle_id = o.vehicle_id AND a.state <> 'CANCELLED'
              AND (a.starts_at AT TIME ZONE %(timezone)s)::date = o.opened_date
        )) FROM core_repairorder o WHERE opened_date >= %(from)s AND opened_date < %(until)s
    """,
    "complaints_per_order": """
        SELECT (SELECT count(*) FROM core_repairorder WHERE opened_date >= %(from)s AND opened_date < %(until)s),
               (SELECT count(*) FROM core_complaint WHERE opened_at >= %(from)s AND opened_at < %(until)s)
    """,
}
# Nothing tells these from an absent record: where nobody used the feature, the rate is unknown and not nought.
ABSENT_MEANS_UNKNOWN = frozenset({"by_appointment", "complaints_per_order"})


def measured_rates(dealer: DealerRef, *, today: date) -> dict[str, Fraction]:
    """Return the dealer's own rates over the last 90 days, those that enough cases speak for."""
    period: dict[str, date | str] = {
        "from": today - timedelta(days=RATES_DAYS),
        "until": today + timedelta(days=1),
        "timezone": dealer.timezone,
    }
    found: dict[str, Fraction] = {}
    with connection.cursor() as cursor:
        for key, sql in RATES.items():
            cursor.execute(sql, period)
            cases, of_them = _two(cursor.fetchone())
            is_unknown = key in ABSENT_MEANS_UNKNOWN and not of_them
            if cases >= SMALLEST_RATE_SAMPLE and not is_unknown:
                found[key] = Fraction(of_them, cases)
    return found


def _two(row: Sequence[int] | None) -> tuple[int, int]:
    return (int(row[0]), int(row[1])) if row else (0, 0)
