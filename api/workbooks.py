"""Lists as Excel's own files, row by row."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, TYPE_STRING

from api.tables import Cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Source: Excel specifications and limits.
LONGEST_CELL = 32_767
FORMATS = ((datetime, "yyyy-mm-dd hh:mm:ss"), (date, "yyyy-mm-dd"))


def write_xlsx(rows: Iterable[Sequence[Cell]], file: IO[bytes]) -> int:
    """Write the rows as a workbook of one sheet, whose rows wait on disk; return how many there are."""
    book, count = Workbook(write_only=True), 0
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for count, row in enumerate(rows, start=1):  # noqa: B007  # read behind the loop
        sheet.append(list(_cells(sheet, row)))
    book.save(file)
    return count


def _cells(sheet: Any, row: Sequence[Cell]) -> Iterator[Any]:  # noqa: ANN401  # the library ships no types
    for value in row:
        content: Any = _text(value) if isinstance(value, str) else value
        cell = WriteOnlyCell(sheet, value=content)
        if isinstance(value, str):
            # Said to be a text, it is never computed, whatever it begins with; a phone stays as it is dialled.
            cell.data_type = TYPE_STRING
        for kind, shown in FORMATS:
            if isinstance(value, kind):
                cell.number_format = shown
                break
        yield cell


def _text(value: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL]
