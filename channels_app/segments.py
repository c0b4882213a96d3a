"""What an SMS is made of: the alphabets, how many segments a text takes, and where it may be cut.

Values in, values out; no channel and no provider. National shift tables are off unless a caller names them: not every
network carries them, and one that does not shows other letters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

# The GSM 7-bit default alphabet by code; 0x1B leads to the extension table.
# Source: 3GPP TS 23.038, 6.2.1 and 6.2.1.1.
ESCAPE = "\x1b"
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION: Mapping[str, int] = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
# What a national single shift table adds to the extension. Source: 3GPP TS 23.038, A.2.1 and A.2.2.
NATIONAL_SHIFTS: Mapping[str, Mapping[str, int]] = {
    "tr": {"Ğ": 0x47, "İ": 0x49, "Ş": 0x53, "ç": 0x63, "ğ": 0x67, "ı": 0x69, "ş": 0x73},
    "es": {"ç": 0x09, "Á": 0x41, "Í": 0x49, "Ó": 0x4F, "Ú": 0x55, "á": 0x61, "í": 0x69, "ó": 0x6F, "ú": 0x75},
}

CODES: Mapping[str, int] = {letter: code for code, letter in enumerate(BASIC) if letter != ESCAPE}
EXTENDED: Mapping[int, str] = {code: letter for letter, code in EXTENSION.items()}


class Alphabet(StrEnum):
    """How the letters of a text travel."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


@dataclass(frozen=True)
class Room:
    """What a segment holds, in septets or in 16-bit units: alone, and as one of several behind a header."""

    alone: int
    of_several: int


# 140 octets, less six for the header of a part. Source: 3GPP TS 23.040, 9.2.3.24.1.
ROOMS: Mapping[Alphabet, Room] = {Alphabet.GSM_7: Room(160, 153), Alphabet.UCS_2: Room(70, 67)}
# A header that names a single shift table takes three octets of each segment, and one more for its own length.
NATIONAL_ROOM = Room(155, 149)


@dataclass(frozen=True)
class Measured:
    """A text as SMS: its alphabet, how many units it takes, and its segments."""

    alphabet: Alphabet
    units: int
    parts: tuple[str, ...]

    @property
    def segments(self) -> int:
        """How many are paid for."""
        return len(self.parts)


def measure(text: str, *, national: str = "", is_wide: bool = False) -> Measured:
    """This function will say what a text takes as SMS and cut it; an empty text is one empty segment.

    national names a single shift table to be used where the default alphabet does not suffice; is_wide has the default
    alphabet left alone. A character of two units is never cut: neither one of the extension table, nor one beyond the
    first 65,536.
    """
    shift = NATIONAL_SHIFTS[national] if national else {}
    alphabet, room = Alphabet.GSM_7, ROOMS[Alphabet.GSM_7]
    widths = [_septets(letter, shift) for letter in text]
    if is_wide or 0 in widths:
        alphabet, room = Alphabet.UCS_2, ROOMS[Alphabet.UCS_2]
        widths = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    elif any(letter in shift and not _septets(letter, {}) for letter in text):
        room = NATIONAL_ROOM
    units = sum(widths)
    parts = [text] if units <= room.alone else _cut(text, widths, room.of_several)
    return Measured(alphabet, units, tuple(parts))


def is_gsm(text: str) -> bool:
    """This function will say whether the default alphabet and its extension hold the whole text."""
    return all(_septets(letter, {}) for letter in text)


def gsm_encoded(text: str) -> bytes:
    """This function will write a text in the default alphabet, a septet to an octet. Raises: UnicodeError."""
    return bytes(code for letter in text for code in _codes(letter))


def gsm_decoded(octets: bytes) -> str:
    """This function will read the default alphabet; what it leaves open is read as the standard asks.

    An escape to nothing is the letter that the code has in the basic table, and one at the very end a blank.
    """
    letters = []
    is_escaped = False
    for octet in octets:
        code = octet & 0x7F
        if is_escaped:
            letters.append(EXTENDED.get(code) or _basic(code))
        elif BASIC[code] != ESCAPE:
            letters.append(BASIC[code])
        is_escaped = not is_escaped and BASIC[code] == ESCAPE
    return "".join(letters) + (" " if is_escaped else "")


def _basic(code: int) -> str:
    return " " if BASIC[code] == ESCAPE else BASIC[code]


def _septets(letter: str, shift: Mapping[str, int]) -> int:
    """Return how many septets a letter takes; none when it cannot be said."""
    if letter in CODES:
        return 1
    return 2 if letter in EXTENSION or letter in shift else 0


def _codes(letter: str) -> Iterable[int]:
    if letter in CODES:
        return (CODES[letter],)
    if letter in EXTENSION:
        return (ord(ESCAPE), EXTENSION[letter])
    raise UnicodeError("a letter is not in the default alphabet")


def _cut(text: str, widths: list[int], room: int) -> list[str]:
    """Cut a text where the next letter does not fit whole."""
    parts, begin = [], 0
    ends = [0, *accumulate(widths)]
    for place in range(len(text)):
        if ends[place + 1] - ends[begin] > room:
            parts.append(text[begin:place])
            begin = place
    return [*parts, text[begin:]]
