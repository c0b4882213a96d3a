"""Opening an export as the current dealer's: by its country, its earlier files, and what its people named."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from core.repair_orders.imports import columns, conventions, reader
from core.repair_orders.imports.columns import Layout
from core.repair_orders.imports.conventions import Conventions
from core.repair_orders.imports.faults import ColumnsUnrecognised
from core.repair_orders.imports.reader import Sheet
from core.repair_orders.models import ColumnMapping, ImportRun
from tenants import scope

# Rows that a person is shown to tell which column is which; one screen holds them.
SAMPLE_ROWS = 8
# Of a cell in the sample; a text of a page would hide the others.
LONGEST_SAMPLE = 80


@dataclass(frozen=True)
class Head:
    """The top of a file for a person to look at, and field -> header as far as it was recognised."""

    key: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    mapping: Mapping[str, str]


def open_sheet(stream: BinaryIO) -> Sheet:
    """Open an export of the current dealer. Raises: FileUnreadable, in one of its kinds."""
    return reader.open_sheet(stream, expected=_usual(), corrections=_named_before(), habits=_conventions_before)


def head_of(stream: BinaryIO) -> Head:
    """Return the top of a file, whether or not its columns are recognised; the stream is put back.

    Raises: FileUnreadable, in one of its kinds but ColumnsUnrecognised.
    """
    with closing(reader.open_raw(stream).rows) as raw:
        # A title and blank rows may stand above the header, see columns.HEADER_WITHIN.
        rows = [cells for _, cells in islice(raw, columns.HEADER_WITHIN + SAMPLE_ROWS)]
    stream.seek(0)
    try:
        layout = columns.find_layout(rows, corrections=_named_before())
    except ColumnsUnrecognised as error:
        headers = tuple(error.headers)
        # What was recognised of too few columns is a beginning all the same.
        recognised = columns.recognised(headers)
        return _head(rows, header_row=error.header_row, headers=headers, mapping=recognised)
    return _head(rows, header_row=layout.header_row, headers=layout.headers, mapping=layout.mapping)


def conventions_of(run: ImportRun) -> Conventions:
    """Return how the file of a run was written."""
    usual = _usual()
    return Conventions(
        country=usual.country,
        date_order=run.dialect.get("date_order", usual.date_order),
        decimal_mark=run.dialect.get("decimal_mark", usual.decimal_mark),
        odometer_unit=run.dialect.get("odometer_unit", usual.odometer_unit),
    )


def _head(rows: list[list[str]], *, header_row: int, headers: tuple[str, ...], mapping: Mapping[str, str]) -> Head:
    filled = [row for row in rows[header_row + 1 :] if any(cell.strip() for cell in row)][:SAMPLE_ROWS]
    shown = tuple(tuple(cell.strip()[:LONGEST_SAMPLE] for cell in row[: len(headers)]) for row in filled)
    key = columns.header_key(rows[header_row]) if rows else ""
    return Head(key=key, headers=headers, rows=shown, mapping=mapping)


def _usual() -> Conventions:
    return conventions.expected(scope.current_dealer().country)


def _named_before() -> dict[str, Mapping[str, str]]:
    return dict(ColumnMapping.objects.values_list("header_key", "mapping"))


def _conventions_before(layout: Layout) -> Conventions | None:
    """Return how the last file with the same columns was written."""
    done = ImportRun.objects.filter(state=ImportRun.State.DONE, mapping=layout.mapping).order_by("-pk").first()
    return None if done is None else conventions_of(done)
