"""What a provider sends to a sender that several dealers share: verified, parted, stored once, answered.

All of a call is one transaction over the dealers it concerns: either everybody has their part and the provider hears
so, or nobody has and it comes again.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from channels_app import registry, rotation
from channels_app.contract import Account, Answer, Answering, Channel, Inbound, RawRequest, Receipt
from channels_app.errors import Unreadable
from notifications.inbound import storing
from notifications.shared import arrivals, hashing, joining, receiving
from notifications.shared.accounts import AccountUnknown, account_of
from notifications.shared.models import Arrival, SharedSender
from notifications.shared.resolving import place
from notifications.shared.sealing import Kept, sealed
from tenants.scope import public_scope


def kind_of(sender_ref: str) -> str:
    """This function will give the channel of a sender by its public id, empty where there is none; in public scope."""
    return SharedSender.objects.filter(public_id=sender_ref).values_list("kind", flat=True).first() or ""


def accept(*, sender_ref: str, request: RawRequest, now: datetime) -> Answer | None:
    """This function will verify and store what a provider sends to a sender; see inbound.accepting.

    Raises: AccountUnknown; Forged.
    """
    with public_scope():
        sender = SharedSender.objects.filter(public_id=sender_ref).first()
        if sender is None:
            raise AccountUnknown(sender_ref)
        channel = registry.get(sender.kind)
        account = rotation.in_force(account_of(sender), at=now)
        channel.verify(account, request)
        answer = channel.answer(account, request) if isinstance(channel, Answering) else None
        if answer is None or request.method != "GET":
            with transaction.atomic():
                _store(sender, channel, account, request, now=now)
        return answer


def _store(sender: SharedSender, channel: Channel, account: Account, request: RawRequest, *, now: datetime) -> None:
    try:
        parsed = channel.parse(account, request)
    except Unreadable as error:
        # Recorded for people, answered politely: a repeat would be as unreadable.
        kept = sealed({"error": str(error)[:200], "body": request.body.decode(errors="replace")})
        named = f"body:{hashing.name_hash(sender.pk, storing.digest(request.body.decode(errors='replace')))}"
        arrivals.keep(sender.pk, named, state=Arrival.State.UNREADABLE, sealed=kept, now=now)
        return
    receipts = [one for one in parsed if isinstance(one, Receipt)]
    if receipts:
        receiving.take_receipts(sender, receipts, now=now)
    heard = [one for one in parsed if isinstance(one, Inbound)]
    arrivals.alone(sender.pk, [one.sender for one in heard])
    for one in heard:
        # Of a call that says several things nobody gets the whole, so no file in it either.
        alone = one if len(parsed) == 1 else replace(one, attachments=())
        raw, content_type = _part_of(request, one, parsed), request.header("Content-Type")
        _hear(sender, account, alone, raw=raw, content_type=content_type, now=now)


def _hear(
    sender: SharedSender, account: Account, one: Inbound, *, raw: bytes, content_type: str, now: datetime
) -> None:
    if one.part:
        whole = joining.take_part(sender, account, one, one.part, raw=raw, now=now)
        if whole is None:
            return
        place(sender, whole, now=now)
    elif _is_new(sender.pk, one, now=now):
        place(sender, Kept(one, raw, content_type), now=now)


def _part_of(request: RawRequest, one: Inbound, parsed: Sequence[Inbound | Receipt]) -> bytes:
    """A call that says one thing is kept whole; of others, what was read of this one."""
    return request.body if len(parsed) == 1 else storing.written(one)


def _is_new(sender_id: int, one: Inbound, *, now: datetime) -> bool:
    """Whether an owner's words come for the first time; call it in their address's turn.

    Without an id of the provider, the same words from the same address within seconds are one message.
    """
    hashed = hashing.address_hash(sender_id, one.sender)
    if one.provider_id:
        name = f"id:{hashing.name_hash(sender_id, one.provider_id)}"
        return arrivals.keep(sender_id, name, hashed=hashed, now=now) is not None
    said = f"said:{hashing.name_hash(sender_id, f'{one.sender}|{one.text}|{one.payload}')}"
    lately = Arrival.objects.filter(sender_id=sender_id, address_hash=hashed, at__gt=now - storing.SAME_WITHIN)
    if lately.filter(name__startswith=said).exists():
        return False
    return arrivals.keep(sender_id, f"{said}:{now.isoformat()}", hashed=hashed, now=now) is not None
