"""Surveys with the database: answers, scores, clocks of the dissatisfied, complaints, expiry."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.complaints.models import Complaint
from core.events.models import Event
from core.followups import dissatisfied, operations, queries
from core.followups.models import FollowUp, Questionnaire, Survey, SurveyAnswer
from core.followups.operations import NewSurvey
from core.followups.rules import AnswerUnknown, ItemUnknown
from core.tasks.models import Task
from tenants.scope import DealerRef, dealer_scope
from tests.core.making import NOW, local, make_customer, make_vehicle

STEPS = ("appointment", "reception", "diagnosis", "waiting", "quality", "handover", "price")


def make_follow_up(*, kind: str = "AFTER_SALES", occurrence: str = "ro:1") -> FollowUp:
    """Make a follow-up of Anna's visit."""
    return FollowUp.objects.create(
        kind=kind,
        customer=make_customer(),
        vehicle=make_vehicle(vin=f"LSGTC52U96Y0000{FollowUp.objects.count() + 10}"),
        occurrence=occurrence,
        from_at=NOW,
        due_at=NOW + timedelta(days=3),
        expires_at=NOW + timedelta(days=7),
        created_at=NOW,
    )


def start(follow_up: FollowUp | None = None) -> Survey:
    """Open Anna's survey."""
    follow_up = follow_up or make_follow_up()
    return operations.start_survey(follow_up_id=follow_up.pk, channel="simulator", language="zh-hans", now=NOW)


def answer(survey: Survey, item: str, value: str, text: str = "") -> SurveyAnswer:
    """Answer one item."""
    return operations.record_answer(survey_id=survey.pk, item=item, value=value, text=text, now=NOW)


def answer_all(survey: Survey, **values: str) -> None:
    """Answer everything very satisfied but what is given."""
    for item in ("overall", *STEPS):
        answer(survey, item, values.get(item, "VERY_SATISFIED"))
    answer(survey, "intention", values.get("intention", "CERTAINLY"))


def state_of(follow_up: FollowUp) -> str:
    """Return a follow-up's state as stored."""
    return FollowUp.objects.get(pk=follow_up.pk).state


def open_reasons() -> list[str]:
    """Return the reasons of all open tasks."""
    return sorted(Task.objects.filter(state=Task.State.OPEN).values_list("reason", flat=True))


def test_a_follow_up_has_one_survey_with_the_version_in_force(in_north: DealerRef) -> None:
    Questionnaire.objects.create(
        key="after_sales", version=9, data={"key": "after_sales", "version": 9, "item": []}, in_force_date="2030-01-01"
    )
    follow_up = make_follow_up()

    first, second = start(follow_up), start(follow_up)

    assert first.pk == second.pk
    assert first.questionnaire.version == 1


def test_a_kind_without_questions_says_so(in_north: DealerRef) -> None:
    with pytest.raises(operations.QuestionnaireMissing):
        start(make_follow_up(kind="PROSPECT"))


def test_a_whole_survey_is_scored(in_north: DealerRef) -> None:
    survey = start()
    answer_all(survey, overall="SATISFIED", price="NEUTRAL", intention="PROBABLY")

    done = operations.complete(survey_id=survey.pk, now=NOW)

    assert (done.state, done.score, done.score_max, done.intention) == ("COMPLETED", 76, 84, 2)
    assert not done.is_dissatisfied
    event = Event.objects.get(kind="survey.completed")
    assert (event.data["score"], event.data["score_max"], event.data["is_dissatisfied"]) == (76, 84, False)
    assert open_reasons() == []


def test_the_first_answer_makes_the_follow_up_a_successful_one(in_north: DealerRef) -> None:
    follow_up = make_follow_up()
    survey = start(follow_up)

    answer(survey, "overall", "1")

    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.successful_at, follow_up.carried_out_at) == ("SUCCESSFUL", NOW, NOW)
    assert Survey.objects.get().state == "STARTED"


def test_a_second_answer_takes_the_firsts_place_and_words_are_added(in_north: DealerRef) -> None:
    survey = start()

    answer(survey, "waiting", "DISSATISFIED")
    answer(survey, "waiting", "", "两个小时")
    answer(survey, "waiting", "NEUTRAL")
    answer(survey, "waiting", "NEUTRAL")

    row = SurveyAnswer.objects.get()
    assert (row.value, row.score, row.text) == ("NEUTRAL", 4, "两个小时")
    assert Event.objects.filter(kind="survey.answered").count() == 3


def test_no_words_of_owners_reach_the_log(in_north: DealerRef) -> None:
    survey = start()

    answer(survey, "suggestion", "", "多开一个工位")
    operations.complete(survey_id=survey.pk, now=NOW)

    assert "工位" not in str(list(Event.objects.values_list("data", flat=True)))


@pytest.mark.parametrize(
    ("item", "value", "error"),
    [("coffee", "1", ItemUnknown), ("waiting", "7", AnswerUnknown), ("waiting", "", AnswerUnknown)],
)
def test_what_was_not_asked_is_refused(in_north: DealerRef, item: str, value: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        answer(start(), item, value)


def test_half_a_survey_is_a_partial_one(in_north: DealerRef) -> None:
    survey = start()
    answer(survey, "overall", "1")
    answer(survey, "appointment", "2")

    done = operations.complete(survey_id=survey.pk, now=NOW)

    assert (done.state, done.score, done.score_max, done.intention) == ("PARTIAL", 8, 12, None)


def test_a_closed_survey_takes_no_answers_and_closes_once(in_north: DealerRef) -> None:
    survey = start()
    answer(survey, "overall", "1")
    for _ in range(2):
        operations.complete(survey_id=survey.pk, now=NOW)

    with pytest.raises(operations.SurveyOver, match="PARTIAL"):
        answer(survey, "waiting", "1")
    assert Event.objects.filter(kind="survey.completed").count() == 1


# --- dissatisfied ---


def test_a_dissatisfied_answer_starts_the_clocks_at_once(in_north: DealerRef) -> None:
    survey = start()

    answer(survey, "waiting", "DISSATISFIED")
    answer(survey, "price", "DISSATISFIED")

    survey.refresh_from_db()
    assert survey.is_dissatisfied
    # Nine in the morning: half a working day for the general manager, a whole one for the owner.
    assert survey.answer_due_at == local("2026-03-03 09:00")
    tasks = Task.objects.order_by("due_at").values_list("reason", "role", "due_at")
    assert list(tasks) == [
        ("dissatisfied.to_manager", "GENERAL_MANAGER", local("2026-03-02 13:45")),
        ("dissatisfied.answer", "RELATIONS_SPECIALIST", local("2026-03-03 09:00")),
    ]
    assert Event.objects.filter(kind="survey.dissatisfied").count() == 1


def test_dissatisfied_alone_is_no_complaint(in_north: DealerRef) -> None:
    survey = start()
    answer_all(survey, waiting="DISSATISFIED")

    done = operations.complete(survey_id=survey.pk, now=NOW)

    assert done.is_dissatisfied
    assert not Complaint.objects.exists()


def test_very_dissatisfied_becomes_a_complaint_filed_under_the_worst_step(in_north: DealerRef) -> None:
    survey = start()
    answer_all(survey, price="VERY_DISSATISFIED", waiting="DISSATISFIED")
    answer(survey, "price", "", "多收了钱")

    for _ in range(2):
        operations.complete(survey_id=survey.pk, now=NOW)

    complaint = Complaint.objects.get()
    assert (complaint.category, complaint.channel, complaint.text) == ("PRICE", "survey", "多收了钱")
    assert (complaint.survey_id, complaint.customer_id) == (survey.pk, survey.customer_id)
    # The complaint's own clocks and work take over.
    assert open_reasons() == ["complaint.answer", "complaint.to_manager"]


def test_words_of_danger_are_a_complaint_at_once(in_north: DealerRef) -> None:
    survey = start()

    answer(survey, "quality", "VERY_DISSATISFIED", "回家路上刹车失灵")
    operations.complete(survey_id=survey.pk, now=NOW)

    complaint = Complaint.objects.get()
    assert (complaint.level, complaint.alarm) == (4, "SAFETY")


def test_the_dissatisfied_list_goes_by_its_clock_and_empties(
    in_north: DealerRef, django_assert_num_queries: object
) -> None:
    surveys = [start(make_follow_up(occurrence=f"ro:{number}")) for number in range(3)]
    for survey in reversed(surveys):
        answer(survey, "overall", "DISSATISFIED")

    dissatisfied.mark_answered(survey_id=surveys[0].pk, actor="user:11", now=NOW)
    dissatisfied.mark_answered(survey_id=surveys[0].pk, actor="user:11", now=NOW)

    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture
        shown = [(survey.pk, survey.customer.name) for survey in queries.dissatisfied()]
    assert shown == [(surveys[1].pk, "Anna"), (surveys[2].pk, "Anna")]
    assert Event.objects.filter(kind="survey.owner_answered").count() == 1


# --- states of a follow-up ---


def test_reached_refused_and_excluded_are_kept_apart(in_north: DealerRef) -> None:
    reached, refused, excluded = (make_follow_up(occurrence=f"ro:{number}") for number in range(3))
    survey = start(refused)

    assert operations.mark_carried_out(follow_up_ids=[reached.pk], now=NOW) == 1
    assert operations.mark_carried_out(follow_up_ids=[reached.pk], now=NOW) == 0
    operations.record_call(follow_up_id=refused.pk, outcome="REFUSED", now=NOW, actor="user:11")
    operations.exclude(follow_up_ids=[excluded.pk, reached.pk], reason="no_consent", now=NOW)

    assert [state_of(row) for row in (reached, refused, excluded)] == ["CARRIED_OUT", "REFUSED", "EXCLUDED"]
    survey.refresh_from_db()
    assert survey.state == "REFUSED"


def test_a_call_that_reached_nobody_was_carried_out(in_north: DealerRef) -> None:
    follow_up = make_follow_up()

    called = operations.record_call(follow_up_id=follow_up.pk, outcome="NO_ANSWER", now=NOW, actor="user:11")

    assert called.state == "CARRIED_OUT"


def test_on_day_seven_all_is_closed_once(in_north: DealerRef) -> None:
    silent, half, never = (make_follow_up(occurrence=f"ro:{number}") for number in range(3))
    start(silent)
    operations.mark_carried_out(follow_up_ids=[silent.pk], now=NOW)
    answer(start(half), "overall", "VERY_DISSATISFIED")
    late = NOW + timedelta(days=7)

    early = operations.expire_overdue(now=late - timedelta(seconds=1))
    swept = [operations.expire_overdue(now=late) for _ in range(2)]

    assert early == operations.Expired(0, 0)
    assert swept == [operations.Expired(2, 1), operations.Expired(0, 0)]
    assert [state_of(row) for row in (silent, half, never)] == ["CARRIED_OUT", "SUCCESSFUL", "EXPIRED"]
    assert sorted(Survey.objects.values_list("state", flat=True)) == ["EXPIRED", "PARTIAL"]
    assert Complaint.objects.count() == 1


def test_north_and_south_ask_their_own(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(north):
        survey = start()
        answer(survey, "overall", "DISSATISFIED")
    with dealer_scope(south):
        assert not queries.dissatisfied().exists()
        assert not queries.register(from_at=NOW, until_at=NOW + timedelta(days=30)).exists()
        assert operations.expire_overdue(now=NOW + timedelta(days=30)) == operations.Expired(0, 0)
        with pytest.raises(Survey.DoesNotExist):
            answer(survey, "overall", "1")


def new_surveys(count: int) -> list[NewSurvey]:
    """Wish for the surveys of so many follow-ups of Anna."""
    anna = make_customer()
    follow_ups = FollowUp.objects.bulk_create(
        FollowUp(
            kind="AFTER_SALES",
            customer=anna,
            occurrence=f"ro:{anna.pk}:{number}",
            from_at=NOW,
            due_at=NOW,
            expires_at=NOW + timedelta(days=7),
            created_at=NOW,
        )
        for number in range(count)
    )
    return [NewSurvey(follow_up.pk, "simulator", "zh-hans") for follow_up in follow_ups]


def test_fifty_surveys_open_in_as_many_statements_as_one(in_north: DealerRef) -> None:
    single, fifty = new_surveys(1), new_surveys(50)
    with CaptureQueriesContext(connection) as few:
        operations.start_surveys(single, now=NOW)
    with CaptureQueriesContext(connection) as many:
        opened = operations.start_surveys(fifty, now=NOW)

    assert len(many) == len(few)
    assert set(opened) == {one.follow_up_id for one in fifty}
    assert Survey.objects.count() == Event.objects.filter(kind="survey.opened").count() == 51


def test_of_many_only_those_without_a_survey_get_one(in_north: DealerRef) -> None:
    wanted = new_surveys(3)
    first = operations.start_surveys(wanted[:1], now=NOW)

    opened = operations.start_surveys(wanted, now=NOW)

    assert opened[wanted[0].follow_up_id].pk == first[wanted[0].follow_up_id].pk
    assert Survey.objects.count() == 3


def test_surveys_of_follow_ups_that_are_not_there_are_not_opened(in_north: DealerRef) -> None:
    wanted = new_surveys(1)

    with pytest.raises(FollowUp.DoesNotExist):
        operations.start_surveys([*wanted, NewSurvey(0, "simulator", "es")], now=NOW)

    assert not Survey.objects.exists()


def test_surveys_are_opened_for_ones_own_follow_ups_only(in_north: DealerRef, south: DealerRef) -> None:
    wanted = new_surveys(1)

    with dealer_scope(south), pytest.raises(FollowUp.DoesNotExist):
        operations.start_surveys(wanted, now=NOW)
