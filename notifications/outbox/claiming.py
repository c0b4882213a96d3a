"""What may leave now, taken under a lease; and what may not, put where it belongs.

Note [Nothing leaves after an opt-out's commit]
A message claimed a moment before an opt-out commits is on its way while nobody holds a lock, since no transaction
stays open during a network call. So an opt-out (stopping.halt) takes the gate of its address alone, waits until what
was claimed for the address has left, and only then commits. A claim takes the gates of its addresses together with
the other claims and without waiting; where an opt-out holds a gate, the message stays in the queue for the next turn.
The walls are read by a statement of their own after the gates are held: an earlier snapshot would not show them.
Gates are advisory locks of the transaction, a few for each dealer, so that a batch cannot fill the table of locks.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from channels_app import registry
from channels_app.contract import Attachment, Button, Template
from core.customers.models import Customer
from core.customers.standing import today_of
from notifications.channels.models import ChannelAccount
from notifications.costs import operations as costs
from notifications.links import operations as links
from notifications.links import rules as link_rules
from notifications.outbox import failures, hours, rules, texting
from notifications.outbox.facts import Moved
from notifications.outbox.models import Message
from notifications.outbox.moving import Telling, move_all
from notifications.outbox.rules import Happening, State
from notifications.policy.operations import standard_in_force
from notifications.shared import leaving as shared
from notifications.shared.talks import Written
from notifications.texting.operations import Leaving as Text
from tenants.scope import current_dealer
from tenants.wakeup import wake

# Two addresses on one gate only wait for each other's opt-outs; more gates would cost more locks a claim.
GATES = 64
# First half of the gates' lock number, to stay apart from the wake-up's; the second is dealer and gate.
GATE_CLASS = 7_245

# SKIP LOCKED: two workers share a queue without waiting. The gates are tried outside the limited part, since the
# planner may otherwise try more of them than there are messages taken.
TAKE = """
WITH batch AS MATERIALIZED (
    SELECT id, address, subject, text, buttons, link_id, unsubscribe_id, preferences_id, language, attempts, expires_at,
           is_proactive, customer_id, purpose, priority, abs(hashtext(address) %% %(gates)s) AS gate
    FROM notifications_message
    WHERE account_id = %(account_id)s AND state = 'QUEUED'
    ORDER BY priority, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), gates AS MATERIALIZED (
    SELECT gate, pg_try_advisory_xact_lock_shared(%(gate_class)s, %(first_gate)s + gate) AS is_open
    FROM (SELECT DISTINCT gate FROM batch) AS distinct_gates
)
SELECT batch.*, gates.is_open
FROM batch JOIN gates ON gates.gate = batch.gate
ORDER BY batch.id
"""

# By address and by person apart: joined by OR, neither index is used, and every message is held against every wall.
WALLED = """
WITH asked AS (
    SELECT m.id, m.address_hash, m.customer_id, m.vehicle_id, m.purpose,
           coalesce(names.channels, ARRAY['', a.kind]) AS channels
    FROM notifications_message m JOIN notifications_channelaccount a ON a.id = m.account_id
    LEFT JOIN jsonb_to_recordset(%(names)s) AS names (kind text, channels text[]) ON names.kind = a.kind
    WHERE m.id = ANY(%(ids)s) AND m.case_kind <> %(exempt)s
), met AS (
    SELECT asked.*, s.vehicle_id AS walled_vehicle, s.purpose AS walled_purpose, s.channel AS walled_channel
    FROM asked JOIN notifications_suppression s
      ON s.lifted_at IS NULL AND s.address_hash = asked.address_hash AND s.address_hash <> ''
    UNION ALL
    SELECT asked.*, s.vehicle_id, s.purpose, s.channel
    FROM asked JOIN notifications_suppression s ON s.lifted_at IS NULL AND s.customer_id = asked.customer_id
)
SELECT DISTINCT id FROM met
WHERE (walled_vehicle IS NULL OR walled_vehicle = vehicle_id)
  AND walled_purpose IN ('', purpose) AND walled_channel = ANY(channels)
"""

OVERDUE = """
SELECT id FROM notifications_message
WHERE state IN ('PLANNED', 'HELD', 'QUEUED') AND expires_at <= %(now)s
ORDER BY expires_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""
RIPE = """
SELECT id FROM notifications_message
WHERE state = 'HELD' AND not_before_at <= %(now)s
ORDER BY not_before_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""


@dataclass(frozen=True)
class Leaving:
    """A claimed message: what the channel needs of it, and under which lease it leaves."""

    id: int
    address: str
    subject: str
    text: str
    buttons: tuple[Button, ...]
    language: str
    tries: int
    lease_token: str
    purpose: str = ""
    is_proactive: bool = False
    # An answer within a dialogue is no work of its own: nobody looks for another channel where it is not confirmed.
    is_answer: bool = False
    # The provider's id of the message of the owner's that this one answers.
    reply_to: str = ""
    # The owner's pages: those in the text; what may be sent at all, and the end of such messages, or empty.
    pages: tuple[str, ...] = ()
    preferences_url: str = ""
    unsubscribe_url: str = ""
    attachments: tuple[Attachment, ...] = ()
    # Where free words may not go now, the template in their place, if there is one; see windows.
    is_window_open: bool = True
    template: Template | None = None


@dataclass(frozen=True)
class Claimed:
    """What a claim found: looked_at counts also those that were put away or left behind a gate."""

    leaving: list[Leaving]
    moved: list[Moved]
    looked_at: int


def claim(account: ChannelAccount, *, limit: int, now: datetime) -> Claimed:
    """This function will claim up to so many messages of an account, most urgent first, in one transaction.

    What has expired, met a wall or is beyond a cap is put away instead. What leaves is measured and priced.
    """
    lease_token = uuid4().hex
    with transaction.atomic():
        found = _take(account_id=account.pk, limit=limit)
        batch = [one for one in found if one.is_gate_open]
        walled = walled_messages([one.id for one in batch], kinds=[account.kind])
        walled |= _stopped_at_sender(account, batch)
        quiet = _quiet_until([one for one in batch if one.is_proactive], now=now)
        tellings = [_telling(one, is_walled=one.id in walled, quiet_until=quiet.get(one.id), now=now) for one in batch]
        free = {one.message_id for one in tellings if one.happening == Happening.CLAIM}
        texts = [Text(one.id, one.address) for one in batch if one.id in free]
        expiries = {one.id: one.expires_at for one in batch}
        tellings = texting.stop_texts(tellings, texts, expiries=expiries, account=account, now=now)
        moved = move_all(tellings, now=now, lease_token=lease_token)
        failures.take_over(moved, now=now)
        if moved:
            # Should we die now, somebody looks after what we had; and what is held has its moment.
            wake(at=min([now + rules.LEASE, *quiet.values()]))
        claimed = {one.id for one in moved if one.after == State.SENDING}
        leaving = _all_leaving([one for one in batch if one.id in claimed], lease_token=lease_token)
        shared.note_leaving(account, [Written(one.id, one.address) for one in leaving], now=now)
        can = registry.get(account.kind).capabilities
        handed = [costs.Handed(one.id, one.address, can.counted(one.text, address=account.address)) for one in leaving]
        costs.note_costs(handed, kind=account.kind, account_id=account.pk, on=today_of(now))
    return Claimed(leaving=leaving, moved=moved, looked_at=len(found))


def ripen(*, now: datetime, limit: int) -> int:
    """This function will free what was held until now and put away what expired; it says how many moved."""
    with transaction.atomic():
        overdue = [Telling(one, Happening.EXPIRE) for one in _ids(OVERDUE, now=now, limit=limit)]
        expired = move_all(overdue, now=now)
        ripe = [Telling(one, Happening.RELEASE) for one in _ids(RIPE, now=now, limit=limit)]
        return len(expired) + len(move_all(ripe, now=now))


def gate_numbers() -> dict[str, int]:
    """This function will give what a statement needs to name the current dealer's gates."""
    return {"gates": GATES, "gate_class": GATE_CLASS, "first_gate": current_dealer().id * GATES}


def walled_messages(message_ids: Sequence[int], *, kinds: Collection[str]) -> set[int]:
    """This function will list those of the messages which a standing wall stops; kinds are those of their accounts."""
    names = json.dumps([{"kind": kind, "channels": registry.names_of(kind)} for kind in sorted(kinds)])
    with connection.cursor() as cursor:
        cursor.execute(WALLED, {"ids": list(message_ids), "exempt": rules.OPT_OUT_CASE, "names": names})
        return {row[0] for row in cursor.fetchall()}


def _stopped_at_sender(account: ChannelAccount, batch: Sequence["_Candidate"]) -> set[int]:
    """What an owner's no to a sender that dealers share stops, whichever of them it was said to."""
    stops = shared.stops(account, [one.address for one in batch])
    met = [one.id for one in batch if stops.get(one.address, set()) & {"", one.purpose}]
    # What confirms an opt-out still leaves.
    exempt = Message.objects.filter(id__in=met, case_kind=rules.OPT_OUT_CASE).values_list("id", flat=True)
    return set(met) - set(exempt) if met else set()


@dataclass(frozen=True)
class _Candidate:
    id: int
    address: str
    subject: str
    text: str
    buttons: str
    link_id: int | None
    unsubscribe_id: int | None
    preferences_id: int | None
    language: str
    attempts: int
    expires_at: datetime | None
    is_proactive: bool
    customer_id: int | None
    purpose: str
    priority: int
    gate: int
    is_gate_open: bool

    @property
    def link_ids(self) -> tuple[int, ...]:
        """The links that the message carries, in its text or beneath it."""
        return tuple(link_id for link_id in (self.link_id, self.unsubscribe_id, self.preferences_id) if link_id)


def _take(*, account_id: int, limit: int) -> list[_Candidate]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"account_id": account_id, "limit": limit, **gate_numbers()})
        return [_Candidate(*row) for row in cursor.fetchall()]


def _quiet_until(proactive: Sequence[_Candidate], *, now: datetime) -> dict[int, datetime]:
    """Say of those whose reader is in the quiet hours when these end."""
    if not proactive:
        return {}
    dealer = current_dealer()
    standard = standard_in_force(today=today_of(now))
    customers = Customer.objects.filter(id__in={one.customer_id for one in proactive if one.customer_id})
    zones = dict(customers.exclude(timezone="").values_list("id", "timezone"))
    ends = {
        one.id: hours.quiet_until(
            now,
            zone=ZoneInfo(zones.get(one.customer_id or 0, dealer.timezone)),
            standard=standard,
            purpose=one.purpose,
        )
        for one in proactive
    }
    return {message_id: end for message_id, end in ends.items() if end is not None}


def _telling(candidate: _Candidate, *, is_walled: bool, quiet_until: datetime | None, now: datetime) -> Telling:
    if candidate.expires_at is not None and candidate.expires_at <= now:
        return Telling(candidate.id, Happening.EXPIRE)
    if is_walled:
        return Telling(candidate.id, Happening.OPT_OUT, error="SUPPRESSED")
    if quiet_until is not None:
        return Telling(candidate.id, Happening.HOLD, until=quiet_until)
    return Telling(candidate.id, Happening.CLAIM, until=now + rules.LEASE)


def _all_leaving(candidates: Sequence[_Candidate], *, lease_token: str) -> list[Leaving]:
    tokens = links.tokens_of({link_id for one in candidates for link_id in one.link_ids})
    return [_leaving(one, tokens, lease_token=lease_token) for one in candidates]


def _leaving(candidate: _Candidate, tokens: Mapping[int, str], *, lease_token: str) -> Leaving:
    urls = {link_id: links.address_of(tokens[link_id]) for link_id in candidate.link_ids if link_id in tokens}
    return Leaving(
        id=candidate.id,
        address=candidate.address,
        subject=candidate.subject,
        text=link_rules.revealed(candidate.text, link_ids=candidate.link_ids, tokens=tokens),
        purpose=candidate.purpose,
        is_proactive=candidate.is_proactive,
        pages=tuple(urls.values()),
        preferences_url=urls.get(candidate.preferences_id or 0, ""),
        unsubscribe_url=urls.get(candidate.unsubscribe_id or 0, ""),
        buttons=tuple(Button(**button) for button in json.loads(candidate.buttons)),
        language=candidate.language,
        tries=candidate.attempts + 1,
        is_answer=candidate.priority <= rules.Priority.REPLY,
        lease_token=lease_token,
    )


def _ids(query: str, *, now: datetime, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"now": now, "limit": limit})
        return [row[0] for row in cursor.fetchall()]
