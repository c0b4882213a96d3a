"""The table of what a file must hold, and of the stages of a customer's life; core/tables/files.toml says why."""

from dataclasses import dataclass
from functools import cache

from core.tables import reading

CUSTOMER, VEHICLE = "CUSTOMER", "VEHICLE"
REQUIRED, WANTED = "REQUIRED", "WANTED"


@dataclass(frozen=True)
class FileField:
    """One thing that a file holds; `present` is SQL over the row and what was gathered of its file."""

    key: str
    subject: str
    level: str
    present: str
    source: str


@cache
def fields() -> tuple[FileField, ...]:
    """Return the rows of the table, in its order."""
    return tuple(FileField(**row) for row in reading.read("files")["field"])


def required(subject: str) -> tuple[FileField, ...]:
    """Return what a file of that subject must hold."""
    return tuple(row for row in fields() if row.subject == subject and row.level == REQUIRED)


def figures() -> dict[str, int]:
    """Return the days and points of the table by name, as statements take them."""
    table = reading.read("files")
    value = {f"value_{name}": figure for name, figure in table["value"].items() if name != "source"}
    return {"due_days": table["due_days"], **table["lifecycle"], **value}
