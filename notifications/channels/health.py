"""How a dealer's channel accounts do: what waits, what was last heard, what last went wrong; one query for all."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection

from notifications.channels.models import ChannelAccount

# What went wrong longer ago says nothing of today.
LOOKED_BACK = timedelta(days=1)
# These say that no message leaves until a person mends the account.
BROKEN = frozenset({"MISCONFIGURED"})
# These are the account's own, or its provider's; every other is one recipient's or one message's.
OF_ACCOUNT = BROKEN | {"UNAVAILABLE", "THROTTLED", "UNCERTAIN", "LEASE_LOST", "UNCONFIRMED"}

# Each part reads one end of one index of the account: its queue, its newest receipt, its newest message in trouble.
HEALTH = """
SELECT a.id,
    (SELECT count(*) FROM notifications_message m WHERE m.account_id = a.id AND m.state = 'QUEUED'),
    (SELECT max(e.received_at) FROM notifications_inboundevent e
     WHERE e.account_id = a.id AND e.kind = 'RECEIPT' AND e.received_at > %(since)s),
    trouble.error, trouble.created_at
FROM notifications_channelaccount a
LEFT JOIN LATERAL (
    SELECT m.error, m.created_at FROM notifications_message m
    WHERE m.account_id = a.id AND m.direction = 'OUT' AND m.error <> ''
    ORDER BY m.id DESC LIMIT 1
) trouble ON trouble.created_at > %(since)s
"""


class Standing(StrEnum):
    """How an account stands."""

    ON = "ON"
    # Its provider asked us to wait.
    WAITING = "WAITING"
    # Its provider refuses it; a person must mend it.
    BROKEN = "BROKEN"
    OFF = "OFF"


@dataclass(frozen=True)
class Health:
    """What is known of one account; moments and errors of the last day only."""

    queued: int = 0
    last_receipt_at: datetime | None = None
    last_error: str = ""
    last_error_at: datetime | None = None


def health_of_all(*, now: datetime) -> dict[int, Health]:
    """Return the health of each account of the dealer in scope, by its id."""
    with connection.cursor() as cursor:
        cursor.execute(HEALTH, {"since": now - LOOKED_BACK})
        return {
            pk: Health(queued, receipt_at, error or "", error_at)
            for pk, queued, receipt_at, error, error_at in cursor.fetchall()
        }


def is_of_account(error: str) -> bool:
    """Return whether an error says something of the account itself."""
    return error in OF_ACCOUNT


def standing_of(account: ChannelAccount, health: Health, *, now: datetime) -> Standing:
    """Return how an account stands at a moment."""
    if not account.is_active:
        return Standing.OFF
    if account.throttled_until is not None and account.throttled_until > now:
        return Standing.WAITING
    return Standing.BROKEN if health.last_error in BROKEN else Standing.ON
