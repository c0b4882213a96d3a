"""A follow-up by phone: what came of the call, and the answers given in it, noted in one go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.followups import operations
from core.followups.models import FollowUp, Survey
from core.transactions import waking

CHANNEL = "phone"


@dataclass(frozen=True)
class Said:
    """One answer as the person calling wrote it down."""

    item: str
    value: str = ""
    text: str = ""


def record_phone_call(
    *, follow_up_id: int, outcome: str, answers: Iterable[Said], language: str, now: datetime, actor: str
) -> FollowUp:
    """Note a call and its answers; they count like any other's, and a call that went through closes the survey.

    Raises: QuestionnaireMissing; ItemUnknown; AnswerUnknown; SurveyOver; FollowUp.DoesNotExist.
    """
    given = list(answers)
    with waking(now=now):
        operations.record_call(follow_up_id=follow_up_id, outcome=outcome, now=now, actor=actor)
        if given:
            survey = operations.start_survey(follow_up_id=follow_up_id, channel=CHANNEL, language=language, now=now)
            record_answers(survey_id=survey.pk, answers=given, is_last=outcome == "COMPLETED", now=now)
        return FollowUp.objects.get(pk=follow_up_id)


def record_answers(*, survey_id: int, answers: Iterable[Said], is_last: bool, now: datetime) -> Survey:
    """Keep several answers of one survey, all or none; after the last ones it is scored and closed.

    Raises: ItemUnknown; AnswerUnknown; SurveyOver; Survey.DoesNotExist.
    """
    with waking(now=now):
        for said in answers:
            operations.record_answer(survey_id=survey_id, item=said.item, value=said.value, text=said.text, now=now)
        if is_last:
            return operations.complete(survey_id=survey_id, now=now)
        return Survey.objects.get(pk=survey_id)
