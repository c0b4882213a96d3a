"""A survey answered on its page is the same survey: the same answers, clocks and thanks, and nothing is sent."""

from datetime import timedelta

import pytest

from core.complaints.models import Complaint
from core.events.models import Event
from core.followups.models import Survey, SurveyAnswer
from core.tasks.models import Task
from notifications.conversations import people
from notifications.flows.models import Expectation, FlowRun
from notifications.runs import pages
from notifications.runs.pages import Filled
from tenants import directory
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.inbound.test_concurrency import at_once, send
from tests.stories import telling
from tests.stories.telling import Story

GOOD = {"overall": "SATISFIED", "appointment": "SATISFIED", "reception": "SATISFIED", "diagnosis": "SATISFIED"}
ALL = GOOD | {
    "waiting": "SATISFIED",
    "quality": "SATISFIED",
    "handover": "SATISFIED",
    "price": "SATISFIED",
    "intention": "CERTAINLY",
    "suggestion": "",
}


def asked(story: Story) -> Story:
    """Ask the owner how the visit was."""
    values = {"visit_date": "2026-11-15"}
    story.start("after_sales_survey", case_kind="follow_up", case_id=story.follow_up(), values=values)
    return story


@pytest.fixture
def boris(in_south: DealerRef) -> Story:
    """Boris, who has been asked."""
    return asked(telling.begin("south"))


def fill_in(story: Story, given: dict[str, str]) -> Filled:
    story.now += timedelta(minutes=1)
    return pages.fill_in(run_id=story.run().pk, given=given, now=story.now)


def test_a_whole_page_completes_the_survey_and_sends_nothing(boris: Story) -> None:
    filled = fill_in(boris, ALL)

    survey = Survey.objects.get()
    assert filled == Filled(taken=9, known=0)
    assert (survey.state, survey.score, survey.score_max, survey.intention) == ("COMPLETED", 56, 84, 1)
    assert (boris.run().status, boris.run().outcome) == ("ENDED", "COMPLETED")
    assert len(boris.messages()) == 1
    assert not Expectation.objects.filter(state="OPEN").exists()


def test_the_page_says_the_same_last_word_in_any_language(boris: Story) -> None:
    fill_in(boris, ALL)

    assert pages.sheet(boris.run(), language="es").last_word.startswith("Muchas gracias")
    assert pages.sheet(boris.run(), language="zh-hans").last_word.startswith("非常感谢")


def test_a_dissatisfied_owners_clocks_start_as_after_a_reply(boris: Story) -> None:
    fill_in(boris, {"overall": "DISSATISFIED", "overall_why": "Esperé tres horas"})

    survey = Survey.objects.get()
    assert (survey.is_dissatisfied, survey.state) == (True, "PARTIAL")
    assert survey.answer_due_at is not None
    assert SurveyAnswer.objects.get().text == "Esperé tres horas"
    assert set(Task.objects.values_list("reason", flat=True)) == {"dissatisfied.answer", "dissatisfied.to_manager"}
    assert "lo sentimos mucho" in pages.sheet(boris.run(), language="es").last_word


def test_danger_in_a_reason_is_a_complaint_at_once(boris: Story) -> None:
    fill_in(boris, {"quality": "VERY_DISSATISFIED", "quality_why": "los frenos no funcionan, casi un accidente"})

    assert Complaint.objects.get().text == "los frenos no funcionan, casi un accidente"


def test_what_chat_began_the_page_goes_on_with(boris: Story) -> None:
    boris.hear("1")
    boris.hear("2")

    lines = pages.sheet(boris.run(), language="es").lines
    fill_in(boris, {"reception": "SATISFIED"})

    assert lines[0].step == "reception"
    assert list(SurveyAnswer.objects.order_by("id").values_list("item", flat=True)) == [
        "overall",
        "appointment",
        "reception",
    ]


def test_what_the_chat_answered_stays_and_the_page_is_told(boris: Story) -> None:
    boris.hear("1")

    filled = fill_in(boris, {"overall": "VERY_DISSATISFIED", "appointment": "SATISFIED"})

    assert filled == Filled(taken=1, known=1)
    assert SurveyAnswer.objects.get(item="overall").value == "VERY_SATISFIED"


def test_sent_twice_it_counts_once(boris: Story) -> None:
    fill_in(boris, ALL)
    answered = Event.objects.filter(kind="survey.answered").count()

    again = fill_in(boris, ALL | {"overall": "VERY_DISSATISFIED"})

    assert again == Filled(taken=0, known=9)
    assert Event.objects.filter(kind="survey.answered").count() == answered
    assert SurveyAnswer.objects.get(item="overall").value == "SATISFIED"


def test_an_empty_page_changes_nothing(boris: Story) -> None:
    before = boris.run().state

    assert fill_in(boris, {"overall": "", "suggestion": " "}) == Filled(0, 0)
    assert boris.run().state == before
    assert Expectation.objects.filter(state="OPEN").count() == 1


def test_a_button_in_the_chat_tapped_after_the_page_says_nothing(boris: Story) -> None:
    fill_in(boris, ALL)

    assert boris.tap("Muy satisfecho") == "REPEATED"
    assert len(boris.messages()) == 1


def test_while_a_person_writes_the_page_keeps_still(boris: Story) -> None:
    people.take_over(conversation_id=boris.last().conversation_id, user_id=1, now=boris.now)

    assert pages.sheet(boris.run(), language="es").is_paused
    assert fill_in(boris, ALL) == Filled(0, 0)
    assert not SurveyAnswer.objects.exists()


@pytest.mark.parametrize("how", ["silence", "opt-out", "a click"])
def test_a_run_that_ended_unanswered_asks_and_says_nothing(boris: Story, how: str) -> None:
    if how == "silence":
        boris.silence(after=timedelta(days=4))
    elif how == "opt-out":
        boris.hear("BAJA")
    else:
        pages.end_run(boris.run().pk, now=boris.now)

    assert pages.sheet(boris.run(), language="es") == pages.Sheet()
    assert fill_in(boris, ALL) == Filled(0, 0)


def test_words_that_want_a_person_put_the_conversation_before_one(boris: Story) -> None:
    fill_in(boris, {"suggestion": "quiero hablar con una persona"})

    conversation = boris.run().conversation
    assert conversation.mode == "PERSON"
    assert Task.objects.filter(kind="REPLY").count() == 1
    assert "South Motors" in pages.sheet(boris.run(), language="es").last_word


def test_dialogues_about_a_thing_settled_on_a_page_end(boris: Story) -> None:
    visit = boris.visit()
    boris.start("appointment", entry="day_before", case_kind="appointment", case_id=visit.pk)

    assert pages.end_runs(case_kind="appointment", case_id=visit.pk, now=boris.now) == 1

    assert boris.run().outcome == "ON_PAGE"
    assert pages.end_runs(case_kind="appointment", case_id=visit.pk, now=boris.now) == 0
    assert Expectation.objects.filter(state="OPEN").count() == 1  # the survey's


@pytest.fixture
def south_at_work(two_dealers: None, transactional_db: None) -> DealerRef:
    """The dealer south, whose rows other threads see."""
    return directory.dealer_named("south")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_page_and_chat_at_once_one_wins_and_nothing_is_lost(south_at_work: DealerRef) -> None:
    from notifications.inbound import operations as inbound

    with dealer_scope(south_at_work):
        boris = asked(telling.begin("south"))
        (event,) = send(boris, "5")
        run_id, filled = boris.run().pk, []

    at_once(
        south_at_work,
        lambda: inbound.handle(event, now=boris.now),
        lambda: filled.append(pages.fill_in(run_id=run_id, given=ALL, now=boris.now)),
        lambda: filled.append(pages.fill_in(run_id=run_id, given=ALL, now=boris.now)),
    )

    with dealer_scope(south_at_work):
        run = FlowRun.objects.get()
        overall = SurveyAnswer.objects.get(item="overall").value
        assert sum(one.taken for one in filled) in (8, 9)
        assert (run.status, overall in ("SATISFIED", "VERY_DISSATISFIED")) == ("ENDED", True)
        assert SurveyAnswer.objects.values("item").distinct().count() == SurveyAnswer.objects.count()
