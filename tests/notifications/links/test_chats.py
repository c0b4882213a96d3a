"""A chat is tied to exactly the customer whose link opened it: once, in time, at their own dealer."""

from datetime import timedelta

import pytest

from channels_app.contract import DEEP_LINK
from channels_app.errors import ChannelUnknown
from core.customers.models import ContactPoint, Customer, FieldChange
from notifications.channels.models import ChannelAccount
from notifications.conversations.models import Conversation
from notifications.flows import wording
from notifications.inbound import operations as inbound
from notifications.inbound.models import InboundEvent
from notifications.links import chats
from notifications.links import operations as links
from notifications.links.models import OwnerLink
from notifications.links.rules import Purpose
from notifications.outbox.models import Message
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.links.following import new_link
from tests.stories import telling
from tests.stories.telling import Story

CHAT, OTHER_CHAT = "700001", "700002"


def open_bot(story: Story) -> ChannelAccount:
    return ChannelAccount.objects.create(
        kind="telegram", address=f"@{story.dealer}_bot", public_id=f"bot-of-{story.dealer}", created_at=story.now
    )


@pytest.fixture
def anna(in_north: DealerRef) -> Story:
    """Anna, whose dealer has a bot."""
    story = telling.begin("north")
    open_bot(story)
    return story


def invite(story: Story) -> str:
    """Make a link for the story's owner; return its token."""
    any_link = new_link(story, Purpose.PREFERENCES)
    address = chats.invite(
        "telegram",
        customer_id=story.customer.pk,
        conversation_id=any_link.conversation_id,
        language="en",
        now=story.now,
    )
    begin, token = address.split("?start=")
    assert begin == f"https://t.me/{story.dealer}_bot"
    return token


def come(story: Story, token: str, *, sender: str = CHAT) -> str:
    """Let somebody come into the bot's chat with a token."""
    event = InboundEvent.objects.create(
        account=ChannelAccount.objects.get(kind="telegram"),
        provider_id=f"came-{InboundEvent.objects.count()}",
        kind=InboundEvent.Kind.MESSAGE,
        sender=sender,
        data={"text": f"/start {token}", "payload": f"{DEEP_LINK}{token}"},
        raw=b"",
        received_at=story.now,
    )
    return inbound.handle(event.pk, now=story.now)


def tied() -> list[tuple[int, str, str]]:
    points = ContactPoint.objects.filter(kind="CHAT", blocked_at=None)
    return list(points.order_by("id").values_list("customer_id", "chat_channel", "value"))


def said(address: str = CHAT) -> list[Message]:
    return list(Message.objects.filter(address=address, direction="OUT").order_by("id"))


def phrase(name: str) -> str:
    return wording.phrase(name, language="zh-hans", values={"dealer": "North Motors"})


def test_the_chat_becomes_the_customers_verified_address(anna: Story) -> None:
    assert come(anna, invite(anna)) == "CHAT_LINKED"

    assert tied() == [(anna.customer.pk, "telegram", CHAT)]
    assert ContactPoint.objects.get(kind="CHAT").verified_at == anna.now
    assert Conversation.objects.get(address=CHAT).customer_id == anna.customer.pk
    assert FieldChange.objects.filter(subject_id=anna.customer.pk, field="contact_point", actor="owner").exists()


def test_the_owner_is_welcomed_and_led_to_their_choices(anna: Story) -> None:
    come(anna, invite(anna))

    [welcome] = said()
    assert welcome.text.startswith(phrase("chat_linked"))
    assert OwnerLink.objects.get(pk=welcome.link_id or 0).purpose == Purpose.PREFERENCES


def test_twice_is_once(anna: Story) -> None:
    token = invite(anna)

    assert [come(anna, token), come(anna, token)] == ["CHAT_LINKED", "CHAT_LINKED"]

    assert len(tied()) == len(said()) == 1


def test_a_used_token_ties_no_second_chat(anna: Story) -> None:
    token = invite(anna)
    come(anna, token)

    assert come(anna, token, sender=OTHER_CHAT) == "CHAT_NOT_LINKED"

    assert len(tied()) == 1
    assert [one.text for one in said(OTHER_CHAT)] == [phrase("chat_not_linked")]
    assert Conversation.objects.get(address=OTHER_CHAT).customer_id is None


def test_a_token_out_of_time_ties_nothing(anna: Story) -> None:
    token = invite(anna)
    anna.now += timedelta(days=1)

    assert (come(anna, token), tied()) == ("CHAT_NOT_LINKED", [])


def test_a_token_of_another_purpose_or_of_nothing_ties_nothing(anna: Story) -> None:
    link = new_link(anna, Purpose.PREFERENCES)

    placed = [come(anna, token) for token in (links.tokens_of({link.pk})[link.pk], "x" * 22, "-")]

    assert (placed, tied()) == (["CHAT_NOT_LINKED"] * 3, [])


def test_another_dealers_token_leads_nowhere(anna: Story, south: DealerRef) -> None:
    with dealer_scope(south):
        boris = telling.begin("south")
        open_bot(boris)
        souths = invite(boris)

    assert (come(anna, souths), tied()) == ("CHAT_NOT_LINKED", [])
    with dealer_scope(south):
        assert tied() == []
        assert OwnerLink.objects.get(purpose="CHAT").used_at is None


def test_a_chat_that_is_somebody_elses_is_left_to_people(anna: Story) -> None:
    other = Customer.objects.create(name="Anna", created_at=anna.now, updated_at=anna.now)
    ContactPoint.objects.create(
        customer=other, kind="CHAT", chat_channel="telegram", value=CHAT, created_at=anna.now, updated_at=anna.now
    )
    token = invite(anna)

    assert come(anna, token) == "CHAT_OF_ANOTHER"

    assert tied() == [(other.pk, "telegram", CHAT)]
    assert OwnerLink.objects.get(purpose="CHAT").used_at is None


def test_what_no_account_can_open_has_no_link(anna: Story) -> None:
    assert set(chats.openable()) == {"telegram"}
    with pytest.raises(ChannelUnknown):
        chats.invite("wechat", customer_id=anna.customer.pk, conversation_id=1, language="en", now=anna.now)
