"""The escalation ladder: levels, clocks in working time, and what goes to the top at once. Pure.

The figures are core/tables/complaints.toml, read by `core.complaints.table`.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from core.calendar import rules as calendar_rules
from core.calendar.rules import WorkCalendar

# From here on scripts are written without spaces between words.
FIRST_CJK = "\u2e80"
# Not \w: "打12315投诉" must be seen, and its neighbours are letters too.
LATIN = r"[a-z0-9\u00c0-\u024f]"


@dataclass(frozen=True)
class Level:
    """A step of the ladder, who answers there, and whose work list at the dealer shows it."""

    number: int
    role: str
    task_role: str


@dataclass(frozen=True)
class ClockRule:
    """A clock: when it starts, how long it runs, what stops it.

    `working_days` None means: until the end of the working day it starts in.
    """

    name: str
    starts: str
    working_days: float | None
    stopped_by: frozenset[str]
    stopped_at_level: int | None


@dataclass(frozen=True)
class Signal:
    """Something that lifts a complaint to a level at once, and the words that betray it."""

    name: str
    level: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Ladder:
    """The whole graded response."""

    levels: tuple[Level, ...]
    clocks: tuple[ClockRule, ...]
    signals: tuple[Signal, ...]
    repeat_from: int
    repeat_within_days: int

    @property
    def top(self) -> int:
        """Return the highest level."""
        return self.levels[-1].number

    def at(self, level: int) -> Level:
        """Return a step of the ladder by its number."""
        return next(step for step in self.levels if step.number == level)


@dataclass(frozen=True)
class RunningClock:
    """A clock that was started."""

    name: str
    due_at: datetime


def signals_in(text: str, *, ladder: Ladder) -> frozenset[str]:
    """Return the signals an owner's text betrays; case aside."""
    folded = text.casefold()
    return frozenset(
        signal.name for signal in ladder.signals if any(_speaks(word.casefold(), folded) for word in signal.words)
    )


def starting_level(*, signals: Collection[str], earlier_same_fault: int, ladder: Ladder) -> int:
    """Return the level a complaint starts at; the third on the same fault starts one up."""
    level = max((signal.level for signal in ladder.signals if signal.name in signals), default=ladder.levels[0].number)
    if earlier_same_fault + 1 >= ladder.repeat_from:
        level = raised(level, ladder=ladder)
    return level


def raised(level: int, *, by: int = 1, ladder: Ladder) -> int:
    """Return the level that many steps up, never above the top."""
    return min(level + by, ladder.top)


def started_clocks(
    starts: str, *, at: datetime, level: int, calendar: WorkCalendar, ladder: Ladder
) -> tuple[RunningClock, ...]:
    """Return the clocks that `starts` sets going; those for a level already reached are not needed."""
    return tuple(
        RunningClock(rule.name, _due_at(rule, at=at, calendar=calendar))
        for rule in ladder.clocks
        if rule.starts == starts and not _is_reached(rule, level=level)
    )


def stopped_clocks(*, action: str, level: int, ladder: Ladder) -> frozenset[str]:
    """Return the names of the clocks that this action, or having reached this level, stops."""
    return frozenset(rule.name for rule in ladder.clocks if action in rule.stopped_by or _is_reached(rule, level=level))


def earliest(clocks: Iterable[RunningClock]) -> datetime | None:
    """Return when the first of the clocks runs out."""
    return min((clock.due_at for clock in clocks), default=None)


def _speaks(word: str, text: str) -> bool:
    """Tell whether the word stands in the text: whole in a script with spaces, anywhere in Chinese."""
    if word[0] >= FIRST_CJK:
        return word in text
    return re.search(rf"(?<!{LATIN}){re.escape(word)}(?!{LATIN})", text) is not None


def _is_reached(rule: ClockRule, *, level: int) -> bool:
    return rule.stopped_at_level is not None and level >= rule.stopped_at_level


def _due_at(rule: ClockRule, *, at: datetime, calendar: WorkCalendar) -> datetime:
    if rule.working_days is not None:
        amount = calendar_rules.working_days(rule.working_days, calendar=calendar)
        return calendar_rules.add_working_time(at, amount, calendar=calendar)
    return _end_of_working_day(at, calendar=calendar)


def _end_of_working_day(at: datetime, *, calendar: WorkCalendar) -> datetime:
    begin = calendar_rules.next_working_moment(at, calendar=calendar)
    day = calendar_rules.local_date(begin, timezone=calendar.timezone)
    return calendar_rules.working_periods(day, calendar=calendar)[-1].until_at
