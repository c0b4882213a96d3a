"""Finding known words in a sentence: the longest first, none inside another, none that is negated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from notifications.flows.grammar import lexicon, normal

# How far before a word a negation still reaches, in characters of normalised text; Chinese says it in fewer.
_REACH = 24
_HAN_REACH = 8


@dataclass(frozen=True)
class Spot:
    """A known word found in a text, and what it stands for."""

    start: int
    until: int
    meaning: str


def spots(text: str, vocabulary: Mapping[str, str]) -> list[Spot]:
    """Return the words of `vocabulary` (word to meaning) in a normalised text, ordered by place."""
    taken = [False] * len(text)
    found: list[Spot] = []
    for word in sorted(vocabulary, key=len, reverse=True):
        for start in _places(text, word):
            until = start + len(word)
            if not any(taken[start:until]):
                taken[start:until] = [True] * len(word)
                found.append(Spot(start, until, vocabulary[word]))
    return sorted(found, key=lambda spot: spot.start)


def is_negated(text: str, spot: Spot) -> bool:
    """Say whether a negation stands shortly before the spot."""
    reach = _HAN_REACH if normal.is_han(text[spot.start]) else _REACH
    before = text[max(0, spot.start - reach) : spot.start]
    return any(True for word in lexicon.normalised("negations") for _ in _places(before, word))


def without_fillers(text: str) -> str:
    """Return a normalised text without its polite padding."""
    return _rest(text, spots(text, _FILLER_WORDS))


def rest_after(text: str, found: Iterable[Spot]) -> str:
    """Return what is left of a normalised text once the spots and the padding are taken away."""
    return without_fillers(_rest(text, found))


def _rest(text: str, found: Iterable[Spot]) -> str:
    marks = list(text)
    for spot in found:
        marks[spot.start : spot.until] = " " * (spot.until - spot.start)
    return " ".join("".join(marks).split())


def _places(text: str, word: str) -> Iterable[int]:
    start = text.find(word) if word else -1
    while start != -1:
        if _stands_alone(text, start, start + len(word)):
            yield start
        start = text.find(word, start + 1)


def _stands_alone(text: str, start: int, until: int) -> bool:
    """A Latin word must not be part of a longer one; Chinese has no such borders."""
    before = text[start - 1] if start else " "
    after = text[until] if until < len(text) else " "
    return not (_joins(before, text[start]) or _joins(text[until - 1], after))


def _joins(left: str, right: str) -> bool:
    return all(mark.isalnum() and not normal.is_han(mark) for mark in (left, right))


_FILLER_WORDS = lexicon.meaning("", "fillers")
