"""The survey's page: filled in as one form, gone on with after the chat, harmless when sent again."""

import re

import pytest

from core.followups.models import Survey, SurveyAnswer
from notifications.conversations import people
from notifications.flows.models import FlowRun
from notifications.links.models import OwnerLink
from notifications.outbox.models import Message
from tenants.scope import dealer_scope
from tests.frontend.owners.conftest import Owner

STEPS = ("overall", "appointment", "reception", "diagnosis", "waiting", "quality", "handover", "price")
GOOD = {f"q.{step}": "SATISFIED" for step in STEPS} | {"q.intention": "PROBABLY", "q.suggestion": ""}


def answers(owner: Owner) -> dict[str, str]:
    with dealer_scope(owner.dealer):
        return dict(SurveyAnswer.objects.values_list("item", "value"))


def test_all_questions_are_on_one_page_in_the_owners_language(anna: Owner) -> None:
    text = anna.read(anna.survey())

    assert re.findall(r'<input type="radio" name="q\.(\w+)" value="VERY_SATISFIED" required>', text) == list(STEPS)
    assert "<h1>您对这次服务满意吗？</h1>" in text
    assert "感谢您11月15日（周日）来店" in text
    assert text.count("<legend>") == 9
    assert text.count("<textarea") == 9


def test_every_field_has_its_label(anna: Owner) -> None:
    text = anna.read(anna.survey())

    fields = set(re.findall(r'<textarea id="(\w+)"', text))
    assert fields == set(re.findall(r'<label for="(\w+)"', text))


def test_sending_it_ends_the_survey_with_the_flows_own_thanks(anna: Owner) -> None:
    path = anna.survey()

    text = anna.sent(path, **GOOD)

    assert "非常感谢您的评价" in text
    assert "<form" not in text
    with dealer_scope(anna.dealer):
        assert Survey.objects.get().state == "COMPLETED"
        assert FlowRun.objects.get().outcome == "COMPLETED"
        assert Message.objects.filter(direction="OUT").count() == 1
        assert OwnerLink.objects.get().used_at == anna.story.now


def test_sent_again_or_loaded_again_it_thanks_again(anna: Owner) -> None:
    path = anna.survey()
    anna.sent(path, **GOOD)

    text = anna.sent(path, **GOOD | {"q.overall": "VERY_DISSATISFIED"})

    assert "非常感谢您的评价" in text
    assert answers(anna)["overall"] == "SATISFIED"
    assert "非常感谢您的评价" in anna.read(path)


def test_a_dissatisfied_owner_hears_when_somebody_answers(boris: Owner) -> None:
    text = boris.sent(boris.survey(), **{"q.overall": "DISSATISFIED", "q.overall_why": "Tres horas"})

    assert "La persona responsable le llamará en un día laborable" in text
    with dealer_scope(boris.dealer):
        assert Survey.objects.get().is_dissatisfied


def test_after_half_in_the_chat_the_page_has_the_rest(anna: Owner) -> None:
    path = anna.survey()
    with dealer_scope(anna.dealer):
        anna.story.hear("1")
        anna.story.hear("2")

    text = anna.read(path)

    assert re.findall(r'name="q\.(\w+)" value="VERY_SATISFIED"', text) == list(STEPS[2:])


def test_what_was_answered_in_the_chat_meanwhile_is_told(anna: Owner) -> None:
    path = anna.survey()
    with dealer_scope(anna.dealer):
        anna.story.hear("1")

    text = anna.sent(path, **GOOD)

    assert "其中一部分您已通过消息回答" in text
    assert answers(anna)["overall"] == "VERY_SATISFIED"


def test_an_empty_form_is_asked_once_more(anna: Owner) -> None:
    path = anna.survey()

    text = anna.sent(path)

    assert "请至少回答一个问题。" in text
    assert "<form" in text
    assert answers(anna) == {}


@pytest.mark.parametrize("value", ["PERFECT", "ESCAPE:FINISH", "1", "very_satisfied", "<b>"])
def test_a_forged_answer_is_none(anna: Owner, value: str) -> None:
    anna.sent(anna.survey(), **{"q.overall": value})

    assert answers(anna) == {}


def test_while_a_person_writes_the_page_says_where(anna: Owner) -> None:
    path = anna.survey()
    with dealer_scope(anna.dealer):
        people.take_over(conversation_id=anna.story.last().conversation_id, user_id=1, now=anna.story.now)

    text = anna.read(path)

    assert "我们的同事正在与您对话" in text
    assert "<form" not in text


def test_once_opted_out_the_link_is_over(anna: Owner) -> None:
    path = anna.survey()
    with dealer_scope(anna.dealer):
        anna.story.hear("退订")

    assert anna.get(path).status_code == 410


def test_another_language_asks_and_thanks_in_it(anna: Owner) -> None:
    path = anna.survey()

    assert "En general, ¿qué opina del servicio?" in anna.read(path, l="es")
    answer = anna.post(f"{path}?l=es", **GOOD)

    assert answer["Location"].endswith("l=es")
    assert "Muchas gracias por su opinión" in anna.read(path, l="es")


def test_an_owners_words_come_back_nowhere_as_markup(anna: Owner) -> None:
    hostile = "<script>alert(1)</script>{{ settings }}"
    path = anna.survey()

    text = anna.sent(path, **GOOD | {"q.suggestion": hostile})

    assert "alert(1)" not in text
    with dealer_scope(anna.dealer):
        assert SurveyAnswer.objects.get(item="suggestion").text == hostile
