"""A task that is done keeps the clock it was opened for."""

import pytest

from core.calendar import operations as calendar_operations
from core.calendar import rules as calendar_rules
from core.complaints import operations as complaints
from core.complaints.models import Complaint, ComplaintStep
from core.events.models import Event
from core.followups.models import Survey
from core.tasks import completion, operations
from core.tasks.models import Task
from core.tasks.operations import NewTask
from tenants.scope import DealerRef, current_dealer
from tests.core.followups.test_operations import answer, make_follow_up, start, state_of
from tests.core.making import NOW

CLARA = 11


def finish(task: Task, *, outcome: str = "COMPLETED") -> Task:
    """Have Clara finish a task."""
    return completion.complete(task_id=task.pk, user_id=CLARA, outcome=outcome, note="说明", now=NOW)


def complain() -> Complaint:
    """Open a complaint."""
    return complaints.open_complaint(
        customer_id=None, vehicle_id=None, text="", category="PRICE", channel="phone", now=NOW
    )


@pytest.mark.parametrize(
    ("reason", "kept"), [("complaint.answer", "first_answer_at"), ("complaint.to_manager", "to_manager_at")]
)
def test_doing_the_work_of_a_complaint_keeps_its_clock(in_north: DealerRef, reason: str, kept: str) -> None:
    complaint = complain()
    task = Task.objects.get(reason=reason)

    finish(task)
    finish(task)

    complaint.refresh_from_db()
    assert getattr(complaint, kept) == NOW
    assert ComplaintStep.objects.filter(complaint=complaint, actor="user:11").count() == 1
    assert Event.objects.filter(kind="task.done").count() == 1


def test_a_call_that_reached_nobody_keeps_no_clock(in_north: DealerRef) -> None:
    complaint = complain()

    finish(Task.objects.get(reason="complaint.answer"), outcome="NO_ANSWER")

    complaint.refresh_from_db()
    assert complaint.first_answer_at is None


def test_answering_a_dissatisfied_owner_stops_their_clock(in_north: DealerRef) -> None:
    answer(start(), "waiting", "DISSATISFIED")

    finish(Task.objects.get(reason="dissatisfied.answer"))

    assert Survey.objects.get().answered_at == NOW


def test_answering_the_complaint_answers_the_survey_it_came_from(in_north: DealerRef) -> None:
    answer(start(), "quality", "VERY_DISSATISFIED", "刹车失灵")

    finish(Task.objects.get(reason="complaint.answer"))

    assert Survey.objects.get().answered_at == NOW


@pytest.mark.parametrize(
    ("outcome", "state"), [("REFUSED", "REFUSED"), ("NO_ANSWER", "CARRIED_OUT"), ("COMPLETED", "CARRIED_OUT")]
)
def test_a_call_about_a_follow_up_is_noted_there(in_north: DealerRef, outcome: str, state: str) -> None:
    follow_up = make_follow_up()
    new = NewTask(kind="CALL", key="call:1", reason="r", due_at=NOW, data={"follow_up_id": follow_up.pk})
    operations.open_tasks([new], now=NOW)

    finish(Task.objects.get(), outcome=outcome)

    assert state_of(follow_up) == state


@pytest.mark.parametrize("hour", [1, 10, 23])
def test_another_time_is_proposed_while_the_dealer_is_open(in_north: DealerRef, hour: int) -> None:
    now = NOW.replace(hour=hour)

    proposed = completion.proposed_time(now=now)

    calendar = calendar_operations.calendar_of(current_dealer(), now=now)
    assert proposed >= now + completion.SOON
    assert calendar_rules.is_open_at(proposed, calendar=calendar)
