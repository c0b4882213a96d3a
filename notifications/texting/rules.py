"""Which texts may leave: to which countries, and how many a day. Pure.

Pumping is somebody making us text numbers that earn them money. It shows as many texts to one number, as many
numbers of one block in an hour, or as a day beyond all days; and it is aimed where texts are dear.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from notifications.costs import rules as costs

# A block of a thousand numbers is what operators are given and pumpers rent.
# Source: thousands-block number pooling of the North American numbering plan; smaller elsewhere.
BLOCK_DIGITS = 3
DEALER = "dealer"


class Rule(StrEnum):
    """What keeps a text from leaving; also the name under which the decision is kept."""

    COUNTRY_CLOSED = "COUNTRY_CLOSED"
    NUMBER_DEAR = "NUMBER_DEAR"
    TEXTS_PER_DEALER = "TEXTS_PER_DEALER"
    TEXTS_PER_ACCOUNT = "TEXTS_PER_ACCOUNT"
    TEXTS_PER_NUMBER = "TEXTS_PER_NUMBER"
    NUMBERS_PER_BLOCK = "NUMBERS_PER_BLOCK"


# Whatever the hour.
REFUSALS = frozenset({Rule.COUNTRY_CLOSED, Rule.NUMBER_DEAR})
# Of these a person must know: they keep back more than one owner's texts.
ALARMING = frozenset({Rule.TEXTS_PER_DEALER, Rule.TEXTS_PER_ACCOUNT, Rule.NUMBERS_PER_BLOCK})


@dataclass(frozen=True)
class Caps:
    """How many texts leave on a day to a number, by an account, by the dealer; how many numbers of a block an hour."""

    per_number: int
    per_account: int
    per_dealer: int
    per_block: int


@dataclass(frozen=True)
class Text:
    """One that would leave: its number's hash, and its block's; is_counted where it was counted today already."""

    id: int
    number: str
    block: str
    is_counted: bool = False


@dataclass
class Judged:
    """What may not leave by which rule, and how much the tallies grow by what may."""

    stopped: dict[int, Rule] = field(default_factory=dict)
    growth: dict[str, int] = field(default_factory=dict)


def refusal(address: str, *, countries: Collection[str]) -> Rule | None:
    """This function will say why nothing is texted to a number whatever the hour; None where it may be."""
    destination = costs.destination_of(address)
    if destination.country not in countries:
        return Rule.COUNTRY_CLOSED
    return Rule.NUMBER_DEAR if destination.is_dear else None


def block_of(address: str) -> str:
    """This function will give the block of numbers in which a number lies."""
    return address[:-BLOCK_DIGITS]


def keys_of(text: Text, *, account_id: int, hour: int) -> dict[Rule, str]:
    """This function will name the tallies of a text, by the rule that reads them."""
    return {
        Rule.TEXTS_PER_DEALER: DEALER,
        Rule.TEXTS_PER_ACCOUNT: f"account:{account_id}",
        Rule.TEXTS_PER_NUMBER: f"number:{text.number}",
        Rule.NUMBERS_PER_BLOCK: f"block:{hour}:{text.block}",
    }


def judge(texts: Sequence[Text], tallies: Mapping[str, int], caps: Caps, *, account_id: int, hour: int) -> Judged:
    """This function will let texts leave in their order until a cap is reached; those after it are stopped by it.

    A number counts for its block with the day's first text. What was counted today and came back (a provider that
    was busy) leaves without being counted again.
    """
    limits = {
        Rule.TEXTS_PER_DEALER: caps.per_dealer,
        Rule.TEXTS_PER_ACCOUNT: caps.per_account,
        Rule.TEXTS_PER_NUMBER: caps.per_number,
        Rule.NUMBERS_PER_BLOCK: caps.per_block,
    }
    judged = Judged()
    for text in texts:
        if text.is_counted:
            continue
        keys = keys_of(text, account_id=account_id, hour=hour)
        counts = {rule: tallies.get(key, 0) + judged.growth.get(key, 0) for rule, key in keys.items()}
        if counts[Rule.TEXTS_PER_NUMBER]:
            del keys[Rule.NUMBERS_PER_BLOCK]
        reached = next((rule for rule in keys if counts[rule] >= limits[rule]), None)
        if reached:
            judged.stopped[text.id] = reached
            continue
        for key in keys.values():
            judged.growth[key] = judged.growth.get(key, 0) + 1
    return judged
