"""How an operation that makes work due begins: one transaction, the dealer woken first.

Note [Locks in one order]: waking holds a lock of the dealer until the transaction ends. Operations also
lock rows, a date's bookings, the complaints' numbers; several may run in one transaction (a flow that
records an answer and opens a complaint). Were the dealer woken last, such a transaction would hold the
dealer and wait for a date while another holds the date and waits for the dealer. So it is always first;
what it costs is a look at the dealer in vain where nothing has changed after all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from tenants import wakeup


@contextmanager
def waking(*, now: datetime) -> Iterator[None]:
    """Run the block in a transaction that wakes the dealer; nothing is woken if it fails."""
    with transaction.atomic(), wakeup.awake(at=now):
        yield


@contextmanager
def joining(*, now: datetime) -> Iterator[None]:
    """Run the block as a part of the waking block around, or in a transaction of its own where there is none.

    Without a savepoint: what a caller may catch and go on from must be raised before the block's first write.
    """
    if wakeup.is_awake(at=now):
        yield
        return
    with waking(now=now):
        yield
