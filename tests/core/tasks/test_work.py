"""The work list: in the order that matters, without what others hold, and never the same task to two."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from core.calendar import operations as calendars
from core.calendar import rules as calendar
from core.tasks import claiming, completion, desks, operations, queries
from core.tasks.models import Task
from core.tasks.operations import NewTask
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.scope import DealerRef, dealer_scope
from tests.core.making import NOW, local, make_customer
from tests.core.tasks.test_tasks import CLARA, OTHER, call, desk, open_call

ROLES = ["RELATIONS_SPECIALIST"]
HOUR = timedelta(hours=1)


def keys(*, user_id: int = CLARA, now: datetime = NOW) -> list[str]:
    """Return the work list by key."""
    return [task.key for task in queries.work(desk=desk(user_id), now=now, limit=50)]


def open_calls(count: int) -> None:
    """Open that many calls, the first the most urgent."""
    operations.open_tasks((call(f"call:{number:03}", priority=number) for number in range(count)), now=NOW)


def claim_next(user_id: int, *, now: datetime = NOW) -> str | None:
    """Take the next task; return its key."""
    task = claiming.claim_next(desk=desk(user_id), now=now)
    return task.key if task else None


def new(kind: str, key: str, due_at: datetime, promised_at: datetime | None = None) -> NewTask:
    """Describe work for the relations specialist."""
    return NewTask(kind=kind, key=key, reason="r", due_at=due_at, promised_at=promised_at, role=ROLES[0])


def test_the_list_goes_by_clocks_then_promises_then_urgency(in_north: DealerRef) -> None:
    wanted = [
        new("DISSATISFIED", "clock over", NOW - HOUR),
        new("COMPLAINT", "clock within the hour", NOW + HOUR),
        new("CALL", "promise due", NOW, NOW),
        new("COMPLAINT", "clock tomorrow", NOW + 24 * HOUR),
        new("REPLY", "reply", NOW + HOUR),
        new("CALL", "old call", NOW - HOUR),
        new("CALL", "call", NOW),
    ]
    operations.open_tasks(reversed(wanted), now=NOW)

    assert keys() == [task.key for task in wanted]


def test_what_i_hold_comes_first(in_north: DealerRef) -> None:
    open_calls(3)
    claiming.claim(task_id=Task.objects.get(key="call:002").pk, user_id=CLARA, now=NOW)

    assert keys() == ["call:002", "call:000", "call:001"]
    assert claim_next(CLARA) == "call:002"
    assert keys(now=NOW + claiming.CLAIM) == ["call:000", "call:001", "call:002"]


def test_a_promise_is_kept_at_its_time_and_not_before(in_north: DealerRef) -> None:
    operations.open_tasks([new("CALL", "promise", NOW + HOUR, NOW + HOUR)], now=NOW)

    assert keys() == []
    assert keys(now=NOW + HOUR) == ["promise"]


def test_what_another_holds_or_was_given_is_no_free_work(in_north: DealerRef) -> None:
    open_calls(2)
    Task.objects.filter(key="call:001").update(assignee_id=CLARA)
    claiming.claim(task_id=Task.objects.get(key="call:000").pk, user_id=CLARA, now=NOW)

    assert keys(user_id=OTHER) == []
    assert keys() == ["call:000", "call:001"]
    assert keys(user_id=OTHER, now=NOW + claiming.CLAIM) == ["call:000"]


def test_what_was_given_to_me_is_mine_whatever_my_post(in_north: DealerRef) -> None:
    operations.open_tasks([call()], now=NOW)
    Task.objects.update(assignee_id=OTHER)

    assert [task.key for task in queries.work(desk=desk(OTHER, roles=()), now=NOW, limit=50)] == ["call:1"]


def test_the_work_of_an_empty_post_is_the_covers(in_north: DealerRef) -> None:
    for number, role in enumerate(("SERVICE_SPECIALIST", "RELATIONS_SPECIALIST")):
        accounts.create_user(email=f"{number}@x.example", name="x", role=role, password=None, language="en", now=NOW)
    specialist = User.objects.get(role="SERVICE_SPECIALIST").pk
    assert desks.desk_of(specialist, now=NOW).roles == {"SERVICE_SPECIALIST"}

    accounts.deactivate_user(user_id=User.objects.get(role="RELATIONS_SPECIALIST").pk)

    assert desks.desk_of(specialist, now=NOW).roles == {"SERVICE_SPECIALIST", "RELATIONS_SPECIALIST"}


def test_each_next_is_another_until_there_is_none(in_north: DealerRef) -> None:
    open_calls(2)

    assert [claim_next(user_id) for user_id in (CLARA, OTHER, 13)] == ["call:000", "call:001", None]


def test_the_next_of_one_who_holds_a_task_is_that_one(in_north: DealerRef) -> None:
    open_calls(2)

    assert [claim_next(CLARA), claim_next(CLARA)] == ["call:000", "call:000"]


def test_ten_who_ask_for_the_next_at_once_get_ten(north: DealerRef, transactional_db: None) -> None:
    with dealer_scope(north):
        open_calls(12)
    barrier = Barrier(10)

    def take(user_id: int) -> str | None:
        try:
            with dealer_scope(north):
                barrier.wait(timeout=30)
                return claim_next(user_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        taken = list(pool.map(take, range(1, 11)))

    assert len(set(taken)) == 10
    assert None not in taken


def test_ten_who_work_through_a_list_at_once_do_each_task_once(north: DealerRef, transactional_db: None) -> None:
    with dealer_scope(north):
        open_calls(40)
    barrier = Barrier(10)

    def work(user_id: int) -> list[str]:
        done = []
        try:
            with dealer_scope(north):
                barrier.wait(timeout=30)
                while (task := claiming.claim_next(desk=desk(user_id), now=NOW)) is not None:
                    operations.complete(task_id=task.pk, user_id=user_id, outcome="COMPLETED", note="", now=NOW)
                    done.append(task.key)
        finally:
            connection.close()
        return done

    with ThreadPoolExecutor(10) as pool:
        done = [key for keys_done in pool.map(work, range(1, 11)) for key in keys_done]

    # Rows being taken are skipped, so a worker may find the end while others still finish; none is done twice.
    assert sorted(done) == [f"call:{number:03}" for number in range(40)]


@pytest.mark.parametrize("at", ["2026-03-02 10:00", "2026-03-02 18:25", "2026-03-02 23:00"])
def test_who_was_not_reached_comes_back_after_the_pause_in_working_time(at: str, in_north: DealerRef) -> None:
    task, tried_at = open_call(), local(at)

    completion.postpone(
        task_id=task.pk, user_id=CLARA, outcome="BUSY", note="", again_at=None, is_promise=False, now=tried_at
    )

    task.refresh_from_db()
    again_at = task.not_before_at
    assert task.attempts == 1
    assert again_at is not None
    assert again_at >= tried_at + timedelta(minutes=30)
    assert calendar.is_open_at(again_at, calendar=calendars.calendar_of(in_north, now=NOW))
    assert keys(now=tried_at) == []
    assert keys(now=again_at) == ["call:1"]


def test_what_is_put_aside_without_a_call_is_no_attempt(in_north: DealerRef) -> None:
    task = open_call()

    completion.postpone(
        task_id=task.pk, user_id=CLARA, outcome="", note="", again_at=NOW + HOUR, is_promise=False, now=NOW
    )

    task.refresh_from_db()
    assert (task.attempts, task.outcome) == (0, "")


@pytest.mark.parametrize("outcome", ["", "RESCHEDULED"])
def test_without_a_pause_of_its_own_an_outcome_needs_a_time(outcome: str, in_north: DealerRef) -> None:
    task = open_call()

    with pytest.raises(completion.TimeMissing):
        completion.postpone(
            task_id=task.pk, user_id=CLARA, outcome=outcome, note="", again_at=None, is_promise=False, now=NOW
        )


@pytest.mark.parametrize("size", [1, 3, 6, 8, 40])
def test_pages_of_the_list_are_the_list(size: int, in_north: DealerRef) -> None:
    operations.open_tasks(
        (
            NewTask(
                kind="COMPLAINT" if number % 3 == 0 else "CALL",
                key=f"t{number}",
                reason="r",
                role=("RELATIONS_SPECIALIST", "SERVICE_SPECIALIST")[number % 2],
                priority=10 + number % 4,
                due_at=NOW + (number % 5 - 2) * HOUR,
                promised_at=NOW - (number % 7) * HOUR if number % 4 == 1 else None,
            )
            for number in range(36)
        ),
        now=NOW,
    )
    held, given = Task.objects.get(key="t20"), Task.objects.get(key="t21")
    claiming.claim(task_id=held.pk, user_id=CLARA, now=NOW)
    Task.objects.filter(pk=given.pk).update(assignee_id=CLARA)
    roles = ["RELATIONS_SPECIALIST", "SERVICE_SPECIALIST"]
    # All in one go, by the order's own words.
    whole = list(queries.ordered(Task.objects.all(), user_id=CLARA, now=NOW))

    shown: list[Task] = []
    while True:
        after = place_of(shown[-1]) if shown else None
        page = list(queries.work(desk=desk(CLARA, roles=roles), now=NOW, limit=size, after=after))
        if not page:
            break
        shown += page

    assert [task.key for task in shown] == [task.key for task in whole]


def place_of(task: Task) -> queries.Place:
    return queries.Place(**{name: getattr(task, name) for name in queries.ORDER})


def test_the_list_takes_one_query_whatever_its_length(in_north: DealerRef, django_assert_num_queries: object) -> None:
    anna = make_customer()
    operations.open_tasks([call(f"call:{n}", customer_id=anna.pk) for n in range(30)], now=NOW)

    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture
        assert len(list(queries.work(desk=desk(CLARA), now=NOW, limit=20))) == 20


def test_the_list_reads_open_work_only(in_north: DealerRef) -> None:
    # A dealer's done tasks are many times its open ones.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = queries.work(desk=desk(CLARA), now=NOW, limit=50).explain()

    assert "Seq Scan" not in plan


def test_norths_work_is_not_souths(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(north):
        task = open_call()
    with dealer_scope(south):
        assert keys() == []
        assert claim_next(CLARA) is None
        with pytest.raises(Task.DoesNotExist):
            claiming.claim(task_id=task.pk, user_id=CLARA, now=NOW)
