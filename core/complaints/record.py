"""What is written when something is done to a complaint: its record, its rises, the log, people's work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.complaints import clocks, table
from core.complaints import ladder as ladder_rules
from core.complaints.models import Complaint, ComplaintEscalation, ComplaintStep
from core.complaints.rules import Action, Actor, Step
from core.events import kinds
from core.events import operations as events
from core.events.operations import Fact
from core.followups.models import Survey
from core.tasks import operations as tasks
from core.tasks.models import Task
from core.tasks.operations import NewTask

# Words of the log for the acts that end or begin a complaint; all others are "acted".
EVENT_KINDS = {Action.REOPEN: kinds.COMPLAINT_REOPENED}
# Work that is settled once its clock is kept, whoever kept it and wherever.
CLOCK_OF_TASK = {"answer": "FIRST_ANSWER", "to_manager": "TO_MANAGER"}


@dataclass(frozen=True)
class Rise:
    """A complaint went up; `clock` is the label of the one that was missed, if one was."""

    complaint: Complaint
    from_level: int
    to_level: int
    reason: str
    clock: str = ""


def opened(complaint: Complaint, *, rises: Sequence[Rise], actor: Actor, now: datetime) -> None:
    """Record a new complaint, why it starts where it does, and the work it makes."""
    _step(complaint, action="OPEN", text="", actor=actor, now=now)
    events.record_many([_fact(kinds.COMPLAINT_OPENED, complaint, at=now, actor=actor)])
    _write_rises(rises, now=now, actor=actor)
    tasks.open_tasks(_work(complaint), now=now)


def acted(complaint: Complaint, *, action: Action, before: Step, text: str, actor: Actor, now: datetime) -> None:
    """Record one act, and cancel the work of a complaint that it closed."""
    _step(complaint, action=action, text=text, actor=actor, now=now)
    closed = complaint.step == Step.CLOSED
    kind = kinds.COMPLAINT_CLOSED if closed else EVENT_KINDS.get(action, kinds.COMPLAINT_ACTED)
    events.record_many([_fact(kind, complaint, at=now, actor=actor, action=action, before=before)])
    if action is Action.REOPEN:
        tasks.open_tasks(_work(complaint), now=now)
    settled = [what for what, clock in CLOCK_OF_TASK.items() if clocks.is_kept(complaint, name=clock)]
    tasks.settle_tasks(keys=[_key(complaint, what=what) for what in settled], now=now, actor=actor.name)
    if complaint.survey_id is not None and "answer" in settled:
        # The complaint took over the clock of the survey it came from.
        Survey.objects.filter(id=complaint.survey_id, answered_at__isnull=True).update(answered_at=now)
    if closed:
        open_work = Task.objects.filter(complaint=complaint, state=Task.State.OPEN)
        tasks.cancel_tasks(keys=open_work.values_list("key", flat=True), now=now, actor=actor.name)


def rise(complaint: Complaint, *, by: int, reason: str, clock: str = "") -> Rise:
    """Put a complaint up by that many levels and return the rise, to be recorded."""
    before = complaint.level
    complaint.level = ladder_rules.raised(before, by=by, ladder=table.ladder())
    return Rise(complaint, before, complaint.level, reason, clock)


def risen(rises: Sequence[Rise], *, now: datetime, actor: Actor) -> None:
    """Record rises and tell the level each complaint has come to, in a constant number of statements."""
    _write_rises(rises, now=now, actor=actor)
    tasks.open_tasks([_level_task(rise, now=now) for rise in rises], now=now)


def _write_rises(rises: Sequence[Rise], *, now: datetime, actor: Actor) -> None:
    ComplaintEscalation.objects.bulk_create(
        ComplaintEscalation(
            complaint=rise.complaint,
            from_level=rise.from_level,
            to_level=rise.to_level,
            reason=rise.reason,
            clock=rise.clock,
            at=now,
        )
        for rise in rises
    )
    events.record_many(_rise_fact(rise, now=now, actor=actor) for rise in rises)


def _step(complaint: Complaint, *, action: str, text: str, actor: Actor, now: datetime) -> None:
    ComplaintStep.objects.create(complaint=complaint, action=action, text=text, actor=actor.name, at=now)


def _work(complaint: Complaint) -> list[NewTask]:
    """The work of a complaint just opened: its level answers, and the general manager takes note."""
    if clocks.is_kept(complaint, name="TO_MANAGER"):
        return [_answer_task(complaint)]
    return [_answer_task(complaint), _manager_task(complaint)]


def _answer_task(complaint: Complaint) -> NewTask:
    """The level's own work: answer the owner in time."""
    role = table.ladder().at(complaint.level).task_role
    return _task(complaint, what="answer", role=role, due_at=complaint.first_answer_due_at)


def _manager_task(complaint: Complaint) -> NewTask:
    """The general manager takes note in time. Source: see the clock's row."""
    return _task(complaint, what="to_manager", role="GENERAL_MANAGER", due_at=complaint.to_manager_due_at)


def _level_task(rise: Rise, *, now: datetime) -> NewTask:
    role = table.ladder().at(rise.to_level).task_role
    return _task(rise.complaint, what=f"level_{rise.to_level}", role=role, due_at=now)


def _task(complaint: Complaint, *, what: str, role: str, due_at: datetime) -> NewTask:
    return NewTask(
        kind=Task.Kind.COMPLAINT,
        key=_key(complaint, what=what),
        reason=f"complaint.{what}",
        due_at=due_at,
        customer_id=complaint.customer_id,
        vehicle_id=complaint.vehicle_id,
        complaint_id=complaint.pk,
        role=role,
        data={
            "number": complaint.number,
            "level": complaint.level,
            "category": complaint.category,
            "alarm": complaint.alarm,
        },
    )


def _key(complaint: Complaint, *, what: str) -> str:
    return f"complaint:{complaint.pk}:{complaint.reopened_count}:{what}"


def _rise_fact(rise: Rise, *, now: datetime, actor: Actor) -> Fact:
    level = table.ladder().at(rise.to_level)
    return _fact(
        kinds.COMPLAINT_ESCALATED,
        rise.complaint,
        at=now,
        actor=actor,
        from_level=rise.from_level,
        reason=rise.reason,
        clock=rise.clock,
        told=level.role,
    )


def _fact(kind: str, complaint: Complaint, *, at: datetime, actor: Actor, **data: object) -> Fact:
    return Fact(
        kind=kind,
        subject_kind="complaint",
        subject_id=complaint.pk,
        at=at,
        customer_id=complaint.customer_id,
        vehicle_id=complaint.vehicle_id,
        data={
            "number": complaint.number,
            "category": complaint.category,
            "part": complaint.part,
            "channel": complaint.channel,
            "step": complaint.step,
            "level": complaint.level,
            "alarm": complaint.alarm,
            "closed_by": complaint.closed_by,
            **data,
        },
        actor=actor.name,
    )
