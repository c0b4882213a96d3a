"""Twilio keeps the contract of all channels, and says each of its words in ours."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from channels_app import twilio
from channels_app.contract import Channel, Charge, NotSent, Probed, RawRequest, Receipt
from channels_app.errors import (
    ChannelError,
    Forged,
    Misconfigured,
    Throttled,
    Unavailable,
    Uncertain,
    Undeliverable,
)
from tests.channels_app.cases import CASES, Rig, outgoing
from tests.channels_app.rigs import HTTP_CASES, NOW, WEBHOOK, DoubleRig, hurry
from tests.doubles import twilio as double


class TwilioRig(DoubleRig[double.Twilio]):
    """Twilio's channel before the double."""

    channel: Channel = twilio.Twilio()

    def settings(self) -> dict[str, str]:
        return {"account_sid": double.ACCOUNT, "auth_token": double.TOKEN, "url": self.provider.url}

    def receipts(self) -> list[RawRequest]:
        return [
            double.status_call(WEBHOOK, one, status, now=NOW)
            for one in self.provider.taken
            for status in ("sent", "delivered")
        ]

    def reply(self, text: str) -> RawRequest:
        return double.owners_call(WEBHOOK, text, sender="+34600000001", sid="SM8", now=NOW)

    def unreadable(self) -> RawRequest:
        return double.signed(WEBHOOK, {"AccountSid": double.ACCOUNT}, now=NOW)


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[TwilioRig]:
    hurry(monkeypatch)
    with double.Twilio() as provider:
        yield TwilioRig(provider)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_twilio_keeps_the_contract(case: Callable[[Rig], None], rig: TwilioRig) -> None:
    case(rig)


@pytest.mark.parametrize("case", HTTP_CASES, ids=lambda case: case.__name__)
def test_twilio_is_called_as_all_over_http(case: Callable[[DoubleRig[Any]], None], rig: TwilioRig) -> None:
    case(rig)


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("reject", Undeliverable),
        ("misconfigured", Misconfigured),
        ("reset", Uncertain),
        ("garbage", Uncertain),
        ("no-id", Uncertain),
    ],
)
def test_each_misbehaviour_has_its_error(how: str, error: type[ChannelError], rig: TwilioRig) -> None:
    assert type(rig.refused(how)) is error


def test_a_wrong_token_is_misconfigured_and_ends_the_batch(rig: TwilioRig) -> None:
    wrong = rig.with_settings(auth_token="another")

    outcomes = rig.channel.send(wrong, outgoing(3))

    assert {type(one.error) for one in outcomes if isinstance(one, NotSent)} == {Misconfigured}


def test_the_wait_that_was_asked_for_is_told(rig: TwilioRig) -> None:
    refusal = rig.refused("throttle")

    assert isinstance(refusal, Throttled)
    assert refusal.retry_after_seconds == 7


def test_a_messaging_service_sends_in_place_of_the_address(rig: TwilioRig) -> None:
    account = rig.with_settings(messaging_service_sid="MG1")

    rig.channel.send(account, outgoing(1))

    assert rig.provider.senders == [{"MessagingServiceSid": "MG1"}]


@pytest.mark.parametrize(
    ("word", "error", "status"),
    [
        ("sent", "", "sent"),
        ("delivered", "", "delivered"),
        ("read", "", "read"),
        ("undelivered", "30003", "failed"),
        ("undelivered", "30005", "undeliverable"),
        ("undelivered", "30006", "undeliverable"),
        ("failed", "21610", "opted_out"),
        ("canceled", "", "failed"),
    ],
)
def test_each_word_of_twilio_is_one_of_ours(word: str, error: str, status: str, rig: TwilioRig) -> None:
    rig.channel.send(rig.account, outgoing(1))
    call = double.status_call(WEBHOOK, rig.provider.taken[0], word, error=error, now=NOW)

    [receipt] = rig.channel.parse(rig.account, call)

    assert isinstance(receipt, Receipt)
    assert (receipt.status, receipt.detail) == (status, error)


@pytest.mark.parametrize("word", ["queued", "accepted", "sending", "something new"])
def test_a_word_that_says_nothing_new_is_passed_over(word: str, rig: TwilioRig) -> None:
    rig.channel.send(rig.account, outgoing(1))

    assert rig.channel.parse(rig.account, double.status_call(WEBHOOK, rig.provider.taken[0], word, now=NOW)) == []


def test_while_a_token_changes_both_are_good(rig: TwilioRig) -> None:
    request = rig.reply("8")
    settings = {**rig.account.settings, "auth_token": "the next", "auth_token_before": double.TOKEN}

    rig.channel.verify(replace(rig.account, settings=settings), request)


def test_its_account_says_what_it_is_called(rig: TwilioRig) -> None:
    assert twilio.Twilio().probe(rig.account) == Probed(name="North Motors", detail="active")


def test_a_number_is_told_where_to_bring_replies(rig: TwilioRig) -> None:
    twilio.Twilio().register(rig.account)

    assert rig.provider.webhooks == {double.NUMBER_SID: WEBHOOK}


def test_a_number_of_another_account_cannot_be_told(rig: TwilioRig) -> None:
    with pytest.raises(Misconfigured):
        twilio.Twilio().register(replace(rig.account, address="+34600999998"))


@pytest.mark.parametrize(("how", "error"), [("throttle", Throttled), ("fail", Unavailable), ("reject", Misconfigured)])
def test_what_is_refused_of_the_account_says_why(how: str, error: type[ChannelError], rig: TwilioRig) -> None:
    with pytest.raises(error):
        twilio.Twilio().probe(rig.misbehaving(how))


def test_a_signature_for_another_address_is_none_here(rig: TwilioRig) -> None:
    elsewhere = double.signed("https://evil.example/api/webhooks/abc/", {"MessageSid": "SM1", "Body": "8"}, now=NOW)

    with pytest.raises(Forged):
        rig.channel.verify(rig.account, elsewhere)


def test_what_a_days_messages_cost_is_asked_for_afterwards(rig: TwilioRig) -> None:
    listed = [("SM1", "-0.00750", "usd"), ("SM2", None, "USD"), ("SM3", "-0.09", "EUR"), ("SM4", "much", "EUR")]
    rig.provider.listed = [{"sid": sid, "price": price, "price_unit": unit} for sid, price, unit in listed]

    charges = twilio.Twilio().charges(rig.account, day=date(2026, 3, 1))

    assert charges == {"SM1": Charge(Decimal("0.75"), "USD"), "SM3": Charge(Decimal(9), "EUR")}
    assert rig.provider.asked[0] == {"DateSent": "2026-03-01", "From": double.NUMBER, "PageSize": "200"}
    assert len(rig.provider.asked) == 2


@pytest.mark.parametrize(
    ("how", "error"), [("throttle", Throttled), ("fail", Unavailable), ("misconfigured", Uncertain)]
)
def test_prices_that_are_refused_say_why(how: str, error: type[ChannelError], rig: TwilioRig) -> None:
    with pytest.raises(error):
        twilio.Twilio().charges(rig.misbehaving(how), day=date(2026, 3, 1))
