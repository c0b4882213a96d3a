"""The temporary tables into which a file is read, chunk by chunk, by COPY.

Note [Three tables for one file]: a car with its person comes in every order of that car, and the kind
of visit in hundreds of orders. Each is staged once under a number, and an order names the numbers: half
the bytes to copy, and the merge compares whole numbers where it would compare texts. The numbers are
remembered within bounds; a party staged twice under two numbers costs a row and changes nothing.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b

from django.db import connection

from core.repair_orders.imports.columns import FIELDS, LONGEST_CELL, Layout
from core.repair_orders.imports.orders import Order, Party, Problem, Refused, Visit

# Cells are tidy: no control character is left in them, so neither mark needs escaping.
CELL, QUOTE = "\x1f", "\x1e"
# Between the items of one visit; chr(29) in the merge.
ITEM = "\x1d"
COPY_OPTIONS = f"FORMAT csv, DELIMITER E'{CELL}', QUOTE E'{QUOTE}', NULL ''"
# Beyond this many remembered parties we begin anew: memory stays flat.
MOST_REMEMBERED = 16_384
LONGEST_VALUE = 300

# Table -> its columns.
COLUMNS = {
    "stage_order": """
        row_number bigint, hash text, number text, opened_date date, opened_wall timestamp, closed_wall timestamp,
        odometer_km integer, total_minor bigint, party integer, visit integer
    """,
    "stage_party": """
        no integer, vin text, is_vin_suspect boolean, plate text, plate_key text, model text, customer_name text,
        name_key text, phone text, phone_is_landline boolean, landline text, email text, address text,
        purchase_date date
    """,
    "stage_visit": """
        no integer, kind text, items text, advisor text, may_contact boolean, contact_from time, contact_until time
    """,
    "stage_problem": """
        row_number bigint, fingerprint text, state text, reason text, column_name text, value text, cells jsonb
    """,
}
# Empty cells that must stay empty texts; every other empty cell is NULL.
_TEXTS = {
    "stage_party": ("plate", "plate_key", "model", "customer_name", "name_key", "address"),
    "stage_visit": ("items", "advisor"),
    "stage_problem": ("column_name", "value"),
}


def create_tables() -> None:
    """Make the tables anew, for this connection alone."""
    drop_tables()
    with connection.cursor() as cursor:
        for table, columns in COLUMNS.items():
            cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns})")


def drop_tables() -> None:
    """Drop the tables; pooled connections would carry people's data on to the next user."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{table}' for table in COLUMNS)}")


def fingerprint(text: str) -> str:
    """Return the same word for the same text, in every run."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


class Stage:
    """Gathers rows and copies them when `flush` is called."""

    def __init__(self, *, layout: Layout) -> None:
        self._layout = layout
        self._lines: dict[str, list[str]] = {table: [] for table in COLUMNS}
        self._parties: dict[Party, tuple[str, str]] = {}
        self._visits: dict[Visit, tuple[str, str]] = {}
        self._next_number = 0

    def add_order(self, row_number: int, order: Order) -> str:
        """Take one order; return the fingerprint of all that it says."""
        number, opened, closed, km, total, party, visit = order
        party_no, party_text = self._parties.get(party) or self._new_party(party)
        visit_no, visit_text = self._visits.get(visit) or self._new_visit(visit)
        own = (
            f"{number}{CELL}{opened[:10]}{CELL}{opened}{CELL}{closed or ''}"
            f"{CELL}{'' if km is None else km}{CELL}{'' if total is None else total}"
        )
        digest = blake2b(f"{own}{party_text}{visit_text}".encode(), digest_size=16).hexdigest()
        self._lines["stage_order"].append(f"{row_number}{CELL}{digest}{CELL}{own}{CELL}{party_no}{CELL}{visit_no}\n")
        return digest

    def add_warnings(self, row_number: int, row: Sequence[str], *, digest: str, problems: Sequence[Problem]) -> None:
        """Take the cells that were dropped from an order."""
        for problem in problems:
            self._add_problem(row_number, row, digest=digest, state="WARNED", problem=problem)

    def add_refusal(self, row_number: int, row: Sequence[str], *, refused: Refused) -> None:
        """Take a row that is set aside, by its gravest problem."""
        digest = fingerprint(CELL.join(cell.strip() for cell in row))
        self._add_problem(row_number, row, digest=digest, state="REFUSED", problem=refused.problems[0])

    def _add_problem(self, row_number: int, row: Sequence[str], *, digest: str, state: str, problem: Problem) -> None:
        # One sign more than may be: cut so, a cell beyond all measure is still seen to be one when it is tried again.
        told = ((field, cell.strip()[: LONGEST_CELL + 1]) for field, cell in zip(FIELDS, row, strict=True))
        cells = {field: cell for field, cell in told if cell}
        header = self._layout.header_of(problem.field)[:100]
        self._lines["stage_problem"].append(
            CELL.join(
                (
                    str(row_number),
                    digest,
                    state,
                    problem.reason,
                    header,
                    problem.value[:LONGEST_VALUE],
                    json.dumps(cells, ensure_ascii=False).replace("\\u0000", ""),
                )
            )
            + "\n"
        )

    def _new_party(self, party: Party) -> tuple[str, str]:
        if len(self._parties) >= MOST_REMEMBERED:
            self._parties.clear()
        self._parties[party] = entry = self._numbered("stage_party", party[:-1])
        return entry

    def _new_visit(self, visit: Visit) -> tuple[str, str]:
        if len(self._visits) >= MOST_REMEMBERED:
            self._visits.clear()
        kind, items, *rest = visit[:-1]
        self._visits[visit] = entry = self._numbered("stage_visit", (kind, ITEM.join(items), *rest))
        return entry

    def _numbered(self, table: str, cells: Sequence[object]) -> tuple[str, str]:
        self._next_number += 1
        text = CELL + CELL.join(_text(cell) for cell in cells)
        self._lines[table].append(f"{self._next_number}{text}\n")
        return str(self._next_number), text

    def flush(self) -> None:
        """Copy what was gathered."""
        for table, lines in self._lines.items():
            if lines:
                self._copy(table, lines)
                lines.clear()

    def _copy(self, table: str, lines: Sequence[str]) -> None:
        texts = _TEXTS.get(table)
        keep = f", FORCE_NOT_NULL ({', '.join(texts)})" if texts else ""
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} FROM STDIN ({COPY_OPTIONS}{keep})") as copy,
        ):
            copy.write("".join(lines))


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if cell is True:
        return "t"
    if cell is False:
        return "f"
    return str(cell)


def cells_of(row: Mapping[str, str]) -> tuple[str, ...]:
    """Return a kept row's cells in the order of columns.FIELDS."""
    return tuple(row.get(field, "") for field in FIELDS)
