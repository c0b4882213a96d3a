"""A dialogue goes over the next channel with its question: an answer is understood on either, and counts once."""

import pytest

from core.customers.models import Consent, ContactPoint
from notifications.channels.models import ChannelAccount
from notifications.conversations.models import Conversation
from notifications.flows.models import Expectation, FlowRun
from notifications.inbound import operations as inbound
from notifications.inbound.models import InboundEvent
from notifications.outbox import operations as outbox
from notifications.outbox.models import Message
from notifications.rerouting import operations as rerouting
from tenants.scope import DealerRef
from tests.notifications.rerouting.falling import SECOND
from tests.stories import telling
from tests.stories.telling import Story

CHAT = "700002"


@pytest.fixture
def boris(in_south: DealerRef) -> Story:
    """Boris, whose phone refuses what we send, and who has a chat as well; he was asked about maintenance."""
    story = telling.begin("south")
    ChannelAccount.objects.filter(pk=story.account.pk).update(
        settings={"secret": story.account.settings["secret"], "misbehave": "reject"}
    )
    ContactPoint.objects.create(
        customer=story.customer,
        kind="CHAT",
        chat_channel="telegram",
        value=CHAT,
        created_at=story.now,
        updated_at=story.now,
    )
    ChannelAccount.objects.create(
        kind="telegram", address="@south_bot", public_id="southbot", rank=5, created_at=story.now
    )
    Consent.objects.create(customer=story.customer, is_granted=True, source="PAGE", at=story.now, recorded_at=story.now)
    story.start("maintenance_reminder", due_id=story.maintenance_due(), values={"due_date": "2026-11-28"})
    outbox.dispatch_batch(now=story.now)
    rerouting.reroute(now=story.now, limit=10)
    return story


def hear(story: Story, text: str, *, payload: str = "") -> str:
    """Let Boris write in the chat."""
    story.now += SECOND
    event = InboundEvent.objects.create(
        account=ChannelAccount.objects.get(kind="telegram"),
        provider_id=f"chat-{InboundEvent.objects.count()}",
        kind=InboundEvent.Kind.MESSAGE,
        sender=CHAT,
        data={"text": text, "payload": payload},
        raw=b"",
        received_at=story.now,
    )
    return inbound.handle(event.pk, now=story.now)


def chat() -> list[Message]:
    """All that we said in the chat."""
    return list(Message.objects.filter(address=CHAT, direction="OUT").order_by("id"))


def test_the_dialogue_goes_along_with_its_buttons(boris: Story) -> None:
    [said] = chat()
    assert said.text == boris.last().text
    assert said.buttons
    assert said.run_id == boris.run().pk
    assert boris.run().conversation_id == said.conversation_id
    assert Conversation.objects.get(pk=said.conversation_id).mode == "FLOW"
    assert Conversation.objects.get(address=boris.address).mode == "CLOSED"


@pytest.mark.parametrize("taps", [True, False], ids=["tapped", "in-words"])
def test_an_answer_on_the_new_channel_is_understood_there(boris: Story, taps: bool) -> None:
    [said] = chat()
    button = said.buttons[0]

    placed = hear(boris, button["label"], payload=button["payload"]) if taps else hear(boris, "1")

    assert placed == ("TAP" if taps else "EXPECTATION")
    assert len(chat()) == 2
    assert boris.run().state["answers"]


def test_an_answer_where_it_was_asked_first_brings_the_dialogue_back(boris: Story) -> None:
    assert boris.hear("1") == "EXPECTATION"

    assert boris.run().conversation.address == boris.address
    assert len(chat()) == 1
    assert {row.conversation.address for row in Expectation.objects.filter(state="OPEN")} <= {boris.address}


def test_the_second_of_two_answers_is_not_taken_for_the_next_question(boris: Story) -> None:
    hear(boris, "1")
    run = boris.run()

    boris.hear("1")

    assert boris.run().state["answers"] == run.state["answers"]


def test_a_dialogue_that_was_ended_goes_nowhere(boris: Story) -> None:
    hear(boris, "1")
    FlowRun.objects.update(status="CANCELLED")
    Message.objects.filter(address=CHAT).update(state="FAILED", reroute_at=boris.now)

    rerouting.reroute(now=boris.now, limit=10)

    assert not Message.objects.filter(instead_of_id__in=[one.pk for one in chat()]).exists()
