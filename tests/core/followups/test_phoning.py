"""A follow-up by phone: outcome, answers and score in one go, or nothing at all."""

import pytest

from core.followups import phoning
from core.followups.models import FollowUp, Survey, SurveyAnswer
from core.followups.operations import SurveyOver
from core.followups.phoning import Said
from core.followups.rules import AnswerUnknown, ItemUnknown
from tenants.scope import DealerRef
from tests.core.followups.test_operations import STEPS, make_follow_up, start
from tests.core.making import NOW

pytestmark = pytest.mark.usefixtures("in_north")

ALL = [Said(item, "VERY_SATISFIED") for item in ("overall", *STEPS)] + [Said("intention", "CERTAINLY")]


def call(follow_up: FollowUp, outcome: str, *answers: Said) -> FollowUp:
    return phoning.record_phone_call(
        follow_up_id=follow_up.pk, outcome=outcome, answers=answers, language="en", now=NOW, actor="user:1"
    )


def test_a_whole_call_is_a_scored_survey() -> None:
    done = call(make_follow_up(), "COMPLETED", *ALL)

    survey = Survey.objects.get()
    assert (done.state, survey.state, survey.channel) == ("SUCCESSFUL", "COMPLETED", "phone")
    assert survey.score == survey.score_max


def test_a_call_broken_off_leaves_the_survey_open() -> None:
    done = call(make_follow_up(), "PARTLY_COMPLETED", ALL[0])

    assert (done.state, Survey.objects.get().state) == ("SUCCESSFUL", "STARTED")


@pytest.mark.parametrize(
    ("outcome", "state"), [("NO_ANSWER", "CARRIED_OUT"), ("WRONG_NUMBER", "CARRIED_OUT"), ("REFUSED", "REFUSED")]
)
def test_a_call_without_answers_opens_no_survey(outcome: str, state: str) -> None:
    assert call(make_follow_up(), outcome).state == state
    assert not Survey.objects.exists()


@pytest.mark.parametrize(
    ("said", "error"), [(Said("shoes", "x"), ItemUnknown), (Said("overall", "SO_SO"), AnswerUnknown)]
)
def test_one_answer_that_is_none_takes_all_back(said: Said, error: type[Exception]) -> None:
    follow_up = make_follow_up()

    with pytest.raises(error):
        call(follow_up, "COMPLETED", ALL[0], said)

    assert not SurveyAnswer.objects.exists()
    assert FollowUp.objects.get(pk=follow_up.pk).state == "DUE"


def test_a_survey_begun_by_message_is_ended_by_phone(in_north: DealerRef) -> None:
    survey = start()

    call(survey.follow_up, "COMPLETED", *ALL)

    assert Survey.objects.get().pk == survey.pk
    with pytest.raises(SurveyOver):
        phoning.record_answers(survey_id=survey.pk, answers=ALL[:1], is_last=False, now=NOW)
