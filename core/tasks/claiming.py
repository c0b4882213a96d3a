"""Who holds a task: one person at a time, for ten minutes, longer while they stay at it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from core.tasks import queries
from core.tasks.desks import Desk
from core.tasks.models import Task
from tenants.announcing import News, announce_news

# A person who took a task and walked away gives it back after this long. Source: the console's specification.
CLAIM = timedelta(minutes=10)
# So many may take the next one in the same moment; more people than any centre has.
AT_ONCE = 30
# Told on live lines and kept in no log: who looked at what is nobody's history.
CLAIMED, RELEASED = "task.claimed", "task.released"


class TaskTaken(Exception):
    """Somebody else holds the task."""


class NotHeld(Exception):
    """Whoever gives it back does not hold it."""


class TaskOver(Exception):
    """The task is done or cancelled."""


def claim(*, task_id: int, user_id: int, now: datetime) -> Task:
    """Hold a task for ten minutes; again by the same person, ten minutes more.

    Raises: TaskTaken; TaskOver; Task.DoesNotExist.
    """
    # Each a conditional UPDATE: of two who press at once the database lets one through. Only the second is news.
    if not _hold(_held_by(user_id, now=now).filter(id=task_id), user_id=user_id, now=now):
        if not _hold(free_for(user_id, task_id=task_id, now=now), user_id=user_id, now=now):
            raise_if_not_free(Task.objects.get(id=task_id))
        return _told(CLAIMED, Task.objects.get(id=task_id))
    return Task.objects.get(id=task_id)


def claim_next(*, desk: Desk, now: datetime) -> Task | None:
    """Hold the task that matters most of those this person may do; None where there is none.

    What they hold already comes first. Rows that others are taking in this moment are skipped, not waited for: ten
    people who press at once hold ten tasks.
    """
    with transaction.atomic():
        first = queries.candidates(desk=desk, now=now, limit=AT_ONCE)
        # PostgreSQL looks at a row again once it is locked: one that was taken since is passed over, too.
        task = first.select_for_update(skip_locked=True).first()
        if task is None:
            return None
        is_new = not task.is_held_by(desk.user_id, now=now)
        task.claimed_by, task.claimed_until = desk.user_id, now + CLAIM
        task.save(update_fields=["claimed_by", "claimed_until"])
        return _told(CLAIMED, task) if is_new else task


def release(*, task_id: int, user_id: int) -> Task:
    """Give a task back. Raises: NotHeld by this person; TaskOver; Task.DoesNotExist."""
    held = Task.objects.filter(id=task_id, claimed_by=user_id, state=Task.State.OPEN)
    is_back = held.update(claimed_by=None, claimed_until=None)
    task = Task.objects.get(id=task_id)
    if not is_back:
        raise NotHeld if task.state == Task.State.OPEN else TaskOver(task.state)
    return _told(RELEASED, task)


def free_for(user_id: int, *, task_id: int, now: datetime) -> QuerySet[Task]:
    """Return the task if it is open and nobody else holds it."""
    nobody_else = Q(claimed_by__isnull=True) | Q(claimed_by=user_id) | Q(claimed_until__lte=now)
    return Task.objects.filter(nobody_else, id=task_id, state=Task.State.OPEN)


def raise_if_not_free(task: Task) -> None:
    """Say why a task could not be had. Raises: TaskTaken; TaskOver."""
    raise TaskTaken if task.state == Task.State.OPEN else TaskOver(task.state)


def _held_by(user_id: int, *, now: datetime) -> QuerySet[Task]:
    return Task.objects.filter(claimed_by=user_id, claimed_until__gt=now, state=Task.State.OPEN)


def _hold(tasks: QuerySet[Task], *, user_id: int, now: datetime) -> int:
    return tasks.update(claimed_by=user_id, claimed_until=now + CLAIM)


def _told(kind: str, task: Task) -> Task:
    announce_news([News(kind, "task", task.pk, task.customer_id)])
    return task
