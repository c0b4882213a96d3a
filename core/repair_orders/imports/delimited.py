"""Rows of a delimited text file: encoding and delimiter recognised, memory flat."""

import codecs
import csv
import io
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from core.repair_orders.imports import encodings
from core.repair_orders.imports.columns import LONGEST_CELL
from core.repair_orders.imports.faults import EncodingChanges, FileEmpty, RowsTooMany, RowsUnreadable

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = (",", ";", "\t", "|")
CHUNK_BYTES = 1 << 18
# As many as a workbook's sheet can have; the largest dealers' year is a tenth of it.
MOST_ROWS = 1_048_576
# Rows looked at when the delimiter is chosen; a title and blank rows may stand above the header.
HEAD_ROWS = 25

HeaderScore = Callable[[list[str]], int]


class TextDialect(NamedTuple):
    """How a delimited file is written."""

    encoding: str
    delimiter: str


def dialect_of(stream: BinaryIO, *, score: HeaderScore) -> TextDialect:
    """Return encoding and delimiter; `score` counts the known headers in a row of cells.

    Raises: FileEmpty, TextUndecodable.
    """
    sample = encodings.sample_of(_chunks(stream))
    stream.seek(0)
    if not sample.head.strip(b"\x00\r\n\t ,;"):
        raise FileEmpty("The file is empty. Export it again.")
    encoding = encodings.encoding_of(sample, headers_known=lambda text: _best_delimiter(text, score=score)[0])
    text = codecs.getincrementaldecoder(encoding)("ignore").decode(sample.head)
    return TextDialect(encoding=encoding, delimiter=_best_delimiter(text, score=score)[-1])


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def _best_delimiter(text: str, *, score: HeaderScore) -> tuple[int, int, int, str]:
    """Return (known headers, steady width, preference, delimiter) of the best one."""
    lines = text[: encodings.HEAD_BYTES].splitlines(keepends=True)[:HEAD_ROWS]
    return max(
        (*_fit(lines, delimiter=delimiter, score=score), -order, delimiter)
        for order, delimiter in enumerate(DELIMITERS)
    )


def _fit(lines: list[str], *, delimiter: str, score: HeaderScore) -> tuple[int, int]:
    try:
        # A row with a cell beyond all measure says nothing of the others.
        readable = (line for line in lines if len(line) <= LONGEST_CELL)
        rows = [row for row in csv.reader(readable, delimiter=delimiter) if row]
    except csv.Error:
        return 0, 0
    widths = [len(row) for row in rows if len(row) > 1]
    steady = max((widths.count(width) for width in set(widths)), default=0)
    return max(map(score, rows), default=0), steady


class _Lines:
    """The lines of a text, of which the last one read is kept: a reader that fails has eaten it."""

    def __init__(self, text: Iterator[str]) -> None:
        self._text = text
        self.last = ""

    def __iter__(self) -> Iterator[str]:
        for self.last in self._text:  # noqa: B020 - kept on purpose
            yield self.last


def _walk(reader: "Reader", lines: _Lines, *, dialect: TextDialect) -> Iterator[list[str]]:
    """Yield the rows; one of a single line whose cell is too long is whole all the same, and judged with the others."""
    # A stray quote would else swallow the rest of the file into one cell. The limit is the process's own.
    csv.field_size_limit(LONGEST_CELL)
    while True:
        before = reader.line_num
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            if reader.line_num - before > 1 or len(lines.last) <= LONGEST_CELL:
                raise
            yield _whole(lines.last, delimiter=dialect.delimiter)


def _whole(line: str, *, delimiter: str) -> list[str]:
    csv.field_size_limit(len(line))
    try:
        # Strict: a quotation mark that is still open at the line's end is where the table breaks off.
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    finally:
        csv.field_size_limit(LONGEST_CELL)


def rows(stream: BinaryIO, *, dialect: TextDialect) -> Generator[tuple[int, list[str]]]:
    """Yield (line number, cells) of every line, also of blank ones.

    Raises: EncodingChanges, RowsUnreadable, which name the place; RowsTooMany.
    """
    text = io.TextIOWrapper(stream, encoding=dialect.encoding, errors="strict", newline="", write_through=True)
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=dialect.delimiter)
    try:
        for count, row in enumerate(_walk(reader, lines, dialect=dialect), start=1):
            if count > MOST_ROWS:
                raise RowsTooMany(
                    f"The file has more than {MOST_ROWS:,} rows. Export a shorter period.", most=MOST_ROWS
                )
            yield reader.line_num, row
    except UnicodeDecodeError as error:
        raise EncodingChanges(
            f"After line {reader.line_num} the bytes are no longer {dialect.encoding}."
            " Two exports may have been joined; save the file anew as CSV UTF-8.",
            line=reader.line_num,
            encoding=dialect.encoding,
        ) from error
    except csv.Error as error:
        raise RowsUnreadable(
            f"The table breaks off near line {reader.line_num} ({error})."
            " Look for a quotation mark that is never closed.",
            line=reader.line_num,
        ) from error
    finally:
        # The caller's stream stays open: it is theirs.
        text.detach()
