"""What is true of deputies: who can stand in for a post, and whose work is whose meanwhile. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from core.tasks.rules import COVER


@dataclass(frozen=True)
class Pair:
    """One person who is away, and who stands in for them."""

    away_id: int
    deputy_id: int


def can_stand_in(role: str, *, post: str) -> bool:
    """Return whether people in this role can do the work of that post: their own, or one that theirs covers."""
    return role == post or role in COVER.get(post, ())


def people_of(user_id: int, pairs: Collection[Pair]) -> frozenset[int]:
    """Return whose work this person does: their own unless they are away, and that of those they stand in for."""
    is_away = any(pair.away_id == user_id for pair in pairs)
    stood_in_for = {pair.away_id for pair in pairs if pair.deputy_id == user_id}
    return frozenset(stood_in_for if is_away else {user_id, *stood_in_for})


def deputy_of(user_id: int, pairs: Iterable[Pair]) -> int | None:
    """Return who does this person's work meanwhile; None where they do it themselves."""
    return next((pair.deputy_id for pair in pairs if pair.away_id == user_id), None)
