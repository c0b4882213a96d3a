"""A complaint's clocks in its row: what is due when, what was kept, which runs out next."""

from collections.abc import Iterator
from datetime import datetime

from core.calendar.rules import WorkCalendar
from core.complaints import ladder as ladder_rules
from core.complaints import table
from core.complaints.models import Complaint
from core.complaints.rules import Action

# Clock -> the columns that hold when it is due and when it was kept.
COLUMNS = {
    "TO_MANAGER": ("to_manager_due_at", "to_manager_at"),
    "FIRST_ANSWER": ("first_answer_due_at", "first_answer_at"),
    "SOLUTION": ("solution_due_at", "solution_at"),
    "TELL_OWNER": ("tell_owner_due_at", "told_owner_at"),
}


def start(complaint: Complaint, *, starts: str, calendar: WorkCalendar, now: datetime) -> None:
    """Set the clocks going that `starts` begins; what the level has reached already counts as kept."""
    first_level = table.ladder().levels[0].number
    # As if from the first level: every clock has its due time, also one that is kept from the start.
    running = ladder_rules.started_clocks(starts, at=now, level=first_level, calendar=calendar, ladder=table.ladder())
    for clock in running:
        due, kept = COLUMNS[clock.name]
        setattr(complaint, due, clock.due_at)
        setattr(complaint, kept, None)
    stop(complaint, action=None, now=now)


def stop(complaint: Complaint, *, action: Action | None, now: datetime, missed: frozenset[str] = frozenset()) -> None:
    """Note as kept what this action, or the level by now, stops; find which clock runs out next.

    `missed` are the labels of clocks that ran out: they raise the level once and are waited for no more.
    """
    names = ladder_rules.stopped_clocks(action=action or "", level=complaint.level, ladder=table.ladder())
    for name in names:
        due, kept = COLUMNS[name]
        if getattr(complaint, due) is not None and getattr(complaint, kept) is None:
            setattr(complaint, kept, now)
    known = missed or _missed(complaint)
    waiting = (at for name, at in running(complaint) if label(complaint, name) not in known)
    complaint.next_clock_at = min(waiting, default=None)


def running(complaint: Complaint) -> Iterator[tuple[str, datetime]]:
    """Yield the clocks that are not kept yet, with when they are due; late ones too."""
    if complaint.closed_at is not None:
        return
    for name, (due, kept) in COLUMNS.items():
        due_at: datetime | None = getattr(complaint, due)
        if due_at is not None and getattr(complaint, kept) is None:
            yield name, due_at


def is_kept(complaint: Complaint, *, name: str) -> bool:
    """Tell whether the clock needs nobody any more: kept, or never started."""
    due, kept = COLUMNS[name]
    return getattr(complaint, due) is None or getattr(complaint, kept) is not None


def label(complaint: Complaint, name: str) -> str:
    """Return what a missed clock is filed under: a reopened complaint can miss the same one again."""
    return f"{name}#{complaint.reopened_count}" if complaint.reopened_count else name


def _missed(complaint: Complaint) -> frozenset[str]:
    if complaint._state.adding:
        return frozenset()
    return frozenset(complaint.escalations.exclude(clock="").values_list("clock", flat=True))
