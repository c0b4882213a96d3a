"""Writes an invented dealer's exports in the dialect of its system, with the truth beside them."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import openpyxl

from deploy.demo.dialects import COLUMNS, Dialect
from deploy.demo.faults import Cells, Export, Exports, Row, exports_of
from deploy.demo.generator import World

PADDING = "  "
NAME_COLUMN = COLUMNS.index("customer_name") + 1


@dataclass(frozen=True)
class Written:
    main: Path
    daily: Path
    truth: Path


def write(world: World, *, folder: Path) -> Written:
    """Write the main file, the daily file and the truth; return where they stand."""
    folder.mkdir(parents=True, exist_ok=True)
    exports = exports_of(world)
    stem, suffix = world.dialect.key, world.dialect.suffix
    written = Written(
        folder / f"{stem}_repair_orders.{suffix}",
        folder / f"{stem}_daily.{suffix}",
        folder / f"{stem}_truth.json",
    )
    for path, export in ((written.main, exports.main), (written.daily, exports.daily)):
        _write_table(export, path=path, dialect=world.dialect)
    written.truth.write_text(_truth(exports), encoding="utf-8")
    return written


def _truth(exports: Exports) -> str:
    parts = {
        "together": exports.together,
        "main": exports.main.truth,
        "daily": exports.daily.truth,
    }
    return json.dumps(parts, indent=1) + "\n"


def _write_table(export: Export, *, path: Path, dialect: Dialect) -> None:
    if dialect.suffix == "xlsx":
        _write_workbook(export, path=path, dialect=dialect)
        return
    with path.open("w", encoding=dialect.encoding, newline="") as file:
        writer = csv.writer(file, delimiter=dialect.delimiter)
        writer.writerow(dialect.headers)
        writer.writerows(_lines(export, dialect=dialect))


def _lines(export: Export, *, dialect: Dialect) -> Iterator[list[str]]:
    for row in export.rows:
        yield [""] * len(COLUMNS) if row is None else _texts(row.cells, dialect=dialect)


def _texts(cells: Cells, *, dialect: Dialect) -> list[str]:
    texts = [_text(getattr(cells, column), dialect=dialect) for column in COLUMNS]
    return [f"{PADDING}{text} " if text else text for text in texts] if cells.is_padded else texts


def _text(value: str | datetime | None, *, dialect: Dialect) -> str:
    if isinstance(value, datetime):
        return value.strftime(dialect.datetime_format)
    return value or ""


def _write_workbook(export: Export, *, path: Path, dialect: Dialect) -> None:
    """Write a sheet as people's tools do: a merged title above, a line of totals below."""
    book = openpyxl.Workbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    sheet.append([dialect.title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(COLUMNS))
    sheet.append(list(dialect.headers))
    for row in export.rows:
        sheet.append(_values(row, dialect=dialect))
    # A name that begins with "=" is a name; left alone the library makes it a formula.
    for (cell,) in sheet.iter_rows(min_row=2, min_col=NAME_COLUMN, max_col=NAME_COLUMN):
        if isinstance(cell.value, str):
            cell.data_type = "s"
    sheet.append([dialect.total, f"{sum(row is not None for row in export.rows)}"])
    book.save(path)


def _values(row: Row | None, *, dialect: Dialect) -> list[str | datetime | None]:
    if row is None:
        return [""] * len(COLUMNS)
    texts = _texts(row.cells, dialect=dialect)
    values = [getattr(row.cells, column) for column in COLUMNS]
    return [value if isinstance(value, datetime) else text or None for value, text in zip(values, texts, strict=True)]
