"""Tasks: opened once, held by one, done with an outcome."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from core.customers.models import ContactPoint
from core.events.models import Event
from core.tasks import claiming, operations, queries
from core.tasks.claiming import TaskOver, TaskTaken
from core.tasks.desks import Desk
from core.tasks.models import Task
from core.tasks.operations import NewTask, OutcomeUnknown
from tenants.scope import DealerRef, dealer_scope
from tests.core.making import NOW, make_customer

CLARA, OTHER = 11, 12
LATER = NOW + timedelta(minutes=10)


def desk(user_id: int = CLARA, *, roles: Collection[str] = ("RELATIONS_SPECIALIST",)) -> Desk:
    """Return the desk of somebody who works for nobody else."""
    return Desk(user_id, roles=frozenset(roles), people=frozenset({user_id}))


def call(key: str = "call:1", **values: object) -> NewTask:
    """Describe a call."""
    return NewTask(kind=Task.Kind.CALL, key=key, reason="survey.no_answer", due_at=NOW, **values)  # type: ignore[arg-type]


def open_call(**values: object) -> Task:
    """Open a call."""
    operations.open_tasks([call(**values)], now=NOW)  # type: ignore[arg-type]
    return Task.objects.get()


def test_a_task_asked_for_twice_is_one(in_north: DealerRef) -> None:
    opened = [operations.open_tasks([call(), call(), call("call:2")], now=NOW) for _ in range(2)]

    assert opened == [2, 0]
    assert Event.objects.filter(kind="task.opened").count() == 2


def test_a_task_without_a_key_is_one_a_reason_and_time(in_north: DealerRef) -> None:
    anna = make_customer()
    first, second = (
        operations.open_task(
            kind="CALL", customer_id=anna.pk, vehicle_id=None, reason="asked.for.a.call", due_at=NOW, now=NOW
        )
        for _ in range(2)
    )

    assert first.pk == second.pk
    assert (first.role, first.priority) == ("RELATIONS_SPECIALIST", 50)


def test_many_tasks_take_a_constant_number_of_statements(
    in_north: DealerRef, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(6):  # type: ignore[operator]  # pytest-django's fixture
        assert operations.open_tasks((call(f"call:{n}") for n in range(300)), now=NOW) == 300


def test_a_held_task_is_not_given_to_another_for_ten_minutes(in_north: DealerRef) -> None:
    task = open_call()
    claiming.claim(task_id=task.pk, user_id=CLARA, now=NOW)

    with pytest.raises(TaskTaken):
        claiming.claim(task_id=task.pk, user_id=OTHER, now=LATER - timedelta(seconds=1))
    with pytest.raises(TaskTaken):
        operations.complete(task_id=task.pk, user_id=OTHER, outcome="COMPLETED", note="", now=NOW)

    assert claiming.claim(task_id=task.pk, user_id=OTHER, now=LATER).claimed_by == OTHER


def test_holding_again_holds_longer(in_north: DealerRef) -> None:
    task = open_call()
    for minutes in (0, 9):
        task = claiming.claim(task_id=task.pk, user_id=CLARA, now=NOW + timedelta(minutes=minutes))

    assert task.claimed_until == NOW + timedelta(minutes=19)


def test_a_task_given_back_is_free_at_once(in_north: DealerRef) -> None:
    task = open_call()
    claiming.claim(task_id=task.pk, user_id=CLARA, now=NOW)

    with pytest.raises(claiming.NotHeld):
        claiming.release(task_id=task.pk, user_id=OTHER)
    claiming.release(task_id=task.pk, user_id=CLARA)

    assert claiming.claim(task_id=task.pk, user_id=OTHER, now=NOW).claimed_by == OTHER


def test_a_done_task_keeps_its_outcome_and_is_done_once(in_north: DealerRef) -> None:
    task = open_call()

    for _ in range(2):
        operations.complete(task_id=task.pk, user_id=CLARA, outcome="REFUSED", note="no time", now=NOW)

    task.refresh_from_db()
    assert (task.state, task.outcome, task.done_by) == ("DONE", "REFUSED", CLARA)
    assert Event.objects.filter(kind="task.done").count() == 1
    with pytest.raises(TaskOver):
        operations.complete(task_id=task.pk, user_id=OTHER, outcome="COMPLETED", note="", now=NOW)
    with pytest.raises(TaskOver):
        claiming.claim(task_id=task.pk, user_id=CLARA, now=NOW)


def test_an_outcome_nobody_knows_is_refused(in_north: DealerRef) -> None:
    with pytest.raises(OutcomeUnknown):
        operations.complete(task_id=open_call().pk, user_id=CLARA, outcome="MAYBE", note="", now=NOW)


def test_a_promised_call_comes_back_at_its_time(in_north: DealerRef) -> None:
    task, again = open_call(), NOW + timedelta(hours=3)
    claiming.claim(task_id=task.pk, user_id=CLARA, now=NOW)

    operations.postpone(
        task_id=task.pk, user_id=CLARA, outcome="RESCHEDULED", note="", again_at=again, is_promise=True, now=NOW
    )

    task.refresh_from_db()
    assert (task.state, task.due_at, task.promised_at, task.claimed_by) == ("OPEN", again, again, None)


def test_a_wrong_number_is_marked(in_north: DealerRef) -> None:
    anna = make_customer()
    phone = ContactPoint.objects.create(
        customer=anna, kind="PHONE", value="+8613800138000", created_at=NOW, updated_at=NOW
    )
    task = open_call(customer_id=anna.pk, data={"contact_point_id": phone.pk})

    operations.complete(task_id=task.pk, user_id=CLARA, outcome="WRONG_NUMBER", note="", now=NOW)

    phone.refresh_from_db()
    assert phone.blocked_at == NOW


def test_cancelled_and_settled_tasks_leave_the_list(in_north: DealerRef) -> None:
    operations.open_tasks([call("call:1"), call("call:2"), call("call:3")], now=NOW)

    assert operations.cancel_tasks(keys=["call:1", "call:9"], now=NOW) == 1
    assert operations.settle_tasks(keys=["call:2"], now=NOW) == 1

    left = queries.work(desk=desk(CLARA), now=NOW, limit=50)
    assert [task.key for task in left] == ["call:3"]


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_take_a_task_at_once_one_holds_it(north: DealerRef) -> None:
    with dealer_scope(north):
        task = open_call()
    barrier = Barrier(10)

    def take(user_id: int) -> bool:
        try:
            with dealer_scope(north):
                barrier.wait(timeout=30)
                claiming.claim(task_id=task.pk, user_id=user_id, now=NOW)
        except TaskTaken:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(10) as pool:
        held = list(pool.map(take, range(1, 11)))

    assert sum(held) == 1
