"""One import at a time for a dealer: the lock that whoever works on one holds, and the time that passes meanwhile."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from tenants import scope

# First half of the advisory lock's number; the second is the dealer.
LOCK_CLASS = 7_242


class ImportRunning(Exception):
    """Another import of this dealer is under way; wait for it or stop it."""


@dataclass(frozen=True)
class Elapsing:
    """The time of somebody who works for minutes: begun at `began_at`, later as the machine's own count says."""

    began_at: datetime
    _begun: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Return how long it has been."""
        return time.monotonic() - self._begun

    @property
    def now(self) -> datetime:
        """Return what time it is by now."""
        return self.began_at + timedelta(seconds=self.seconds)


@contextmanager
def alone(*, patience: timedelta = timedelta(0)) -> Iterator[None]:
    """Hold the dealer's import lock; it falls with the connection, so a dead import never holds it.

    patience: how long to stand in line for it. Raises: ImportRunning.
    """
    key = [LOCK_CLASS, scope.current_dealer().id]
    if not (_wait_for(key, patience) if patience else _take(key)):
        raise ImportRunning("Another import of this dealer is running. Wait until it ends, or stop it.")
    try:
        yield
    finally:
        # A transaction that failed takes no more statements; the lock then falls with the connection.
        if not (connection.in_atomic_block and connection.needs_rollback):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)


def _take(key: Sequence[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        return bool(cursor.fetchone() == (True,))


def _wait_for(key: Sequence[int], patience: timedelta) -> bool:
    """Stand in line. The limit holds for this transaction alone; the lock outlives it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # A dealer's role may call no set_config; SET takes no parameters.
            cursor.execute(f"SET LOCAL lock_timeout = {patience // timedelta(milliseconds=1)}")
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", key)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False
        raise
    return True
