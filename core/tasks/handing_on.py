"""A call that failed for want of a common language goes on: to a colleague who speaks it, or to the head."""

from collections.abc import Iterable
from datetime import datetime

from core.customers import operations as customers
from core.deputies import queries as deputies
from core.deputies import rules as standing
from core.events import kinds
from core.tasks import claiming, operations, rules
from core.tasks.models import Task
from tenants.accounts.models import User


def hand_on(
    *, task_id: int, user_id: int, outcome: str, note: str, language: str, again_at: datetime, now: datetime
) -> Task:
    """Give a call to whoever speaks the owner's language, at once; where nobody does, to the head at `again_at`.

    The language is noted in the owner's file, so that messages and the next call are in it; empty: none of ours.
    Clocks run on: they are the owner's. Raises: TaskTaken; TaskOver; Task.DoesNotExist.
    """
    task = Task.objects.select_for_update().get(id=task_id)
    speaker = _speaker(task, language=language, user_id=user_id, now=now) if language else None
    given = {"assignee_id": speaker.pk, "not_before_at": now} if speaker else _to_the_head(again_at)
    moved = claiming.free_for(user_id, task_id=task_id, now=now).update(
        outcome=outcome, note=note, claimed_by=None, claimed_until=None, **given
    )
    if not moved:
        claiming.raise_if_not_free(task)
    if language and task.customer_id is not None:
        customers.edit_customer(
            customer_id=task.customer_id, changes={"language": language}, actor=f"user:{user_id}", now=now
        )
    task.refresh_from_db()
    operations.record(kinds.TASK_POSTPONED, task, at=now, actor=f"user:{user_id}")
    return task


def _to_the_head(again_at: datetime) -> dict[str, object]:
    # Later, so that there is time to find somebody who interprets, or to write instead.
    return {"role": rules.HEAD, "assignee_id": None, "not_before_at": again_at}


def _speaker(task: Task, *, language: str, user_id: int, now: datetime) -> User | None:
    """Return who can do this post's work in the language and is here today: first of the post itself."""
    pairs = deputies.standing(now=now)
    staff = User.objects.filter(is_active=True, language=language).exclude(id=user_id).order_by("id")
    able: Iterable[User] = (
        one
        for one in staff
        if standing.can_stand_in(one.role, post=task.role) and standing.deputy_of(one.pk, pairs) is None
    )
    return min(able, key=lambda one: (one.role != task.role, one.pk), default=None)
