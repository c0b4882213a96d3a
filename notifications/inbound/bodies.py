"""Whole calls of providers that are kept as they came: receipts, and what nobody could read or use."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from channels_app.contract import Receipt
from notifications.channels.models import ChannelAccount
from notifications.inbound import storing
from notifications.inbound.models import InboundEvent
from notifications.outbox import operations as outbox

# What becomes of a whole call that is kept; only an unreadable one needs a person.
STATES = {
    InboundEvent.Kind.RECEIPT: InboundEvent.State.HANDLED,
    InboundEvent.Kind.OTHER: InboundEvent.State.IGNORED,
    InboundEvent.Kind.UNREADABLE: InboundEvent.State.FAILED,
}


def keep(row: ChannelAccount, body: bytes, *, kind: InboundEvent.Kind, error: str, now: datetime) -> bool:
    """This function will keep a whole call under the hash of its body, and say whether it is new."""
    event = InboundEvent(
        account=row,
        provider_id=f"body:{hashlib.sha256(body).hexdigest()}",
        kind=kind,
        state=STATES[kind],
        raw=body,
        received_at=now,
        handled_at=now,
        error=error[:200],
    )
    return bool(storing.insert([event]))


def take_receipts(row: ChannelAccount, receipts: Sequence[Receipt], *, body: bytes, now: datetime) -> None:
    """This function will keep and apply the receipts of one call; a repeat has no effect."""
    if keep(row, body, kind=InboundEvent.Kind.RECEIPT, error="", now=now):
        outbox.apply_receipts(receipts, account_id=row.pk, now=now)
