"""Whose an owner's words are, when several dealers write to them from one sender. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# A choice holds until another dealer writes, or nobody has said anything for so long; the house's figure.
CHOICE_LASTS = timedelta(days=1)
# As sure as words can be; a tap says whose it is all by itself, and is not weighed here.
SUREST = 2


@dataclass(frozen=True)
class Speaker:
    """A dealer that wrote to the owner from the sender.

    strength: how surely an open question of its takes the words for an answer; None where none does.
    """

    dealer_id: int
    wrote_at: datetime
    chosen_at: datetime | None = None
    strength: int | None = None


@dataclass(frozen=True)
class Whose:
    """The dealer, or those among whom the owner has to choose; neither where nobody ever wrote.

    is_sure: an open question, or the owner's own choice, says so, and not only who wrote last.
    """

    dealer_id: int | None = None
    among: tuple[int, ...] = ()
    is_sure: bool = False


def whose(speakers: Sequence[Speaker], *, now: datetime) -> Whose:
    """This function will say whose words are that name no message: chosen, else the one question that takes them.

    Where none takes them they are the dealer's that wrote last; where the surest reading is of several, one has to ask.
    """
    if not speakers:
        return Whose()
    chosen = chosen_of(speakers, now=now)
    if chosen is not None:
        return Whose(chosen, is_sure=True)
    sure = [min(one.strength, SUREST) for one in speakers if one.strength is not None]
    surest = [one for one in speakers if sure and one.strength is not None and min(one.strength, SUREST) == max(sure)]
    if len(surest) > 1:
        return Whose(among=tuple(one.dealer_id for one in surest))
    return Whose(surest[0].dealer_id, is_sure=True) if surest else Whose(last_of(speakers))


def chosen_of(speakers: Sequence[Speaker], *, now: datetime) -> int | None:
    """This function will give the dealer that the owner chose, unless another one has written since."""
    last = max((one.chosen_at for one in speakers if one.chosen_at), default=None)
    if last is None or last <= now - CHOICE_LASTS:
        return None
    chosen = next(one for one in speakers if one.chosen_at == last)
    is_past = any(one.wrote_at > last for one in speakers if one.dealer_id != chosen.dealer_id)
    return None if is_past else chosen.dealer_id


def last_of(speakers: Sequence[Speaker]) -> int | None:
    """This function will give the dealer that wrote last."""
    return max(speakers, key=lambda one: (one.wrote_at, one.dealer_id)).dealer_id if speakers else None
