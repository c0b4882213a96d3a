"""The statements of planning: whom a kind concerns, who of them is left out, and the insert.

Each kind is planned by one statement, put together from the files in sql/; the rules they carry
are rules.py and the contact policy, and tests hold them to it.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from notifications.planning.kinds import ReminderKind

FOLDER = Path(__file__).with_name("sql")

POPULATIONS: Mapping[str, tuple[str, ...]] = {
    "AFTER_SALES": ("after_sales",),
    "MAINTENANCE": ("visits", "maintenance"),
    "LAPSED": ("visits", "lapsed"),
    "APPOINTMENT": ("appointment",),
    "NO_SHOW": ("no_show",),
}
"""The files that find a population's candidates, in the order in which they stand on each other."""


class PopulationUnknown(LookupError):
    """A reminder kind names a population that no statement finds."""


def planning_statement(kind: ReminderKind) -> str:
    """This function will return the statement that plans a kind and counts its outcomes."""
    follow_up = "follow_up" if kind.follow_up else "no_follow_up"
    return "WITH " + ",\n".join((*_judged(kind), _read(follow_up), _read("insert")))


def listing_statement(kind: ReminderKind) -> str:
    """This function will return the statement that lists a kind's candidates with their outcomes."""
    return "WITH " + ",\n".join(_judged(kind)) + "\n" + _read("list")


def _judged(kind: ReminderKind) -> tuple[str, ...]:
    if kind.population not in POPULATIONS:
        raise PopulationUnknown(kind.population)
    return tuple(_read(name) for name in ("touch", *POPULATIONS[kind.population], "judged"))


@cache
def _read(name: str) -> str:
    return FOLDER.joinpath(f"{name}.sql").read_text(encoding="utf-8").strip()
