"""Long messages in parts: in any order, twice, half, with a reference that comes round; one whole each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from channels_app.contract import RawRequest
from channels_app.smpp import proving
from notifications.channels.models import ChannelAccount
from notifications.channels.operations import open_account
from notifications.inbound import operations as inbound
from notifications.inbound.models import InboundEvent
from notifications.outbox.accounts import account_of
from notifications.outbox.models import Message
from tenants.models import Wakeup
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.doubles import smpp as double
from tests.stories import telling

ANNA = "8613800000001"
TEXT = "我想投诉🚗，等了三个小时" * 8


@dataclass
class Carrier:
    """An account at a carrier, and what it brings."""

    account: ChannelAccount
    now: datetime = telling.BEGIN["north"]
    pieces: list[bytes] = field(default_factory=list)

    def bring(self, octets: bytes) -> None:
        """Bring one unit, as it is after the line took its number off."""
        body = double.unit(double.DELIVER_SM, 0, octets)
        headers = {proving.HEADER: proving.proof(account_of(self.account), body)}
        request = RawRequest(method="POST", path="", headers=headers, body=body, received_at=self.now)
        inbound.accept(account_ref=self.account.public_id, request=request, now=self.now)

    def part(self, number: int, *, text: str = TEXT, reference: int = 7, sender: str = ANNA) -> None:
        """Bring one of the parts of a text."""
        octets = text.encode("utf-16-be")
        # An odd number of characters, so that a car is cut in two somewhere.
        pieces = [octets[begin : begin + 134] for begin in range(0, len(octets), 134)]
        cut = double.part(reference, number, len(pieces), pieces[number - 1])
        self.bring(double.delivery(sender, cut, coding=8, esm_class=0x40))


@pytest.fixture
def carrier(in_north: DealerRef) -> Carrier:
    """A carrier of north's."""
    return opened("north")


def opened(dealer: str) -> Carrier:
    settings = {"host": "smsc.example.com", "system_id": dealer, "password": "a pass"}
    return Carrier(open_account(kind="smpp", address="+34600999999", settings=settings, now=telling.BEGIN["north"]))


def heard() -> list[str]:
    whole = InboundEvent.objects.filter(kind="MESSAGE").order_by("id")
    return [event.data["text"] for event in whole]


@pytest.mark.parametrize("order", [(1, 2), (2, 1), (1, 1, 2), (2, 1, 2, 1), (1, 2, 1, 2)])
def test_parts_make_one_message_in_whatever_order(order: Sequence[int], carrier: Carrier) -> None:
    for number in order:
        carrier.part(number)
        carrier.now += timedelta(seconds=20)

    assert heard() == [TEXT]
    assert not InboundEvent.objects.filter(kind="PART", state="RECEIVED").exists()


def test_a_whole_message_is_placed_as_any_other(carrier: Carrier) -> None:
    carrier.part(1)
    carrier.part(2)

    [event] = InboundEvent.objects.filter(kind="MESSAGE")
    inbound.handle(event.pk, now=carrier.now)

    assert [message.text for message in Message.objects.filter(direction="IN")] == [TEXT]


def test_until_the_last_part_nothing_is_said(carrier: Carrier) -> None:
    carrier.part(1)

    assert heard() == []
    assert inbound.handle_left(now=carrier.now + timedelta(minutes=4), limit=10) == 0
    assert inbound.next_left_at() == carrier.now + timedelta(minutes=5)
    with public_scope():
        assert Wakeup.objects.get(dealer__name="north").next_due_at == carrier.now + timedelta(minutes=5)


def test_what_came_is_read_when_the_rest_does_not_come(carrier: Carrier) -> None:
    carrier.part(2)

    assert inbound.handle_left(now=carrier.now + timedelta(minutes=6), limit=10) == 1
    assert heard() == [TEXT.encode("utf-16-be")[134:].decode("utf-16-be")]
    assert InboundEvent.objects.get(kind="PART").state == "HANDLED"


def test_a_reference_that_comes_round_is_another_message(carrier: Carrier) -> None:
    other = "再问一次，" * 18
    for text in (TEXT, other):
        carrier.part(1, text=text)
        carrier.part(2, text=text)
        carrier.now += timedelta(minutes=10)

    assert heard() == [TEXT, other]


def test_two_owners_with_one_reference_are_two_messages(carrier: Carrier) -> None:
    for number in (1, 2):
        carrier.part(number)
        carrier.part(number, sender="8613800000009")

    assert heard() == [TEXT, TEXT]


def test_another_dealers_parts_are_not_ours(carrier: Carrier, south: DealerRef) -> None:
    carrier.part(1)
    with dealer_scope(south):
        opened("south").part(2)
        assert heard() == []

    assert heard() == []


def test_many_parts_are_not_many_messages_to_the_loop_guard(carrier: Carrier) -> None:
    long = "字" * 67 * 24
    for number in range(1, 25):
        carrier.part(number, text=long)

    [event] = InboundEvent.objects.filter(kind="MESSAGE")
    assert event.data["text"] == long
    assert inbound.handle(event.pk, now=carrier.now) == "PERSON"
