"""Reading the same export once more: nothing has changed."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.demo.dialects import DIALECTS
from tenants.scope import dealer_scope, operator_scope
from tests.bench import dealers, exports, peer_import
from tests.bench.frame import Contender, Subject, Work
from tests.bench.subjects import importing


@contextmanager
def ours(size: int) -> Iterator[Work]:
    with dealers.opened() as dealer, dealer_scope(dealer):
        importing.import_once(size)
        yield lambda: importing.import_once(size)


@contextmanager
def peer(size: int) -> Iterator[Work]:
    with dealers.opened() as dealer, operator_scope(dealer.schema):
        peer_import.import_once(size)
        yield lambda: peer_import.import_once(size)


@contextmanager
def reading_alone(size: int) -> Iterator[Work]:
    path = exports.export(size)

    def work() -> int:
        with path.open(encoding=DIALECTS[exports.DIALECT].encoding, newline="") as file:
            return sum(1 for _row in csv.reader(file)) - 1

    yield work


SUBJECT = Subject(
    key="reimport",
    title="import the same again",
    unit="rows",
    aim="<= 0.5 of the first import's time",
    sizes=(1_000, 10_000, 100_000),
    ours=Contender("start_import", ours),
    peer=Contender("django-import-export, bulk", peer, largest=1_000),
    limit=Contender("reading the file", reading_alone),
)
