"""Is a definition that somebody wrote sound, and how does it talk? Nothing is stored."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from notifications.flows import checks, reading, terminal
from notifications.flows.reading import FlowInvalid, Problem


def faults(table: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Return everything that is wrong with a flow written as a table; none for a sound one."""
    try:
        checks.check(reading.from_table({**table, "version": 1}))
    except FlowInvalid as error:
        return error.problems
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        # A shape that nobody thought of when reading was written is a fault as well.
        return (Problem(str(table.get("key", "?")), f"cannot be read: {error!r}"),)
    return ()


def tried(table: Mapping[str, Any], *, language: str, entry: str, lines: Iterable[str], now: datetime) -> list[str]:
    """Return how a flow written as a table would talk, one line of `lines` for each answer; see terminal.play.

    Raises: FlowInvalid naming everything that is wrong; ValueMissing if there is no such entry.
    """
    found = faults(table)
    if found:
        raise FlowInvalid(*found)
    flow = reading.from_table({**table, "version": 1})
    return list(terminal.play(flow, language=language, entry=entry, lines=lines, now=now))
