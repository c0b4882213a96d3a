"""Whose words are: by what they answer, else by who wrote last, and nothing of it at the other dealer."""

from datetime import timedelta

import pytest

from notifications.inbound.models import InboundEvent
from notifications.models import Conversation
from notifications.shared import operations
from notifications.shared.models import Arrival, Question, Talk
from tests.markers import tables_with
from tests.notifications.shared.sharing import ANNA, Shared

DAY = timedelta(days=1)
MARK = "Zebra-7Q"


def test_words_go_to_the_one_dealer_that_asked(shared: Shared) -> None:
    shared.ask("north")
    shared.begin("south")

    shared.hear(f"{MARK} 1")

    assert shared.words_at("north") == [f"{MARK} 1"]
    assert shared.words_at("south") == []
    assert shared.talks_at("south") == 0
    assert tables_with([MARK], schema="d_south") == []
    assert tables_with([MARK, ANNA]) == []


def test_who_wrote_last_hears_what_nobody_asked_for(shared: Shared) -> None:
    shared.write("north")
    shared.pass_by(DAY)
    shared.write("south")

    shared.hear("Where do I park?")

    assert (shared.words_at("north"), shared.words_at("south")) == ([], ["Where do I park?"])


def test_an_open_question_beats_who_wrote_last(shared: Shared) -> None:
    shared.ask("north")
    shared.pass_by(timedelta(hours=1))
    shared.write("south")

    shared.hear("1")

    assert (shared.words_at("north"), shared.words_at("south")) == (["1"], [])


def test_a_reply_to_a_message_goes_where_that_came_from(shared: Shared) -> None:
    ours = shared.write("north")
    shared.pass_by(DAY)
    shared.write("south")

    shared.hear("Thank you", reply_to=ours.provider_id)

    assert (shared.words_at("north"), shared.words_at("south")) == (["Thank you"], [])


def test_a_tap_goes_where_the_button_came_from(shared: Shared) -> None:
    asked = shared.ask("north")
    shared.ask("south")

    shared.hear("1", payload=asked.buttons[0]["payload"])

    assert (shared.words_at("north"), shared.words_at("south")) == (["1"], [])


def test_a_provider_that_repeats_reaches_no_other_dealer(shared: Shared) -> None:
    shared.write("north")
    event = shared.said("Thank you")
    shared.take(event)
    shared.write("south")

    shared.take(event)
    shared.work()

    assert (shared.words_at("north"), shared.words_at("south")) == (["Thank you"], [])


def test_without_an_id_the_same_words_within_seconds_are_one_message(shared: Shared) -> None:
    shared.write("north")
    event = {**shared.said("Thank you"), "provider_id": ""}
    shared.take(event, event)
    shared.take(event)
    shared.work()

    assert shared.words_at("north") == ["Thank you", "Thank you"]


def test_one_call_with_owners_of_two_dealers_is_parted(shared: Shared) -> None:
    boris = "+34600000002"
    shared.write("north", address=ANNA)
    shared.write("south", address=boris)

    shared.take(shared.said("from Anna"), shared.said("from Boris", address=boris))
    shared.work()

    assert (shared.words_at("north"), shared.words_at("south")) == (["from Anna"], ["from Boris"])
    assert tables_with(["from Boris", boris], schema="d_north") == []
    for name, other in (("north", b"Boris"), ("south", b"Anna")):
        with shared.at(name):
            assert other not in bytes(InboundEvent.objects.get(kind="MESSAGE").raw)


def test_a_stranger_goes_to_the_default_dealer(shared: Shared) -> None:
    shared.sender.default_dealer_id = shared.dealers["south"].id
    shared.sender.save()

    shared.hear("Are you open on Sunday?", address="+34600000009")

    assert shared.words_at("south") == ["Are you open on Sunday?"]


def test_a_stranger_of_nobody_is_kept_sealed(shared: Shared) -> None:
    shared.hear(f"{MARK}?", address="+34600000009")

    assert (shared.words_at("north"), shared.words_at("south")) == ([], [])
    assert Arrival.objects.filter(state="UNCLAIMED").count() == 1
    assert tables_with([MARK, "34600000009"]) == []


def test_a_dealer_that_left_hears_nothing_more(shared: Shared) -> None:
    shared.write("north")
    shared.pass_by(DAY)
    shared.write("south")
    operations.unshare(sender_id=shared.sender.pk, dealer_id=shared.dealers["south"].id, by=None, now=shared.now)

    shared.hear("Thank you")

    assert (shared.words_at("north"), shared.words_at("south")) == (["Thank you"], [])


def test_a_talk_holds_no_address_and_no_text(shared: Shared) -> None:
    shared.write("north", text=f"{MARK} is ready")

    talk = Talk.objects.get()

    assert (talk.dealer_id, talk.wrote_at) == (shared.dealers["north"].id, shared.now)
    assert tables_with([MARK, ANNA]) == []


@pytest.mark.parametrize("text", ["help", "HELP"])
def test_help_is_answered_by_one_dealer(shared: Shared, text: str) -> None:
    shared.ask("north")
    shared.pass_by(DAY)
    shared.ask("south")

    shared.hear(text)

    assert (shared.words_at("north"), shared.words_at("south")) == ([], [text])
    assert not Question.objects.exists()


def test_no_dealer_has_the_others_conversation(shared: Shared) -> None:
    shared.ask("north")
    shared.ask("south")

    for name in shared.dealers:
        with shared.at(name) as account:
            assert Conversation.objects.get().account_id == account.pk
