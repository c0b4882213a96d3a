"""The staffing answer of a dealer: intake counted, rates measured, posts computed."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from core.staffing import operations, report
from tenants.scope import DealerRef, dealer_scope
from tests.bench import dealers
from tests.bench.frame import Contender, Subject, Work
from tests.bench.subjects import importing

ASKED = 10


@cache
def _dealer(orders: int) -> DealerRef:
    dealer = dealers.kept_open()
    with dealer_scope(dealer):
        importing.import_once(orders)
    return dealer


@contextmanager
def _ours(size: int) -> Iterator[Work]:
    dealer = _dealer(size)

    def work() -> int:
        for _ in range(ASKED):
            report.as_json(operations.staffing(dealer=dealer.name, intake=None, now=dealers.NOW))
        return ASKED

    yield work


SUBJECT = Subject(
    key="staffing",
    title="staffing of a dealer, by its repair orders",
    unit="answers",
    aim="< 2 s",
    sizes=(1_000, 10_000, 30_000),
    ours=Contender("standard and workload", _ours),
)
