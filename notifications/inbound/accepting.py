"""Taking what a provider sends: verified, stored once, answered; the work comes after.

Receipts are applied at once, since applying them again changes nothing; messages of owners wait for a worker.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.db import transaction

from channels_app import registry, rotation
from channels_app.contract import Account, Answer, Answering, Channel, Inbound, RawRequest, Receipt
from channels_app.errors import Unreadable
from notifications.channels.models import ChannelAccount
from notifications.inbound import joining, storing
from notifications.inbound.models import InboundEvent
from notifications.outbox import operations as outbox
from notifications.outbox.accounts import account_of
from tenants.models import ChannelRoute
from tenants.scope import DealerRef, dealer_scope, public_scope

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


def largest_call(account_ref: str) -> int:
    """This function will say how many bytes the provider of an account may send at once. Raises: AccountUnknown."""
    return registry.get(_route(account_ref).kind).capabilities.largest_call


@dataclass(frozen=True)
class _Route:
    """Where an account's webhook leads, and until when that is believed."""

    dealer: DealerRef
    account_id: int
    kind: str
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
    _kept[account_ref] = _Route(row.dealer.ref, row.account_id, row.kind, monotonic() + KEPT_SECONDS)
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
    heard = [one for one in parsed if isinstance(one, Inbound)]
    whole = [one for one in heard if not one.part]
    storing.store_messages(row, whole, raw=request.body, content_type=request.header("Content-Type"), now=now)
    for one in heard:
        if one.part:
            joining.take_part(row, account, one, one.part, raw=request.body, now=now)


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
    return bool(storing.insert([event]))
