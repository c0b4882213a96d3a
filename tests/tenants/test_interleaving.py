"""Two dealers' work interleaved in every way that has once mixed tenants up: no foreign row is read.

INTERLEAVED_READS sets how many reads each test makes; the long run takes a million.
"""

import asyncio
import os
import random
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from itertools import cycle

import pytest
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.db import DatabaseError, connection, connections, transaction

from core.customers.models import Customer
from tenants import scope
from tenants.backend.base import DatabaseWrapper
from tenants.scope import DealerRef, ScopeMissing, dealer_scope, public_scope

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
READS = int(os.environ.get("INTERLEAVED_READS", "1200"))
THREADS = 4
ROWS = 3  # of each dealer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def dealers(north: DealerRef, south: DealerRef) -> list[DealerRef]:
    """Both dealers, with customers who bear the dealer's name."""
    for dealer in (north, south):
        with dealer_scope(dealer):
            Customer.objects.bulk_create(
                Customer(name=dealer.name, created_at=NOW, updated_at=NOW) for _ in range(ROWS)
            )
    return [north, south]


def names() -> list[str]:
    return [customer.name for customer in Customer.objects.all()]


def plainly(_foreign: DealerRef) -> list[str]:
    return names()


def around_foreign_work(foreign: DealerRef) -> list[str]:
    with dealer_scope(foreign):
        names()
    return names()


def around_public_work(_foreign: DealerRef) -> list[str]:
    with public_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenants_dealer")
    return names()


def after_a_rolled_back_savepoint(foreign: DealerRef) -> list[str]:
    with transaction.atomic():
        with suppress(ZeroDivisionError), dealer_scope(foreign), transaction.atomic():
            names()
            raise ZeroDivisionError
        return names()


def after_a_rolled_back_transaction(foreign: DealerRef) -> list[str]:
    with suppress(ZeroDivisionError), dealer_scope(foreign), transaction.atomic():
        names()
        raise ZeroDivisionError
    return names()


def after_a_failed_statement(foreign: DealerRef) -> list[str]:
    with suppress(DatabaseError), dealer_scope(foreign), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM nothing_of_the_kind")
    return names()


def after_commit(foreign: DealerRef) -> list[str]:
    read: list[str] = []
    here = scope.current_dealer()
    with dealer_scope(foreign), transaction.atomic():
        with dealer_scope(here):
            scope.on_commit(lambda: read.extend(names()))
        names()
    return read


def with_a_kept_cursor(foreign: DealerRef) -> list[str]:
    with connection.cursor() as cursor:
        with dealer_scope(foreign):
            cursor.execute("SELECT name FROM core_customer")
        cursor.execute("SELECT name FROM core_customer")
        return [name for (name,) in cursor.fetchall()]


def from_a_server_side_cursor(foreign: DealerRef) -> list[str]:
    with transaction.atomic():
        rows = Customer.objects.iterator(chunk_size=1)
        first = next(rows).name
        with dealer_scope(foreign):
            names()
        return [first, *(row.name for row in rows)]


def on_a_new_connection(_foreign: DealerRef) -> list[str]:
    connection.close()
    return names()


WAYS: list[Callable[[DealerRef], list[str]]] = [
    plainly,
    around_foreign_work,
    around_public_work,
    after_a_rolled_back_savepoint,
    after_a_rolled_back_transaction,
    after_a_failed_statement,
    after_commit,
    with_a_kept_cursor,
    from_a_server_side_cursor,
    on_a_new_connection,
]


def read_in_some_way(own: DealerRef, foreign: DealerRef, dice: random.Random) -> None:
    """Read all customers in one of the ways; fail unless they are all of them and only the dealer's own."""
    way = dice.choice(WAYS)
    with dealer_scope(own):
        assert way(foreign) == [own.name] * ROWS, way.__name__


def shuffled(dealers: list[DealerRef], seed: int) -> Iterator[tuple[DealerRef, DealerRef, random.Random]]:
    """Pairs of a dealer and the other one, for ever, by a known seed."""
    dice = random.Random(seed)
    while True:
        own, foreign = dice.sample(dealers, 2)
        yield own, foreign, dice


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_each_way_by_itself(dealers: list[DealerRef], way: Callable[[DealerRef], list[str]]) -> None:
    for own, foreign in [dealers, dealers[::-1], dealers]:
        with dealer_scope(own):
            assert way(foreign) == [own.name] * ROWS


def test_threads(dealers: list[DealerRef]) -> None:
    def work(seed: int) -> int:
        pairs = shuffled(dealers, seed)
        try:
            for _ in range(READS // THREADS):
                read_in_some_way(*next(pairs))
        finally:
            connections.close_all()
        return READS // THREADS

    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(work, range(THREADS))) >= READS - THREADS


def test_a_new_thread_starts_without_a_scope(dealers: list[DealerRef]) -> None:
    raised: list[type[BaseException]] = []

    def work() -> None:
        try:
            names()
        except ScopeMissing as error:
            raised.append(type(error))
        finally:
            connections.close_all()

    with dealer_scope(dealers[0]):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    assert raised == [ScopeMissing]


async def by_sync_to_async() -> list[str]:
    return await sync_to_async(names)()


async def by_database_sync_to_async() -> list[str]:
    read: list[str] = await database_sync_to_async(names)()
    return read


async def in_a_thread_of_its_own() -> list[str]:
    def read() -> list[str]:
        try:
            return names()
        finally:
            connections.close_all()

    return await sync_to_async(read, thread_sensitive=False)()


async def by_the_asynchronous_orm() -> list[str]:
    return [customer.name async for customer in Customer.objects.all()]


async def over_several_awaits() -> list[str]:
    first = await Customer.objects.values_list("name", flat=True).afirst()
    await asyncio.sleep(0)
    rest = await sync_to_async(names)()
    return [str(first), *rest[1:]]


async def with_a_query_built_before_the_await() -> list[str]:
    query = Customer.objects.order_by("pk")
    await asyncio.sleep(0)
    return [customer.name async for customer in query]


AWAITED: list[Callable[[], Awaitable[list[str]]]] = [
    by_sync_to_async,
    by_database_sync_to_async,
    in_a_thread_of_its_own,
    by_the_asynchronous_orm,
    over_several_awaits,
    with_a_query_built_before_the_await,
]


async def test_awaits(dealers: list[DealerRef]) -> None:
    async def work(own: DealerRef, seed: int) -> int:
        dice = random.Random(seed)
        for _ in range(READS // 40):
            way = dice.choice(AWAITED)
            with dealer_scope(own):
                assert await way() == [own.name] * ROWS, way.__name__
            await asyncio.sleep(0)
        return READS // 40

    tasks = (work(own, seed) for seed, own in zip(range(40), cycle(dealers), strict=False))
    try:
        assert sum(await asyncio.gather(*tasks)) >= READS - 40
    finally:
        await sync_to_async(connections.close_all)()


def test_pooled_connections(dealers: list[DealerRef]) -> None:
    """A connection comes from the pool with the path and the role of whoever had it before."""
    options = {**connection.settings_dict["OPTIONS"], "pool": {"min_size": 1, "max_size": 2, "timeout": 10}}
    pooled = {**connection.settings_dict, "OPTIONS": options}

    def work(seed: int) -> int:
        pairs = shuffled(dealers, seed)
        wrapper = DatabaseWrapper(pooled, alias="pooled")
        for number in range(READS // THREADS):
            own, _foreign, dice = next(pairs)
            with dealer_scope(own), wrapper.cursor() as cursor:
                cursor.execute("SELECT name FROM core_customer")
                assert cursor.fetchall() == [(own.name,)] * ROWS
            if number % 3 == 0 or dice.random() < 0.3:
                wrapper.close()  # back into the pool
        wrapper.close()
        return READS // THREADS

    try:
        with ThreadPoolExecutor(THREADS) as threads:
            assert sum(threads.map(work, range(THREADS))) >= READS - THREADS
    finally:
        DatabaseWrapper(pooled, alias="pooled").close_pool()
