"""The words of foreign cells, folded for comparing; the lists are core/tables/import_words.toml."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from core.tables import reading
from tenants import signs

# Everything that a person would not call part of the word.
_NOISE = re.compile(r"[\s_.,:;·•'\"`´\-–—/\\*|#º°ª№＃]+")
_BRACKETS = re.compile(r"[(\[{<【][^)\]}>】]*[)\]}>】]?")
# C0 and C1 controls, marks that change only how text runs, fillers without ink: they never belong to a value.
_NO_INK = "\x7f-\x9f\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u2069\u2800\u3164\ufeff\uffa0\ufffe"
_INVISIBLE = re.compile(f"[\x00-\x1f{_NO_INK}]+")
_SPACES = re.compile(r"\s+")
# Between the cells of a row that is looked at as one text.
CELL_MARK = "\x1f"
_CONTROLS = re.compile(f"[\x00-\x1e{_NO_INK}]")


def tidy(text: str) -> str:
    """Return the cell's text with full width made half, spaces collapsed and controls taken out."""
    text = _unguarded(text.strip())
    if text.isascii() and text.isprintable() and "  " not in text:
        return text
    return _tidy(text)


def tidy_row(row: Sequence[str]) -> Sequence[str]:
    """Return the row with every cell tidy; most rows are, and are seen to be at one glance."""
    text = CELL_MARK.join(("", *row, ""))
    if (
        "  " not in text
        and " \x1f" not in text
        and "\x1f'" not in text
        and "\x1f " not in text
        and unicodedata.is_normalized("NFKC", text)
        and _CONTROLS.search(text) is None
        and text.count(CELL_MARK) == len(row) + 1
    ):
        return row
    return [tidy(cell) for cell in row]


def _unguarded(text: str) -> str:
    """Take away the apostrophe before a formula's mark, with which spreadsheets and our own lists guard a cell."""
    return text[1:] if text[:1] == "'" and signs.begins_formula(text[1:]) else text


@lru_cache(maxsize=4_096)
def _tidy(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    return _SPACES.sub(" ", _INVISIBLE.sub(" ", text)).strip()


def folded(text: str) -> str:
    """Return the word for comparing: no case, accents, width or outer spaces."""
    text = unicodedata.normalize("NFKD", tidy(text)).casefold()
    return "".join(char for char in text if not unicodedata.combining(char))


def folded_header(text: str) -> str:
    """Return a header for comparing: folded, without brackets, spaces and punctuation."""
    return _NOISE.sub("", _BRACKETS.sub("", folded(text)))


@cache
def table(name: str) -> dict[str, str]:
    """Return word -> meaning for one of the tables with several lists."""
    lists: dict[str, list[str]] = reading.read("import_words")[name]
    return {folded(word): meaning for meaning, words in lists.items() for word in words}


@cache
def listed(name: str) -> frozenset[str]:
    """Return one list of words, folded."""
    entry = reading.read("import_words")[name]
    words: Iterable[str] = entry["words"] if isinstance(entry, dict) else entry
    return frozenset(folded(word) for word in words)


def forget() -> None:
    """Drop remembered cells, which may name people."""
    _tidy.cache_clear()
