"""What the end of a task, or a try, means for what it was about: a clock is kept, a follow-up carried out."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from core.calendar import operations as calendar_operations
from core.calendar import rules as calendar_rules
from core.complaints import operations as complaints
from core.complaints.rules import Actor
from core.followups import dissatisfied
from core.followups import operations as follow_ups
from core.tasks import handing_on, operations, rules
from core.tasks.models import Task
from core.transactions import waking
from tenants.scope import current_dealer

# Outcomes in which somebody was spoken to.
SPOKEN = frozenset({Task.Outcome.COMPLETED, Task.Outcome.PARTLY_COMPLETED})


# When another time is proposed by default; ours.
SOON = timedelta(hours=1)


class TimeMissing(ValueError):
    """This outcome has no pause of its own: somebody must say when."""


def complete(
    *, task_id: int, user_id: int, outcome: str, note: str, now: datetime, contact_point_id: int | None = None
) -> Task:
    """Close a task with its outcome and note the outcome where it belongs; again changes nothing.

    `contact_point_id` is the number that was called.
    Raises: OutcomeUnknown; TaskTaken; TaskOver; Task.DoesNotExist.
    """
    with waking(now=now):
        # Held, so that of two presses of one button only one notes the meaning.
        was_open = Task.objects.select_for_update().get(id=task_id).state == Task.State.OPEN
        task = operations.complete(
            task_id=task_id,
            user_id=user_id,
            outcome=outcome,
            note=note,
            now=now,
            contact_point_id=contact_point_id,
        )
        if was_open:
            _note(task, now=now)
        return task


def postpone(
    *,
    task_id: int,
    user_id: int,
    outcome: str,
    note: str,
    again_at: datetime | None,
    is_promise: bool,
    now: datetime,
    language: str = "",
) -> Task:
    """Keep a task for another try, and note a call that was made; without a time, by the pause of its outcome.

    What lacked a common language is handed on to somebody who speaks the owner's.
    Raises: OutcomeUnknown; TimeMissing for an outcome without a pause; TimeOver, TimeTooFar; TaskTaken; TaskOver;
    Task.DoesNotExist; NeverOpen.
    """
    course = rules.COURSES.get(outcome, rules.Course())
    with waking(now=now):
        if course.is_handed_on:
            task = handing_on.hand_on(
                task_id=task_id,
                user_id=user_id,
                outcome=outcome,
                note=note,
                language=language,
                again_at=proposed_time(now=now),
                now=now,
            )
        else:
            task = operations.postpone(
                task_id=task_id,
                user_id=user_id,
                outcome=outcome,
                note=note,
                again_at=again_at or _pause(course, outcome=outcome, now=now),
                is_promise=is_promise,
                now=now,
            )
        if outcome:
            _note_call(task, user_id=user_id, now=now)
        return task


def proposed_time(*, now: datetime) -> datetime:
    """Return when to try again unless somebody says otherwise: soon, while the dealer is open."""
    calendar = calendar_operations.calendar_of(current_dealer(), now=now)
    return calendar_rules.next_working_moment(now + SOON, calendar=calendar)


def _pause(course: rules.Course, *, outcome: str, now: datetime) -> datetime:
    """Return when somebody is tried again who was not reached: working time, as nobody calls at night."""
    if course.again_after is None:
        raise TimeMissing(outcome)
    calendar = calendar_operations.calendar_of(current_dealer(), now=now)
    again_at = calendar_rules.add_working_time(now, course.again_after, calendar=calendar)
    return calendar_rules.next_working_moment(again_at, calendar=calendar)


def _note(task: Task, *, now: datetime) -> None:
    _note_call(task, user_id=task.done_by, now=now)
    meaning = MEANINGS.get(task.reason)
    if meaning is not None and task.outcome in SPOKEN:
        meaning(task, now)


def _note_call(task: Task, *, user_id: int | None, now: datetime) -> None:
    follow_up_id = task.data.get("follow_up_id")
    if task.kind == Task.Kind.CALL and isinstance(follow_up_id, int):
        follow_ups.record_call(follow_up_id=follow_up_id, outcome=task.outcome, now=now, actor=f"user:{user_id}")


def _owner_answered(task: Task, now: datetime) -> None:
    if task.complaint_id is not None:
        complaints.answer(complaint_id=task.complaint_id, text=task.note, actor=_actor(task), now=now)


def _manager_knows(task: Task, now: datetime) -> None:
    if task.complaint_id is not None:
        complaints.inform_manager(complaint_id=task.complaint_id, text=task.note, actor=_actor(task), now=now)


def _dissatisfied_answered(task: Task, now: datetime) -> None:
    dissatisfied.mark_answered(survey_id=int(task.data["survey_id"]), actor=_actor(task).name, now=now)


# Reason of a task -> what it means that it was done.
MEANINGS: Mapping[str, Callable[[Task, datetime], None]] = {
    "complaint.answer": _owner_answered,
    "complaint.to_manager": _manager_knows,
    "dissatisfied.answer": _dissatisfied_answered,
}


def _actor(task: Task) -> Actor:
    return Actor(f"user:{task.done_by}")
