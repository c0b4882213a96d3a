"""Which column means what: headers recognised in three languages, or as a person once said."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from core.repair_orders.imports import words
from core.repair_orders.imports.faults import ColumnsUnrecognised
from core.tables import reading

# The order in which rules.py takes a row's cells.
FIELDS = (
    "ro_number",
    "opened",
    "closed",
    "odometer",
    "total",
    # The car and its person: the same in every order of one car.
    "vin",
    "plate",
    "customer_name",
    "phone",
    "email",
    "model",
    "landline",
    "address",
    "purchase_date",
    # What was done and asked: few different values in a whole file.
    "kind",
    "work",
    "advisor",
    "may_contact",
    "contact_window",
)
# Without these no order can be kept.
REQUIRED = ("ro_number", "vin", "opened")
# A header row names at least this many columns; fewer is a title or a row of data.
FEWEST_KNOWN = 3
# The header stands in the first rows, below titles at most.
HEADER_WITHIN = 25

# Longer than anything somebody writes into a cell, and than most leave unread.
LONGEST_CELL = 20_000


@dataclass(frozen=True)
class Layout:
    """Where each field stands, and in which unit the odometer is."""

    headers: tuple[str, ...]
    positions: Mapping[str, int]
    header_row: int
    odometer_unit: str | None

    @property
    def mapping(self) -> dict[str, str]:
        """Field -> header, as used."""
        return {field: self.headers[position] for field, position in self.positions.items()}

    def header_of(self, field: str) -> str:
        """Return the file's own name for the field, or the field's."""
        position = self.positions.get(field)
        return field if position is None else self.headers[position]


@cache
def _known() -> dict[str, str]:
    lists: dict[str, dict[str, list[str]]] = reading.read("import_columns")
    return {
        words.folded_header(name): field
        for field, languages in lists.items()
        for names in languages.values()
        for name in names
    }


def known_headers(cells: Sequence[str]) -> int:
    """Return how many different fields the cells name."""
    known = _known()
    return len({known[key] for cell in cells if (key := words.folded_header(cell)) in known})


def header_key(headers: Sequence[str]) -> str:
    """Return the key under which a correction for files with these headers is remembered."""
    text = "\x1f".join(words.folded_header(header) for header in headers)
    return hashlib.sha256(text.encode()).hexdigest()


def find_layout(head: Sequence[Sequence[str]], *, corrections: Mapping[str, Mapping[str, str]]) -> Layout:
    """Return the layout of a table from its first rows.

    `corrections` holds header key -> (field -> header) as people said before; they win.

    Raises: ColumnsUnrecognised.
    """
    rows = list(enumerate(head[:HEADER_WITHIN]))
    for index, row in rows:
        corrected = corrections.get(header_key(row))
        if corrected is not None:
            return _checked(_laid_out(row, header_row=index, corrected=corrected))
    index, row = max(rows, key=lambda item: (known_headers(item[1]), -item[0]), default=(0, []))
    if known_headers(row) < FEWEST_KNOWN:
        index, row = max(rows, key=lambda item: (sum(map(bool, map(str.strip, item[1]))), -item[0]), default=(0, []))
        raise _unrecognised(header_names(row), missing=list(REQUIRED), header_row=index)
    return _checked(_laid_out(row, header_row=index, corrected={}))


def _laid_out(row: Sequence[str], *, header_row: int, corrected: Mapping[str, str]) -> Layout:
    headers = header_names(row)
    positions = _recognised(headers)
    for field, header in corrected.items():
        if not header:
            # A person said that the file has no such column, whatever its headers look like.
            positions.pop(field, None)
        elif header in headers:
            position = headers.index(header)
            positions = {key: at for key, at in positions.items() if at != position}
            positions[field] = position
    unit = _unit(headers[positions["odometer"]]) if "odometer" in positions else None
    return Layout(headers=headers, positions=positions, header_row=header_row, odometer_unit=unit)


def recognised(headers: Sequence[str]) -> dict[str, str]:
    """Return field -> header of the columns that we know by name."""
    return {field: headers[position] for field, position in _recognised(headers).items()}


def _recognised(headers: Sequence[str]) -> dict[str, int]:
    positions: dict[str, int] = {}
    for position, header in enumerate(headers):
        field = _known().get(words.folded_header(header))
        if field is not None:
            # The first of two columns with one meaning counts.
            positions.setdefault(field, position)
    return positions


def header_names(row: Sequence[str]) -> tuple[str, ...]:
    """Return the columns' names; of two with one name the second is called `name (2)`, so that each can be meant."""
    seen: Counter[str] = Counter()
    names = []
    for cell in map(words.tidy, row):
        seen[cell] += 1
        names.append(f"{cell} ({seen[cell]})" if cell and seen[cell] > 1 else cell)
    return tuple(names)


def _unit(header: str) -> str | None:
    """Return km or mi where the header says so, in brackets or not."""
    text = words.folded(header)
    parts = set("".join(char if char.isalpha() else " " for char in text).split())
    for unit in ("mi", "km"):
        listed = words.listed(f"unit_{unit}")
        if parts & listed or any(word in text for word in listed if not word.isascii()):
            return unit
    return None


def _checked(layout: Layout) -> Layout:
    missing = [field for field in REQUIRED if field not in layout.positions]
    if missing:
        raise _unrecognised(layout.headers, missing=missing, header_row=layout.header_row)
    return layout


def _unrecognised(headers: Sequence[str], *, missing: list[str], header_row: int) -> ColumnsUnrecognised:
    found = [header for header in headers if header]
    return ColumnsUnrecognised(
        f"No column was recognised for: {', '.join(missing)}."
        f" The file's columns are: {', '.join(found[:40]) or 'none'}."
        " Say once which column is which; it is remembered for files with the same columns.",
        headers=list(headers),
        missing=missing,
        header_row=header_row,
    )
