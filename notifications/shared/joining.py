"""Long messages that come to a shared sender in parts: joined before anybody can say whose they are.

As notifications.inbound.joining does it for a dealer's own; here the parts lie sealed, and the turn of the address,
which whoever takes a part has, keeps the last two from missing each other.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Min, QuerySet

from channels_app import registry
from channels_app.contract import Account, Inbound, Joining, Part
from channels_app.errors import Unreadable
from notifications.inbound.joining import SAME_WITHIN, WAITS_FOR
from notifications.shared import arrivals, hashing
from notifications.shared.clock import look_at
from notifications.shared.models import Arrival, SharedSender
from notifications.shared.sealing import Kept, opened, sealed


def take_part(
    sender: SharedSender, account: Account, one: Inbound, part: Part, *, raw: bytes, now: datetime
) -> Kept | None:
    """This function will keep a part, and return the whole with the last of its parts; again has no effect."""
    group = hashing.name_hash(sender.pk, f"{one.sender}|{part.reference}|{part.total}")
    # A repeat is the same to the byte; the same number with other words is of another message.
    named = f"part:{group[:40]}:{part.number}:{hashing.name_hash(sender.pk, b64encode(raw).decode())[:40]}"
    known = Arrival.objects.filter(sender=sender, name__startswith=named, at__gt=now - SAME_WITHIN)
    hashed = hashing.address_hash(sender.pk, one.sender)
    if known.filter(address_hash=hashed).exists():
        return None
    told = {"number": part.number, "address": one.sender, "raw": b64encode(raw).decode()}
    name = f"{named}:{int(now.timestamp())}"
    arrivals.keep(sender.pk, name, hashed=hashed, state=Arrival.State.PART, sealed=sealed(told), now=now)
    waiting = list(_waiting(sender).filter(address_hash=hashed, name__startswith=f"part:{group[:40]}:").order_by("id"))
    if len({_number_in(arrival) for arrival in waiting}) == part.total:
        return _whole(sender, account, waiting, now=now)
    look_at(sender.pk, at=now + WAITS_FOR, at_once=False)
    return None


def left(sender: SharedSender, *, now: datetime) -> list[str]:
    """This function will list whose parts wait for others that did not come."""
    waiting = _waiting(sender).filter(at__lte=now - WAITS_FOR).order_by("at")
    return list(dict.fromkeys(str(opened(one.sealed)["address"]) for one in waiting))


def join_left(sender: SharedSender, account: Account, address: str, *, now: datetime) -> list[Kept]:
    """This function will make what it can of an address's parts; call it in the address's turn."""
    hashed = hashing.address_hash(sender.pk, address)
    groups: dict[str, list[Arrival]] = {}
    for one in _waiting(sender).filter(address_hash=hashed, at__lte=now - WAITS_FOR).order_by("id"):
        groups.setdefault(one.name.split(":")[1], []).append(one)
    joined = [_whole(sender, account, parts, now=now) for parts in groups.values()]
    return [one for one in joined if one]


def next_left_at(sender: SharedSender) -> datetime | None:
    """This function will say when the oldest part is not waited with any longer, or None."""
    oldest: datetime | None = _waiting(sender).aggregate(oldest=Min("at"))["oldest"]
    return oldest + WAITS_FOR if oldest else None


def _waiting(sender: SharedSender) -> QuerySet[Arrival]:
    return Arrival.objects.filter(sender=sender, state=Arrival.State.PART)


def _number_in(arrival: Arrival) -> int:
    return int(arrival.name.split(":")[2])


def _whole(sender: SharedSender, account: Account, parts: Sequence[Arrival], *, now: datetime) -> Kept | None:
    channel = registry.get(sender.kind)
    if not isinstance(channel, Joining):
        raise TypeError(f"{sender.kind} brings parts and does not join them")
    # Of two under one number, as when a reference came round within minutes, the newer is of the message at hand.
    by_number = {_number_in(arrival): b64decode(opened(arrival.sealed)["raw"]) for arrival in parts}
    bodies = [by_number[number] for number in sorted(by_number)]
    rows = Arrival.objects.filter(pk__in=[arrival.pk for arrival in parts])
    try:
        whole = channel.join(account, bodies)
    except Unreadable:
        rows.update(state=Arrival.State.UNREADABLE)
        return None
    rows.update(state=Arrival.State.DONE, sealed="")
    return Kept(_named(whole, parts[0]), b"".join(bodies))


def _named(whole: Inbound, first: Arrival) -> Inbound:
    return Inbound(
        provider_id=f"whole:{first.name.split(':')[1]}:{first.pk}",
        sender=whole.sender,
        text=whole.text,
        at=whole.at,
        is_automatic=whole.is_automatic,
    )
