"""The calls behind each screen: as many queries for sixty customers as for three, and each by an index."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from notifications.policy import operations as policy
from tenants import hosts
from tenants.accounts import operations as accounts
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NOW, client_of
from tests.bench.crowd import filling
from tests.bench.screens import asking, explaining, watching
from tests.bench.screens.asking import Call, Words
from tests.bench.screens.explaining import Reading

FEW, MANY = 3, 60
# Enough for the planner to prefer an index wherever there is one; seconds to fill.
LARGE = 10_000
# Each call is made for so many customers.
TIMES = 2
# A page of fifty and what belongs to them; a call that may read more says so in the table.
USUAL_READS = 1_500
CALLS = asking.calls()
FOR_EVER = 1e9


@dataclass(frozen=True)
class Made:
    """A call that was made: what it asked the database, and how many rows it answered with."""

    call: Call
    asked: list[watching.Statement]
    found: int


@pytest.fixture(autouse=True)
def _time_stands_still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # What a process keeps for half a minute is asked for once, however slow the machine is.
    monkeypatch.setattr(hosts, "KEPT_SECONDS", FOR_EVER)
    monkeypatch.setattr(policy, "KEPT", timedelta(seconds=FOR_EVER))
    with time_machine.travel(NOW, tick=False):
        yield


@contextmanager
def filled(dealer: DealerRef, *, customers: int) -> Iterator[None]:
    """Hold a dealer with a crowd for the block."""
    with transaction.atomic(), dealer_scope(dealer):
        filling.fill(dealer, customers=customers, now=NOW)
        yield
        transaction.set_rollback(True)


def clients(dealer: DealerRef) -> dict[str, Client]:
    """Return a browser for each role that calls."""
    made = {}
    for role in {call.role for call in CALLS}:
        user = accounts.create_user(
            email=f"{role.lower()}@here.example", name="x", role=role, password=None, language="en", now=NOW
        )
        made[role] = client_of(user, host=f"{dealer.name}.localhost", scope=dealer_scope(dealer))
    return made


def asked_of(dealer: DealerRef) -> Iterator[Made]:
    """Yield each call with what it asked the database, for one customer after the other."""
    words, browsers = Words(now=NOW), clients(dealer)
    for call in CALLS:
        # Time stands still, so that all calls fall into one minute; they are not what is counted here.
        cache.clear()
        made = asking.askings(call, browsers[call.role], words=words)
        next(made)()
        for _ in range(TIMES):
            ask = next(made)
            with watching.statements() as seen:
                answer = ask()
            assert answer.status_code == 200, (call, answer.content)
            yield Made(call, seen, found=asking.rows_in(json.loads(answer.content)))


def counted(dealer: DealerRef, *, customers: int) -> dict[str, set[int]]:
    counts: dict[str, set[int]] = {}
    with filled(dealer, customers=customers):
        for made in asked_of(dealer):
            # Of a list that is empty nothing belonging to its rows is asked for.
            if made.found or made.call.may_be_empty:
                counts.setdefault(str(made.call), set()).add(len(made.asked))
    return counts


def test_a_call_takes_as_many_queries_for_sixty_customers_as_for_three(north: DealerRef, south: DealerRef) -> None:
    counts = [counted(dealer, customers=size) for dealer, size in ((north, FEW), (north, MANY), (south, MANY))]

    taken = {str(call): set().union(*(one.get(str(call), set()) for one in counts)) for call in CALLS}
    wrong = said(f"{call}: {sorted(taken[str(call)])}" for call in CALLS if not call.takes(taken[str(call)]))
    assert not wrong, wrong


def said(lines: Iterable[str]) -> str:
    """Return the lines as one text, which a failing test shows whole."""
    return "\n".join(lines)


@pytest.mark.slow
def test_each_call_finds_its_rows_by_an_index(north: DealerRef) -> None:
    with filled(north, customers=LARGE):
        readings = [(made.call, made.found, explaining.explain(made.asked)) for made in asked_of(north)]

    wrong = said(f"{call}: {reading}" for call, _, reading in readings if is_too_much(call, reading))
    assert not wrong, wrong
    # What finds nothing proves nothing.
    finding = {str(call) for call, found, _ in readings if found}
    wrong = said(str(call) for call in CALLS if str(call) not in finding and not call.may_be_empty)
    assert not wrong, wrong


def is_too_much(call: Call, reading: Reading) -> bool:
    most = call.reads or USUAL_READS
    return bool(reading.scanned) or reading.rows > most or reading.most_sorted > most
