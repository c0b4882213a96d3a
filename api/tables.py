"""Lists as CSV for spreadsheets, which must take no cell for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO

from django.http import HttpResponse

from tenants import signs

# What a cell of a list can be; moments as the dealer's clocks show them, without a zone.
Cell = str | int | float | date | datetime | None
# A tab or line end may hide a formula from whoever looks for one.
HIDING = ("\t", "\r", "\n")
# Rows of a file that is put together in memory: some ten megabytes.
MOST_ROWS = 20_000
CSV = "text/csv; charset=utf-8"


def guarded(cell: object) -> str:
    """Return a cell that no spreadsheet computes: what could begin a formula stands behind an apostrophe."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(HIDING) or signs.begins_formula(text) else text


def write_csv(rows: Iterable[Sequence[object]], file: IO[bytes]) -> int:
    """Write the rows in UTF-8 with the mark that spreadsheets ask for; return how many there are."""
    text, count = io.TextIOWrapper(file, encoding="utf-8-sig", newline=""), 0
    lines = csv.writer(text)
    for count, row in enumerate(rows, start=1):  # noqa: B007  # read behind the loop
        lines.writerow([guarded(cell) for cell in row])
    # The file is the caller's to go on with.
    text.detach()
    return count


def csv_answer(rows: Iterable[Sequence[object]], *, file_name: str) -> HttpResponse:
    """Return a short list as a file to be saved."""
    file = io.BytesIO()
    write_csv(rows, file)
    answer = HttpResponse(file.getvalue(), content_type=CSV)
    answer["Content-Disposition"] = f'attachment; filename="{file_name}"'
    answer["Cache-Control"] = "no-store"
    return answer
