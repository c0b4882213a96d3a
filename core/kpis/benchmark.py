"""Compares a manufacturer's dealers by the counts they rolled up: one query, whatever their number.

Reads the public schema only. What may be shown, and who may be ranked, is core.kpis.rules.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from core.kpis import rules, table
from core.staffing import rules as staffing_rules
from core.staffing import tables as staffing_tables
from tenants.models import Manufacturer
from tenants.scope import public_scope

INTAKE = "daily_intake"
# Open days read for a dealer's class: a full window and the days in which it may have changed.
INTAKE_DAYS = 90

# One row a dealer and metric; a dealer that never counted anything comes with an empty metric. `newest` is the last
# day's row: arrays compare by their first element, so the largest is the latest, without a sort.
QUERY = """
WITH dealer AS (
    SELECT d.id, d.name, d.shown_name, coalesce(r.name, '') AS region, ARRAY(
        SELECT f.numerator FROM tenants_benchmarkfact f
        WHERE f.dealer_id = d.id AND f.metric = %(intake)s AND f.day <= %(last)s AND f.denominator > 0 AND f.covered
        ORDER BY f.day DESC LIMIT %(intake_days)s
    ) AS intakes
    FROM tenants_dealer d LEFT JOIN tenants_region r ON r.id = d.region_id
    WHERE d.manufacturer_id = %(manufacturer)s
), fact AS (
    SELECT f.* FROM tenants_benchmarkfact f JOIN dealer ON dealer.id = f.dealer_id
    WHERE f.day >= %(first)s AND f.day <= %(last)s
), reason AS (
    SELECT dealer_id, metric, jsonb_object_agg(key, counted) AS exclusions FROM (
        SELECT f.dealer_id, f.metric, e.key, sum(e.value::bigint) AS counted
        FROM fact f CROSS JOIN LATERAL jsonb_each_text(f.exclusions) e
        WHERE f.exclusions <> '{}' GROUP BY 1, 2, 3
    ) AS summed GROUP BY 1, 2
), summed AS (
    SELECT dealer_id, metric, sum(numerator)::bigint AS numerator, sum(denominator)::bigint AS denominator,
           count(*) FILTER (WHERE covered) AS days_covered,
           max(ARRAY[day - DATE '2000-01-01', numerator, denominator]) AS newest
    FROM fact GROUP BY dealer_id, metric
)
SELECT d.name, d.shown_name, d.region, d.intakes, s.metric, s.numerator, s.denominator,
       coalesce(s.days_covered, 0), s.newest[2], s.newest[3], reason.exclusions::text
FROM dealer d
LEFT JOIN summed s ON s.dealer_id = d.id
LEFT JOIN reason ON reason.dealer_id = s.dealer_id AND reason.metric = s.metric
ORDER BY d.name, s.metric
"""


class ManufacturerUnknown(LookupError):
    """There is no manufacturer of that name."""


class PeriodEmpty(ValueError):
    """The last day lies before the first."""


@dataclass(frozen=True)
class DealerLine:
    """Who is compared: the dealer and the groups it belongs to; no class without an intake."""

    name: str
    shown_name: str
    region: str
    class_name: str


@dataclass(frozen=True)
class MetricLine:
    """What one dealer counted for one metric, with what did not count by its reason."""

    counts: rules.Counts
    exclusions: Mapping[str, int]


@dataclass(frozen=True)
class Benchmark:
    """All dealers of a manufacturer over a period of whole days, both ends counted in."""

    manufacturer: str
    first: date
    last: date
    dealers: tuple[DealerLine, ...]
    lines: Mapping[tuple[str, str], MetricLine]

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def counts_of(self, metric: str) -> dict[str, rules.Counts]:
        """Return every dealer's counts of a metric by the dealer's name."""
        return {dealer.name: self.line(dealer.name, metric=metric).counts for dealer in self.dealers}

    def line(self, dealer: str, *, metric: str) -> MetricLine:
        """Return a dealer's line; one that counted nothing covered no day."""
        known = self.lines.get((dealer, metric))
        return known or MetricLine(rules.Counts(0, 0, days_expected=self.days, days_covered=0), {})


def benchmark(*, manufacturer: str, first: date, last: date) -> Benchmark:
    """Return the dealers of a manufacturer with their counts over the days first to last.

    Raises: ManufacturerUnknown, PeriodEmpty.
    """
    if last < first:
        raise PeriodEmpty(f"the last day, {last}, lies before the first, {first}")
    with public_scope():
        found = Manufacturer.objects.filter(name=manufacturer).values_list("id", flat=True).first()
        if found is None:
            raise ManufacturerUnknown(f"there is no manufacturer named {manufacturer!r}")
        rows = rows_of(found, first=first, last=last)
    return _benchmark(rows, manufacturer=manufacturer, first=first, last=last)


Row = tuple[str, str, str, list[int], str | None, int, int, int, int, int, str | None]


def rows_of(manufacturer_id: int, *, first: date, last: date) -> Sequence[Row]:
    """Return what the one query reads: a row a dealer and metric, ordered by both."""
    parameters: dict[str, int | str | date] = {
        "manufacturer": manufacturer_id,
        "first": first,
        "last": last,
        "intake": INTAKE,
        "intake_days": INTAKE_DAYS,
    }
    with connection.cursor() as cursor:
        cursor.execute(QUERY, parameters)
        rows: Sequence[Row] = cursor.fetchall()
    return rows


def _benchmark(rows: Iterable[Row], *, manufacturer: str, first: date, last: date) -> Benchmark:
    stocks = {metric.key for metric in table.metrics() if metric.measure == "STOCK"}
    days = (last - first).days + 1
    dealers: dict[str, DealerLine] = {}
    lines: dict[tuple[str, str], MetricLine] = {}
    for row in rows:
        name, metric = row[0], row[4]
        if name not in dealers:
            dealers[name] = DealerLine(name, shown_name=row[1], region=row[2], class_name=_class_of(row[3]))
        if metric is not None:
            lines[name, metric] = _line(row, days=days, is_stock=metric in stocks)
    return Benchmark(manufacturer, first, last, tuple(dealers.values()), lines)


def _line(row: Row, *, days: int, is_stock: bool) -> MetricLine:
    numerator, denominator = (row[8], row[9]) if is_stock else (row[5], row[6])
    counts = rules.Counts(numerator, denominator, days_expected=days, days_covered=row[7])
    return MetricLine(counts, json.loads(row[10]) if row[10] else {})


def _class_of(intakes: Sequence[int]) -> str:
    """Return the settled class, or "" where no intake was ever counted; newest day first."""
    if not intakes:
        return ""
    return staffing_rules.settled_class(intakes[::-1], table=staffing_tables.staffing_table()).name
