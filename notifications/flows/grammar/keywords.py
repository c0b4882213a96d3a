"""Words that work at any time as a whole message: stop, start, help. The words themselves are the languages'."""

from enum import StrEnum

from notifications.flows import languages
from notifications.flows.grammar import normal


class Keyword(StrEnum):
    """What a standing word asks for."""

    OPT_OUT = "OPT_OUT"
    OPT_IN = "OPT_IN"
    HELP = "HELP"


def standing_word(text: str, *, after_notice: bool) -> Keyword | None:
    """Return what the whole message asks for if it is a standing word, else None.

    after_notice: whether a stop notice that names a lone letter was sent to the owner.
    """
    heard = normal.glued(text)
    if after_notice and heard in _LETTERS:
        return Keyword.OPT_OUT
    return _MEANING.get(heard)


def may_mean_a_visit(text: str) -> bool:
    """Say whether an opt-out word could also have meant "cancel my visit"."""
    return normal.glued(text) in _DOUBTFUL


def is_reserved(text: str) -> bool:
    """Say whether a word can never be offered as an answer because it opts out, opts in or asks for help."""
    return normal.glued(text) in _MEANING or normal.glued(text) in _LETTERS


def languages_with_letters() -> list[str]:
    """Return the languages whose stop notice names a lone letter."""
    return [code for code in languages.codes() if languages.table(code)["keywords"]["letters"]]


def _glued(name: str) -> frozenset[str]:
    return frozenset(normal.glued(word) for word in languages.every("keywords", name))


_LETTERS = _glued("letters")
_DOUBTFUL = _glued("doubtful")
_MEANING = {word: meaning for meaning in Keyword for word in _glued(meaning.lower())}
