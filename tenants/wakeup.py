"""When a dealer next has work: one row a dealer, so that an idle dealer costs nothing.

Note [The lost wake-up]: the loop computes the next due time and stores it; an operation that
commits new work in between would be overwritten and sleep until something else wakes the dealer.
So `wake` holds a shared advisory lock of the dealer until its transaction ends, and
`reschedule` takes the same lock alone before it computes: whoever was working has committed
and is seen, and whoever comes later lowers what was stored. Shared, so operations of one
dealer don't wait for each other; last in the transaction, so the lock is short.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.db import connection, transaction

from tenants import scope
from tenants.models import Dealer
from tenants.scope import DealerRef

# First half of the advisory locks' number, to stay apart from others; the second is the dealer.
LOCK_CLASS = 7_241
# A dealer handed out is handed out again after this long, if its worker died; a turn of work is shorter.
LEASE = timedelta(minutes=2)

# The dealer whom the block around has woken, and by when.
_awake: ContextVar[tuple[int, datetime] | None] = ContextVar("awake", default=None)

LOWER = """
UPDATE public.tenants_wakeup SET next_due_at = %(at)s
WHERE dealer_id = %(dealer)s AND (next_due_at IS NULL OR next_due_at > %(at)s)
"""

# Claimed by a conditional UPDATE: SKIP LOCKED lets several ticks share the due dealers.
# Suspended dealers are left where they are and found again when they are resumed.
CLAIM = """
WITH due AS (
    SELECT w.dealer_id, w.next_due_at FROM public.tenants_wakeup w
    WHERE w.next_due_at <= %(now)s
      AND EXISTS (SELECT 1 FROM public.tenants_dealer d WHERE d.id = w.dealer_id AND d.suspended_at IS NULL)
    ORDER BY w.next_due_at LIMIT %(limit)s FOR UPDATE OF w SKIP LOCKED
)
UPDATE public.tenants_wakeup w SET next_due_at = %(until)s FROM due
WHERE w.dealer_id = due.dealer_id RETURNING w.dealer_id, due.next_due_at
"""


def wake(*, at: datetime) -> None:
    """Have the current dealer looked at by `at`; the last statement of an operation's transaction.

    Raises: DealerMissing; TransactionManagementError outside a transaction.
    """
    dealer = scope.current_dealer()
    if is_awake(at=at):
        return
    _lock(dealer, mode="_shared")
    with connection.cursor() as cursor:
        cursor.execute(LOWER, {"at": at, "dealer": dealer.id})


@contextmanager
def awake(*, at: datetime) -> Iterator[None]:
    """Wake the current dealer for the rest of the transaction; within the block, to wake it again costs nothing.

    The lock outlasts the block, so whatever the block does is seen by whoever reschedules, see the Note.
    """
    wake(at=at)
    token = _awake.set((scope.current_dealer().id, at))
    try:
        yield
    finally:
        _awake.reset(token)


def is_awake(*, at: datetime) -> bool:
    """Return whether the block around has woken the current dealer by `at` already."""
    known = _awake.get()
    return known is not None and known[0] == scope.current_dealer().id and known[1] <= at


def due_dealers(*, now: datetime, limit: int) -> list[DealerRef]:
    """Return the dealers with due work, oldest first, each leased: nobody else gets it for a while."""
    values: dict[str, datetime | int] = {"now": now, "until": now + LEASE, "limit": limit}
    with scope.public_scope(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        due_since = dict(cursor.fetchall())
        dealers = Dealer.objects.filter(pk__in=due_since)
        return [dealer.ref for dealer in sorted(dealers, key=lambda dealer: due_since[dealer.pk])]


def reschedule(*, next_due_at: datetime | Callable[[], datetime | None] | None) -> None:
    """Store when the current dealer has work next; None lets it sleep until something wakes it.

    Give a function to have the time computed under the lock, see Note [The lost wake-up]; a
    plain value is right only if it doesn't come from the dealer's rows. Opens its own
    transaction: in one that has called `wake`, two could wait for each other for ever.
    Raises: DealerMissing.
    """
    dealer = scope.current_dealer()
    with transaction.atomic(durable=True):
        _lock(dealer, mode="")
        at = next_due_at() if callable(next_due_at) else next_due_at
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE public.tenants_wakeup SET next_due_at = %s WHERE dealer_id = %s",
                [at, dealer.id],
            )


def _lock(dealer: DealerRef, *, mode: str) -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a wake-up belongs to a transaction")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{mode}(%s, %s)", [LOCK_CLASS, dealer.id])
