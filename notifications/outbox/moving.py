"""The one statement that moves messages, for as many as are named.

Note [How a state moves]
rules.move decides; its table travels with the statement. Rows are locked in the order of their ids, so that two
workers never wait for each other in a ring, and the state is read after the lock: a receipt that comes while a
worker writes its outcome finds the outcome, or the outcome finds the receipt, and neither is lost.
What cannot happen (a lease swept twice, an outcome of a lease long gone) moves nothing and is not an error here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from notifications.outbox import facts, rules
from notifications.outbox.facts import Moved
from notifications.outbox.rules import Happening

MOVE = """
WITH told AS (
    SELECT * FROM jsonb_to_recordset(%(tellings)s) AS t (
        id bigint, happening text, token text, provider_id text, error text, detail text,
        until timestamptz, is_no_try boolean
    )
), possible AS (
    SELECT * FROM unnest(%(befores)s::text[], %(ways)s::text[], %(afters)s::text[]) AS p (before, happening, after)
), locked AS (
    SELECT m.id, m.state
    FROM notifications_message m JOIN told ON told.id = m.id
    WHERE m.direction = 'OUT'
      -- An outcome counts for its own lease; that it was sent is true whoever holds it now.
      AND (told.token = '' OR told.token = m.lease_token OR told.happening = 'SENT')
    ORDER BY m.id FOR UPDATE OF m
)
UPDATE notifications_message m SET
    state = possible.after,
    -- A provider that gives one id to two messages must not undo the whole batch. That the id is not empty is said
    -- for the partial index, which is not used without it.
    provider_id = CASE
        WHEN told.provider_id = '' OR EXISTS (
            SELECT FROM notifications_message other
            WHERE other.account_id = m.account_id AND other.provider_id = told.provider_id
              AND other.provider_id <> '' AND other.id <> m.id
        ) THEN m.provider_id ELSE told.provider_id END,
    error = CASE WHEN possible.after = ANY(%(reached)s) THEN '' WHEN told.error = '' THEN m.error ELSE told.error END,
    error_detail = CASE WHEN possible.after = ANY(%(reached)s) THEN ''
        WHEN told.error = '' THEN m.error_detail ELSE told.detail END,
    attempts = m.attempts + CASE WHEN possible.after = 'SENDING' THEN 1 WHEN told.is_no_try THEN -1 ELSE 0 END,
    lease_token = CASE WHEN possible.after = 'SENDING' THEN %(lease_token)s ELSE m.lease_token END,
    lease_until = CASE WHEN possible.after IN ('SENDING', 'UNCONFIRMED') THEN told.until END,
    not_before_at = CASE WHEN possible.after = 'HELD' THEN told.until ELSE m.not_before_at END,
    -- Who was not reached is looked for on the next channel, once; a person who gave up a doubt has seen to it.
    reroute_at = CASE
        WHEN possible.after = ANY(%(unreached)s) AND possible.before = ANY(%(unreached)s) THEN m.reroute_at
        WHEN possible.after = ANY(%(unreached)s) AND told.happening <> 'GIVE_UP'
            AND m.customer_id IS NOT NULL AND m.purpose <> '' THEN %(now)s
        WHEN possible.after = 'SENT' AND m.customer_id IS NOT NULL THEN coalesce(told.until, m.reroute_at) END,
    sent_at = CASE WHEN possible.after = ANY(%(reached)s) THEN coalesce(m.sent_at, %(now)s) ELSE m.sent_at END,
    delivered_at = CASE WHEN possible.after IN ('DELIVERED', 'READ')
        THEN coalesce(m.delivered_at, %(now)s) ELSE m.delivered_at END,
    read_at = CASE WHEN possible.after = 'READ' THEN coalesce(m.read_at, %(now)s) ELSE m.read_at END,
    ended_at = CASE WHEN possible.after = ANY(%(ended)s) THEN coalesce(m.ended_at, %(now)s) END
FROM locked
JOIN told ON told.id = locked.id
JOIN possible ON possible.before = locked.state AND possible.happening = told.happening
WHERE m.id = locked.id
  -- A receipt that says nothing new writes nothing.
  AND (possible.before <> possible.after OR (told.provider_id <> '' AND m.provider_id = ''))
RETURNING m.id, locked.state, m.state, m.account_id, m.customer_id, m.vehicle_id, m.purpose,
          m.case_kind, m.case_id, m.error, m.is_proactive
"""


@dataclass(frozen=True)
class Telling:
    """What happened to one message.

    lease_token: the lease under which it happened, empty where that does not matter.
    until: the end of what begins: of a hold, of a lease, of a doubt, of the wait for a receipt.
    is_no_try: the provider was not asked about this message, so the attempt does not count.
    """

    message_id: int
    happening: Happening
    lease_token: str = ""
    provider_id: str = ""
    error: str = ""
    detail: str = ""
    until: datetime | None = None
    is_no_try: bool = False


def move_all(tellings: Sequence[Telling], *, now: datetime, lease_token: str = "") -> list[Moved]:
    """This function will move the messages named, record what that means, and list those that moved.

    Each message may be named once. lease_token is the one that claimed messages get. Call it in a
    transaction: the facts it records belong to the move.
    """
    if not tellings:
        return []
    with connection.cursor() as cursor:
        # One JSON text is one parameter, and quicker to build than an array for each column.
        rows = json.dumps([_row(telling) for telling in tellings])
        cursor.execute(MOVE, {"tellings": rows, "now": now, "lease_token": lease_token, **_TABLE})
        moved = [Moved(*row) for row in cursor.fetchall()]
    facts.record_moves(moved, now=now)
    return moved


def _row(telling: Telling) -> dict[str, object]:
    return {
        "id": telling.message_id,
        "happening": telling.happening,
        "token": telling.lease_token,
        "provider_id": rules.kept_id(telling.provider_id),
        "error": telling.error,
        "detail": rules.storable(telling.detail)[:200],
        "until": telling.until.isoformat() if telling.until else None,
        "is_no_try": telling.is_no_try,
    }


# The table as three columns, and the groups of states that carry a time; computed once.
_TABLE: dict[str, Any] = {
    "befores": [before.value for before, _, _ in rules.TRANSITIONS],
    "ways": [happening.value for _, happening, _ in rules.TRANSITIONS],
    "afters": [after.value for _, _, after in rules.TRANSITIONS],
    "reached": sorted(state.value for state in rules.REACHED),
    "unreached": sorted(state.value for state in rules.UNREACHED),
    "ended": sorted(state.value for state in rules.ENDED),
}
