"""Our channels speak with servers that others wrote, as with our own doubles."""

import base64
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email import message_from_bytes, policy
from queue import SimpleQueue

import pytest

from channels_app import lines, registry
from channels_app.contract import Account, NotSent, Outgoing, RawRequest, Receipt, Sent
from channels_app.errors import Misconfigured, Undeliverable
from tests.doubles import smpp as double
from tests.peers.conftest import Peer

pytestmark = pytest.mark.slow

WITHIN_SECONDS = 30
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
Brought = SimpleQueue[tuple[Mapping[str, str], bytes]]


@pytest.fixture(scope="module")
def mail_server(start: Callable[[str], Peer]) -> Peer:
    return start("mail.mjs")


@pytest.fixture(scope="module")
def centre(start: Callable[[str], Peer]) -> Peer:
    return start("smsc.mjs")


@pytest.fixture
def brought() -> Iterator[Brought]:
    """What comes over lines of ours."""
    before, kept = list(lines._taker), Brought()

    def take(account_id: str, *, headers: Mapping[str, str], body: bytes) -> None:
        assert account_id == "peer"
        kept.put((headers, body))

    lines.take_over(take)
    yield kept
    lines._taker[:] = before


def mails(server: Peer) -> Account:
    settings = {
        "host": "127.0.0.1",
        "port": str(server.port),
        "security": "none",
        "secret": "a secret of a test",
        "reply_address": "replies@reply.north.example",
    }
    return Account(id="peer", kind="smtp", address="service@north.example", settings=settings)


def texts(centre: Peer, **more: str) -> Account:
    settings = {
        "host": "127.0.0.1",
        "port": str(centre.port),
        "security": "none",
        "system_id": double.SYSTEM_ID,
        "password": double.PASSWORD,
        **more,
    }
    return Account(id="peer", kind="smpp", address="+34600999999", settings=settings)


def test_a_mail_arrives_whole_and_a_dot_at_the_start_of_a_line_stays(mail_server: Peer) -> None:
    text = ".Su coche está listo.\n..\n车好了。"
    mail = Outgoing("1-7", "anna@owner.example", text, subject="Su coche: 车", html="<p>Su coche</p>")

    [outcome] = registry.get("smtp").send(mails(mail_server), [mail])

    said = mail_server.said()
    arrived = message_from_bytes(base64.b64decode(said["raw"]), policy=policy.default)
    body = arrived.get_body(("plain",))
    assert isinstance(outcome, Sent)
    assert (said["to"], str(arrived["Subject"])) == (["anna@owner.example"], "Su coche: 车")
    assert str(arrived["Message-ID"]) == outcome.provider_id
    assert body is not None
    assert body.get_content().splitlines() == text.splitlines()


def test_a_mail_box_that_is_none_is_named_and_the_others_get_theirs(mail_server: Peer) -> None:
    batch = [
        Outgoing(f"1-{n}", f"{who}@owner.example", "Listo.", subject="x") for n, who in enumerate(("nobody", "anna"))
    ]

    refused, sent = registry.get("smtp").send(mails(mail_server), batch)

    assert isinstance(refused, NotSent)
    assert isinstance(refused.error, Undeliverable)
    assert isinstance(sent, Sent)
    assert mail_server.said()["to"] == ["anna@owner.example"]


@pytest.mark.parametrize("text", ["Your car is ready: 10 € [ok]", "您的车好了，请来取。"], ids=["GSM-7", "UCS-2"])
def test_a_text_is_read_by_another_centre_and_its_receipt_by_us(text: str, centre: Peer, brought: Brought) -> None:
    account, channel = texts(centre), registry.get("smpp")

    [outcome] = channel.send(account, [Outgoing("1-7", "+34600000001", text)])

    said = centre.said()
    headers, body = brought.get(timeout=WITHIN_SECONDS)
    [receipt] = channel.parse(account, RawRequest("POST", "", headers, body, NOW))
    assert isinstance(outcome, Sent)
    assert (said["named"], said["to"], said["text"]) == (outcome.provider_id, "34600000001", text)
    assert isinstance(receipt, Receipt)
    assert (receipt.provider_id, receipt.status) == (outcome.provider_id, "delivered")
    assert centre.said() == {"answered": 0}


def test_a_long_text_goes_in_parts_that_another_centre_puts_together(centre: Peer, brought: Brought) -> None:
    text = "Your car is ready. " * 20

    [outcome] = registry.get("smpp").send(texts(centre), [Outgoing("1-8", "+34600000001", text)])

    parts = [centre.said() for _ in range(3)]
    assert isinstance(outcome, Sent)
    assert "".join(one["text"] for one in parts) == text
    assert [one["receipt"] for one in parts] == [0, 0, 1]
    assert parts[-1]["named"] == outcome.provider_id
    assert brought.get(timeout=WITHIN_SECONDS)
    assert centre.said() == {"answered": 0}


def test_a_wrong_password_is_not_let_in(centre: Peer) -> None:
    [outcome] = registry.get("smpp").send(texts(centre, password="other"), [Outgoing("1-9", "+34600000001", "x")])

    assert isinstance(outcome, NotSent)
    assert isinstance(outcome.error, Misconfigured)
