"""Two dealers' questions take the same words: the owner is asked once which dealer, and then knows no more of it."""

from datetime import timedelta

import pytest

from core.models import Task
from notifications.inbound.models import InboundEvent
from notifications.models import Message
from notifications.outbox.rules import LEASE
from notifications.shared import operations, sending
from notifications.shared.models import Arrival, Question, SharedSender
from tests.markers import tables_with
from tests.notifications.shared.sharing import ANNA, Shared

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def both(shared: Shared) -> Shared:
    """Both dealers have asked Anna the same."""
    shared.ask("north")
    shared.ask("south")
    return shared


def test_the_owner_is_asked_once_which_dealer(both: Shared) -> None:
    both.hear("1")

    [asked] = both.questions()
    assert asked.message.to == ANNA
    assert asked.message.text.splitlines()[1:] == ["1. North Motors", "2. South Motors"]
    assert [button.label for button in asked.message.buttons] == ["North Motors", "South Motors"]
    assert (both.words_at("north"), both.words_at("south")) == ([], [])


@pytest.mark.parametrize("answer", ["2", "２", "South Motors", "south motors please", "2."])
def test_the_words_go_to_the_dealer_that_was_chosen(both: Shared, answer: str) -> None:
    both.hear("1")
    came_at = both.now

    both.hear(answer)
    both.work()

    assert (both.words_at("north"), both.words_at("south")) == ([], ["1"])
    with both.at("south"):
        event = InboundEvent.objects.get(kind="MESSAGE")
        assert (event.received_at, event.matched_by) == (came_at, "EXPECTATION")
    assert Question.objects.get().outcome == "CHOSEN"


def test_a_button_chooses_and_an_old_one_changes_nothing(both: Shared) -> None:
    both.hear("1")
    [asked] = both.questions()

    both.hear("South Motors", payload=asked.message.buttons[1].payload)
    both.hear("North Motors", payload=asked.message.buttons[0].payload)
    both.work()

    assert (both.words_at("north"), both.words_at("south")) == ([], ["1"])


def test_the_choice_holds_for_the_rest_of_the_talk(both: Shared) -> None:
    both.hear("1")
    both.hear("2")

    both.pass_by(HOUR)
    both.hear("And where do I park?")

    assert (both.words_at("north"), both.words_at("south")) == ([], ["1", "And where do I park?"])
    assert len(both.questions()) == 1


def test_another_dealers_message_ends_the_choice(both: Shared) -> None:
    both.hear("1")
    both.hear("2")
    both.pass_by(HOUR)
    both.write("north")

    both.hear("Where do I park?")

    assert both.words_at("north") == ["Where do I park?"]


def test_what_chooses_nothing_waits_with_the_first_words(both: Shared) -> None:
    both.hear("1")
    both.hear("I do not understand")
    both.hear("1")
    both.work()

    assert len(both.questions()) == 1
    assert both.words_at("north") == ["1", "I do not understand"]
    assert both.words_at("south") == []


def test_without_an_answer_in_a_day_a_person_reads_them_where_was_written_last(both: Shared) -> None:
    both.hear("1")
    both.pass_by(DAY)
    both.work()
    both.work()

    assert (both.words_at("north"), both.words_at("south")) == ([], ["1"])
    with both.at("south"):
        assert InboundEvent.objects.get(kind="MESSAGE").matched_by == "PERSON"
        assert Task.objects.filter(kind="REPLY", state="OPEN").count() == 1
        assert not Message.objects.filter(direction="OUT", actor="system:received").exists()
    assert not Arrival.objects.exclude(sealed="").exists()


def test_danger_waits_for_no_question(both: Shared) -> None:
    both.hear("My brakes failed, there is smoke!")

    assert not both.questions()
    assert both.words_at("south") == ["My brakes failed, there is smoke!"]


def test_a_machines_answer_asks_nobody(both: Shared) -> None:
    both.hear("1", is_automatic=True)

    assert not both.questions()


def test_what_waits_is_sealed_and_no_dealer_learns_of_the_other(both: Shared) -> None:
    both.hear("1")

    assert tables_with(["South Motors"], schema="d_north") == []
    assert tables_with(["North Motors"], schema="d_south") == []
    assert tables_with([ANNA]) == []
    for name in both.dealers:
        with both.at(name):
            assert Message.objects.filter(direction="OUT").count() == 1
            assert not InboundEvent.objects.filter(kind="MESSAGE").exists()


def test_a_question_in_doubt_is_never_sent_again(both: Shared) -> None:
    SharedSender.objects.filter(pk=both.sender.pk).update(settings={"misbehave": "timeout-after-accept"})
    both.hear("1")
    both.pass_by(HOUR)
    both.work()

    assert len(both.questions()) == 1
    assert Question.objects.get().state == "UNCONFIRMED"


def test_a_worker_that_died_leaves_a_doubt(both: Shared) -> None:
    both.take(both.said("1"))
    Question.objects.update(state="SENDING", lease_token="gone", next_at=both.now + LEASE)

    both.pass_by(LEASE + HOUR)
    both.work()

    assert (Question.objects.get().state, both.questions()) == ("UNCONFIRMED", [])


def test_a_receipt_settles_the_doubt_of_a_question(both: Shared) -> None:
    both.take(both.said("1"))
    question = Question.objects.get()
    Question.objects.update(state="UNCONFIRMED")

    both.take(
        {
            "kind": "receipt",
            "provider_id": "p-1",
            "message_id": f"{sending.WIRE}{question.pk}",
            "status": "delivered",
            "event_id": "e-1",
        }
    )

    assert Question.objects.get().state == "SENT"
    for name in both.dealers:
        with both.at(name):
            assert not InboundEvent.objects.exists()


def test_a_question_that_cannot_be_put_leaves_the_words_to_a_person(both: Shared) -> None:
    SharedSender.objects.filter(pk=both.sender.pk).update(settings={"misbehave": "reject"})
    both.hear("1")
    both.work()

    assert both.words_at("south") == ["1"]
    assert Question.objects.get().outcome == "SILENT"


def test_a_dealer_that_left_meanwhile_is_no_choice(both: Shared) -> None:
    both.hear("1")
    operations.unshare(sender_id=both.sender.pk, dealer_id=both.dealers["south"].id, by=None, now=both.now)

    both.hear("2")
    both.work()

    assert both.words_at("north") == ["1"]
