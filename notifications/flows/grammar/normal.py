"""One spelling for what an owner types: width, case, accents and punctuation folded away."""

import re
import unicodedata

# A longer text is never an answer to a question; reading all of a megabyte would only cost time.
LONGEST_READ = 2_000

_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """Return the text with half-width characters, lower case and no accents; punctuation stays."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_READ])[:LONGEST_READ].casefold()
    parted = unicodedata.normalize("NFD", plain)
    kept = "".join(mark for mark in parted if unicodedata.category(mark) not in _DROPPED)
    return _SPACES.sub(" ", unicodedata.normalize("NFC", kept)).strip()


def words(text: str) -> str:
    """Return the folded text with every punctuation mark turned into one space."""
    kept = "".join(" " if _is_punctuation(mark) else mark for mark in fold(text))
    return _SPACES.sub(" ", kept).strip()


def glued(text: str) -> str:
    """Return the folded text without any space or punctuation: "Opt-out!" gives "optout"."""
    return words(text).replace(" ", "")


def is_han(mark: str) -> bool:
    """Say whether the character is a Chinese one, which is written without spaces around it."""
    return "\u3400" <= mark <= "\u9fff"


def bounded(pattern: str) -> str:
    """Return a pattern that matches whole words only; Chinese has no such borders."""
    return pattern if any(is_han(mark) for mark in pattern) else rf"\b(?:{pattern})\b"


# Combining accents, emoji variation marks, format characters (bidi, zero width), skin tones.
_DROPPED = frozenset({"Mn", "Me", "Cf", "Sk", "Cs", "Co", "Cn"})


def _is_punctuation(mark: str) -> bool:
    return unicodedata.category(mark)[0] in "PZC" or unicodedata.category(mark) == "Sm"
