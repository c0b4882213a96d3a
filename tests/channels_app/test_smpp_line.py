"""What a carrier brings over a line of ours, and what becomes of the line."""

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channels_app import lines, wire
from channels_app.contract import Inbound, Joining, Part, Receipt, Sent
from channels_app.errors import Forged, Misconfigured, Unreadable
from channels_app.smpp import pool, session
from tests.channels_app.carrier import ANNA, CarrierRig
from tests.channels_app.cases import outgoing
from tests.doubles import smpp as double

COME_AGAIN = 0x64
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[CarrierRig]:
    monkeypatch.setattr(wire, "CALL_SECONDS", 1.0)
    monkeypatch.setattr(pool, "FIRST_PAUSE_SECONDS", 0.02)
    with double.Smsc() as provider, CarrierRig(provider) as made:
        yield made


@pytest.mark.parametrize("how", ["words", "parameters", "both"])
@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("ENROUTE", "sent"),
        ("ACCEPTD", "sent"),
        ("DELIVRD", "delivered"),
        ("EXPIRED", "failed"),
        ("DELETED", "failed"),
        ("UNDELIV", "failed"),
        ("REJECTD", "failed"),
    ],
)
def test_a_receipt_is_read_in_words_and_in_parameters(how: str, word: str, status: str, rig: CarrierRig) -> None:
    [sent] = rig.channel.send(rig.account, outgoing(1))

    [receipt] = rig.read(double.receipt(rig.provider.taken[0], word, how=how))

    assert isinstance(receipt, Receipt)
    assert isinstance(sent, Sent)
    assert (receipt.status, receipt.provider_id, receipt.address) == (status, sent.provider_id, "+34600000000")
    assert receipt.reference == (None if how == "words" else 0)


def test_a_receipt_that_says_nothing_is_passed_over(rig: CarrierRig) -> None:
    rig.channel.send(rig.account, outgoing(1))

    assert rig.read(double.receipt(rig.provider.taken[0], "UNKNOWN")) == []


@pytest.mark.parametrize(("error", "status"), [("077", "opted_out"), ("001", "undeliverable"), ("002", "failed")])
def test_a_carriers_own_codes_say_why(error: str, status: str, rig: CarrierRig) -> None:
    rig.channel.send(rig.account, outgoing(1))

    [receipt] = rig.read(double.receipt(rig.provider.taken[0], "UNDELIV", error=error))

    assert isinstance(receipt, Receipt)
    assert (receipt.status, receipt.detail) == (status, error)


def test_a_network_that_knows_no_such_number_says_so(rig: CarrierRig) -> None:
    tlvs = {0x001E: b"7\0", 0x0427: b"\x05", 0x0423: b"\x03\x00\x01"}

    [receipt] = rig.read(double.delivery(ANNA, b"", esm_class=0x04, tlvs=tlvs))

    assert isinstance(receipt, Receipt)
    assert receipt.status == "undeliverable"


@pytest.mark.parametrize(
    ("form", "answered", "receipted"),
    [("hex-then-decimal", "{:X}", "{:010d}"), ("decimal-then-hex", "{:d}", "{:08x}"), ("as-given", "a-{}", "a-{}")],
)
def test_an_id_is_the_same_in_whatever_form_it_comes(form: str, answered: str, receipted: str, rig: CarrierRig) -> None:
    account = replace(rig.account, settings={**rig.account.settings, "ids": form})
    rig.provider.ids = answered
    outcomes = rig.channel.send(account, outgoing(12))

    request = rig.brought(double.receipt(rig.provider.taken[0], "DELIVRD", named=receipted.format(12)))
    [receipt] = rig.channel.parse(account, request)

    assert isinstance(receipt, Receipt)
    assert receipt.provider_id in {one.provider_id for one in outcomes if isinstance(one, Sent)}


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (double.delivery(ANNA, b"\x00\x02 \x1b\x65 \x7d"), "@$ € ñ"),
        (double.delivery(ANNA, "Sí, el año".encode("latin-1"), coding=3), "Sí, el año"),
        (double.delivery(ANNA, "明天下午🚗".encode("utf-16-be"), coding=8), "明天下午🚗"),
        (double.delivery(ANNA, "明天".encode("utf-16-be"), coding=0x18), "明天"),
        (double.delivery(ANNA, b"\x00", coding=0xF1), "@"),
        (double.delivery(ANNA, b"yes", coding=1), "yes"),
        (double.delivery(ANNA, b"8" * 400, as_payload=True), "8" * 400),
        (double.delivery(ANNA, b""), ""),
    ],
    ids=["GSM", "Latin-1", "UCS-2", "UCS-2 of a class", "GSM of a class", "ASCII", "payload", "empty"],
)
def test_a_reply_is_read_in_its_coding(octets: bytes, text: str, rig: CarrierRig) -> None:
    [reply] = rig.read(octets)

    assert reply == Inbound(provider_id="", sender=f"+{ANNA}", text=text)


def test_a_reply_may_come_as_data(rig: CarrierRig) -> None:
    [reply] = rig.read(double.data_delivery(ANNA, "好".encode("utf-16-be"), coding=8), command=double.DATA_SM)

    assert isinstance(reply, Inbound)
    assert reply.text == "好"


def test_the_words_of_a_receipt_from_an_owner_are_words(rig: CarrierRig) -> None:
    [reply] = rig.read(double.words(ANNA, "id:1 sub:001 dlvrd:001 stat:DELIVRD err:000"))

    assert isinstance(reply, Inbound)


@pytest.mark.parametrize("wide", [False, True], ids=["8 bits", "16 bits"])
def test_the_parts_of_a_reply_are_joined(wide: bool, rig: CarrierRig) -> None:
    octets = "很好🚗，明天见".encode("utf-16-be")
    # Cut in the middle of the car.
    pieces = [double.part(9, 1, 2, octets[:6], wide=wide), double.part(9, 2, 2, octets[6:], wide=wide)]
    requests = [rig.brought(double.delivery(ANNA, one, coding=8, esm_class=0x40)) for one in pieces]

    parts = [one for request in requests for one in rig.channel.parse(rig.account, request)]

    reference = "0009" if wide else "09"
    assert [one.part for one in parts if isinstance(one, Inbound)] == [Part(reference, 1, 2), Part(reference, 2, 2)]
    assert isinstance(rig.channel, Joining)
    whole = rig.channel.join(rig.account, [one.body for one in requests])
    assert (whole.text, whole.sender, whole.part) == ("很好🚗，明天见", f"+{ANNA}", None)


def test_parts_may_be_told_by_parameters(rig: CarrierRig) -> None:
    tlvs = {0x020C: b"\x01\x02", 0x020E: b"\x02", 0x020F: b"\x01"}

    [part] = rig.read(double.delivery(ANNA, b"hola", tlvs=tlvs))

    assert isinstance(part, Inbound)
    assert part.part == Part("258", 1, 2)


@pytest.mark.parametrize(
    ("sender", "ton", "country_code", "known_as"),
    [
        ("34600000001", 1, "", "+34600000001"),
        ("+34600000001", 0, "34", "+34600000001"),
        ("34600000001", 0, "", "+34600000001"),
        ("34600000001", 0, "34", "+34600000001"),
        ("0034600000001", 0, "34", "+34600000001"),
        ("600000001", 2, "34", "+34600000001"),
        ("0600000001", 0, "33", "+33600000001"),
        ("217000", 3, "34", "217000"),
        ("Bank", 5, "34", "Bank"),
    ],
)
def test_a_sender_is_known_by_the_whole_number(
    sender: str, ton: int, country_code: str, known_as: str, rig: CarrierRig
) -> None:
    request = rig.brought(double.words(sender, "8", ton=ton))
    account = replace(rig.account, settings={**rig.account.settings, "country_code": country_code})

    [reply] = rig.channel.parse(account, request)

    assert isinstance(reply, Inbound)
    assert reply.sender == known_as


GOOD = double.delivery(ANNA, b"8")


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        GOOD[:-3],
        GOOD[:5],
        GOOD.replace(b"\0", b"\x01"),
        GOOD + b"\x00\x1e\x00\x09ab",
        GOOD + b"\x00",
        double.delivery(ANNA, b"id:", esm_class=0x04),
        double.delivery(ANNA, b"\x09", esm_class=0x40),
        double.delivery(ANNA, b"\x01", coding=2),
    ],
    ids=[
        "empty",
        "cut text",
        "cut head",
        "no end",
        "cut parameter",
        "rest",
        "receipt of nothing",
        "cut header",
        "8 bit",
    ],
)
def test_what_makes_no_sense_is_named_so_and_the_line_stays(octets: bytes, rig: CarrierRig) -> None:
    with pytest.raises(Unreadable):
        rig.read(octets)

    assert rig.read(double.words(ANNA, "8"))


def test_a_repeat_is_the_same_call_to_the_byte(rig: CarrierRig) -> None:
    first, again = (rig.brought(double.words(ANNA, "8")) for _ in range(2))

    assert first == again


def test_what_cannot_be_stored_is_brought_again(rig: CarrierRig) -> None:
    rig.is_full = True
    assert rig.provider.bring(double.words(ANNA, "8")) == COME_AGAIN

    rig.is_full = False
    assert rig.provider.bring(double.words(ANNA, "8")) == 0
    assert len(rig.came) == 1


def test_what_comes_on_a_line_to_send_by_is_taken_too(rig: CarrierRig) -> None:
    rig.line.close()
    rig.wait(lambda: rig.provider.lines == [])

    rig.channel.send(rig.account, outgoing(1))

    assert rig.provider.lines == ["transceiver"]
    assert rig.read(double.words(ANNA, "8"))


def test_where_nobody_stores_it_the_carrier_keeps_it(rig: CarrierRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_taker", [])
    rig.line.close()
    rig.channel.send(rig.account, outgoing(1))

    assert rig.provider.bring(double.words(ANNA, "8")) == COME_AGAIN


def test_sending_and_listening_may_be_lines_of_their_own() -> None:
    with double.Smsc() as provider, CarrierRig(provider, bind="split") as rig:
        rig.channel.send(rig.account, outgoing(1))

        assert sorted(provider.lines) == ["receiver", "transmitter"]
        assert rig.read(double.words(ANNA, "8"))


def test_a_call_from_outside_proves_nothing(rig: CarrierRig, monkeypatch: pytest.MonkeyPatch) -> None:
    request = rig.reply("8")
    # Another process, such as the one that answers webhooks, has a key of its own.
    monkeypatch.setattr("channels_app.smpp.proving._KEY", b"of another process")

    with pytest.raises(Forged):
        rig.channel.verify(rig.account, request)


@pytest.mark.parametrize("how", ["drop", "unbind", "garbage"])
def test_a_line_that_ended_is_opened_again(how: str, rig: CarrierRig) -> None:
    before = rig.provider.peers[0]
    if how == "garbage":
        rig.provider.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    else:
        getattr(rig.provider, how)()

    rig.wait(lambda: rig.provider.lines == ["transceiver"] and rig.provider.peers[0] is not before)
    assert rig.read(double.words(ANNA, "8"))


def test_a_line_is_opened_once_the_carrier_lets_us_in(rig: CarrierRig) -> None:
    rig.provider.how = "password"
    rig.provider.drop()
    rig.wait(lambda: rig.provider.lines == [])

    rig.provider.how = ""

    rig.wait(lambda: rig.provider.lines == ["transceiver"])


def test_what_is_no_command_of_ours_does_the_line_no_harm(rig: CarrierRig) -> None:
    rig.provider.say(double.unit(double.ALERT, 7, b"\0") + double.unit(0x7777, 8) + double.unit(0x8000_0015, 4_711))

    assert rig.read(double.words(ANNA, "8"))
    assert len(rig.provider.peers) == 1


def test_a_quiet_line_is_tried_and_a_dead_one_replaced_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    lines_held: list[session.Session] = []

    async def opened(*asked: Any, **how: Any) -> session.Session:
        lines_held.append(await session.opened(*asked, **how))
        return lines_held[-1]

    monkeypatch.setattr(pool, "opened", opened)
    monkeypatch.setattr(session, "ENQUIRE_ANSWER_SECONDS", 0.1)
    monkeypatch.setattr(pool, "FIRST_PAUSE_SECONDS", 0.02)
    with double.Smsc() as provider, CarrierRig(provider, enquire_seconds="1") as rig:
        first = provider.peers[0]
        rig.wait(lambda: first.enquiries >= 1)
        provider.how = "deaf"

        rig.wait(lambda: bool(provider.lines) and provider.peers[0] is not first)
        # Of a line that is closed nothing goes on trying it.
        rig.wait(lambda: not lines_held[0]._tasks)


def test_an_idle_line_to_send_by_is_closed(rig: CarrierRig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.line.close()
    monkeypatch.setattr(pool, "IDLE_SECONDS", 0.05)

    rig.channel.send(rig.account, outgoing(1))

    rig.wait(lambda: rig.provider.lines == [])
    assert isinstance(rig.channel.send(rig.account, outgoing(1))[0], Sent)


SENDER = """
import json, sys
from channels_app.contract import Account, Outgoing
from channels_app.smpp.channel import Smpp
account = Account(id="abc", kind="smpp", address="1", settings=json.loads(sys.argv[1]))
print(Smpp().send(account, [Outgoing("1-1", "+34600000001", "x")]))
"""


def test_a_process_that_ends_says_good_bye_on_its_line(rig: CarrierRig) -> None:
    command = [sys.executable, "-c", SENDER, json.dumps(dict(rig.account.settings))]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)

    assert ended.stdout.startswith("[Sent(")
    assert ended.stderr == ""
    assert rig.provider.good_byes == 1


def test_a_closed_line_stays_closed(rig: CarrierRig) -> None:
    rig.line.close()

    rig.wait(lambda: rig.provider.peers == [])
    rig.line.close()


@pytest.mark.parametrize("is_trusted", [True, False])
def test_a_line_may_be_encrypted(is_trusted: bool, certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    ca = certificate.read_text().partition("-----BEGIN PRIVATE")[0] if is_trusted else ""
    with double.Smsc(tls=context) as provider:
        rig = CarrierRig(provider, security="tls", ca=ca)
        [outcome] = rig.channel.send(rig.account, outgoing(1))

    assert isinstance(outcome, Sent) == is_trusted
    assert isinstance(outcome, Sent) or isinstance(outcome.error, Misconfigured)
