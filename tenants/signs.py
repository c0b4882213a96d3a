"""What a text holds for its reader: signs that nobody sees, and whether there is anything to read at all. Pure."""

import re
import unicodedata

# C0 and C1 controls with DEL; embeddings, overrides and isolates of the writing's direction, by which one name is read
# as another. Source: Unicode 16, sections 23.1 and 23.2; UAX #9. Joiners (U+200C, U+200D) are letters' business.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# Of these, what no text of several lines holds either; signs of direction are part of writing Hebrew and Arabic.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Letters, numbers, punctuation and symbols are read; marks stand on them, all else is space or serves.
READ = frozenset("LNPS")
# Counted among those, and yet nothing to be seen: fillers of Hangul, the empty pattern of Braille, a notehead without
# ink. Source: Unicode 16, Default_Ignorable_Code_Point, and the charts of U+2800 and U+1D100.
BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")

# What Excel, LibreOffice and their imports begin a formula with; the long minus beside those that NFKC makes of others.
# Source: OWASP, CSV Injection.
COMPUTED = frozenset("=+-@\u2212")


class Unseen(ValueError):
    """A text of one line holds controls, or signs that turn the direction of writing."""


class NothingToRead(ValueError):
    """A text is made of nothing but signs that nobody sees."""


def has_unseen(text: str) -> bool:
    """Return whether a text holds a sign that cannot be seen and does not belong into a name."""
    return UNSEEN.search(text) is not None


def has_controls(text: str) -> bool:
    """Return whether a text holds controls that lay out nothing."""
    return CONTROLS.search(text) is not None


def has_something_to_read(text: str) -> bool:
    """Return whether there is a sign in the text that somebody can see."""
    return any(unicodedata.category(sign)[0] in READ and sign not in BLANKS for sign in text)


def begins_formula(text: str) -> bool:
    """Return whether a spreadsheet might compute a cell: by the first sign to be seen in it, whatever its width."""
    first = next((sign for sign in text if has_something_to_read(sign)), "")
    return unicodedata.normalize("NFKC", first)[:1] in COMPUTED if first else False


def without_unseen(text: str) -> str:
    """Return the text without what cannot be seen: address books wrap numbers in signs of direction."""
    return UNSEEN.sub("", text)


def check_line(text: str) -> None:
    """Raises: Unseen, NothingToRead where a text of one line cannot be shown to anybody; an empty one can."""
    if has_unseen(text):
        raise Unseen
    if text and not has_something_to_read(text):
        raise NothingToRead
