"""When a dealer's outbox has work next, for the one clock that wakes dealers."""

from datetime import datetime

from django.db import connection

# Each part reads one end of one partial index. A throttled account's queue is work when the pause is over;
# an inactive account's queue is none, and its messages expire.
NEXT = """
SELECT least(
    (SELECT min(not_before_at) FROM notifications_message WHERE state = 'HELD'),
    (SELECT min(expires_at) FROM notifications_message WHERE state IN ('PLANNED', 'HELD', 'QUEUED')),
    (SELECT min(reroute_at) FROM notifications_message WHERE reroute_at IS NOT NULL),
    (SELECT min(lease_until) FROM notifications_message WHERE state IN ('SENDING', 'UNCONFIRMED')),
    (SELECT min(greatest(coalesce(a.throttled_until, %(now)s), %(now)s))
     FROM notifications_channelaccount a
     WHERE a.is_active AND EXISTS (
        SELECT FROM notifications_message m WHERE m.account_id = a.id AND m.state = 'QUEUED'))
)
"""


def next_work_at(*, now: datetime) -> datetime | None:
    """This function will say when the current dealer's outbox needs a turn, or None when it never does."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, {"now": now})
        at: datetime | None = cursor.fetchone()[0]
    return at
