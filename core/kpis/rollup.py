"""Counts a dealer's days and writes the counts, and nothing else, where the manufacturer may read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Max, Min

from core.calendar import operations as calendars
from core.calendar import rules as calendar_rules
from core.kpis import rules, table
from core.repair_orders.models import ImportRun
from tenants.models import BenchmarkFact
from tenants.scope import DealerRef, dealer_scope

# The dealer's local days as half-open periods, for every metric alike.
FRAME = """
WITH days AS (
    SELECT day::date AS day,
           day AT TIME ZONE %(timezone)s AS from_at,
           (day + interval '1 day') AT TIME ZONE %(timezone)s AS until_at
    FROM generate_series(%(from_date)s::timestamp, %(until_date)s::timestamp - interval '1 day', '1 day') AS day
), facts AS ({sql})
SELECT day, excluded, coalesce(sum(hit), 0)::bigint, coalesce(sum(base), 0)::bigint FROM facts GROUP BY day, excluded
"""


# A file comes late, a receipt later: the last week is counted each morning, whatever happened.
LATELY = timedelta(days=8)
FURTHEST = timedelta(days=430)
CHUNK = timedelta(days=31)


class PeriodEmpty(ValueError):
    """The period ends before it begins."""


@dataclass
class DayCount:
    """One metric of one day: what counts, and what does not by its reason."""

    numerator: int = 0
    denominator: int = 0
    exclusions: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class DealerDays:
    """Everything counted of a dealer's days, before it leaves the dealer's schema."""

    counts: Mapping[tuple[date, str], DayCount]
    covered: frozenset[date]


def rollup(dealer: DealerRef, *, from_date: date, until_date: date, now: datetime) -> int:
    """Count every metric of the dealer's days [from, until) and replace their facts.

    Return how many facts stand now. Run again, it gives the same figures.
    Raises: PeriodEmpty.
    """
    if until_date <= from_date:
        raise PeriodEmpty(f"the last day, {until_date - timedelta(days=1)}, lies before the first, {from_date}")
    with dealer_scope(dealer), transaction.atomic():
        counted = count_days(dealer, from_date=from_date, until_date=until_date)
        facts = list(_facts(dealer, counted=counted, days=days_of(from_date, until_date), now=now))
        _replace(facts)
    return len(facts)


def roll_up_lately(dealer: DealerRef, *, now: datetime) -> date:
    """Count the last days anew, and all that imports finished since the last time reach back to.

    Return the first day counted. A month at a time, so that a year's first import is no one long transaction.
    """
    until = now.astimezone(ZoneInfo(dealer.timezone)).date() + timedelta(days=1)
    with dealer_scope(dealer):
        first = _first_changed(dealer, until=until)
    from_date = first
    while from_date < until:
        rollup(dealer, from_date=from_date, until_date=min(until, from_date + CHUNK), now=now)
        from_date += CHUNK
    return first


def _first_changed(dealer: DealerRef, *, until: date) -> date:
    last = BenchmarkFact.objects.filter(dealer_id=dealer.id).aggregate(at=Max("computed_at"))["at"]
    imports = ImportRun.objects.filter(state__in=(ImportRun.State.DONE, ImportRun.State.ROLLED_BACK))
    # An import may have begun before the last count and ended after it: the end is what counts.
    changed = imports.filter(finished_at__gte=last) if last else imports
    first: date | None = changed.aggregate(day=Min("first_date"))["day"]
    return max(min(first or until, until - LATELY), until - FURTHEST)


def days_of(from_date: date, until_date: date) -> list[date]:
    """Return the days [from, until)."""
    return [from_date + timedelta(days=count) for count in range((until_date - from_date).days)]


def count_days(dealer: DealerRef, *, from_date: date, until_date: date) -> DealerDays:
    """Return the counts of [from, until), read in the dealer's scope: one statement a metric."""
    days = days_of(from_date, until_date)
    calendar = calendars.calendar_of(dealer, now=_noon(days[len(days) // 2]))
    open_days = [day for day in days if calendar_rules.is_open_day(day, calendar=calendar)]
    parameters: dict[str, str | date | list[date]] = {
        "timezone": dealer.timezone,
        "from_date": from_date,
        "until_date": until_date,
        "open_days": open_days,
    }
    counts: dict[tuple[date, str], DayCount] = defaultdict(DayCount)
    with connection.cursor() as cursor:
        for metric in table.metrics():
            cursor.execute(FRAME.format(sql=metric.sql), parameters)
            _add(counts, metric=metric, rows=cursor.fetchall())
    return DealerDays(counts, frozenset(days) - (frozenset(open_days) - _imported(days)))


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def _add(
    counts: dict[tuple[date, str], DayCount],
    *,
    metric: rules.Metric,
    rows: Iterable[tuple[date, str, int, int]],
) -> None:
    for day, excluded, hit, base in rows:
        count = counts[day, metric.key]
        if excluded:
            count.exclusions[excluded] = base
        else:
            count.numerator += hit
            count.denominator += base


def _imported(days: list[date]) -> frozenset[date]:
    """Return the days that a finished import covers; a day without one may miss orders unseen."""
    spans = ImportRun.objects.filter(
        state=ImportRun.State.DONE, first_date__lte=days[-1], last_date__gte=days[0]
    ).values_list("first_date", "last_date")
    return frozenset(day for first, last in spans for day in days if first and last and first <= day <= last)


def _facts(dealer: DealerRef, *, counted: DealerDays, days: list[date], now: datetime) -> Iterable[BenchmarkFact]:
    for day in days:
        for metric in table.metrics():
            count = counted.counts.get((day, metric.key), DayCount())
            yield BenchmarkFact(
                dealer_id=dealer.id,
                manufacturer_id=dealer.manufacturer_id,
                region_id=dealer.region_id,
                day=day,
                metric=metric.key,
                numerator=count.numerator,
                denominator=count.denominator,
                exclusions=count.exclusions,
                covered=day in counted.covered,
                computed_at=now,
            )


def _replace(facts: list[BenchmarkFact]) -> None:
    BenchmarkFact.objects.bulk_create(
        facts,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["dealer", "day", "metric"],
        update_fields=[
            "manufacturer_id",
            "region_id",
            "numerator",
            "denominator",
            "exclusions",
            "covered",
            "computed_at",
        ],
    )
