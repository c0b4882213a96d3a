"""Taking what a provider sends: verified, stored once, answered; the work comes after.

Receipts are applied at once, since applying them again changes nothing; messages of owners wait for a worker.
"""

from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.db import transaction

from channels_app import registry, rotation
from channels_app.contract import Account, Answer, Answering, Channel, Inbound, RawRequest, Receipt
from channels_app.errors import Unreadable
from notifications.channels.models import ChannelAccount
from notifications.inbound import bodies, joining, storing
from notifications.inbound.models import InboundEvent
from notifications.outbox.accounts import account_of
from notifications.shared import accepting as shared
from notifications.shared.accounts import AccountUnknown
from tenants.models import ChannelRoute
from tenants.scope import DealerRef, dealer_scope, public_scope

__all__ = ["AccountUnknown", "accept", "largest_call"]

# As long as a process believes a route; an account closed meanwhile is refused by its own row.
KEPT_SECONDS = 30.0


def accept(*, account_ref: str, request: RawRequest, now: datetime) -> Answer | None:
    """This function will verify and store what a provider sends to an account, and have it worked on.

    A repeat has no effect; a handshake is answered and not stored. It returns what the provider wants to read, if
    anything. Raises: AccountUnknown; Forged.
    """
    route = _route(account_ref)
    if route.dealer is None:
        return shared.accept(sender_ref=account_ref, request=request, now=now)
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
    """Where an account's webhook leads, and until when that is believed; to no one dealer where several share it."""

    dealer: DealerRef | None
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
        kind = row.kind if row else shared.kind_of(account_ref)
    if not kind:
        raise AccountUnknown(account_ref)
    dealer, account_id = (row.dealer.ref, row.account_id) if row else (None, 0)
    _kept[account_ref] = _Route(dealer, account_id, kind, monotonic() + KEPT_SECONDS)
    return _kept[account_ref]


def _store(row: ChannelAccount, channel: Channel, account: Account, request: RawRequest, *, now: datetime) -> None:
    try:
        parsed = channel.parse(account, request)
    except Unreadable as error:
        # Recorded for people, answered politely: a repeat would be as unreadable.
        bodies.keep(row, request.body, kind=InboundEvent.Kind.UNREADABLE, error=str(error), now=now)
        return
    if not parsed:
        bodies.keep(row, request.body, kind=InboundEvent.Kind.OTHER, error="", now=now)
    receipts = [one for one in parsed if isinstance(one, Receipt)]
    if receipts:
        bodies.take_receipts(row, receipts, body=request.body, now=now)
    heard = [one for one in parsed if isinstance(one, Inbound)]
    whole = [one for one in heard if not one.part]
    storing.store_messages(row, whole, raw=request.body, content_type=request.header("Content-Type"), now=now)
    for one in heard:
        if one.part:
            joining.take_part(row, account, one, one.part, raw=request.body, now=now)
