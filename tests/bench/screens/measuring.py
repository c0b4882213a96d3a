"""The calls behind each screen, timed among many customers, each beside its SQL alone."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

from django.core.cache import cache
from django.db import connection
from django.test import Client

from api.access import CallerThrottle
from tenants.accounts import operations as accounts
from tenants.scope import DealerRef, dealer_scope
from tests.bench import dealers
from tests.bench.crowd import filling
from tests.bench.latency import Latency
from tests.bench.screens import asking, watching
from tests.bench.screens.asking import Asking, Call, Words

SIZES: Sequence[int] = (1_000, 10_000, 100_000)
TIMES = 200
WARM_UPS = 5
AIM = "p95 < 100 ms, <= 2x its SQL"


def latencies(sizes: Sequence[int]) -> Iterator[Latency]:
    """Yield each call of the table, smallest dealer first; calls go through all of the house but the socket."""
    for size in sorted(sizes):
        # The API reads the clock, so what it is asked about is of today.
        now = datetime.now(tz=UTC)
        with dealers.opened() as dealer:
            filling.fill(dealer, customers=size, now=now)
            # As the autovacuum would have left it.
            dealers.execute("VACUUM")
            with dealer_scope(dealer):
                words, browsers = Words(now=now), _browsers(dealer, now=now)
                for call in asking.calls():
                    yield _measured(call, browsers[call.role], words=words, size=size)


def _browsers(dealer: DealerRef, *, now: datetime) -> dict[str, Client]:
    return {role: browser(dealer, role=role, now=now) for role in {call.role for call in asking.calls()}}


def browser(dealer: DealerRef, *, role: str, now: datetime) -> Client:
    """Return a browser of somebody with that role, signed in."""
    # Nobody makes as many calls a minute as a bench.
    CallerThrottle.THROTTLE_RATES = dict.fromkeys(CallerThrottle.THROTTLE_RATES, "100000/min")
    user = accounts.create_user(
        email=f"{role.lower()}@bench.example", name="x", role=role, password=None, language="en", now=now
    )
    made = Client(HTTP_HOST=f"{dealer.name}.localhost")
    made.force_login(user)
    return made


def _measured(call: Call, browser: Client, *, words: Words, size: int) -> Latency:
    # What is kept of the calls of the last minute; nobody makes as many as this.
    cache.clear()
    made = asking.askings(call, browser, words=words)
    for ask in islice(made, WARM_UPS):
        ask()
    seconds = [(seconds_of(ask), _seconds_of_sql(ask)) for ask in islice(made, TIMES)]
    ours, alone = zip(*seconds, strict=True)
    return Latency("screens", str(call), size, AIM, {"ours": ours, "limit": alone})


def seconds_of(ask: Asking) -> float:
    """Return how long one call takes. Raises: AssertionError where it is refused."""
    began = time.perf_counter()
    answer = ask()
    seconds = time.perf_counter() - began
    if answer.status_code != 200:
        raise AssertionError(f"{answer.status_code} {answer.content!r}")
    return seconds


def _seconds_of_sql(ask: Asking) -> float:
    """Return what the database takes for the same, asked with nothing around it but the driver."""
    with watching.statements() as asked:
        ask()
    questions = [statement for statement in asked if watching.is_question(statement)]
    with connection.cursor() as cursor:
        began = time.perf_counter()
        for sql, params in questions:
            cursor.execute(sql, params)
            cursor.fetchall()
        return time.perf_counter() - began
