"""The reminder kinds as values: whom a kind concerns, when it leaves, what it starts. Pure.

The table is reminder_kinds.toml; a further kind is a row there, and a population if it needs a new one.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from notifications.policy.facts import Purpose, Topic

SHIPPED = Path(__file__).with_name("reminder_kinds.toml")


class KindsInvalid(ValueError):
    """The table cannot be read as reminder kinds; the message names the row."""


@dataclass(frozen=True, kw_only=True)
class Touch:
    """One attempt, in days from the day that the kind counts from: [from_day, until_day).

    expires_days: how long it may wait once planned; None until the next attempt takes over.
    """

    number: int
    from_day: int
    until_day: int
    is_call: bool = False
    expires_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class ReminderKind:
    """One row of the table."""

    rule: str
    population: str
    topic: Topic
    purpose: Purpose
    flow: str
    touches: tuple[Touch, ...] = ()
    follow_up: str = ""
    notice: str = ""
    is_proactive: bool = True
    is_once_a_person: bool = False
    is_monthly: bool = False
    is_merged: bool = False
    entry: str = "start"


@dataclass(frozen=True, kw_only=True)
class ReminderTable:
    """The kinds with the few figures that planning needs besides."""

    kinds: Mapping[str, ReminderKind]
    plan_clock: time
    least_reading_days: int


@cache
def shipped() -> ReminderTable:
    """This function will return the table that the product ships."""
    return parse(tomllib.loads(SHIPPED.read_text(encoding="utf-8")))


def parse(table: Mapping[str, Any]) -> ReminderTable:
    """This function will turn a table into reminder kinds.

    Raises: KindsInvalid if a row is missing, doubled, without source or without sense.
    """
    try:
        kinds = [_kind(_sourced(row)) for row in table["kind"]]
        read = ReminderTable(
            kinds={kind.rule: kind for kind in kinds},
            plan_clock=time.fromisoformat(_sourced(table["daily_plan"])["clock"]),
            least_reading_days=int(_sourced(table["odometer"])["least_days"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise KindsInvalid(f"reminder kinds: {error!r}") from error
    if len(read.kinds) != len(kinds):
        raise KindsInvalid("reminder kinds: two rows carry one rule")
    return read


def _sourced(row: Mapping[str, Any]) -> Mapping[str, Any]:
    if not row.get("source"):
        raise KindsInvalid(f"reminder kinds: no source on {dict(row)}")
    return row


def _kind(row: Mapping[str, Any]) -> ReminderKind:
    touches = tuple(Touch(**touch) for touch in row.get("touch", ()))
    if any(touch.from_day >= touch.until_day for touch in touches):
        raise KindsInvalid(f"reminder kinds: a touch of {row['rule']} ends before it begins")
    if any(one.until_day > two.from_day for one, two in pairwise(touches)):
        raise KindsInvalid(f"reminder kinds: two touches of {row['rule']} overlap")
    return ReminderKind(
        rule=row["rule"],
        population=row["population"],
        topic=Topic(row["topic"]),
        purpose=Purpose(row["purpose"]),
        flow=row["flow"],
        touches=touches,
        follow_up=row.get("follow_up", ""),
        notice=row.get("notice", ""),
        is_proactive=row.get("is_proactive", True),
        is_once_a_person=row.get("is_once_a_person", False),
        is_monthly=row.get("is_monthly", False),
        is_merged=row.get("is_merged", False),
        entry=row.get("entry", "start"),
    )
