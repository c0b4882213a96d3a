"""What a person must know before they do a task: what was said lately, and when the car was last here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from core.complaints.models import Complaint
from core.followups.models import SurveyAnswer
from core.repair_orders.models import RepairOrder
from core.tasks.models import Task
from notifications.outbox.models import Message

# Of each kind so many of the newest: what is needed for one call, the rest is in the file.
NEWEST = 6
NO_ID = 0
MESSAGE, ANSWER, COMPLAINT = "MESSAGE", "ANSWER", "COMPLAINT"


@dataclass(frozen=True)
class Said:
    """Something that was said: `is_ours` by the dealer; an answer has its item and value, a complaint its category."""

    source: str
    at: datetime
    text: str
    is_ours: bool
    item: str
    value: str


@dataclass(frozen=True)
class Briefing:
    """What was said, oldest first, and the last visit; None where there was none."""

    said: tuple[Said, ...]
    last_visit: RepairOrder | None


def briefing_of(task: Task, *, reads_messages: bool) -> Briefing:
    """Return what is known about a task's matter, in two queries."""
    parts = [_answers(task), _complaint(task), *([_messages(task)] if reads_messages else [])]
    rows = parts[0].union(*parts[1:], all=True)
    in_order = sorted(rows, key=lambda row: (row[2], row[0]))
    return Briefing(tuple(Said(*row[1:]) for row in in_order), _last_visit(task))


def _last_visit(task: Task) -> RepairOrder | None:
    if task.vehicle_id is None:
        return None
    return RepairOrder.objects.filter(vehicle_id=task.vehicle_id).order_by("-opened_at", "-id").first()


# Parts of one statement: what a task has no id for is looked for under one that nothing has.
def _messages(task: Task) -> QuerySet[Message, tuple[Any, ...]]:
    newest = Message.objects.filter(conversation_id=task.conversation_id or NO_ID).order_by("-id")[:NEWEST]
    is_ours = Case(When(direction=Message.Direction.OUT, then=Value(value=True)), default=Value(value=False))
    return newest.values_list("id", Value(MESSAGE), "created_at", "text", is_ours, Value(""), Value(""))


def _answers(task: Task) -> QuerySet[SurveyAnswer, tuple[Any, ...]]:
    survey_id, follow_up_id = task.data.get("survey_id"), task.data.get("follow_up_id")
    asked = Q(survey_id=survey_id) if survey_id is not None else Q(survey__follow_up_id=follow_up_id or NO_ID)
    newest = SurveyAnswer.objects.filter(asked).order_by("-at", "-id")[: 2 * NEWEST]
    return newest.values_list("id", Value(ANSWER), "at", "text", Value(value=False), "item", "value")


def _complaint(task: Task) -> QuerySet[Complaint, tuple[Any, ...]]:
    asked = Complaint.objects.filter(pk=task.complaint_id or NO_ID)
    return asked.values_list("id", Value(COMPLAINT), "opened_at", "text", Value(value=False), Value(""), "category")
