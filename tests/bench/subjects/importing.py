"""Reading an export of repair orders into customers, vehicles, orders, consents and facts."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from core.repair_orders.imports import runs
from core.repair_orders.models import RepairOrder
from deploy.demo.dialects import COLUMNS, DIALECTS
from tenants.scope import dealer_scope, operator_scope
from tests.bench import dealers, exports, peer_import
from tests.bench.frame import Contender, Subject, Work


@contextmanager
def ours(size: int) -> Iterator[Work]:
    with dealers.opened() as dealer, dealer_scope(dealer):

        def work() -> int:
            return import_once(size)

        yield work
        if RepairOrder.objects.count() != size:
            raise AssertionError("not every row became an order")


def import_once(size: int) -> int:
    """Import the export of that size and return its rows."""
    path = exports.export(size)
    with path.open("rb") as stream:
        runs.start_import(stream, file_name=path.name, as_of_date=exports.AS_OF, now=dealers.NOW)
    return size


@contextmanager
def peer(size: int) -> Iterator[Work]:
    # It sets the tables' sequences when it has done, which a dealer's role may not.
    with dealers.opened() as dealer, operator_scope(dealer.schema):

        def work() -> int:
            return peer_import.import_once(size)

        yield work
        if RepairOrder.objects.count() != size:
            raise AssertionError("not every row became an order")


@contextmanager
def copy_alone(size: int) -> Iterator[Work]:
    columns = ", ".join(f"{column} text" for column in COLUMNS)
    text = exports.export(size).read_bytes().decode(DIALECTS[exports.DIALECT].encoding)
    with dealers.opened() as dealer:
        dealers.execute(f"CREATE TABLE {dealer.schema}.copied ({columns})")

        def work() -> int:
            statement = f"COPY {dealer.schema}.copied FROM STDIN WITH (FORMAT csv, HEADER)"
            with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as copy:
                copy.write(text)
            return size

        with operator_scope():
            yield work


SUBJECT = Subject(
    key="import",
    title="import repair orders",
    unit="rows",
    aim=">= 20x peer, >= 0.25 of COPY",
    sizes=(1_000, 10_000, 100_000),
    ours=Contender("start_import", ours),
    peer=Contender("django-import-export, bulk", peer, largest=10_000),
    limit=Contender("COPY into one table", copy_alone),
)
