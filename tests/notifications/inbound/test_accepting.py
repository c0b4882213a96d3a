"""What a provider sends: good, forged, repeated, without id, unreadable, receipts; stored once whatever happens."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from channels_app import simulator
from channels_app.contract import RawRequest
from channels_app.errors import Forged
from channels_app.simulator import signed_request
from notifications.inbound import operations as inbound
from notifications.inbound.models import InboundEvent
from notifications.outbox.accounts import account_of
from notifications.outbox.handing import wire_id
from notifications.outbox.models import Message
from tenants.models import Wakeup
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.stories import telling
from tests.stories.telling import Story


@pytest.fixture
def anna(in_north: DealerRef) -> Story:
    """Anna and her phone."""
    return telling.begin("north")


def said(text: str = "你好", *, provider_id: str = "p-1", sender: str = "+8613800000001") -> dict[str, object]:
    """An event as the simulated provider writes it."""
    return {"kind": "inbound", "provider_id": provider_id, "sender": sender, "text": text}


def call(story: Story, *events: dict[str, object]) -> RawRequest:
    """A signed call with these events."""
    return signed_request(account_of(story.account), list(events), now=story.now)


def accept(story: Story, request: RawRequest) -> None:
    """Let the inbox take it."""
    inbound.accept(account_ref=story.account.public_id, request=request, now=story.now)


def test_a_signed_message_is_stored_and_waits_for_a_worker(anna: Story) -> None:
    accept(anna, call(anna, said()))

    event = InboundEvent.objects.get()
    assert (event.kind, event.state, event.sender) == ("MESSAGE", "RECEIVED", "+8613800000001")
    assert event.data["text"] == "你好"
    with public_scope():
        assert Wakeup.objects.get(dealer__name="north").next_due_at == anna.now + timedelta(minutes=1)


def test_an_id_of_zero_bytes_is_no_id(anna: Story) -> None:
    accept(anna, call(anna, said("8", provider_id="\x00\x00")))
    accept(anna, call(anna, said("9", provider_id="\x00")))

    assert [event.data["text"] for event in InboundEvent.objects.order_by("id")] == ["8", "9"]


def test_a_forged_call_leaves_nothing(anna: Story) -> None:
    request = replace(call(anna, said()), body=b'{"events": []}')

    with pytest.raises(Forged):
        accept(anna, request)

    assert not InboundEvent.objects.exists()


def test_another_dealers_signature_is_forged(anna: Story, south: DealerRef) -> None:
    with dealer_scope(south):
        boris = telling.begin("south")
        theirs = call(boris, said())

    with pytest.raises(Forged):
        inbound.accept(account_ref=anna.account.public_id, request=theirs, now=anna.now)


def test_an_unknown_account_is_unknown(anna: Story) -> None:
    with pytest.raises(inbound.AccountUnknown):
        inbound.accept(account_ref="nobody", request=call(anna, said()), now=anna.now)


def test_a_message_delivered_46_times_has_one_effect(anna: Story) -> None:
    for _ in range(46):
        accept(anna, call(anna, said("¿hola?")))
        anna.now += timedelta(minutes=38)
    for event in InboundEvent.objects.all():
        inbound.handle(event.pk, now=anna.now)
        inbound.handle(event.pk, now=anna.now)

    assert InboundEvent.objects.count() == 1
    assert Message.objects.filter(direction="IN").count() == 1
    assert Message.objects.filter(direction="OUT").count() == 1


def test_without_an_id_the_same_words_within_four_seconds_are_one_message(anna: Story) -> None:
    accept(anna, call(anna, said(provider_id="")))
    anna.now += timedelta(seconds=3)
    accept(anna, call(anna, said(provider_id="")))
    accept(anna, call(anna, said("别的", provider_id="")))
    anna.now += timedelta(seconds=10)
    accept(anna, call(anna, said(provider_id="")))

    assert [event.data["text"] for event in InboundEvent.objects.order_by("id")] == ["你好", "别的", "你好"]


def test_several_messages_in_one_call_are_several(anna: Story) -> None:
    accept(anna, call(anna, said("一"), said("二", provider_id="p-2"), said("一")))

    assert InboundEvent.objects.count() == 2


def test_an_unreadable_call_is_kept_and_answered(anna: Story) -> None:
    accept(anna, call(anna, {"kind": "inbound"}))

    event = InboundEvent.objects.get()
    assert (event.kind, event.state) == ("UNREADABLE", "FAILED")
    assert event.error


def test_a_call_that_says_nothing_to_us_is_kept_and_answered(anna: Story) -> None:
    accept(anna, call(anna, {"kind": "something new"}))

    event = InboundEvent.objects.get()
    assert (event.kind, event.state, event.error) == ("OTHER", "IGNORED", "")


def test_receipts_are_applied_at_once_and_a_repeat_changes_nothing(anna: Story) -> None:
    anna.start("win_back")
    message = anna.last()
    Message.objects.filter(id=message.pk).update(state="SENT", provider_id="sim-1")
    receipt: dict[str, object] = {
        "kind": "receipt",
        "provider_id": "sim-1",
        "message_id": wire_id(message.pk),
        "status": "delivered",
        "event_id": "e-1",
    }

    accept(anna, call(anna, receipt))
    accept(anna, call(anna, receipt))

    assert Message.objects.get(id=message.pk).state == "DELIVERED"
    assert InboundEvent.objects.filter(kind="RECEIPT").count() == 1


@pytest.mark.parametrize("text", ["a\x00b", "\ud83d", "x" * 1_000_000, "{dealer}", "'; DROP TABLE core_customer; --"])
def test_hostile_words_are_stored_handled_and_stay_text(anna: Story, text: str) -> None:
    accept(anna, call(anna, said(text.encode("utf-8", "ignore").decode())))

    placed = anna.work()

    assert placed == "PERSON"
    assert Message.objects.filter(direction="IN").count() == 1


def test_half_characters_and_zero_bytes_from_a_provider_do_no_harm(anna: Story) -> None:
    account = account_of(anna.account)
    body = json.dumps({"events": [said("a\ud83d\x00b", provider_id="p\x00\ud83d", sender="+1\x00\ud83d")]}).encode()
    good = call(anna, said())
    timestamp = good.header(simulator.TIMESTAMP_HEADER)
    signed = {**good.headers, simulator.SIGNATURE_HEADER: simulator.signature(account, timestamp=timestamp, body=body)}

    accept(anna, replace(good, body=body, headers=signed))

    event = InboundEvent.objects.get()
    assert (event.sender, event.provider_id, event.data["text"]) == ("+1", "p", "ab")


def test_a_message_left_by_a_lost_task_is_found_again(anna: Story) -> None:
    accept(anna, call(anna, said("你好")))

    assert inbound.handle_left(now=anna.now, limit=10) == 0
    assert inbound.next_left_at() == anna.now + timedelta(minutes=1)
    assert inbound.handle_left(now=anna.now + timedelta(minutes=2), limit=10) == 1
    assert inbound.next_left_at() is None
