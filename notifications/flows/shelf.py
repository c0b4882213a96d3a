"""The flows that ship with the house, read from `library/*.toml` and checked."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from notifications.flows import checks, languages, reading
from notifications.flows.definition import Flow

LIBRARY = Path(__file__).with_name("library")


class FlowUnknown(Exception):
    """No flow of that name is shipped; the argument is the name."""


def names() -> list[str]:
    """Return the names of the shipped flows, ordered."""
    return sorted(path.stem for path in LIBRARY.glob("*.toml"))


@cache
def shipped(key: str) -> Flow:
    """Return a shipped flow.

    Raises: FlowUnknown if there is none of that name; FlowInvalid if it is not sound.
    """
    return checks.check(reading.from_table(table(key)))


def table(key: str) -> dict[str, Any]:
    """Return a shipped flow as it is stored.

    Raises: FlowUnknown if there is none of that name.
    """
    if key not in names():
        raise FlowUnknown(key)
    found = tomllib.loads(LIBRARY.joinpath(f"{key}.toml").read_text(encoding="utf-8"))
    languages.put_texts(found)
    return found
