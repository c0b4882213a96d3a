"""Long messages that come in parts: each part is stored as it comes, and the whole is a message like any other.

A part is acknowledged once it is stored, so that neither order, nor repeats, nor a crash between two lose a word.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min, QuerySet

from channels_app import registry
from channels_app.contract import Account, Inbound, Joining, Part
from channels_app.errors import Unreadable
from notifications.channels.models import ChannelAccount
from notifications.inbound import storing
from notifications.inbound.models import InboundEvent
from notifications.outbox.accounts import account_of
from tenants.wakeup import wake

# Parts of one message come within seconds; carriers bring what was not answered for some minutes. Past that, what has
# come is read as it is: half of a complaint is better than none.
WAITS_FOR = timedelta(minutes=5)
# References are small numbers that phones use again; a part of so long ago belongs to another message.
SAME_WITHIN = timedelta(hours=1)
# First half of the advisory lock's number; the second is whose message.
LOCK_CLASS = 7_247


def take_part(row: ChannelAccount, account: Account, one: Inbound, part: Part, *, raw: bytes, now: datetime) -> None:
    """This function will store a part, and the whole message with the last of its parts; again has no effect."""
    group = _group(one, part)
    _alone(row, group)
    # A repeat is the same to the byte; the same number with other words is of another message.
    known = InboundEvent.objects.filter(
        account=row, kind=InboundEvent.Kind.PART, provider_id__startswith=f"part:{group}:{part.number}:"
    )
    if any(bytes(event.raw) == raw for event in known.filter(received_at__gt=now - SAME_WITHIN)):
        return
    stored = storing.insert([_event(row, one, part, group, raw=raw, now=now)])
    waiting = _waiting(row, group)
    if len({event.data["number"] for event in waiting}) == part.total:
        _store_whole(row, account, waiting, now=now)
    elif stored:
        wake(at=now + WAITS_FOR)


def join_left(*, now: datetime, limit: int) -> int:
    """This function will make messages of parts whose others did not come, and say of how many parts."""
    left = list(_all_waiting().filter(received_at__lte=now - WAITS_FOR).order_by("received_at")[:limit])
    for account_id, group in {(event.account_id, _group_in(event)): None for event in left}:
        with transaction.atomic():
            row = ChannelAccount.objects.get(id=account_id)
            _alone(row, group)
            if waiting := _waiting(row, group):
                _store_whole(row, account_of(row), waiting, now=now)
    return len(left)


def next_left_at() -> datetime | None:
    """This function will say when the oldest part is not waited with any longer, or None."""
    oldest: datetime | None = _all_waiting().aggregate(oldest=Min("received_at"))["oldest"]
    return oldest + WAITS_FOR if oldest else None


def _store_whole(row: ChannelAccount, account: Account, parts: Sequence[InboundEvent], *, now: datetime) -> None:
    channel = registry.get(row.kind)
    if not isinstance(channel, Joining):
        raise TypeError(f"{row.kind} brings parts and does not join them")
    # Of two under one number, as when a reference came round within minutes, the newer is of the message at hand.
    by_number = {event.data["number"]: event for event in parts}
    bodies = [bytes(by_number[number].raw) for number in sorted(by_number)]
    named = f"whole:{_group_in(parts[0])}:{parts[0].pk}"
    try:
        whole = channel.join(account, bodies)
        storing.store_messages(row, [replace(whole, provider_id=named, part=None)], raw=b"".join(bodies), now=now)
        state, error = InboundEvent.State.HANDLED, ""
    except Unreadable as problem:
        state, error = InboundEvent.State.FAILED, str(problem)[:200]
    ids = [event.pk for event in parts]
    InboundEvent.objects.filter(id__in=ids).update(state=state, error=error, handled_at=now)


def _alone(row: ChannelAccount, group: str) -> None:
    """Wait for whoever takes another part: the last two at once would each find the other missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_CLASS, f"{row.pk}:{group}"])


def _all_waiting() -> QuerySet[InboundEvent]:
    return InboundEvent.objects.filter(kind=InboundEvent.Kind.PART, state=InboundEvent.State.RECEIVED)


def _waiting(row: ChannelAccount, group: str) -> list[InboundEvent]:
    return list(_all_waiting().filter(account=row, provider_id__startswith=f"part:{group}:").order_by("id"))


def _event(row: ChannelAccount, one: Inbound, part: Part, group: str, *, raw: bytes, now: datetime) -> InboundEvent:
    return InboundEvent(
        account=row,
        # The moment is part of the name, as the reference comes round.
        provider_id=f"part:{group}:{part.number}:{now.isoformat()}",
        kind=InboundEvent.Kind.PART,
        sender=storing.clean(one.sender, storing.LONGEST_SENDER),
        data={"number": part.number, "total": part.total},
        raw=raw,
        received_at=now,
    )


def _group(one: Inbound, part: Part) -> str:
    return storing.digest(f"{one.sender}\n{part.reference}\n{part.total}")


def _group_in(event: InboundEvent) -> str:
    return event.provider_id.split(":")[1]
