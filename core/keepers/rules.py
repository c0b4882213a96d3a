"""Who gets the next new file: the least laden for what they can bear. Pure."""

import heapq
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from core.tasks.rules import COVER

POST = "RELATIONS_SPECIALIST"


@dataclass(frozen=True)
class Keeper:
    """Somebody who may get files: what waits with them by now, and their share in percent of a usual one."""

    user_id: int
    load: int
    ability: int


def shared_out(keepers: Collection[Keeper], *, count: int) -> list[int]:
    """Return for each of so many files who gets it; nobody lies a file from their share. Nothing where nobody can.

    Whoever would be the least laden with one more, for what they can bear; of equals the first by number.
    """
    waiting = [(_laden(one, one.load + 1), one.user_id, one.load + 1, one) for one in keepers if one.ability > 0]
    heapq.heapify(waiting)
    given: list[int] = []
    while waiting and len(given) < count:
        _, user_id, load, keeper = waiting[0]
        given.append(user_id)
        heapq.heapreplace(waiting, (_laden(keeper, load + 1), user_id, load + 1, keeper))
    return given


def post_of_keepers(roles: Mapping[int, str]) -> str:
    """Return whose people get new files: the relations specialists, or the first who cover that post and are there."""
    held = set(roles.values())
    return next((post for post in (POST, *COVER[POST]) if post in held), "")


def _laden(keeper: Keeper, load: int) -> Fraction:
    return Fraction(load, keeper.ability)
