"""What follows from a dissatisfied answer: people are told in working time, the worst becomes a complaint."""

from datetime import datetime

from django.db import transaction

from core.calendar import operations as calendar_operations
from core.calendar import rules as calendar_rules
from core.complaints import ladder as ladder_rules
from core.complaints import operations as complaints
from core.complaints import table as complaint_table
from core.complaints.models import Complaint
from core.events import kinds
from core.events import operations as events
from core.followups import rules, table
from core.followups.models import Survey
from core.followups.rules import Answer, Questionnaire
from core.tasks import operations as tasks
from core.tasks.models import Task
from core.tasks.operations import NewTask
from tenants.scope import current_dealer

CHANNEL = "survey"


def notice(survey: Survey, given: Answer, *, now: datetime) -> None:
    """Start the clocks of a dissatisfied owner at the first such answer; an alarming one is a complaint at once."""
    questionnaire = table.read_questionnaire(survey.questionnaire.data)
    if rules.is_dissatisfied([given], questionnaire=questionnaire) and not survey.is_dissatisfied:
        _start_clocks(survey, now=now)
    if ladder_rules.signals_in(given.text, ladder=complaint_table.ladder()):
        _open_complaint(survey, [given], questionnaire=questionnaire, now=now)


def file_complaint(
    survey: Survey, answers: list[Answer], *, questionnaire: Questionnaire, now: datetime
) -> Complaint | None:
    """Make a complaint of a closed survey whose answers are bad enough; see followups.toml."""
    bad = rules.dissatisfied_answers(answers, questionnaire=questionnaire)
    if not any(given.value in table.complaint_values() for given in bad):
        return None
    return _open_complaint(survey, list(bad), questionnaire=questionnaire, now=now)


def mark_answered(*, survey_id: int, actor: str, now: datetime) -> Survey:
    """Note that the dissatisfied owner was answered, which stops the clock; again changes nothing.

    Raises: Survey.DoesNotExist.
    """
    with transaction.atomic():
        survey = Survey.objects.select_for_update().get(id=survey_id)
        if survey.answered_at is not None or not survey.is_dissatisfied:
            return survey
        survey.answered_at = now
        survey.save(update_fields=["answered_at"])
        _record(kinds.SURVEY_OWNER_ANSWERED, survey, now=now, actor=actor)
        tasks.settle_tasks(keys=[_key(survey, what="answer")], now=now, actor=actor)
        return survey


def _start_clocks(survey: Survey, *, now: datetime) -> None:
    """Tell the general manager, and have the owner answered. Source: Peugeot trainee manual."""
    calendar = calendar_operations.calendar_of(current_dealer(), now=now)
    to_manager, to_owner = (
        calendar_rules.add_working_time(now, calendar_rules.working_days(days, calendar=calendar), calendar=calendar)
        for days in table.dissatisfied_working_days()
    )
    survey.is_dissatisfied, survey.answer_due_at = True, to_owner
    survey.save(update_fields=["is_dissatisfied", "answer_due_at"])
    _record(kinds.SURVEY_DISSATISFIED, survey, now=now, actor="system")
    tasks.open_tasks(
        [
            _task(survey, what="to_manager", role="GENERAL_MANAGER", due_at=to_manager),
            _task(survey, what="answer", role="RELATIONS_SPECIALIST", due_at=to_owner),
        ],
        now=now,
    )


def _open_complaint(survey: Survey, bad: list[Answer], *, questionnaire: Questionnaire, now: datetime) -> Complaint:
    complaint = complaints.open_complaint(
        customer_id=survey.customer_id,
        vehicle_id=survey.vehicle_id,
        text="\n".join(given.text for given in bad if given.text),
        category=rules.complaint_category(bad, questionnaire=questionnaire),
        channel=CHANNEL,
        repair_order_id=survey.follow_up.repair_order_id,
        survey_id=survey.pk,
        now=now,
    )
    # The complaint has its own clocks and work for the same people.
    keys = [_key(survey, what=what) for what in ("to_manager", "answer")]
    tasks.cancel_tasks(keys=keys, now=now)
    return complaint


def _task(survey: Survey, *, what: str, role: str, due_at: datetime) -> NewTask:
    return NewTask(
        kind=Task.Kind.DISSATISFIED,
        key=_key(survey, what=what),
        reason=f"dissatisfied.{what}",
        due_at=due_at,
        customer_id=survey.customer_id,
        vehicle_id=survey.vehicle_id,
        role=role,
        data={"survey_id": survey.pk},
    )


def _key(survey: Survey, *, what: str) -> str:
    return f"dissatisfied:{survey.pk}:{what}"


def _record(kind: str, survey: Survey, *, now: datetime, actor: str) -> None:
    due_at = survey.answer_due_at
    events.record(
        kind,
        subject_kind="survey",
        subject_id=survey.pk,
        at=now,
        customer_id=survey.customer_id,
        vehicle_id=survey.vehicle_id,
        data={"follow_up_id": survey.follow_up_id, "answer_due_at": due_at.isoformat() if due_at else None},
        actor=actor,
    )
