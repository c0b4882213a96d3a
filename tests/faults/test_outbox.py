"""The short form of every fault, in each run of the tests; `make faults` runs the long one."""

import os
from collections.abc import Callable
from time import perf_counter

import pytest

from tenants.scope import DealerRef, dealer_scope
from tests.faults import table
from tests.faults.scenarios import FAULTS, LONG, SHORT, Size
from tests.faults.world import Reckoning

SIZE = LONG if os.environ.get("FAULTS") == "long" else SHORT


@pytest.mark.slow
@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_nothing_is_lost_and_nothing_sent_twice(fault: Callable[[Size], Reckoning], north: DealerRef):
    started = perf_counter()

    with dealer_scope(north):
        reckoning = fault(SIZE)

    table.add(fault.__name__, reckoning, seconds=perf_counter() - started)
    assert reckoning.is_clean, reckoning
