"""Reads a whole export: recognises its dialect, then gives its rows one after the other, memory flat."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from typing import BinaryIO

from core.repair_orders.imports import columns, conventions, delimited, rules, workbooks
from core.repair_orders.imports.columns import FIELDS, Layout
from core.repair_orders.imports.conventions import Conventions
from core.repair_orders.imports.faults import FormatUnknown

# Rows looked at before the first is judged: enough that some day of a month is above 12.
EVIDENCE_ROWS = 2_000

NumberedRow = tuple[int, Sequence[str]]
Habits = Callable[[Layout], Conventions | None]


@dataclass(frozen=True)
class Sheet:
    """An opened export. `rows` can be walked once; cells stand in the order of columns.FIELDS."""

    format: str
    encoding: str
    delimiter: str
    layout: Layout
    conventions: Conventions
    rows: Iterator[NumberedRow]

    @property
    def dialect(self) -> dict[str, str]:
        """What was recognised, for people to look at."""
        return {
            "format": self.format,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "date_order": self.conventions.date_order,
            "decimal_mark": self.conventions.decimal_mark,
            "odometer_unit": self.conventions.odometer_unit,
        }


@dataclass(frozen=True)
class RawFile:
    """An export whose format is known and whose columns are not; `rows` can be walked once."""

    format: str
    text: delimited.TextDialect
    rows: Generator[tuple[int, list[str]]]


def open_raw(stream: BinaryIO) -> RawFile:
    """Open an export in whatever format it is; `stream` must be seekable and stays the caller's.

    Raises: FileUnreadable, in one of its kinds.
    """
    mark = stream.read(8)
    stream.seek(0)
    if mark.startswith(workbooks.OLE_MARK):
        raise FormatUnknown("This is an old or protected Excel file. Save it as XLSX or CSV.")
    if mark.startswith(workbooks.ZIP_MARK):
        return RawFile("xlsx", delimited.TextDialect(encoding="", delimiter=""), workbooks.rows(stream))
    text = delimited.dialect_of(stream, score=columns.known_headers)
    return RawFile("csv", text, delimited.rows(stream, dialect=text))


def open_sheet(
    stream: BinaryIO,
    *,
    expected: Conventions,
    corrections: Mapping[str, Mapping[str, str]] | None = None,
    habits: Habits | None = None,
) -> Sheet:
    """Open an export and recognise its columns; `stream` must be seekable and stays the caller's.

    `corrections` holds header key -> (field -> header) that people said before. `habits` is asked how a file
    with this layout was written before: a day's file is often too short to tell a day from a month.

    Raises: FileUnreadable, in one of its kinds.
    """
    raw = open_raw(stream)
    head = list(islice(raw.rows, EVIDENCE_ROWS))
    layout = columns.find_layout([cells for _, cells in head], corrections=corrections or {})
    body = head[layout.header_row + 1 :]
    evidence = [pick(cells, layout=layout) for _, cells in body]
    return Sheet(
        format=raw.format,
        encoding=raw.text.encoding,
        delimiter=raw.text.delimiter,
        layout=layout,
        conventions=conventions.observed(
            dates=[row[at] for row in evidence for at in (rules.OPENED, rules.CLOSED)],
            amounts=[row[rules.TOTAL] for row in evidence],
            unit=layout.odometer_unit,
            before=(habits(layout) if habits else None) or expected,
        ),
        rows=_picked(chain(body, raw.rows), layout=layout),
    )


def _picked(rows: Iterator[tuple[int, list[str]]], *, layout: Layout) -> Iterator[NumberedRow]:
    """Put the cells of each row into the order of FIELDS; a column that is missing is empty."""
    width = len(layout.headers)
    take = itemgetter(*_places(layout))
    for number, cells in rows:
        if len(cells) != width:
            cells = [*cells, *[""] * (width - len(cells))][:width]
        cells.append("")
        yield number, take(cells)


def pick(cells: Sequence[str], *, layout: Layout) -> tuple[str, ...]:
    """Return the cells of one row in the order of FIELDS."""
    width = len(layout.headers)
    padded = [*[*cells, *[""] * (width - len(cells))][:width], ""]
    return tuple(padded[place] for place in _places(layout))


def _places(layout: Layout) -> list[int]:
    """Return where each field stands; the cell after the last column is always empty."""
    return [layout.positions.get(field, len(layout.headers)) for field in FIELDS]
