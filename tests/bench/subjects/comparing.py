"""The manufacturer's benchmark over a month of all dealers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache

from django.db.models import Count, Sum

from core.kpis import benchmark, report, table
from tenants.models import BenchmarkFact, Dealer, Manufacturer
from tenants.scope import operator_scope, public_scope
from tests.bench import dealers, exports
from tests.bench.frame import Contender, Subject, Work

DAYS = 30
LAST = exports.AS_OF
FIRST = LAST - timedelta(days=DAYS - 1)
HISTORY_DAYS = 40

FACTS = """
INSERT INTO tenants_benchmarkfact
    (dealer_id, manufacturer_id, day, metric, numerator, denominator, exclusions, covered, computed_at)
SELECT d.id, d.manufacturer_id, '{last}'::date - age, metric, 60 + (d.id + age) % 40, 100 + (d.id + age) % 60,
       CASE WHEN metric LIKE 'follow%' THEN '{{"no_consent": 3}}' ELSE '{{}}' END::jsonb, true, now()
FROM tenants_dealer d, generate_series(0, {days} - 1) AS age, unnest(ARRAY[{metrics}]) AS metric
WHERE d.manufacturer_id = {manufacturer}
"""


@cache
def _network(size: int) -> str:
    """Make a manufacturer with that many dealers and their figures, and return its name.

    No schemas, for none is read. It stays: the next bench starts from an empty house.
    """
    name = dealers.fresh_name()
    with operator_scope():
        maker = Manufacturer.objects.create(name=name, shown_name=name)
        Dealer.objects.bulk_create(_dealer(maker, number=number, name=name) for number in range(size))
    metrics = ", ".join(f"'{metric.key}'" for metric in table.metrics())
    dealers.execute(FACTS.format(last=LAST, days=HISTORY_DAYS, metrics=metrics, manufacturer=maker.pk))
    dealers.execute("ANALYZE tenants_benchmarkfact")
    return name


def _dealer(maker: Manufacturer, *, number: int, name: str) -> Dealer:
    return Dealer(
        name=f"{name}x{number}",
        shown_name=name,
        schema=f"d_{name}x{number}",
        country="CN",
        timezone="Asia/Shanghai",
        language="zh-hans",
        manufacturer=maker,
        opened_at=dealers.OPENED_AT,
    )


@contextmanager
def _ours(size: int) -> Iterator[Work]:
    name = _network(size)

    def work() -> int:
        report.as_json(benchmark.benchmark(manufacturer=name, first=FIRST, last=LAST))
        return size

    yield work


@contextmanager
def _a_dealer_at_a_time(size: int) -> Iterator[Work]:
    """As if the figures stood in every dealer's schema: one question a dealer."""
    name = _network(size)

    def work() -> int:
        with public_scope():
            for dealer in Dealer.objects.filter(manufacturer__name=name):
                facts = BenchmarkFact.objects.filter(dealer=dealer, day__gte=FIRST, day__lte=LAST)
                list(facts.values("metric").annotate(Sum("numerator"), Sum("denominator"), Count("id")))
        return size

    yield work


@contextmanager
def _sql_alone(size: int) -> Iterator[Work]:
    name = _network(size)
    with operator_scope():
        maker = Manufacturer.objects.get(name=name)

    def work() -> int:
        with public_scope():
            benchmark.rows_of(maker.pk, first=FIRST, last=LAST)
        return size

    yield work


SUBJECT = Subject(
    key="benchmark",
    title="benchmark of a month",
    unit="dealers",
    aim="flat but for the rows shown",
    sizes=(10, 100, 1_000),
    ours=Contender("benchmark with its report", _ours),
    peer=Contender("a query a dealer", _a_dealer_at_a_time, largest=100),
    limit=Contender("its SQL alone", _sql_alone),
)
