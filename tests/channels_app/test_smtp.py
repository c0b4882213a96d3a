"""SMTP keeps the contract of all channels, and knows at each stage whether a mail was taken."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from channels_app import smtp, wire
from channels_app.contract import Account, Channel, NotSent, RawRequest, Sent
from channels_app.errors import (
    ChannelError,
    Misconfigured,
    Rejected,
    Throttled,
    Unavailable,
    Uncertain,
    Undeliverable,
)
from channels_app.mail import tokens
from tests.channels_app.cases import CASES, Rig, outgoing
from tests.doubles import smtp as double

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SECRET = "a secret of a test"
REPLY = (
    "From: Anna <anna@example.com>\r\nMessage-ID: <8@example.com>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
)


class SmtpRig:
    """SMTP's channel before the double."""

    channel: Channel = smtp.Smtp()
    has_timestamps = True

    def __init__(self, provider: double.MailServer) -> None:
        self.provider = provider
        settings = {
            "host": "127.0.0.1",
            "port": provider.port,
            "security": "none",
            "secret": SECRET,
            "reply_address": "replies@reply.north.example",
            "name": "North Motors",
        }
        self.account = Account(id="abc", kind="smtp", address="service@north.example", settings=settings)

    def misbehaving(self, how: str) -> Account:
        self.provider.how = how
        return self.account

    def accepted(self) -> list[str]:
        return [one.ours.strip("<").partition(".")[0] for one in self.provider.taken]

    def receipts(self) -> list[RawRequest]:
        if self.provider.how == "opted-out":
            return [double.posted(double.complaint(one), secret=SECRET, now=NOW) for one in self.provider.taken]
        return [
            double.posted(double.report(one, action, "2.0.0"), secret=SECRET, now=NOW)
            for one in self.provider.taken
            for action in ("relayed", "delivered")
        ]

    def shuffled(self, requests: list[RawRequest]) -> list[RawRequest]:
        return requests[::-1]

    def reply(self, text: str) -> RawRequest:
        return double.posted(REPLY.encode() + text.encode(), secret=SECRET, now=NOW)

    def unreadable(self) -> RawRequest:
        return double.posted(b"no mail at all", secret=SECRET, now=NOW)

    def with_settings(self, **more: str) -> Account:
        return replace(self.account, settings={**self.account.settings, **more})


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmtpRig]:
    monkeypatch.setattr(wire, "CALL_SECONDS", 1.0)
    with double.MailServer() as provider:
        yield SmtpRig(provider)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_smtp_keeps_the_contract(case: Callable[[Rig], None], rig: SmtpRig) -> None:
    case(rig)


@pytest.mark.parametrize(
    ("how", "error", "detail", "others"),
    [
        ("fail", Unavailable, "451 4.2.0", Unavailable),
        ("full", Unavailable, "452 4.2.2", Unavailable),
        ("closing", Unavailable, "421 4.3.0", Unavailable),
        ("throttle", Throttled, "452 4.3.2", Throttled),
        ("rate", Throttled, "421 4.7.28", Throttled),
        ("reject", Undeliverable, "550 5.1.1", Undeliverable),
        ("old-fashioned", Rejected, "550", Rejected),
        ("policy", Rejected, "554 5.7.1", Rejected),
        ("later", Unavailable, "451 4.7.1", Unavailable),
        ("sender", Misconfigured, "550 5.7.60", Misconfigured),
        ("unknown-sender", Misconfigured, "550 5.1.8", Misconfigured),
        ("timeout", Unavailable, "connection lost", Unavailable),
        ("reset-before", Unavailable, "connection lost", Unavailable),
        ("timeout-after-accept", Uncertain, "no answer", Unavailable),
        ("reset", Uncertain, "no answer", Unavailable),
        ("garbage", Uncertain, "no readable answer", Unavailable),
    ],
)
def test_each_stage_has_its_error(
    how: str, error: type[ChannelError], detail: str, others: type[ChannelError], rig: SmtpRig
) -> None:
    outcomes = rig.channel.send(rig.misbehaving(how), outgoing(2, rig))

    errors = [one.error for one in outcomes if isinstance(one, NotSent)]
    assert [type(one) for one in errors] == [error, others]
    assert errors[0].detail == detail


def test_a_refused_recipient_does_not_stop_the_others(rig: SmtpRig) -> None:
    rig.provider.faulty = {"anna1@example.com"}

    outcomes = rig.channel.send(rig.account, outgoing(3, rig))

    assert [type(one) for one in outcomes] == [Sent, NotSent, Sent]
    assert rig.accepted() == ["1-0", "1-2"]
    assert rig.provider.connections == 1


def test_a_mail_leaves_as_it_should(rig: SmtpRig) -> None:
    text = "Hello\n.\n..two dots\nSí, 明天"

    [outcome] = rig.channel.send(rig.account, [replace(outgoing(1, rig)[0], text=text, subject="Su coche está listo")])

    token = tokens.token_of(rig.account, "1-0")
    [taken] = rig.provider.taken
    mail = message_from_bytes(rig.provider.mails[0], policy=policy.default)
    body = mail.get_body(("plain",))
    assert isinstance(outcome, Sent)
    assert taken.provider_id == f"replies+{token}@reply.north.example" == mail["Reply-To"]
    assert outcome.provider_id == taken.ours == f"<{token}@north.example>"
    assert (mail["Subject"], mail["From"]) == ("Su coche está listo", "North Motors <service@north.example>")
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").strip() == text


def test_what_time_does_not_suffice_for_is_left(rig: SmtpRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "BATCH_SECONDS", 0)

    outcomes = rig.channel.send(rig.account, outgoing(3, rig))

    assert [type(one.error) for one in outcomes if isinstance(one, NotSent)] == [Unavailable] * 3
    assert rig.accepted() == []


def test_a_server_that_is_not_there_took_nothing(rig: SmtpRig) -> None:
    outcomes = rig.channel.send(rig.with_settings(port="1"), outgoing(2, rig))

    assert [type(one.error) for one in outcomes if isinstance(one, NotSent)] == [Unavailable, Unavailable]


@pytest.mark.parametrize(
    "more",
    [{"host": ""}, {"secret": ""}, {"security": "hope"}, {"port": "mail"}, {"user": "service"}],
    ids=["no host", "no secret", "no such security", "no port", "a password in the clear"],
)
def test_an_account_that_cannot_send_is_misconfigured(more: dict[str, str], rig: SmtpRig) -> None:
    with pytest.raises(Misconfigured):
        rig.channel.send(rig.with_settings(**more), outgoing(1, rig))


def test_a_server_that_cannot_encrypt_gets_nothing(rig: SmtpRig) -> None:
    [outcome] = rig.channel.send(rig.with_settings(security="starttls"), outgoing(1, rig))

    assert isinstance(outcome, NotSent)
    assert type(outcome.error) is Misconfigured
    assert rig.accepted() == []


def test_while_a_secret_changes_both_are_good(rig: SmtpRig) -> None:
    rig.channel.verify(rig.with_settings(secret="the next", secret_before=SECRET), rig.reply("8"))


def test_a_server_that_lets_us_in_passes_the_probe(rig: SmtpRig) -> None:
    assert smtp.Smtp().probe(rig.account).name == rig.account.address
    assert rig.accepted() == []


def test_a_server_without_encryption_does_not_pass(rig: SmtpRig) -> None:
    with pytest.raises(Misconfigured):
        smtp.Smtp().probe(rig.with_settings(security="starttls"))


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # encryption is outside of what the double sees
@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("password", "is_trusted", "error"),
    [(double.PASSWORD, True, None), ("wrong", True, Misconfigured), (double.PASSWORD, False, Misconfigured)],
    ids=["right", "wrong password", "unknown certificate"],
)
def test_a_password_travels_encrypted_to_a_known_server(
    security: str, password: str, is_trusted: bool, error: type[ChannelError] | None, certificate: Path
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with double.MailServer(tls=context, is_implicit=security == "tls") as provider:
        rig = SmtpRig(provider)
        ca = certificate.read_text().partition("-----BEGIN PRIVATE")[0] if is_trusted else ""
        account = rig.with_settings(security=security, user=double.USER, password=password, ca=ca)

        [outcome] = rig.channel.send(account, outgoing(1, rig))

    found = type(outcome.error) if isinstance(outcome, NotSent) else None
    assert found is error
    assert len(rig.accepted()) == (error is None)
