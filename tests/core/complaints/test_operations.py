"""Complaints with the database: numbers, levels, clocks, the six steps and the sweep."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from core.complaints import escalation, operations, refining
from core.complaints.models import Complaint, ComplaintEscalation, ComplaintStep
from core.complaints.rules import ActionNotAllowed, Actor, ManagerNeeded
from core.events.models import Event
from core.tasks.models import Task
from tenants.scope import DealerRef, dealer_scope
from tests.core.making import NOW, local, make_customer, make_vehicle

CLARA = Actor("user:11", "RELATIONS_SPECIALIST")
MANAGER = Actor("user:12", "SERVICE_MANAGER")
BOSS = Actor("user:13", "GENERAL_MANAGER")


def complain(text: str = "等了两个小时", **values: object) -> Complaint:
    """Open a complaint of Anna's."""
    given: dict[str, object] = {
        "customer_id": None,
        "vehicle_id": None,
        "text": text,
        "category": "WAITING_TIME",
        "channel": "simulator",
        "now": NOW,
    }
    return operations.open_complaint(**given | values)  # type: ignore[arg-type]


def open_work(complaint: Complaint) -> list[tuple[str, str]]:
    """Return reason and role of the open tasks."""
    tasks = Task.objects.filter(complaint=complaint, state=Task.State.OPEN)
    return sorted(tasks.values_list("reason", "role"))


def event_kinds(complaint: Complaint) -> list[str]:
    """Return what the log says."""
    events = Event.objects.filter(subject_kind="complaint", subject_id=complaint.pk)
    return [kind.removeprefix("complaint.") for kind in events.order_by("id").values_list("kind", flat=True)]


def level_of(complaint: Complaint) -> int:
    """Return the level as stored."""
    return Complaint.objects.get(pk=complaint.pk).level


def test_a_complaint_starts_with_number_clocks_and_work(in_north: DealerRef) -> None:
    complaint = complain()

    assert (complaint.number, complaint.level, complaint.step) == (1, 1, "REGISTERED")
    # Nine in the morning, nine and a half hours a day.
    assert complaint.to_manager_due_at == local("2026-03-02 13:45")
    assert complaint.first_answer_due_at == local("2026-03-03 09:00")
    assert complaint.solution_due_at == local("2026-03-04 09:00")
    assert complaint.next_clock_at == complaint.to_manager_due_at
    assert open_work(complaint) == [
        ("complaint.answer", "RELATIONS_SPECIALIST"),
        ("complaint.to_manager", "GENERAL_MANAGER"),
    ]
    assert event_kinds(complaint) == ["opened"]


def test_clocks_skip_the_spring_festival(in_north: DealerRef) -> None:
    complaint = complain(now=local("2026-02-14 16:00"))

    assert complaint.to_manager_due_at == local("2026-02-24 11:15")


@pytest.mark.parametrize(
    ("text", "alarm"), [("刹车失灵了", "SAFETY"), ("我要打12315", "REGULATOR"), ("记者在路上", "MEDIA")]
)
def test_what_is_dangerous_or_public_goes_to_the_top_at_once(in_north: DealerRef, text: str, alarm: str) -> None:
    complaint = complain(text)

    assert (complaint.level, complaint.alarm) == (4, alarm)
    assert complaint.to_manager_at == NOW
    assert open_work(complaint) == [("complaint.answer", "GENERAL_MANAGER")]
    assert event_kinds(complaint) == ["opened", "escalated"]
    assert Event.objects.get(kind="complaint.escalated").data["told"] == "MANUFACTURER"


def test_a_batch_is_said_by_a_person(in_north: DealerRef) -> None:
    assert complain(alarms=["BATCH"]).level == 4


def test_the_third_on_the_same_fault_starts_one_up(in_north: DealerRef) -> None:
    car = make_vehicle()

    def level(*, part: str = "ENGINE", days: int = 0) -> int:
        at = NOW + timedelta(days=days)
        return complain(vehicle_id=car.pk, category="PRODUCT_QUALITY", part=part, now=at).level

    levels = [level() for _ in range(3)]
    other = level(part="FRAME")
    old = level(days=400)

    assert (levels, other, old) == ([1, 1, 2], 1, 1)


def test_an_unfounded_one_is_not_counted_as_the_same_fault(in_north: DealerRef) -> None:
    car = make_vehicle()
    for _ in range(2):
        earlier = complain(vehicle_id=car.pk)
        operations.judge(complaint_id=earlier.pk, is_founded=False, text="explained", actor=CLARA, now=NOW)

    assert complain(vehicle_id=car.pk).level == 1


def test_a_category_nobody_knows_is_refused(in_north: DealerRef) -> None:
    with pytest.raises(operations.CategoryUnknown):
        complain(category="WEATHER")


def test_a_complaint_walks_to_its_end(in_north: DealerRef) -> None:
    complaint = complain(customer_id=make_customer().pk)
    here: dict[str, object] = {"complaint_id": complaint.pk, "now": NOW + timedelta(minutes=5)}
    walk: list[tuple[Callable[..., Complaint], dict[str, object]]] = [
        (operations.answer, {"text": "we look into it", "actor": CLARA}),
        (operations.judge, {"is_founded": True, "text": "", "actor": CLARA}),
        (operations.investigate, {"cause": "one bay", "department": "workshop", "responsible": "", "actor": CLARA}),
        (operations.propose, {"text": "a free wash", "actor": CLARA}),
        (operations.sign_off, {"text": "a free wash", "actor": MANAGER}),
        (operations.tell_owner, {"text": "a free wash", "actor": CLARA}),
        (operations.accept, {"text": "fine", "actor": Actor("owner")}),
        (operations.sum_up, {"text": "open the second bay", "actor": CLARA}),
        (operations.confirm_satisfied, {"actor": Actor("owner")}),
    ]

    for act, said in walk:
        complaint = act(**here, **said)

    assert (complaint.step, complaint.closed_by, complaint.next_clock_at) == ("CLOSED", "OWNER_SATISFIED", None)
    assert complaint.cause == "one bay"
    assert open_work(complaint) == []
    assert event_kinds(complaint) == ["opened", *["acted"] * 8, "closed"]
    steps = ComplaintStep.objects.filter(complaint=complaint).order_by("id").values_list("action", "actor")
    assert [action for action, _ in steps][:3] == ["OPEN", "ANSWER", "JUDGE_FOUNDED"]
    assert dict(steps)["SIGN_OFF"] == MANAGER.name


def test_a_step_out_of_order_changes_nothing(in_north: DealerRef) -> None:
    complaint = complain()

    with pytest.raises(ActionNotAllowed):
        operations.propose(complaint_id=complaint.pk, text="", actor=CLARA, now=NOW)

    assert event_kinds(complaint) == ["opened"]


def test_only_a_manager_closes_without_the_owner_and_says_why(in_north: DealerRef) -> None:
    complaint = complain()
    close = operations.close_with_reason

    with pytest.raises(ManagerNeeded):
        close(complaint_id=complaint.pk, reason="moved away", actor=CLARA, now=NOW)
    with pytest.raises(operations.ReasonMissing):
        close(complaint_id=complaint.pk, reason=" ", actor=MANAGER, now=NOW)
    closed = close(complaint_id=complaint.pk, reason="moved away", actor=MANAGER, now=NOW)

    assert (closed.closed_by, closed.close_reason) == ("MANAGER", "moved away")


def test_an_answer_stops_its_clock_and_settles_its_task(in_north: DealerRef) -> None:
    complaint = complain()

    operations.answer(complaint_id=complaint.pk, text="soon", actor=CLARA, now=NOW)
    told = operations.inform_manager(complaint_id=complaint.pk, text="", actor=BOSS, now=NOW)

    assert (told.first_answer_at, told.to_manager_at) == (NOW, NOW)
    assert told.next_clock_at == told.solution_due_at
    assert open_work(told) == []


def test_signing_off_starts_the_clock_to_tell_the_owner(in_north: DealerRef) -> None:
    complaint = complain()
    steps: list[tuple[Callable[..., Complaint], dict[str, object]]] = [
        (operations.judge, {"is_founded": True, "text": ""}),
        (operations.investigate, {"cause": "", "department": "", "responsible": ""}),
        (operations.propose, {"text": ""}),
        (operations.sign_off, {"text": ""}),
    ]
    for act, said in steps:
        complaint = act(complaint_id=complaint.pk, actor=MANAGER, now=NOW, **said)

    assert complaint.tell_owner_due_at == local("2026-03-02 18:00")
    told = operations.tell_owner(complaint_id=complaint.pk, text="", actor=CLARA, now=NOW)
    assert told.told_owner_at == NOW


def test_a_reopened_complaint_runs_anew(in_north: DealerRef) -> None:
    complaint = complain()
    operations.judge(complaint_id=complaint.pk, is_founded=False, text="", actor=CLARA, now=NOW)
    later = local("2026-03-05 09:00")

    reopened = operations.reopen(complaint_id=complaint.pk, text="", actor=CLARA, now=later)

    assert (reopened.step, reopened.reopened_count, reopened.closed_at) == ("JUDGED", 1, None)
    assert reopened.to_manager_due_at == local("2026-03-05 13:45")
    assert event_kinds(reopened)[-1] == "reopened"
    assert len(open_work(reopened)) == 2


def test_a_person_may_raise_the_level(in_north: DealerRef) -> None:
    complaint = complain()

    raised = refining.raise_level(complaint_id=complaint.pk, text="angry", actor=CLARA, now=NOW)

    assert raised.level == 2
    assert ("complaint.level_2", "SERVICE_MANAGER") in open_work(raised)


# --- the ladder over working time ---


def test_each_missed_clock_raises_one_level_and_tells_it(in_north: DealerRef) -> None:
    complaint = complain()
    moments = ["2026-03-02 13:44", "2026-03-02 13:45", "2026-03-03 08:59", "2026-03-03 09:00", "2026-03-04 09:00"]

    climbed = []
    for moment in moments:
        missed = escalation.escalate_overdue(now=local(moment))
        climbed.append((missed, level_of(complaint)))

    assert climbed == [(0, 1), (1, 2), (0, 2), (1, 3), (1, 4)]
    assert open_work(complaint)[1:4] == [
        ("complaint.level_2", "SERVICE_MANAGER"),
        ("complaint.level_3", "GENERAL_MANAGER"),
        ("complaint.level_4", "GENERAL_MANAGER"),
    ]
    told = Event.objects.filter(kind="complaint.escalated").order_by("id").values_list("data__told", flat=True)
    assert list(told) == ["SERVICE_MANAGER", "GENERAL_MANAGER", "MANUFACTURER"]


def test_a_sweep_run_twice_raises_once(in_north: DealerRef) -> None:
    complaint = complain()

    missed = [escalation.escalate_overdue(now=local("2026-03-02 14:00")) for _ in range(3)]

    assert missed == [1, 0, 0]
    assert level_of(complaint) == 2
    assert escalation.next_clock_at() == complaint.first_answer_due_at


def test_a_sweep_after_days_of_silence_counts_every_missed_clock(in_north: DealerRef) -> None:
    complaint = complain()

    assert escalation.escalate_overdue(now=local("2026-03-09 12:00")) == 3
    assert level_of(complaint) == 4
    assert ComplaintEscalation.objects.filter(complaint=complaint).count() == 3


def test_clocks_stand_still_over_a_closed_day(in_north: DealerRef) -> None:
    complaint = complain(now=local("2026-03-07 16:00"))

    assert escalation.escalate_overdue(now=local("2026-03-08 20:00")) == 0
    assert escalation.escalate_overdue(now=local("2026-03-09 11:15")) == 1
    assert level_of(complaint) == 2


def test_a_kept_clock_raises_nothing(in_north: DealerRef) -> None:
    complaint = complain()
    operations.inform_manager(complaint_id=complaint.pk, text="", actor=BOSS, now=NOW)

    assert escalation.escalate_overdue(now=local("2026-03-02 14:00")) == 0


def test_a_closed_complaint_has_no_clocks(in_north: DealerRef) -> None:
    complaint = complain()
    operations.close_with_reason(complaint_id=complaint.pk, reason="settled", actor=MANAGER, now=NOW)

    assert escalation.escalate_overdue(now=local("2026-03-20 14:00")) == 0
    assert escalation.next_clock_at() is None


def test_a_reopened_complaint_can_miss_the_same_clock_again(in_north: DealerRef) -> None:
    complaint = complain()
    escalation.escalate_overdue(now=local("2026-03-02 14:00"))
    operations.judge(complaint_id=complaint.pk, is_founded=False, text="", actor=CLARA, now=local("2026-03-02 14:10"))
    operations.reopen(complaint_id=complaint.pk, text="", actor=CLARA, now=local("2026-03-05 09:00"))

    assert escalation.escalate_overdue(now=local("2026-03-05 14:00")) == 1
    clocks = ComplaintEscalation.objects.filter(complaint=complaint).order_by("id").values_list("clock", flat=True)
    assert list(clocks) == ["TO_MANAGER", "TO_MANAGER#1"]


def test_the_sweeps_statements_do_not_grow_with_complaints(
    in_north: DealerRef, django_assert_max_num_queries: object
) -> None:
    for _ in range(12):
        complain()

    with django_assert_max_num_queries(18):  # type: ignore[operator]  # pytest-django's fixture
        assert escalation.escalate_overdue(now=local("2026-03-02 14:00")) == 12


def test_north_and_south_count_their_own_numbers(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(north):
        complaint = complain()
    with dealer_scope(south):
        assert complain().number == 1
        Complaint.objects.all().delete()
        assert escalation.escalate_overdue(now=local("2026-03-20 14:00")) == 0
    with dealer_scope(north):
        assert level_of(complaint) == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gaps_under_concurrency(north: DealerRef) -> None:
    barrier = Barrier(12)

    def run(number: int) -> None:
        with closing(connection), suppress(IntegrityError), dealer_scope(north):
            barrier.wait(timeout=30)
            # Every third names a person who isn't there and is rolled back: its number goes to the next.
            complain(customer_id=999_999 if number % 3 == 0 else None)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(run, range(12)))

    with dealer_scope(north):
        assert sorted(Complaint.objects.values_list("number", flat=True)) == list(range(1, 9))


def test_a_complaint_is_filed_once_it_is_known_what_it_is(in_north: DealerRef) -> None:
    complaint = complain(category="OTHER")

    filed = refining.classify(complaint_id=complaint.pk, category="PRICE", actor=Actor("owner"), now=NOW)

    assert (filed.category, filed.step) == ("PRICE", "REGISTERED")
    with pytest.raises(operations.CategoryUnknown):
        refining.classify(complaint_id=complaint.pk, category="WEATHER", actor=CLARA, now=NOW)


def test_danger_told_later_lifts_it_to_the_top(in_north: DealerRef) -> None:
    complaint = complain()

    for _ in range(2):
        complaint = refining.sound_alarm(complaint_id=complaint.pk, alarm="SAFETY", actor=Actor("owner"), now=NOW)

    assert (complaint.level, complaint.alarm, complaint.to_manager_at) == (4, "SAFETY", NOW)
    assert event_kinds(complaint).count("escalated") == 1
    with pytest.raises(operations.SignalUnknown):
        refining.sound_alarm(complaint_id=complaint.pk, alarm="RAIN", actor=CLARA, now=NOW)
