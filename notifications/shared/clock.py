"""When something of a shared sender is to be looked at: one moment a sender, so that an idle one costs nothing.

Note [Nothing is forgotten]: whoever leaves work behind lowers the moment last in its transaction, and holds the
sender's row until it commits; whoever computes the next moment takes the row first. So either it sees the work, or the
work lowers what it wrote.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction

from notifications.shared.models import SharedSender
from notifications.shared.tasks import work
from tenants.scope import public_scope
from tenants.tasks import send_after_commit

# Handed out again after this long, if its worker died.
LEASE = timedelta(minutes=2)

LOWER = """
UPDATE shared_sharedsender SET next_due_at = %(at)s
WHERE id = %(sender)s AND (next_due_at IS NULL OR next_due_at > %(at)s)
"""
# Claimed by a conditional UPDATE: SKIP LOCKED lets several ticks share them.
CLAIM = """
WITH due AS (
    SELECT id FROM shared_sharedsender WHERE next_due_at <= %(now)s
    ORDER BY next_due_at LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE shared_sharedsender s SET next_due_at = %(until)s FROM due WHERE s.id = due.id RETURNING s.id
"""


def look_at(sender_id: int, *, at: datetime, at_once: bool = True) -> None:
    """This function will have a sender looked at by a moment; at_once where a worker is to come as it is committed."""
    with public_scope():
        with connection.cursor() as cursor:
            cursor.execute(LOWER, {"sender": sender_id, "at": at})
        if at_once:
            send_after_commit(work, sender_id)


def due_senders(*, now: datetime, limit: int) -> list[int]:
    """This function will claim the senders that have something due."""
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + LEASE, "limit": limit})
        return [row[0] for row in cursor.fetchall()]


def reschedule(sender_id: int, *, next_due_at: Callable[[], datetime | None]) -> None:
    """This function will store when a sender is to be looked at next, see Note [Nothing is forgotten]."""
    with public_scope(), transaction.atomic():
        rows = SharedSender.objects.filter(pk=sender_id)
        if rows.select_for_update(no_key=True).first() is not None:
            rows.update(next_due_at=next_due_at())
