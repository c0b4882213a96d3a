"""Matching a message to one of several named options by its number, its words or a mention."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from notifications.flows.grammar import normal, numbers, spotting

# Beyond this a message is a story that happens to mention a word, not a choice.
_LONGEST_MENTION = 80


class Strength(IntEnum):
    """How sure a reading is; a stronger one wins over a newer question."""

    FREE = 0
    PART = 1
    WHOLE = 2
    TAPPED = 3


@dataclass(frozen=True)
class Choice:
    """One option as the grammar sees it: its code, its number on the screen, its words."""

    code: str
    digit: int
    words: tuple[str, ...]


def pick(text: str, choices: Sequence[Choice]) -> tuple[str, Strength] | None:
    """Return the code of the one option the message means, and how sure that is; else None."""
    return _by_number(text, choices) or _by_words(text, choices) or _by_mention(text, choices)


def vocabulary(choices: Sequence[Choice]) -> dict[str, str]:
    """Return every normalised word of the options with the code it stands for."""
    return {_normalised(word): choice.code for choice in choices for word in choice.words if _normalised(word)}


# Our own option words only, never an owner's text: the same few hundred for every reply.
_normalised = lru_cache(maxsize=4_096)(normal.words)


def _by_number(text: str, choices: Sequence[Choice]) -> tuple[str, Strength] | None:
    codes = {choice.digit: choice.code for choice in choices}
    if (number := numbers.whole_number(text)) in codes and number is not None:
        return codes[number], Strength.WHOLE
    if (number := numbers.leading_number(text)) in codes and number is not None:
        return codes[number], Strength.PART
    return None


def _by_words(text: str, choices: Sequence[Choice]) -> tuple[str, Strength] | None:
    known = {word.replace(" ", ""): code for word, code in vocabulary(choices).items()}
    heard = normal.words(text)
    for spoken in (heard, spotting.without_fillers(heard)):
        if (code := known.get(spoken.replace(" ", ""))) is not None:
            return code, Strength.WHOLE
    return None


def _by_mention(text: str, choices: Sequence[Choice]) -> tuple[str, Strength] | None:
    heard = normal.words(text)
    if len(heard) > _LONGEST_MENTION:
        return None
    found = spotting.spots(heard, _mentionable(vocabulary(choices)))
    meant = {spot.meaning for spot in found}
    if len(meant) != 1 or any(spotting.is_negated(heard, spot) for spot in found):
        return None
    whole = not spotting.rest_after(heard, found)
    return meant.pop(), Strength.WHOLE if whole else Strength.PART


def _mentionable(known: Mapping[str, str]) -> dict[str, str]:
    """A single Chinese character, or a word as short as "no", says too little inside a sentence."""
    return {word: code for word, code in known.items() if len(word) > (1 if normal.is_han(word[0]) else 3)}
