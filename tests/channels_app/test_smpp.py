"""A carrier's line keeps the contract of all channels: how texts leave, how errors are named."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from channels_app import registry, wire
from channels_app.contract import Account, Channel, Listening, NotSent, Outgoing, Probing, Sent
from channels_app.errors import ChannelError, Misconfigured, Rejected, Throttled, Unavailable, Uncertain
from tests.channels_app.carrier import CarrierRig
from tests.channels_app.cases import CASES, Rig, outgoing
from tests.doubles import smpp as double


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[CarrierRig]:
    monkeypatch.setattr(wire, "CALL_SECONDS", 1.0)
    with double.Smsc() as provider, CarrierRig(provider) as made:
        yield made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_carrier_keeps_the_contract(case: Callable[[Rig], None], rig: CarrierRig) -> None:
    case(rig)


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("queue-full", Throttled),
        ("later", Unavailable),
        ("reject", Rejected),
        ("too-long", Rejected),
        ("unheard-of", Rejected),
        ("nack", Rejected),
        ("misconfigured", Misconfigured),
        ("reset", Uncertain),
        ("garbage", Uncertain),
        ("no-id", Uncertain),
        ("timeout", Uncertain),
    ],
)
def test_a_refusal_is_named(how: str, error: type[ChannelError], rig: CarrierRig) -> None:
    [outcome] = rig.channel.send(rig.misbehaving(how), outgoing(1))

    assert isinstance(outcome, NotSent)
    assert type(outcome.error) is error


@pytest.mark.parametrize(
    ("how", "error"), [("password", Misconfigured), ("bind-failed", Unavailable), ("already", Unavailable)]
)
def test_nothing_leaves_where_we_are_not_let_in(how: str, error: type[ChannelError], rig: CarrierRig) -> None:
    outcomes = rig.channel.send(rig.misbehaving(how), outgoing(3))

    assert [type(one.error) for one in outcomes if isinstance(one, NotSent)] == [error] * 3
    assert rig.provider.submissions == []


def test_a_carrier_that_is_away_got_nothing(rig: CarrierRig) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = str(closed.getsockname()[1])
    away = replace(rig.account, settings={**rig.account.settings, "port": port})

    outcomes = rig.channel.send(away, outgoing(2))

    assert [type(one.error) for one in outcomes if isinstance(one, NotSent)] == [Unavailable] * 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("host", ""),
        ("system_id", "x" * 16),
        ("password", "x" * 9),
        ("security", "ssl"),
        ("window", "0"),
        ("port", "70000"),
        ("port", "x"),
        ("bind", "both"),
        ("ids", "roman"),
        ("enquire_seconds", "-1"),
    ],
)
def test_an_impossible_setting_is_named(name: str, value: str, rig: CarrierRig) -> None:
    broken = replace(rig.account, settings={**rig.account.settings, name: value})

    with pytest.raises(Misconfigured, match=name):
        rig.channel.send(broken, outgoing(1))


def test_encryption_is_what_an_account_has_that_says_nothing(rig: CarrierRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "CONNECT_SECONDS", 0.5)
    settings = {name: value for name, value in rig.account.settings.items() if name != "security"}

    [outcome] = rig.channel.send(replace(rig.account, settings=settings), outgoing(1))

    assert isinstance(outcome, NotSent)
    assert outcome.error.is_certain_not_sent
    assert rig.provider.submissions == []


def test_what_is_left_of_a_batch_when_the_line_breaks_was_not_sent(rig: CarrierRig) -> None:
    account = replace(rig.misbehaving("reset"), settings={**rig.account.settings, "window": "1"})
    rig.provider.times = 1

    outcomes = rig.channel.send(account, outgoing(3))

    assert [type(one.error) for one in outcomes if isinstance(one, NotSent)] == [Uncertain, Unavailable, Unavailable]
    assert rig.accepted() == ["1-0"]


def test_a_broken_line_is_opened_again_for_the_next_batch(rig: CarrierRig) -> None:
    rig.channel.send(rig.account, outgoing(1))
    rig.provider.drop()

    outcomes = rig.until(lambda: rig.channel.send(rig.account, outgoing(1)), lambda them: isinstance(them[0], Sent))

    assert isinstance(outcomes[0], Sent)


def test_no_more_are_under_way_than_the_window_holds(rig: CarrierRig) -> None:
    rig.provider.delay = 0.02
    account = replace(rig.account, settings={**rig.account.settings, "window": "4"})

    outcomes = rig.channel.send(account, outgoing(30))

    assert all(isinstance(one, Sent) for one in outcomes)
    assert rig.provider.most_at_once == 4


def test_forty_at_once_share_one_line_and_its_window(rig: CarrierRig) -> None:
    rig.provider.delay = 0.01
    account = replace(rig.account, settings={**rig.account.settings, "window": "5"})
    found: dict[str, object] = {}

    def send(message: Outgoing) -> None:
        [found[message.message_id]] = rig.channel.send(account, [message])

    threads = [threading.Thread(target=send, args=(message,)) for message in outgoing(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(rig.accepted()) == sorted(found)
    assert all(isinstance(one, Sent) for one in found.values())
    assert len({one.provider_id for one in found.values() if isinstance(one, Sent)}) == 40
    assert rig.provider.most_at_once <= 5
    assert len(rig.provider.lines) == 2  # the one that listens, and the one that sends


@pytest.mark.parametrize(
    ("text", "coding", "parts"),
    [
        ("Su coche está listo. ¿Mañana? 10€ [x]".replace("á", "a"), 0, 1),
        ("您的爱车已经保养完毕", 8, 1),
        ("a" * 152 + "€" + "b" * 200, 0, 3),
        ("字" * 66 + "🚗" + "字" * 80, 8, 3),
        ("字" * 1500, 8, 23),
    ],
    ids=["GSM", "UCS-2", "long, an extended letter at the cut", "long, an emoji at the cut", "very long"],
)
def test_a_text_arrives_as_it_was_written(text: str, coding: int, parts: int, rig: CarrierRig) -> None:
    [sent] = rig.channel.send(rig.account, outgoing(1, text=text))

    assert isinstance(sent, Sent)
    assert [one.text for one in rig.provider.taken] == [text]
    assert {one.coding for one in rig.provider.submissions} == {coding}
    assert len(rig.provider.submissions) == parts
    # One receipt a message, by the id that we know it by.
    assert [one.registered for one in rig.provider.submissions] == [0] * (parts - 1) + [1]
    assert rig.provider.submissions[-1].provider_id == sent.provider_id


def test_a_long_text_may_leave_whole(rig: CarrierRig) -> None:
    account = replace(rig.account, settings={**rig.account.settings, "long": "payload"})

    rig.channel.send(account, outgoing(1, text="字" * 400))

    assert [(one.text, len(rig.provider.submissions)) for one in rig.provider.taken] == [("字" * 400, 1)]


def test_a_carrier_of_latin_1_is_written_to_in_it(rig: CarrierRig) -> None:
    account = replace(rig.account, settings={**rig.account.settings, "alphabet": "latin-1"})

    rig.channel.send(account, outgoing(2, text="¿Mañana?"))
    rig.channel.send(account, outgoing(1, text="10€"))

    assert [(one.coding, one.body) for one in rig.provider.submissions] == [
        *[(0, "¿Mañana?".encode("latin-1"))] * 2,
        (8, "10€".encode("utf-16-be")),
    ]


def test_a_busy_carrier_is_offered_the_rest_of_a_message_again(
    rig: CarrierRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels_app.smpp.channel.PART_PAUSE_SECONDS", 0.01)
    rig.provider.after = 1
    rig.misbehaving("throttle")
    rig.provider.times = 2

    [outcome] = rig.channel.send(rig.account, outgoing(1, text="字" * 100))

    assert isinstance(outcome, Sent)
    assert [one.text for one in rig.provider.taken] == ["字" * 100]


@pytest.mark.parametrize("how", ["reject", "throttle", "fail"])
def test_a_message_of_which_a_part_was_taken_is_in_doubt(
    how: str, rig: CarrierRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels_app.smpp.channel.PART_PAUSE_SECONDS", 0.01)
    rig.provider.after = 1

    [outcome] = rig.channel.send(rig.misbehaving(how), outgoing(1, text="字" * 100))

    assert isinstance(outcome, NotSent)
    assert isinstance(outcome.error, Uncertain)


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("+34600999999", (1, 1, "34600999999")),
        ("34600999999", (0, 1, "34600999999")),
        ("217000", (3, 0, "217000")),
        ("Aftercare", (5, 0, "Aftercare")),
    ],
)
def test_a_sender_is_a_number_a_short_code_or_a_name(
    address: str, source: tuple[int, int, str], rig: CarrierRig
) -> None:
    rig.channel.send(replace(rig.account, address=address), outgoing(1))

    [submission] = rig.provider.submissions
    assert (submission.source, submission.to) == (source, (1, 1, "34600000000"))


def test_the_reference_of_a_message_is_what_sixteen_bits_hold_of_our_id(rig: CarrierRig) -> None:
    rig.channel.send(rig.account, [replace(outgoing(1)[0], message_id="12-65541")])

    assert rig.provider.submissions[0].tlvs[0x0204] == b"\x00\x05"


def test_a_probe_says_whose_centre_it_is_and_leaves(rig: CarrierRig) -> None:
    assert isinstance(rig.channel, Probing)
    probed = rig.channel.probe(rig.account)

    assert (probed.name, probed.detail) == (double.NAME, double.SYSTEM_ID)
    rig.wait(lambda: rig.provider.lines == ["transceiver"])


def test_who_listens_is_known_without_loading_all_channels() -> None:
    channels: list[Channel] = [registry.get(kind) for kind in registry.CHANNELS]

    assert {one.kind for one in channels if isinstance(one, Listening)} == registry.LISTENING


def test_no_secret_shows(rig: CarrierRig) -> None:
    account: Account = rig.account

    assert double.PASSWORD not in repr(account)
