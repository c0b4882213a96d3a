"""Thousands of messages over all channels at once, at two dealers, to providers that misbehave by a dice.

The short form runs with the tests; `make faults ARGS="channels --count 100000"` is the long one and says how far it is.
"""

import os
import sys
from time import perf_counter

import pytest

from tenants.scope import DealerRef
from tests.faults import table
from tests.faults.mixed import books, running

SHORT = 2_000
COUNT = int(os.environ.get("FAULTS_COUNT", SHORT))
SEED = 20_260_302


@pytest.mark.slow
@pytest.mark.usefixtures("transactional_db")
def test_every_channels_account_agrees_with_what_its_provider_took(north: DealerRef, south: DealerRef) -> None:
    started = perf_counter()

    found = running.run([north, south], count=COUNT, seed=SEED, say=_say)

    table.add_books(books.table(found), found.unconfirmed, seconds=perf_counter() - started)
    assert not found.wrong
    assert found.total.faults == 0
    assert all(row.is_balanced for row in found.rows.values()), books.table(found)
    assert found.total.accepted - found.total.rerouted == COUNT


def _say(line: str) -> None:
    if os.environ.get("FAULTS") == "long":
        print(line, file=sys.__stderr__, flush=True)
