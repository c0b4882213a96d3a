"""The word lists of all languages together, normalised for matching: many owners answer in another language."""

from functools import cache
from typing import Any

from notifications.flows import languages
from notifications.flows.grammar import normal


@cache
def listed(name: str) -> tuple[str, ...]:
    """Return all words of a list in all languages."""
    return languages.every("words", name)


@cache
def normalised(name: str) -> frozenset[str]:
    """Return the words of a list as `normal.words` writes them."""
    return frozenset(normal.words(word) for word in listed(name))


@cache
def kinds(name: str) -> tuple[str, ...]:
    """Return the names of the lists inside a group, such as the kinds of danger."""
    return tuple(languages.table(languages.FALLBACK)["words"][name])


def meaning(code: str, name: str) -> dict[str, str]:
    """Return a vocabulary in which every word of a list stands for `code`."""
    return dict.fromkeys(normalised(name), code)


@cache
def grouped(name: str) -> dict[str, str]:
    """Return a vocabulary in which every word of a group's lists stands for its list."""
    groups: list[dict[str, Any]] = [languages.table(code)["words"][name] for code in languages.codes()]
    return {normal.words(word): kind for group in groups for kind, words in group.items() for word in words}
