"""What an owner may be sent, purpose by purpose, and what a change of it comes to. Pure.

The policy lets any fitting no win, a general one too. So a yes lifts each no in its way, and what else stood behind a
general no is said no to by itself, lest it open as well.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from notifications.policy.consent import current, is_allowed
from notifications.policy.facts import Consent, Purpose

# Appointments, recalls and answers to complaints are no choice of the list: a word for one's own car is owed.
CHOSEN = (Purpose.REMINDER, Purpose.SURVEY, Purpose.MARKETING)


@dataclass(frozen=True)
class Key:
    """One box to tick: a purpose on a channel, or a purpose about one car on whatever channel."""

    purpose: Purpose
    channel: str = ""
    vehicle_id: int | None = None


@dataclass(frozen=True)
class Wall:
    """A standing suppression as the list sees it; None stands for all. `is_owners`: the owner may lift it."""

    id: int
    is_owners: bool
    purpose: Purpose | None = None
    channel: str | None = None
    vehicle_id: int | None = None


@dataclass(frozen=True)
class Known:
    """What was said and what stands, and which purposes need a yes."""

    consents: tuple[Consent, ...]
    walls: tuple[Wall, ...]
    need_consent: frozenset[Purpose]


@dataclass(frozen=True)
class Change:
    """What is to be written: a no and a yes by key, further yeses where a no stood, walls to be lifted."""

    noes: tuple[Key, ...] = ()
    yeses: tuple[Key, ...] = ()
    lifted: tuple[Consent, ...] = ()
    walls: tuple[int, ...] = ()


def is_on(key: Key, known: Known) -> bool:
    """Say whether such messages may be sent now, as far as the owner's word goes."""
    if any(_stops(wall, key) for wall in known.walls):
        return False
    if key.vehicle_id is not None:
        return not any(not said.is_given and _speaks_of(said, key) for said in current(known.consents))
    return is_allowed(
        known.consents,
        purpose=key.purpose,
        channel=key.channel,
        vehicle_id=None,
        needs_consent=key.purpose in known.need_consent,
    )


def is_fixed(key: Key, known: Known) -> bool:
    """Say whether something stands in the way that is not the owner's to lift here."""
    return any(_stops(wall, key) and not wall.is_owners for wall in known.walls)


def change(wanted: Mapping[Key, bool], known: Known, *, unseen: Collection[Key] = ()) -> Change:
    """Return what makes the list as wanted; `unseen` are boxes that were not shown and stay as they are."""
    free = {key: tick for key, tick in wanted.items() if not is_fixed(key, known)}
    on = [key for key, tick in free.items() if tick and not is_on(key, known)]
    off = [key for key, tick in free.items() if not tick and is_on(key, known)]
    lifted = tuple(said for said in current(known.consents) if not said.is_given and _blocks_any(said, on))
    walls = tuple(wall.id for wall in known.walls if wall.is_owners and any(_stops(wall, key) for key in on))
    if lifted or walls:
        # What stood behind the same no must not open with it.
        off = [key for key, tick in free.items() if not tick] + [key for key in unseen if not is_on(key, known)]
    return Change(noes=tuple(off), yeses=tuple(on), lifted=lifted, walls=walls)


def _stops(wall: Wall, key: Key) -> bool:
    fits = wall.purpose in (None, key.purpose)
    if key.vehicle_id is not None:
        return fits and wall.vehicle_id == key.vehicle_id
    return fits and wall.vehicle_id is None and wall.channel in (None, key.channel)


def _speaks_of(said: Consent, key: Key) -> bool:
    fits = said.purpose in (None, key.purpose)
    if key.vehicle_id is not None:
        return fits and said.vehicle_id == key.vehicle_id
    return fits and said.vehicle_id is None and said.channel in (None, key.channel)


def _blocks_any(said: Consent, keys: Iterable[Key]) -> bool:
    return any(_speaks_of(said, key) for key in keys)
