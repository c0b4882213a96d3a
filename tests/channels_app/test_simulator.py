"""The simulator keeps the contract of all channels, and misbehaves exactly when told to."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
from django.conf import settings

from channels_app import registry
from channels_app import simulator_provider as provider
from channels_app.contract import Account, Channel, NotSent, RawRequest, Receipt, Sent
from channels_app.errors import ChannelUnknown, Misconfigured, Unavailable, Unreadable
from channels_app.simulator import Simulator, signed_request
from tests.channels_app.cases import CASES, Rig, outgoing

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class SimulatorRig:
    """The simulator with its book in the tests' Valkey."""

    channel: Channel = Simulator()
    has_timestamps = True

    def __init__(self, account: Account) -> None:
        self.account = account

    def misbehaving(self, how: str) -> Account:
        return replace(self.account, settings={**self.account.settings, "misbehave": how})

    def accepted(self) -> list[str]:
        return [one.message.message_id for one in provider.accepted_messages(self.account)]

    def receipts(self) -> list[RawRequest]:
        accepted = provider.accepted_messages(self.account)
        events = provider.receipt_events(self.account, accepted, now=NOW, chance=Random(1))
        return [signed_request(self.account, events, now=NOW)]

    def shuffled(self, requests: list[RawRequest]) -> list[RawRequest]:
        events = [event for request in requests for event in json.loads(request.body)["events"]]
        Random(3).shuffle(events)
        return [signed_request(self.account, events, now=NOW)]

    def reply(self, text: str) -> RawRequest:
        event = provider.inbound_event(provider_id="in-8", sender="+34600000001", text=text, at=NOW)
        return signed_request(self.account, [event], now=NOW)

    def unreadable(self) -> RawRequest:
        return signed_request(self.account, [{"kind": "receipt", "status": "sent"}], now=NOW)


@pytest.fixture
def rig() -> Iterator[SimulatorRig]:
    account = Account(
        id=f"test-{uuid4().hex}",
        kind="simulator",
        address="+34600999999",
        settings={"url": settings.VALKEY_URL, "secret": "the simulator's own"},
    )
    yield SimulatorRig(account)
    provider.forget(account)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_the_simulator_keeps_the_contract(case: Callable[[Rig], None], rig: SimulatorRig):
    case(rig)


def test_what_is_sent_twice_is_seen_twice(rig: SimulatorRig):
    rig.channel.send(rig.account, outgoing(1))
    rig.channel.send(rig.account, outgoing(1))

    assert rig.accepted() == ["1-0", "1-0"]


def test_two_accounts_keep_two_books(rig: SimulatorRig):
    other = replace(rig.account, id=f"{rig.account.id}-other")

    rig.channel.send(rig.account, outgoing(1))

    assert provider.accepted_messages(other) == []
    assert rig.channel.lookup(other, ["1-0"]) == []


def test_a_misbehaviour_can_end_after_some_tries(rig: SimulatorRig):
    account = rig.misbehaving("fail")
    account = replace(account, settings={**account.settings, "misbehave_times": "2"})

    outcomes = [rig.channel.send(account, outgoing(1))[0] for _ in range(3)]

    assert [type(outcome) for outcome in outcomes] == [NotSent, NotSent, Sent]


def test_a_number_can_misbehave_among_others(rig: SimulatorRig):
    bad = replace(outgoing(1)[0], message_id="1-bad", to="+34600000904")

    good, refused = rig.channel.send(rig.account, [*outgoing(1), bad])

    assert isinstance(good, Sent)
    assert isinstance(refused, NotSent)


def test_a_dead_provider_took_nothing(rig: SimulatorRig):
    nowhere = replace(rig.account, settings={"url": "unix:///nonexistent/valkey.sock", "secret": "s"})

    with pytest.raises(Unavailable):
        rig.channel.send(nowhere, outgoing(1))


def test_an_account_without_a_secret_is_misconfigured(rig: SimulatorRig):
    with pytest.raises(Misconfigured):
        rig.channel.send(replace(rig.account, settings={"url": "unix:///x"}), outgoing(1))


@pytest.mark.parametrize(
    ("manner", "expected"),
    [("", 4), ("none", 0), ("twice", 8), ("late", 0), ("twice,shuffled", 8)],
    ids=["plain", "none", "twice", "late", "twice and shuffled"],
)
def test_receipts_come_in_the_manner_of_the_account(manner: str, expected: int, rig: SimulatorRig):
    account = replace(rig.account, settings={**rig.account.settings, "receipts": manner})
    rig.channel.send(account, outgoing(2))
    accepted = provider.accepted_messages(account)

    events = provider.receipt_events(account, accepted, now=accepted[0].at, chance=Random(1))

    assert len(events) == expected


def test_late_receipts_come_in_the_end(rig: SimulatorRig):
    account = replace(rig.account, settings={**rig.account.settings, "receipts": "late"})
    rig.channel.send(account, outgoing(1))
    accepted = provider.accepted_messages(account)

    events = provider.receipt_events(account, accepted, now=accepted[0].at + timedelta(hours=1), chance=Random(1))

    assert len(events) == 2


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"[]", b'{"events": 3}', b'{"events": [1]}', b"[" * 100_000],
    ids=["empty", "not text", "a list", "a number", "not events", "deep"],
)
def test_garbage_is_unreadable(body: bytes, rig: SimulatorRig):
    with pytest.raises(Unreadable):
        rig.channel.parse(rig.account, replace(rig.reply("8"), body=body))


def test_an_event_of_a_kind_we_do_not_know_is_left_out(rig: SimulatorRig):
    known = {"kind": "receipt", "event_id": "e", "provider_id": "p", "message_id": "1-1", "status": "read"}
    strange = {**known, "status": "abducted"}

    events = rig.channel.parse(rig.account, signed_request(rig.account, [{"kind": "typing"}, strange, known], now=NOW))

    assert events == [Receipt(provider_id="p", message_id="1-1", status="read", event_id="e")]


def test_secrets_do_not_show_in_an_account(rig: SimulatorRig):
    assert "own" not in repr(rig.account)


def test_an_unknown_kind_of_channel_is_named(rig: SimulatorRig):
    with pytest.raises(ChannelUnknown):
        registry.get("pigeon")
    assert ("simulator", "simulator") in registry.kinds()
