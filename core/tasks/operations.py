"""Work for people: opened once, done with an outcome. Who holds it meanwhile is `claiming`.

Nothing here wakes the dealer: people look at their list themselves, and screens follow the log.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Value, When

from core.customers.models import ContactPoint
from core.events import kinds
from core.events import operations as events
from core.events.operations import Fact
from core.tasks import claiming, rules
from core.tasks.models import AWAITED, Task

# What a kind of task waits for and how urgent it is, lower first; an opener may say otherwise.
ROLES: Mapping[str, str] = {
    Task.Kind.CALL: "RELATIONS_SPECIALIST",
    Task.Kind.REPLY: "SERVICE_SPECIALIST",
    Task.Kind.COMPLAINT: "RELATIONS_SPECIALIST",
    Task.Kind.DISSATISFIED: "GENERAL_MANAGER",
    Task.Kind.APPOINTMENT: "SERVICE_SPECIALIST",
    Task.Kind.UNCONFIRMED: "SERVICE_SPECIALIST",
    Task.Kind.OTHER: "RELATIONS_SPECIALIST",
}
PRIORITIES: Mapping[str, int] = {
    Task.Kind.COMPLAINT: 10,
    Task.Kind.DISSATISFIED: 20,
    Task.Kind.REPLY: 30,
    Task.Kind.UNCONFIRMED: 40,
    Task.Kind.APPOINTMENT: 40,
    Task.Kind.CALL: 50,
    Task.Kind.OTHER: 60,
}


class OutcomeUnknown(ValueError):
    """Not an outcome of a call."""


@dataclass(frozen=True)
class NewTask:
    """A task to be opened.

    `key` makes it one and the same, however often it is asked for. `reason` is a key that screens translate;
    `data` holds ids and names, never an owner's words. An empty role and a missing priority are the kind's.
    """

    kind: str
    key: str
    reason: str
    due_at: datetime
    customer_id: int | None = None
    vehicle_id: int | None = None
    complaint_id: int | None = None
    conversation_id: int | None = None
    message_id: int | None = None
    role: str = ""
    priority: int | None = None
    promised_at: datetime | None = None
    # Left out: whoever is free.
    assignee_id: int | None = None
    data: Mapping[str, object] = field(default_factory=dict)


def open_task(
    *,
    kind: str,
    customer_id: int | None,
    vehicle_id: int | None,
    reason: str,
    due_at: datetime,
    now: datetime,
    key: str = "",
    complaint_id: int | None = None,
    conversation_id: int | None = None,
    message_id: int | None = None,
    role: str = "",
    priority: int | None = None,
    promised_at: datetime | None = None,
    data: Mapping[str, object] | None = None,
) -> Task:
    """Open a task, or return the one of the same key; without a key it is one a reason, person, car and due time."""
    key = key or f"{kind}:{reason}:{customer_id}:{vehicle_id}:{due_at.isoformat()}".lower()
    new = NewTask(
        kind=kind,
        key=key,
        reason=reason,
        due_at=due_at,
        customer_id=customer_id,
        vehicle_id=vehicle_id,
        complaint_id=complaint_id,
        conversation_id=conversation_id,
        message_id=message_id,
        role=role,
        priority=priority,
        promised_at=promised_at,
        data=data or {},
    )
    open_tasks([new], now=now)
    return Task.objects.get(key=key)


def open_tasks(new: Iterable[NewTask], *, now: datetime) -> int:
    """Open many tasks in few statements, those of a known key left alone; return how many are new."""
    rows = {task.key: _row(task, now=now) for task in new}
    with transaction.atomic():
        known = set(Task.objects.filter(key__in=rows).values_list("key", flat=True))
        fresh = [row for key, row in rows.items() if key not in known]
        # Another worker may open the same one between the two statements: the unique key decides.
        Task.objects.bulk_create(fresh, ignore_conflicts=True)
        opened = list(Task.objects.filter(key__in=[row.key for row in fresh], created_at=now))
        events.record_many(_fact(kinds.TASK_OPENED, task, at=now, actor="system") for task in opened)
        return len(opened)


def complete(
    *, task_id: int, user_id: int, outcome: str, note: str, now: datetime, contact_point_id: int | None = None
) -> Task:
    """Close a task with its outcome; again by the same person changes nothing.

    A wrong number is marked as such: the contact point that was called, or the one that the task names.
    Raises: OutcomeUnknown; TaskTaken; TaskOver; Task.DoesNotExist.
    """
    _check_outcome(outcome)
    with transaction.atomic():
        done = claiming.free_for(user_id, task_id=task_id, now=now).update(
            state=Task.State.DONE,
            outcome=outcome,
            note=note,
            done_at=now,
            done_by=user_id,
            claimed_by=None,
            claimed_until=None,
        )
        task = Task.objects.get(id=task_id)
        if not done:
            return _already(task, user_id=user_id)
        _mark_wrong_number(task, called=contact_point_id, now=now)
        record(kinds.TASK_DONE, task, at=now, actor=f"user:{user_id}")
        return task


def postpone(
    *, task_id: int, user_id: int, outcome: str, note: str, again_at: datetime, is_promise: bool, now: datetime
) -> Task:
    """Keep a task open for that time and not before; a promised time goes before all others.

    Without an outcome nobody was called: it is only put aside. Where an owner waits, it stays due when it was.
    Raises: OutcomeUnknown; TimeOver, TimeTooFar; TaskTaken; TaskOver; Task.DoesNotExist.
    """
    if outcome:
        _check_outcome(outcome)
    rules.check_time(again_at, now=now)
    reached_nobody = bool(outcome) and rules.COURSES[outcome].again_after is not None
    with transaction.atomic():
        moved = claiming.free_for(user_id, task_id=task_id, now=now).update(
            outcome=outcome,
            note=note,
            attempts=F("attempts") + int(reached_nobody),
            due_at=Case(
                When(kind__in=AWAITED, then=F("due_at")), default=Value(again_at), output_field=DateTimeField()
            ),
            not_before_at=again_at,
            promised_at=again_at if is_promise else F("promised_at"),
            claimed_by=None,
            claimed_until=None,
        )
        task = Task.objects.get(id=task_id)
        if not moved:
            claiming.raise_if_not_free(task)
        record(kinds.TASK_POSTPONED, task, at=now, actor=f"user:{user_id}")
        return task


def cancel_tasks(*, keys: Iterable[str], now: datetime, actor: str = "system") -> int:
    """Cancel the open tasks of these keys, as what they were for is gone; return how many."""
    return _end(keys, state=Task.State.CANCELLED, kind=kinds.TASK_CANCELLED, now=now, actor=actor)


def settle_tasks(*, keys: Iterable[str], now: datetime, actor: str = "system", outcome: str = "") -> int:
    """Close the open tasks of these keys, as what they ask for was done elsewhere; return how many.

    With an outcome it is the actor's own work, and counts as such. Raises: OutcomeUnknown.
    """
    if outcome:
        _check_outcome(outcome)
    return _end(keys, state=Task.State.DONE, kind=kinds.TASK_DONE, now=now, actor=actor, outcome=outcome)


def _end(keys: Iterable[str], *, state: Task.State, kind: str, now: datetime, actor: str, outcome: str = "") -> int:
    with transaction.atomic():
        ending = list(Task.objects.filter(key__in=list(keys), state=Task.State.OPEN).select_for_update())
        if not ending:
            return 0
        said = {"outcome": outcome, "done_by": _person(actor)} if outcome else {}
        Task.objects.filter(id__in=[task.pk for task in ending]).update(
            state=state, done_at=now, claimed_by=None, claimed_until=None, **said
        )
        for task in ending:
            task.outcome = outcome or task.outcome
        events.record_many(_fact(kind, task, at=now, actor=actor) for task in ending)
        return len(ending)


def _person(actor: str) -> int | None:
    """The number in "user:5"; a program has none."""
    kind, _, number = actor.partition(":")
    return int(number) if kind == "user" and number.isdecimal() else None


def _row(new: NewTask, *, now: datetime) -> Task:
    return Task(
        kind=new.kind,
        key=new.key,
        role=new.role or ROLES[new.kind],
        customer_id=new.customer_id,
        vehicle_id=new.vehicle_id,
        complaint_id=new.complaint_id,
        conversation_id=new.conversation_id,
        message_id=new.message_id,
        assignee_id=new.assignee_id,
        reason=new.reason,
        data=dict(new.data),
        priority=PRIORITIES[new.kind] if new.priority is None else new.priority,
        due_at=new.due_at,
        promised_at=new.promised_at,
        # What was promised for an hour is not done before it.
        not_before_at=new.promised_at,
        created_at=now,
    )


def _check_outcome(outcome: str) -> None:
    if outcome not in Task.Outcome.values:
        raise OutcomeUnknown(outcome)


def _already(task: Task, *, user_id: int) -> Task:
    """Return a task this person has done before. Raises: TaskTaken; TaskOver."""
    if task.state == Task.State.OPEN:
        raise claiming.TaskTaken
    if task.state == Task.State.DONE and task.done_by == user_id:
        return task
    raise claiming.TaskOver(task.state)


def _mark_wrong_number(task: Task, *, called: int | None, now: datetime) -> None:
    contact_point_id = called or task.data.get("contact_point_id")
    if task.outcome != Task.Outcome.WRONG_NUMBER or not isinstance(contact_point_id, int):
        return
    ContactPoint.objects.filter(id=contact_point_id, customer=task.customer_id, blocked_at__isnull=True).update(
        blocked_at=now, updated_at=now
    )


def record(kind: str, task: Task, *, at: datetime, actor: str) -> None:
    """Note in the log what became of a task."""
    events.record_many([_fact(kind, task, at=at, actor=actor)])


def _fact(kind: str, task: Task, *, at: datetime, actor: str) -> Fact:
    return Fact(
        kind=kind,
        subject_kind="task",
        subject_id=task.pk,
        at=at,
        customer_id=task.customer_id,
        vehicle_id=task.vehicle_id,
        data={"kind": task.kind, "reason": task.reason, "outcome": task.outcome, "role": task.role},
        actor=actor,
    )
