"""Rows of an Excel workbook, read as a stream; what would unpack too large is refused first."""

import zipfile
from collections.abc import Generator, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from core import archives
from core.repair_orders.imports.faults import FileEmpty, RowsTooMany, WorkbookBroken, WorkbookLocked, WorkbookRefused

ZIP_MARK = b"PK\x03\x04"
# The old binary format, and also every password-protected workbook.
OLE_MARK = b"\xd0\xcf\x11\xe0"
MOST_BYTES = 512 << 20
# openpyxl holds the shared strings in memory whole.
MOST_SHARED_BYTES = 128 << 20
# Excel's own limit.
MOST_ROWS = 1_048_576


def refuse_bomb(stream: BinaryIO) -> None:
    """Look at the archive's directory before anything is unpacked.

    Raises: WorkbookRefused.
    """
    try:
        members = zipfile.ZipFile(stream).infolist()
    except zipfile.BadZipFile as error:
        raise WorkbookBroken("The workbook is damaged. Open it in Excel, save it anew, and try again.") from error
    finally:
        stream.seek(0)
    if len(members) > archives.MOST_MEMBERS:
        raise WorkbookRefused(f"The workbook has {len(members)} parts; {archives.MOST_MEMBERS} are the most.")
    if sum(member.file_size for member in members) > MOST_BYTES:
        raise WorkbookRefused("The workbook unpacks to over 512 MB. Export a shorter period.")
    for member in members:
        _refuse_member(member)


def _refuse_member(member: zipfile.ZipInfo) -> None:
    if archives.is_bomb(member):
        raise WorkbookRefused("The workbook is packed like a zip bomb and was not opened.")
    if member.filename.endswith("sharedStrings.xml") and member.file_size > MOST_SHARED_BYTES:
        raise WorkbookRefused("The workbook holds over 128 MB of text. Export it as CSV.")
    if member.flag_bits & 0x1:
        raise WorkbookLocked("The workbook is protected by a password. Save it without one.")


def rows(stream: BinaryIO) -> Generator[tuple[int, list[str]]]:
    """Yield (row number, cells as text) of the first sheet that holds a table.

    Raises: WorkbookRefused in one of its kinds, FileEmpty, RowsTooMany.
    """
    refuse_bomb(stream)
    try:
        # Values only, links to other files not followed: a formula gives its last result.
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, OSError, SyntaxError) as error:
        raise WorkbookBroken("The workbook cannot be opened. Save it anew as XLSX.") from error
    try:
        yield from _sheet_rows(_table_sheet(book))
    finally:
        book.close()


def _table_sheet(book: Any) -> ReadOnlyWorksheet:  # noqa: ANN401 - the stubs know no read-only workbook
    """Return the first sheet with at least two cells side by side; cover sheets have none."""
    sheet: ReadOnlyWorksheet
    for sheet in book.worksheets:
        # Some exporters write a false dimension, which would hide rows.
        sheet.reset_dimensions()
        # openpyxl's stubs take the writing sheet's method for this one.
        for row in sheet.iter_rows(values_only=True, max_row=40):  # type: ignore[misc]
            if sum(cell is not None for cell in row) > 1:
                return sheet
    raise FileEmpty("The workbook holds no table. Export it again.")


def _sheet_rows(sheet: ReadOnlyWorksheet) -> Iterator[tuple[int, list[str]]]:
    rows = sheet.iter_rows(values_only=True)  # type: ignore[misc]  # as above
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise RowsTooMany(f"The sheet has more than {MOST_ROWS:,} rows. Export a shorter period.", most=MOST_ROWS)
        yield number, [cell if type(cell) is str else text_of(cell) for cell in row]


def text_of(cell: object) -> str:
    """Return a typed cell as the text a person would have written; dates year first."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        # Excel keeps fractions of days: 08:55 may come as 08:54:59.999995.
        return (cell + timedelta(microseconds=500_000)).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
