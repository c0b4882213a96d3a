"""Questionnaires and follow-up kinds as values; see core/tables/questionnaires.toml and followups.toml."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from core.followups.rules import FollowUpKind, Item, Questionnaire, Scale
from core.tables import reading


@cache
def shipped_questionnaires() -> tuple[Questionnaire, ...]:
    """Return the questionnaires of the shipped table."""
    return tuple(read_questionnaire(row) for row in reading.read("questionnaires")["questionnaire"])


def shipped_rows() -> list[dict[str, Any]]:
    """Return the questionnaires as stored in a dealer's schema."""
    rows: list[dict[str, Any]] = reading.read("questionnaires")["questionnaire"]
    return rows


def read_questionnaire(row: Mapping[str, Any]) -> Questionnaire:
    """Return a questionnaire from its stored form."""
    return Questionnaire(key=row["key"], version=row["version"], items=tuple(_item(item) for item in row["item"]))


@cache
def kinds() -> dict[str, FollowUpKind]:
    """Return the kinds of follow-up by name."""
    return {row["name"]: _kind(row) for row in reading.read("followups")["kind"]}


@cache
def scales() -> dict[str, Scale]:
    """Return the scales by name."""
    return {name: _scale(name, row) for name, row in reading.read("questionnaires")["scale"].items()}


def dissatisfied_working_days() -> tuple[float, float]:
    """Return the working days until the general manager knows, and until the owner is answered."""
    row = reading.read("followups")["dissatisfied"]
    return row["to_manager_working_days"], row["answer_working_days"]


def complaint_values() -> frozenset[str]:
    """Return the values that make a dissatisfied survey a complaint."""
    return frozenset(reading.read("followups")["complaint"]["values"])


def _scale(name: str, row: Mapping[str, Any]) -> Scale:
    return Scale(
        name=name,
        values=tuple(row["values"]),
        points=dict(zip(row["values"], row["points"], strict=True)) if "points" in row else {},
        weak=frozenset(row["weak"]),
        dissatisfied=frozenset(row["dissatisfied"]),
    )


def _item(row: Mapping[str, Any]) -> Item:
    return Item(
        key=row["key"],
        scale=scales()[row["scale"]],
        is_step=row.get("is_step", False),
        category=row.get("category", "OTHER"),
    )


def _kind(row: Mapping[str, Any]) -> FollowUpKind:
    return FollowUpKind(
        name=row["name"],
        questionnaire=row.get("questionnaire"),
        from_day=row["from_day"],
        due_day=row["due_day"],
        expires_day=row["expires_day"],
        second_touch_days=row.get("second_touch_days"),
    )
