"""Work that is put aside: for a time that is to come, and never so that an owner who waits is forgotten."""

from datetime import datetime, timedelta

import pytest

from core.tasks import completion, day, operations, rules
from core.tasks.models import Task
from core.tasks.operations import NewTask
from tenants.scope import DealerRef
from tests.core.making import NOW
from tests.core.tasks.test_tasks import CLARA, open_call
from tests.core.tasks.test_work import HOUR, keys

ROLE = "RELATIONS_SPECIALIST"


def put_aside(task: Task, *, again_at: datetime, is_promise: bool = False) -> None:
    """Have Clara keep a task for that time, without a call."""
    completion.postpone(
        task_id=task.pk, user_id=CLARA, outcome="", note="", again_at=again_at, is_promise=is_promise, now=NOW
    )


def open_one(kind: str, *, key: str, due_at: datetime) -> Task:
    """Open work of that kind for the relations specialist."""
    operations.open_tasks([NewTask(kind=kind, key=key, reason="r", due_at=due_at, role=ROLE)], now=NOW)
    return Task.objects.get(key=key)


@pytest.mark.parametrize(
    ("again_at", "refusal"),
    [
        (NOW, rules.TimeOver),
        (NOW - timedelta(days=9000), rules.TimeOver),
        (NOW + rules.LONGEST_ASIDE + timedelta(seconds=1), rules.TimeTooFar),
    ],
)
def test_nothing_is_put_aside_for_the_past_or_for_ever(
    again_at: datetime, refusal: type[Exception], in_north: DealerRef
) -> None:
    task = open_call()

    with pytest.raises(refusal):
        put_aside(task, again_at=again_at)

    assert keys() == ["call:1"]


@pytest.mark.parametrize("kind", ["REPLY", "COMPLAINT", "DISSATISFIED"])
@pytest.mark.parametrize("is_promise", [False, True])
def test_who_waits_for_us_is_due_when_they_were(kind: str, is_promise: bool, in_north: DealerRef) -> None:
    task = open_one(kind, key="waiting", due_at=NOW + HOUR)

    put_aside(task, again_at=NOW + 5 * HOUR, is_promise=is_promise)

    task.refresh_from_db()
    assert (task.due_at, task.not_before_at) == (NOW + HOUR, NOW + 5 * HOUR)


def test_an_answer_that_was_put_aside_comes_back_before_what_is_due_later(in_north: DealerRef) -> None:
    waiting, _other = (open_one("REPLY", key=key, due_at=NOW + n * HOUR) for n, key in enumerate(("first", "second")))

    put_aside(waiting, again_at=NOW + 3 * HOUR)

    assert keys() == ["second"]
    assert keys(now=NOW + 3 * HOUR) == ["first", "second"]


def test_an_answer_that_was_put_aside_is_late_all_the_same(in_north: DealerRef) -> None:
    for task in (open_call(), open_one("REPLY", key="reply", due_at=NOW + HOUR)):
        put_aside(task, again_at=NOW + 9 * HOUR)

    (backlog,) = day.centre(now=NOW + 2 * HOUR).backlogs

    assert [task.key for task in day.late_of(ROLE, now=NOW + 2 * HOUR)] == ["reply"]
    assert (backlog.open, backlog.overdue) == (1, 1)
