"""An owner's no to a shared sender: it binds whoever writes from it, since a phone's network blocks the number anyway.

The row that all claims look at is written with the words; the walls at the dealers that know the address follow, see
spreading.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from channels_app.contract import Inbound
from notifications.shared import arrivals, hashing
from notifications.shared.clock import look_at
from notifications.shared.models import Arrival, SharedSender, SharedStop
from notifications.shared.sealing import sealed
from tenants.scope import public_scope

# As walls and consents of dealers say it.
EVERY_PURPOSE = ""


@dataclass(frozen=True)
class Spread:
    """What dealers have still to be told of an address: a stop or its end; all but the one that was told it."""

    address: str
    is_stop: bool
    purposes: tuple[str, ...]
    but: int | None


def stop(sender: SharedSender, said: Inbound, *, confirmed_by: int | None, now: datetime) -> None:
    """This function will let nothing leave from a sender for whoever said so, from this transaction's commit on."""
    note_stop(sender.pk, said.sender, (EVERY_PURPOSE,), told=confirmed_by, now=now)


def note_stop(sender_id: int, address: str, purposes: Sequence[str], *, told: int | None, now: datetime) -> None:
    """This function will write down that an address wants nothing of these purposes, and have it told to the others."""
    with public_scope():
        hashed = hashing.address_hash(sender_id, address)
        stops = [SharedStop(sender_id=sender_id, address_hash=hashed, purpose=one, at=now) for one in purposes]
        SharedStop.objects.bulk_create(stops, ignore_conflicts=True)
        _spread(sender_id, Spread(address, is_stop=True, purposes=tuple(purposes), but=told), now=now)


def start(sender: SharedSender, said: Inbound, *, confirmed_by: int | None, now: datetime) -> None:
    """This function will lift what was said to a sender, at those alone whom it stopped."""
    hashed = hashing.address_hash(sender.pk, said.sender)
    standing = SharedStop.objects.filter(sender=sender, address_hash=hashed, lifted_at__isnull=True)
    if standing.update(lifted_at=now):
        _spread(sender.pk, Spread(said.sender, is_stop=False, purposes=(), but=confirmed_by), now=now)


def stopped(sender_id: int, addresses: Sequence[str]) -> dict[str, set[str]]:
    """This function will say of addresses for which purposes nothing may leave to them; an empty word means all."""
    hashes = {hashing.address_hash(sender_id, one): one for one in addresses}
    found: dict[str, set[str]] = {}
    with public_scope():
        rows = SharedStop.objects.filter(sender_id=sender_id, address_hash__in=hashes, lifted_at__isnull=True)
        for hashed, purpose in rows.values_list("address_hash", "purpose"):
            found.setdefault(hashes[hashed], set()).add(purpose)
    return found


def _spread(sender_id: int, spread: Spread, *, now: datetime) -> None:
    told = {
        "address": spread.address,
        "is_stop": spread.is_stop,
        "purposes": list(spread.purposes),
        "but": spread.but,
    }
    arrivals.keep(sender_id, arrivals.new_name("spread"), state=Arrival.State.SPREAD, sealed=sealed(told), now=now)
    look_at(sender_id, at=now)
