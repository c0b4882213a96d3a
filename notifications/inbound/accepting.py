"""Taking what a provider sends: verified, stored once, answered; the work comes after.

Receipts are applied at once, since applying them again changes nothing; messages of owners wait for a worker.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import connection, transaction

from channels_app import registry, rotation
from channels_app.contract import Account, Answer, Answering, Channel, Inbound, RawRequest, Receipt
from channels_app.errors import Unreadable
from notifications.channels.models import ChannelAccount
from notifications.inbound.models import InboundEvent
from notifications.inbound.tasks import handle_inbound
from notifications.outbox import operations as outbox
from notifications.outbox.accounts import account_of
from tenants.models import ChannelRoute
from tenants.scope import DealerRef, dealer_scope, public_scope
from tenants.tasks import send_after_commit
from tenants.wakeup import wake

# Without an id of the provider, the same words from the same sender within this are one message.
# Source: design of replies, "same sender and text within 4 s".
SAME_WITHIN = timedelta(seconds=4)
# An event not handled after this was lost on its way to a worker.
LEFT_AFTER = timedelta(minutes=1)
LONGEST_TEXT = 20_000
LONGEST_ID = 160
LONGEST_PAYLOAD = 200
LONGEST_SENDER = 254
# First half of the advisory lock's number; the second is who said what.
LOCK_CLASS = 7_244


# The unique pair of account and provider's id decides what is new; Django's bulk_create would not say.
INSERT = """
INSERT INTO notifications_inboundevent
    (account_id, provider_id, kind, state, sender, data, raw, received_at, handled_at, matched_by, error)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '', %s)
ON CONFLICT (account_id, provider_id) DO NOTHING RETURNING id
"""

# What becomes of a whole call that is kept; only an unreadable one needs a person.
STATES_OF_BODIES = {
    InboundEvent.Kind.RECEIPT: InboundEvent.State.HANDLED,
    InboundEvent.Kind.OTHER: InboundEvent.State.IGNORED,
    InboundEvent.Kind.UNREADABLE: InboundEvent.State.FAILED,
}

# As long as a process believes a route; an account closed meanwhile is refused by its own row.
KEPT_SECONDS = 30.0


class AccountUnknown(LookupError):
    """No dealer has an account of that name."""


def accept(*, account_ref: str, request: RawRequest, now: datetime) -> Answer | None:
    """This function will verify and store what a provider sends to an account, and have it worked on.

    A repeat has no effect; a handshake is answered and not stored. It returns what the provider wants to read, if
    anything. Raises: AccountUnknown; Forged.
    """
    route = _route(account_ref)
    with dealer_scope(route.dealer):
        row = ChannelAccount.objects.filter(id=route.account_id, public_id=account_ref).first()
        if row is None:
            raise AccountUnknown(account_ref)
        channel = registry.get(row.kind)
        account = rotation.in_force(account_of(row), at=now)
        channel.verify(account, request)
        answer = channel.answer(account, request) if isinstance(channel, Answering) else None
        if answer is None or request.method != "GET":
            with transaction.atomic():
                _store(row, channel, account, request, now=now)
        return answer


@dataclass(frozen=True)
class _Route:
    """Where an account's webhook leads, and until when that is believed."""

    dealer: DealerRef
    account_id: int
    until: float


_kept: dict[str, _Route] = {}


def _route(account_ref: str) -> _Route:
    known = _kept.get(account_ref)
    if known is not None and known.until > monotonic():
        return known
    with public_scope():
        row = ChannelRoute.objects.select_related("dealer").filter(public_id=account_ref).first()
    if row is None:
        raise AccountUnknown(account_ref)
    _kept[account_ref] = _Route(row.dealer.ref, row.account_id, monotonic() + KEPT_SECONDS)
    return _kept[account_ref]


def _store(row: ChannelAccount, channel: Channel, account: Account, request: RawRequest, *, now: datetime) -> None:
    try:
        parsed = channel.parse(account, request)
    except Unreadable as error:
        # Recorded for people, answered politely: a repeat would be as unreadable.
        _store_body(row, request, kind=InboundEvent.Kind.UNREADABLE, error=str(error), now=now)
        return
    if not parsed:
        _store_body(row, request, kind=InboundEvent.Kind.OTHER, error="", now=now)
    receipts = [one for one in parsed if isinstance(one, Receipt)]
    if receipts and _store_body(row, request, kind=InboundEvent.Kind.RECEIPT, error="", now=now):
        outbox.apply_receipts(receipts, account_id=row.pk, now=now)
    _store_messages(row, [one for one in parsed if isinstance(one, Inbound)], request, now=now)


def _store_body(
    row: ChannelAccount, request: RawRequest, *, kind: InboundEvent.Kind, error: str, now: datetime
) -> bool:
    """Keep a whole call under the hash of its body; return whether it is new."""
    event = InboundEvent(
        account=row,
        provider_id=f"body:{hashlib.sha256(request.body).hexdigest()}",
        kind=kind,
        state=STATES_OF_BODIES[kind],
        raw=request.body,
        received_at=now,
        handled_at=now,
        error=error[:200],
    )
    return bool(_insert([event]))


def _store_messages(row: ChannelAccount, heard: Sequence[Inbound], request: RawRequest, *, now: datetime) -> None:
    events = [
        InboundEvent(
            account=row,
            provider_id=_provider_id(row, one, now=now),
            kind=InboundEvent.Kind.MESSAGE,
            sender=_clean(one.sender, LONGEST_SENDER),
            data=_data(one),
            raw=request.body if len(heard) == 1 else json.dumps(_data(one), ensure_ascii=True).encode(),
            received_at=now,
        )
        for one in heard
    ]
    stored = _insert(events)
    for event_id in stored:
        send_after_commit(handle_inbound, event_id)
    if stored:
        # Should the task be lost, the dealer's next turn finds the event.
        wake(at=now + LEFT_AFTER)


def _insert(events: Sequence[InboundEvent]) -> list[int]:
    """Insert what is new in one statement and return its ids; of two deliveries at once only one gets them."""
    rows = [
        (one.account_id, one.provider_id, one.kind, one.state, one.sender, json.dumps(one.data), bytes(one.raw),
         one.received_at, one.handled_at, one.error)
        for one in events
    ]  # fmt: skip
    with connection.cursor() as cursor:
        ids = []
        for row in rows:
            cursor.execute(INSERT, row)
            ids += [found[0] for found in cursor.fetchall()]
    return ids


def _data(one: Inbound) -> dict[str, Any]:
    return {
        "text": _clean(one.text, LONGEST_TEXT),
        "payload": _clean(one.payload, LONGEST_PAYLOAD),
        "reply_to": _clean(one.reply_to, LONGEST_ID),
        "at": one.at.isoformat() if one.at else "",
        "is_automatic": one.is_automatic,
        "is_edit": one.is_edit,
        "is_parting": one.is_parting,
    }


def _provider_id(row: ChannelAccount, one: Inbound, *, now: datetime) -> str:
    if one.provider_id:
        is_long = len(one.provider_id) > LONGEST_ID
        return f"long:{_digest(one.provider_id)}" if is_long else _clean(one.provider_id, LONGEST_ID)
    said = _digest(f"{one.sender}\n{one.text}\n{one.payload}")
    with connection.cursor() as cursor:
        # Two at once would both find nothing: the lock makes the second look after the first.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_CLASS, f"{row.pk}:{said}"])
    twin = InboundEvent.objects.filter(
        account=row,
        sender=_clean(one.sender, LONGEST_SENDER),
        provider_id__startswith=f"said:{said}:",
        received_at__gt=now - SAME_WITHIN,
    ).first()
    return twin.provider_id if twin else f"said:{said}:{now.isoformat()}"


def _clean(text: str, longest: int) -> str:
    """PostgreSQL takes no zero byte, and half a surrogate is no text."""
    return text[:longest].replace("\x00", "").encode("utf-8", "ignore").decode()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
