"""Which encoding a text file is in, told from its bytes alone; pure."""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from core.repair_orders.imports.faults import TextUndecodable

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Tried where the bytes are not UTF-8. cp950 is Big5 as Windows writes it.
LEGACY = ("gb18030", "cp950", "big5hkscs", "cp1252")
# A sample of this many bytes with letters beyond ASCII settles it; more only costs time.
ENOUGH_BYTES = 65_536
HEAD_BYTES = 16_384
# One byte in this many is more than padding.
NUL_SHARE = 10

_FOREIGN_RUN = re.compile(r"[^\x00-\x7f]+")
# What cp1252 text of western Europe is made of; the rest of its upper half is rare.
_WESTERN = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿªº°¿¡€’“”–·£")
# The first level of each Chinese set, the characters of daily use, by lead byte.
_DAILY_LEADS = {"gb18030": range(0xB0, 0xD8), "cp950": range(0xA4, 0xC7)}
_DAILY_LEADS["big5hkscs"] = _DAILY_LEADS["cp950"]


class Sample(NamedTuple):
    """The head of a file, and lines with letters beyond ASCII from wherever they stand."""

    head: bytes
    foreign: bytes


def sample_of(chunks: Iterable[bytes]) -> Sample:
    """Return what is needed to tell the encoding, reading only as far as must be."""
    head, foreign, size = b"", [], 0
    for piece in _whole_lines(chunks):
        head += piece[: max(0, HEAD_BYTES - len(head))]
        if not piece.isascii():
            lines = [line + b"\n" for line in piece.split(b"\n") if not line.isascii()][:2_000]
            foreign.extend(lines)
            size += sum(map(len, lines))
        if size >= ENOUGH_BYTES:
            break
    # A head that was cut may end inside a character.
    whole = head if len(head) < HEAD_BYTES else head[: head.rfind(b"\n") + 1 or None]
    return Sample(whole, b"".join(foreign))


def _whole_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut the chunks anew at ends of lines, so that no character is cut."""
    rest = b""
    for chunk in chunks:
        lines, newline, tail = chunk.rpartition(b"\n")
        if newline:
            yield rest + lines + newline
            rest = tail
        else:
            rest += chunk
    yield rest


def encoding_of(sample: Sample, *, headers_known: Callable[[str], int]) -> str:
    """Return the encoding that fits `sample`, as Python names it.

    `headers_known` counts the header names that we know in a text: a table whose headers make sense
    was read in the right encoding, whatever the statistics of its letters say.

    Raises: TextUndecodable when none fits.
    """
    for mark, name in BOMS:
        if sample.head.startswith(mark):
            return name
    # Some systems fill cells up with a NUL or two; text of two bytes a character is half NUL.
    if sample.head.count(0) * NUL_SHARE > len(sample.head):
        return _utf_16(sample.head)
    sampled = sample.head + sample.foreign
    if _decoded(sampled, encoding="utf-8") is not None:
        return "utf-8"
    scored = [
        (headers_known(text), _plausible(text, encoding=name), -order, name)
        for order, name in enumerate(LEGACY)
        if (text := _decoded(sampled, encoding=name)) is not None
    ]
    if not scored:
        raise TextUndecodable(
            "The file is text in no encoding that we read (UTF-8, UTF-16, GB18030, Big5, Windows-1252)."
            " Save it anew as CSV UTF-8."
        )
    return max(scored)[-1]


def _utf_16(sample: bytes) -> str:
    """Tell UTF-16 without a mark by where its NULs stand: delimiters and digits are half NUL."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    name = "utf-16-le" if odd > even else "utf-16-be"
    if "\n" not in (_decoded(sample, encoding=name) or "") or min(even, odd) * 4 > max(even, odd):
        raise TextUndecodable("The file holds binary data, not text. Export it as CSV or XLSX.")
    return name


def _decoded(sample: bytes, *, encoding: str) -> str | None:
    """Decode strictly, but for a character cut at the sample's end."""
    try:
        return codecs.getincrementaldecoder(encoding)("strict").decode(sample, final=False)
    except UnicodeDecodeError:
        return None


def _plausible(text: str, *, encoding: str) -> float:
    """Return how much of what is beyond ASCII is what people of that encoding write, 0 to 1."""
    runs = _FOREIGN_RUN.findall(text)
    total = sum(map(len, runs))
    if not total:
        return 0.0
    if encoding == "cp1252":
        # Accents stand alone or by two; Chinese read as cp1252 comes in long runs.
        return sum(len(run) for run in runs if len(run) < 3 and _WESTERN.issuperset(run)) / total
    leads = _DAILY_LEADS[encoding]
    return sum(_is_daily(char, encoding=encoding, leads=leads) for run in runs for char in run) / total


def _is_daily(char: str, *, encoding: str, leads: range) -> bool:
    """Say whether the character is one of daily use, or punctuation of that script."""
    code = char.encode(encoding, "replace")
    return len(code) == 2 and (code[0] in leads or code[0] in (0xA1, 0xA3))
