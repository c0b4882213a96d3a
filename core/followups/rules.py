"""Scores of a survey, who is dissatisfied, and by when a person is asked. Pure.

The figures are core/tables/questionnaires.toml and followups.toml, read by `core.followups.table`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.calendar import rules as calendar_rules


class AnswerUnknown(ValueError):
    """The value is not on the item's scale."""


class ItemUnknown(ValueError):
    """The questionnaire has no such item."""


@dataclass(frozen=True)
class Scale:
    """Values in the order offered, their points if they have any, and which of them are bad news."""

    name: str
    values: tuple[str, ...]
    points: Mapping[str, int]
    weak: frozenset[str]
    dissatisfied: frozenset[str]


@dataclass(frozen=True)
class Item:
    """One question; a step's points count towards the score."""

    key: str
    scale: Scale
    is_step: bool = False
    category: str = "OTHER"


@dataclass(frozen=True)
class Questionnaire:
    """One version of a set of questions, in the order asked."""

    key: str
    version: int
    items: tuple[Item, ...]

    def item(self, key: str) -> Item:
        """Return the item. Raises: ItemUnknown."""
        for item in self.items:
            if item.key == key:
                return item
        raise ItemUnknown(key)


@dataclass(frozen=True)
class Answer:
    """What was answered to one item; `points` None where the scale has none."""

    item: str
    value: str
    points: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Score:
    """Points of the answered steps and the most they could have been."""

    points: int
    maximum: int

    @property
    def share(self) -> float:
        """Return points over maximum; below zero where very dissatisfied outweighs."""
        return self.points / self.maximum


@dataclass(frozen=True)
class FollowUpKind:
    """When a kind of follow-up begins, is due and expires, in days after the occasion."""

    name: str
    questionnaire: str | None
    from_day: int
    due_day: int
    expires_day: int
    second_touch_days: int | None = None


@dataclass(frozen=True)
class Window:
    """A follow-up's times in UTC: may be asked from, should be asked by, is dropped at."""

    from_at: datetime
    due_at: datetime
    expires_at: datetime


def read_value(value: str, *, scale: Scale) -> str:
    """Return the scale's value for a value or for its place among those offered, "1" being the first.

    Raises: AnswerUnknown.
    """
    folded = value.strip().upper()
    if not scale.values or folded in scale.values:
        return folded if scale.values else ""
    if folded.isdecimal() and 1 <= int(folded) <= len(scale.values):
        return scale.values[int(folded) - 1]
    raise AnswerUnknown(value)


def asks_why(item: Item, *, value: str) -> bool:
    """Tell whether this answer is followed by the question why."""
    return value in item.scale.weak


def answer(item: Item, *, value: str, text: str = "") -> Answer:
    """Return the answer with its points. Raises: AnswerUnknown."""
    read = read_value(value, scale=item.scale)
    return Answer(item=item.key, value=read, points=item.scale.points.get(read), text=text)


def score(answers: Iterable[Answer], *, questionnaire: Questionnaire) -> Score | None:
    """Return the points of the answered steps; None when no step was answered."""
    steps = {item.key: item for item in questionnaire.items if item.is_step}
    scored = [(given, steps[given.item]) for given in answers if given.item in steps and given.points is not None]
    if not scored:
        return None
    return Score(
        points=sum(given.points or 0 for given, _ in scored),
        maximum=sum(max(item.scale.points.values()) for _, item in scored),
    )


def intention(answers: Iterable[Answer], *, questionnaire: Questionnaire) -> int | None:
    """Return the intention to come back, 1 certainly to 5 certainly not; None when not answered."""
    for given in answers:
        scale = questionnaire.item(given.item).scale
        if scale.name == "INTENTION" and given.value in scale.values:
            return scale.values.index(given.value) + 1
    return None


def is_complete(answers: Iterable[Answer], *, questionnaire: Questionnaire) -> bool:
    """Tell whether every item that has values is answered; words are welcome, not required."""
    answered = {given.item for given in answers}
    return all(item.key in answered for item in questionnaire.items if item.scale.values)


def is_dissatisfied(answers: Iterable[Answer], *, questionnaire: Questionnaire) -> bool:
    """Tell whether any answer makes the owner a dissatisfied one."""
    return bool(dissatisfied_answers(answers, questionnaire=questionnaire))


def dissatisfied_answers(answers: Iterable[Answer], *, questionnaire: Questionnaire) -> tuple[Answer, ...]:
    """Return the answers that do, worst first, then in the order asked."""
    order = {item.key: number for number, item in enumerate(questionnaire.items)}
    bad = [given for given in answers if given.value in questionnaire.item(given.item).scale.dissatisfied]
    return tuple(sorted(bad, key=lambda given: (given.points or 0, order[given.item])))


def complaint_category(bad: Sequence[Answer], *, questionnaire: Questionnaire) -> str:
    """Return what a complaint about these answers is filed under: the worst step's category."""
    steps = (questionnaire.item(given.item) for given in bad)
    return next((item.category for item in steps if item.is_step), "OTHER")


def window(kind: FollowUpKind, *, occasion_at: datetime, timezone: ZoneInfo) -> Window:
    """Return a follow-up's times for an occasion. Source: see the kind's row."""
    return Window(
        from_at=_day_start(occasion_at, kind.from_day, timezone=timezone),
        due_at=_day_start(occasion_at, kind.due_day + 1, timezone=timezone),
        expires_at=_day_start(occasion_at, kind.expires_day + 1, timezone=timezone),
    )


def _day_start(occasion_at: datetime, days: int, *, timezone: ZoneInfo) -> datetime:
    day = calendar_rules.local_date(occasion_at, timezone=timezone) + timedelta(days=days)
    return calendar_rules.at_local(day, time(0), timezone=timezone)
