"""Surveys from the first question to the score, and what becomes of a follow-up.

Who is asked and when is planned elsewhere; the questions' wording lives in the flows.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from core.calendar import rules as calendar_rules
from core.events import kinds
from core.events import operations as events
from core.events.operations import Fact
from core.followups import dissatisfied, rules, table
from core.followups.models import FollowUp, Questionnaire, Survey, SurveyAnswer
from core.followups.rules import Answer
from core.transactions import joining, waking
from tenants.scope import current_dealer

LIVE = (Survey.State.OPEN, Survey.State.STARTED)
UNANSWERED = (FollowUp.State.DUE, FollowUp.State.CARRIED_OUT)
# One turn of the sweep; a larger backlog is taken up at once by the next call.
SWEEP = 500

# What a call's outcome makes of the follow-up. A try that reached nobody is carried out all the same.
REFUSED_BY_CALL = "REFUSED"


class QuestionnaireMissing(Exception):
    """There is no questionnaire in force for this kind of follow-up."""


class SurveyOver(Exception):
    """The survey takes no more answers; the message names its state."""


@dataclass(frozen=True)
class Expired:
    """What a sweep closed."""

    surveys: int
    follow_ups: int


@dataclass(frozen=True)
class NewSurvey:
    """A survey to be opened for a follow-up."""

    follow_up_id: int
    channel: str
    language: str


def start_survey(*, follow_up_id: int, channel: str, language: str, now: datetime) -> Survey:
    """Open the survey of one follow-up; see start_surveys."""
    return start_surveys([NewSurvey(follow_up_id, channel, language)], now=now)[follow_up_id]


def start_surveys(wanted: Iterable[NewSurvey], *, now: datetime) -> dict[int, Survey]:
    """Open surveys with the versions in force today, however many in the same few statements; by follow-up.

    Asked for again, the one there is returned. Raises: QuestionnaireMissing; FollowUp.DoesNotExist.
    """
    by_follow_up = {one.follow_up_id: one for one in wanted}
    with transaction.atomic():
        follow_ups = _locked_follow_ups(by_follow_up)
        known = Survey.objects.filter(follow_up__in=by_follow_up).order_by("id")
        surveys = {survey.follow_up_id: survey for survey in known}
        missing = [follow_up for follow_up in follow_ups if follow_up.pk not in surveys]
        if missing:
            opened = _open([(follow_up, by_follow_up[follow_up.pk]) for follow_up in missing], now=now)
            surveys |= {survey.follow_up_id: survey for survey in opened}
        return surveys


def record_answer(*, survey_id: int, item: str, value: str, text: str = "", now: datetime) -> SurveyAnswer:
    """Keep one answer; a second one to the same item takes its place, words alone are added to it.

    The first answer makes the follow-up a successful one; a dissatisfied one starts the clocks at once.
    Raises: ItemUnknown; AnswerUnknown; SurveyOver; Survey.DoesNotExist.
    """
    with joining(now=now):
        survey = _locked(survey_id)
        if survey.state not in LIVE:
            raise SurveyOver(survey.state)
        given = _given(survey, item=item, value=value, text=text)
        stored, changed = _store(survey, given, now=now)
        if not changed:
            return stored
        _note_first_answer(survey, now=now)
        # No words: the log holds no text of owners.
        fact = _survey_fact(kinds.SURVEY_ANSWERED, survey, at=now, item=item, value=given.value, points=given.points)
        events.record_many([fact])
        dissatisfied.notice(survey, given, now=now)
        return stored


def complete(*, survey_id: int, now: datetime) -> Survey:
    """Score a survey and close it: completed, partly answered, or expired without an answer.

    Again changes nothing. Raises: Survey.DoesNotExist.
    """
    with waking(now=now):
        survey = _locked(survey_id)
        if survey.state not in LIVE:
            return survey
        _close(survey, now=now)
        return survey


def refuse(*, follow_up_id: int, now: datetime, actor: str = "system") -> FollowUp:
    """Note that the person does not want to be asked; what was answered stays. Raises: FollowUp.DoesNotExist."""
    with transaction.atomic():
        follow_up = FollowUp.objects.select_for_update().get(id=follow_up_id)
        if follow_up.state not in UNANSWERED:
            return follow_up
        follow_up.state = FollowUp.State.REFUSED
        follow_up.carried_out_at = follow_up.carried_out_at or now
        follow_up.save(update_fields=["state", "carried_out_at"])
        follow_up.surveys.filter(state__in=LIVE).update(state=Survey.State.REFUSED, completed_at=now)
        events.record_many([_follow_up_fact(kinds.FOLLOW_UP_REFUSED, follow_up, at=now, actor=actor)])
        return follow_up


def mark_carried_out(*, follow_up_ids: list[int], now: datetime) -> int:
    """Note that people were reached out to, by a message or a call; return how many were new to it."""
    with transaction.atomic():
        due = list(
            FollowUp.objects.filter(id__in=follow_up_ids, state=FollowUp.State.DUE).order_by("id").select_for_update()
        )
        FollowUp.objects.filter(id__in=[follow_up.pk for follow_up in due]).update(
            state=FollowUp.State.CARRIED_OUT, carried_out_at=now
        )
        events.record_many(_follow_up_fact(kinds.FOLLOW_UP_CARRIED_OUT, follow_up, at=now) for follow_up in due)
        return len(due)


def record_call(*, follow_up_id: int, outcome: str, now: datetime, actor: str) -> FollowUp:
    """Note a call about a follow-up; its answers are recorded like any other's. Raises: FollowUp.DoesNotExist."""
    if outcome == REFUSED_BY_CALL:
        return refuse(follow_up_id=follow_up_id, now=now, actor=actor)
    mark_carried_out(follow_up_ids=[follow_up_id], now=now)
    return FollowUp.objects.get(id=follow_up_id)


def exclude(*, follow_up_ids: list[int], reason: str, now: datetime) -> int:
    """Take follow-ups out of those to be asked, with the reason that is counted; return how many."""
    with transaction.atomic():
        due = list(
            FollowUp.objects.filter(id__in=follow_up_ids, state=FollowUp.State.DUE).order_by("id").select_for_update()
        )
        FollowUp.objects.filter(id__in=[follow_up.pk for follow_up in due]).update(
            state=FollowUp.State.EXCLUDED, excluded_reason=reason
        )
        events.record_many(
            _follow_up_fact(kinds.FOLLOW_UP_EXCLUDED, follow_up, at=now, reason=reason) for follow_up in due
        )
        return len(due)


def expire_overdue(*, now: datetime) -> Expired:
    """Close what nobody answered in time: surveys with answers are scored, others expire. Safe to run at any time."""
    late = Survey.objects.filter(state__in=LIVE, follow_up__expires_at__lte=now).order_by("id")
    begin = waking(now=now) if late.exists() else transaction.atomic()
    with begin:
        surveys = list(late.select_related("questionnaire").select_for_update(of=("self",), skip_locked=True)[:SWEEP])
        for survey in surveys:
            _close(survey, now=now)
        return Expired(surveys=len(surveys), follow_ups=_expire_follow_ups(now=now))


def _expire_follow_ups(*, now: datetime) -> int:
    due = FollowUp.objects.filter(state=FollowUp.State.DUE, expires_at__lte=now).order_by("id")
    expired = list(due.select_for_update(skip_locked=True)[:SWEEP])
    FollowUp.objects.filter(id__in=[follow_up.pk for follow_up in expired]).update(state=FollowUp.State.EXPIRED)
    events.record_many(_follow_up_fact(kinds.FOLLOW_UP_EXPIRED, follow_up, at=now) for follow_up in expired)
    return len(expired)


def _locked_follow_ups(ids: Collection[int]) -> list[FollowUp]:
    """The follow-ups' rows are the lock, taken in one order: two messages at once must not make two surveys."""
    found = list(FollowUp.objects.filter(id__in=ids).order_by("id").select_for_update())
    if len(found) < len(ids):
        raise FollowUp.DoesNotExist
    return found


def _open(wanted: Sequence[tuple[FollowUp, NewSurvey]], *, now: datetime) -> list[Survey]:
    in_force = {kind: _in_force(kind, now=now) for kind in {follow_up.kind for follow_up, _ in wanted}}
    surveys = Survey.objects.bulk_create(
        Survey(
            follow_up=follow_up,
            customer_id=follow_up.customer_id,
            vehicle_id=follow_up.vehicle_id,
            questionnaire=in_force[follow_up.kind],
            channel=new.channel,
            language=new.language,
            opened_at=now,
        )
        for follow_up, new in wanted
    )
    events.record_many(_survey_fact(kinds.SURVEY_OPENED, survey, at=now) for survey in surveys)
    return surveys


def _locked(survey_id: int) -> Survey:
    # Only the survey's own row: the questionnaire is everybody's.
    surveys = Survey.objects.select_related("questionnaire", "follow_up")
    return surveys.select_for_update(of=("self",)).get(id=survey_id)


def _in_force(kind: str, *, now: datetime) -> Questionnaire:
    named = table.kinds().get(kind)
    key = named.questionnaire if named else None
    today = calendar_rules.local_date(now, timezone=ZoneInfo(current_dealer().timezone))
    found = Questionnaire.objects.filter(key=key or "", in_force_date__lte=today).order_by("-version").first()
    if found is None:
        raise QuestionnaireMissing(kind)
    return found


def _given(survey: Survey, *, item: str, value: str, text: str) -> Answer:
    """Return the answer as the questionnaire understands it; words without a value keep the one given before."""
    asked = table.read_questionnaire(survey.questionnaire.data).item(item)
    before = survey.answers.filter(item=item).first() if not value and asked.scale.values else None
    return rules.answer(asked, value=before.value if before else value, text=text)


def _store(survey: Survey, given: Answer, *, now: datetime) -> tuple[SurveyAnswer, bool]:
    row = survey.answers.filter(item=given.item).first() or SurveyAnswer(survey=survey, item=given.item)
    wanted = (given.value, given.points, given.text or row.text)
    if not row._state.adding and (row.value, row.score, row.text) == wanted:
        return row, False
    row.value, row.score, row.text = wanted
    row.at = now
    row.save()
    return row, True


def _note_first_answer(survey: Survey, *, now: datetime) -> None:
    if survey.state != Survey.State.OPEN:
        return
    survey.state = Survey.State.STARTED
    survey.save(update_fields=["state"])
    FollowUp.objects.filter(id=survey.follow_up_id, state__in=UNANSWERED).update(
        state=FollowUp.State.SUCCESSFUL, successful_at=now
    )
    # Who answers was reached, even if nobody noted how.
    FollowUp.objects.filter(id=survey.follow_up_id, carried_out_at__isnull=True).update(carried_out_at=now)


def _close(survey: Survey, *, now: datetime) -> None:
    questionnaire = table.read_questionnaire(survey.questionnaire.data)
    answers = [Answer(row.item, row.value, row.score, row.text) for row in survey.answers.order_by("id")]
    scored = rules.score(answers, questionnaire=questionnaire)
    survey.state = _end_state(answers, questionnaire=questionnaire)
    survey.completed_at = now
    survey.score = scored.points if scored else None
    survey.score_max = scored.maximum if scored else None
    survey.intention = rules.intention(answers, questionnaire=questionnaire)
    survey.save()
    events.record_many([_survey_fact(kinds.SURVEY_COMPLETED, survey, at=now, **_figures(survey))])
    dissatisfied.file_complaint(survey, answers, questionnaire=questionnaire, now=now)


def _end_state(answers: list[Answer], *, questionnaire: rules.Questionnaire) -> Survey.State:
    if not answers:
        return Survey.State.EXPIRED
    complete = rules.is_complete(answers, questionnaire=questionnaire)
    return Survey.State.COMPLETED if complete else Survey.State.PARTIAL


def _figures(survey: Survey) -> dict[str, object]:
    return {
        "state": survey.state,
        "score": survey.score,
        "score_max": survey.score_max,
        "intention": survey.intention,
        "is_dissatisfied": survey.is_dissatisfied,
    }


def _survey_fact(kind: str, survey: Survey, *, at: datetime, **data: object) -> Fact:
    return Fact(
        kind=kind,
        subject_kind="survey",
        subject_id=survey.pk,
        at=at,
        customer_id=survey.customer_id,
        vehicle_id=survey.vehicle_id,
        data={"follow_up_id": survey.follow_up_id, "questionnaire_id": survey.questionnaire_id, **data},
    )


def _follow_up_fact(kind: str, follow_up: FollowUp, *, at: datetime, actor: str = "system", **data: object) -> Fact:
    return Fact(
        kind=kind,
        subject_kind="follow_up",
        subject_id=follow_up.pk,
        at=at,
        customer_id=follow_up.customer_id,
        vehicle_id=follow_up.vehicle_id,
        data={"kind": follow_up.kind, "occurrence": follow_up.occurrence, **data},
        actor=actor,
    )
