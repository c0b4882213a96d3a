"""The day's counters: one person's, and the centre's for those who answer for it."""

from datetime import timedelta

import pytest
from django.db import connection

from core.complaints import escalation
from core.complaints import operations as complaints
from core.complaints.rules import Actor
from core.tasks import completion, day, operations, queries
from core.tasks.desks import Desk
from core.tasks.models import Task
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.scope import DealerRef, dealer_scope
from tests.core.followups.test_operations import answer, start
from tests.core.making import NOW, local
from tests.core.tasks import test_tasks
from tests.core.tasks.test_tasks import CLARA, OTHER, call

ROLES = ["RELATIONS_SPECIALIST", "SERVICE_SPECIALIST"]
HOUR = timedelta(hours=1)


def desk(user_id: int) -> Desk:
    """Return the desk of somebody who does the work of both posts."""
    return test_tasks.desk(user_id, roles=ROLES)


def finish(key: str, *, outcome: str = "COMPLETED", user_id: int = CLARA, at: str = "2026-03-02 09:00") -> None:
    """Have somebody finish a task at that wall time."""
    task = Task.objects.get(key=key)
    completion.complete(task_id=task.pk, user_id=user_id, outcome=outcome, note="", now=local(at))


def put_off(key: str, *, outcome: str, user_id: int = CLARA) -> None:
    """Have somebody keep a task for later today."""
    task = Task.objects.get(key=key)
    completion.postpone(
        task_id=task.pk,
        user_id=user_id,
        outcome=outcome,
        note="",
        again_at=NOW + HOUR,
        is_promise=False,
        now=NOW,
    )


def add(role: str, *, name: str) -> User:
    """Add somebody to the centre."""
    return accounts.create_user(
        email=f"{name.lower()}@north.example", name=name, role=role, password=None, language="en", now=NOW
    )


def test_a_day_counts_what_was_done_by_kind_and_the_calls_beside_the_norm(in_north: DealerRef) -> None:
    operations.open_tasks([call(f"call:{number}") for number in range(6)], now=NOW)
    operations.open_tasks([operations.NewTask(kind="REPLY", key="reply", reason="r", due_at=NOW - HOUR)], now=NOW)
    finish("call:0")
    finish("reply")
    put_off("call:1", outcome="NO_ANSWER")
    put_off("call:2", outcome="")
    finish("call:3", user_id=OTHER)

    mine = day.day_of(desk(CLARA), now=NOW)

    assert mine.done.by_kind == {"CALL": 1, "REPLY": 1}
    # A try that reached nobody is a call; what was put aside without one is none.
    assert mine.done.calls == (day.Calls("INBOUND", 1, least=50, most=60), day.Calls("OUTBOUND", 2, least=70, most=80))
    assert mine.done.load == pytest.approx(1 / 60 + 2 / 80)
    assert (mine.left, mine.overdue, mine.later) == (2, 0, 2)


def test_the_day_is_the_dealers_own(in_north: DealerRef) -> None:
    operations.open_tasks([call(f"call:{number}") for number in range(3)], now=NOW)
    finish("call:0", at="2026-03-01 23:59")
    finish("call:1", at="2026-03-02 00:00")
    finish("call:2", at="2026-03-03 00:00")

    assert day.day_of(desk(CLARA), now=NOW).done.by_kind == {"CALL": 1}
    assert str(day.day_of(desk(CLARA), now=local("2026-03-02 00:01")).on) == "2026-03-02"


def test_what_is_late_and_what_comes_back_tomorrow(in_north: DealerRef) -> None:
    operations.open_tasks([call(f"call:{number}") for number in range(3)], now=NOW)
    Task.objects.filter(key="call:1").update(not_before_at=local("2026-03-03 10:00"))

    counted = day.day_of(desk(CLARA), now=NOW + timedelta(minutes=1))

    assert (counted.left, counted.overdue, counted.later) == (2, 2, 0)


def test_what_others_hold_is_not_left_for_me(in_north: DealerRef) -> None:
    operations.open_tasks([call(f"call:{number}") for number in range(3)], now=NOW)
    Task.objects.filter(key="call:1").update(claimed_by=OTHER, claimed_until=NOW + HOUR)

    assert day.day_of(desk(CLARA), now=NOW).left == 2
    assert day.day_of(desk(OTHER), now=NOW).left == 3


def test_heads_see_who_is_over_the_norm_first(in_north: DealerRef) -> None:
    clara, other = add("RELATIONS_SPECIALIST", name="Clara"), add("SERVICE_SPECIALIST", name="Somebody")
    add("SERVICE_ADVISOR", name="Advisor")
    operations.open_tasks([call(f"call:{number}") for number in range(85)], now=NOW)
    operations.open_tasks([operations.NewTask(kind="REPLY", key="reply", reason="r", due_at=NOW - HOUR)], now=NOW)
    for number in range(82):
        finish(f"call:{number}", user_id=clara.pk)

    seen = day.centre(now=NOW)

    assert [(one.user_id, one.name, one.done.load > 1) for one in seen.people] == [
        (clara.pk, "Clara", True),
        (other.pk, "Somebody", False),
    ]
    assert seen.backlogs == (
        day.Backlog("RELATIONS_SPECIALIST", open=3, overdue=0),
        day.Backlog("SERVICE_SPECIALIST", open=1, overdue=1),
    )


def test_who_is_not_there_to_call_has_no_norm(in_north: DealerRef) -> None:
    clara, somebody = add("COC_DIRECTOR", name="Clara"), add("RELATIONS_SPECIALIST", name="Somebody")
    operations.open_tasks([call("call:1")], now=NOW)
    finish("call:1", user_id=clara.pk)

    mine = day.day_of(test_tasks.desk(clara.pk, roles=["COC_DIRECTOR"]), now=NOW).done
    seen = {one.name: one.done for one in day.centre(now=NOW).people}

    assert mine == seen["Clara"] == day.Done({"CALL": 1}, (day.Calls("OUTBOUND", 1),))
    assert (mine.load, mine.has_norm, seen["Somebody"].has_norm) == (0, False, True)
    assert day.day_of(test_tasks.desk(somebody.pk, roles=["SERVICE_ADVISOR"]), now=NOW).done.calls == ()


def test_whoever_covers_the_specialists_empty_post_calls_by_the_norm(in_north: DealerRef) -> None:
    clara = add("COC_DIRECTOR", name="Clara")

    (seen,) = day.centre(now=NOW).people

    assert (seen.user_id, seen.done.has_norm) == (clara.pk, True)


def test_heads_see_the_clocks_that_are_about_to_break(in_north: DealerRef) -> None:
    answer(start(), "waiting", "DISSATISFIED")
    complaint = complaints.open_complaint(
        customer_id=None, vehicle_id=None, text="", category="PRICE", channel="phone", now=NOW
    )
    assert complaint.next_clock_at is not None
    survey_due_at = Task.objects.get(reason="dissatisfied.answer").due_at

    near = day.centre(now=min(complaint.next_clock_at, survey_due_at) - HOUR).clocks
    then = day.centre(now=survey_due_at - HOUR).clocks

    assert [(one.about, one.clock, one.number, one.level) for one in near] == [("COMPLAINT", "TO_MANAGER", 1, 1)]
    assert "DISSATISFIED" in {one.about for one in then}
    assert day.centre(now=NOW - timedelta(days=3)).clocks == ()


def test_a_clock_that_broke_stays_in_sight_until_it_is_kept(in_north: DealerRef) -> None:
    answer(start(), "waiting", "DISSATISFIED")
    complaint = complaints.open_complaint(
        customer_id=None, vehicle_id=None, text="", category="PRICE", channel="phone", now=NOW
    )
    later = complaint.to_manager_due_at + timedelta(days=3)
    escalation.escalate_overdue(now=later)

    broken = day.centre(now=later).clocks
    complaints.answer(complaint_id=complaint.pk, text="We look at it.", actor=Actor("user:1"), now=later)
    kept = day.centre(now=later).clocks

    assert "FIRST_ANSWER" in {one.clock for one in broken}
    assert {one.about for one in broken} == {"COMPLAINT", "DISSATISFIED"}
    assert all(one.due_at < later for one in broken)
    assert "FIRST_ANSWER" not in {one.clock for one in kept}


def test_a_day_and_a_centre_take_a_constant_number_of_queries(
    in_north: DealerRef, django_assert_num_queries: object
) -> None:
    people = [add("RELATIONS_SPECIALIST", name=f"Person{number}") for number in range(5)]
    operations.open_tasks([call(f"call:{number}") for number in range(20)], now=NOW)
    for number, one in enumerate(people):
        finish(f"call:{number}", user_id=one.pk)

    with django_assert_num_queries(4):  # type: ignore[operator]  # pytest-django's fixture
        day.day_of(desk(people[0].pk), now=NOW)
    with django_assert_num_queries(5):  # type: ignore[operator]
        day.centre(now=NOW)


def test_days_are_counted_by_indexes(in_north: DealerRef) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    _on, period = day._today(NOW)

    plans = [
        day._told(period).explain(),
        queries.waiting(desk=desk(CLARA), now=NOW).explain(),
        day._complaints(NOW).explain(),
        day._surveys(NOW).explain(),
    ]

    for plan, index in zip(plans, ["event_kind_at", "task_", "complaint_pressing", "survey_dissatisfied"], strict=True):
        assert index in plan
        assert "Seq Scan" not in plan


def test_of_a_list_that_nobody_keeps_up_with_so_many_are_counted(
    in_north: DealerRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day, "MOST_COUNTED", 4)
    operations.open_tasks([call(f"call:{number}") for number in range(9)], now=NOW - HOUR)

    counted = day.day_of(desk(CLARA), now=NOW + HOUR)

    assert (counted.left, counted.overdue) == (5, 5)
    assert day.centre(now=NOW + HOUR).backlogs == (day.Backlog("RELATIONS_SPECIALIST", open=5, overdue=5),)


def test_souths_day_is_not_norths(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(north):
        operations.open_tasks([call("call:1"), call("call:2")], now=NOW)
        finish("call:1")
        add("RELATIONS_SPECIALIST", name="Clara")
    with dealer_scope(south):
        assert day.day_of(desk(CLARA), now=NOW).done.by_kind == {}
        assert (day.centre(now=NOW).people, day.centre(now=NOW).backlogs) == ((), ())
