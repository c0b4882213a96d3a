"""What servers report of our mails, and what everybody else may claim."""

import pytest

from channels_app.contract import Account, Receipt
from channels_app.mail import events, tokens

ACCOUNT = Account(id="a", kind="smtp", address="service@north.example", settings={"secret": "s"})
TOKEN = tokens.token_of(ACCOUNT, "1-7")
PROVIDER_ID = tokens.provider_id_of(ACCOUNT, TOKEN)
TO = "To: replies@reply.north.example"
RETURNED = f"From: service@north.example\r\nMessage-ID: {PROVIDER_ID}\r\nSubject: Your car\r\n\r\n"


def report(kind: str, media_type: str, fields: str, *, returned: str = "text/rfc822-headers", to: str = TO) -> bytes:
    """Return a report as servers write it."""
    return "\r\n".join(
        [
            "From: MAILER-DAEMON@mx.example.com",
            to,
            "Message-ID: <report-1@mx.example.com>",
            "Return-Path: <>",
            f'Content-Type: multipart/report; report-type={kind}; boundary="b"',
            "",
            "--b",
            "Content-Type: text/plain",
            "",
            "Sorry.",
            "--b",
            f"Content-Type: {media_type}",
            "",
            fields,
            "--b",
            f"Content-Type: {returned}",
            "",
            RETURNED,
            "--b--",
            "",
        ]
    ).encode()


def bounce(action: str, status: str, *, diagnostic: str = "smtp; 550 no", **more: str) -> bytes:
    """Return a delivery status of our one recipient."""
    about = "Reporting-MTA: dns; mx.example.com\r\n\r\n"
    fields = (
        f"{about}Final-Recipient: rfc822; anna@example.com\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {diagnostic}\r\n"
    )
    return report("delivery-status", "message/delivery-status", fields, **more)


def complaint(kind: str) -> bytes:
    """Return a complaint as a mail box provider sends it."""
    fields = f"Feedback-Type: {kind}\r\nUser-Agent: FBL/1.0\r\nVersion: 1\r\n"
    return report("feedback-report", "message/feedback-report", fields, returned="message/rfc822")


STATUSES = [
    ("failed", "5.1.1", "smtp; 550 5.1.1 no such user", "undeliverable", "5.1.1"),
    ("failed", "5.1.10", "smtp; 550", "undeliverable", "5.1.10"),
    ("failed", "5.2.1", "smtp; 550", "undeliverable", "5.2.1"),
    ("failed", "5.2.2", "smtp; 552 full", "failed", "5.2.2"),
    ("failed", "5.7.1", "smtp; 550 policy", "failed", "5.7.1"),
    ("failed", "4.4.7", "smtp; 451 expired", "failed", "4.4.7"),
    ("Failed", "5.0.0", "smtp; 550 5.1.1 <anna@example.com> unknown", "undeliverable", "5.1.1"),
    ("failed", "5.0.0 (permanent)", "smtp; 550 unknown", "failed", "5.0.0"),
    ("failed", "", "", "failed", ""),
    ("delivered", "2.0.0", "", "delivered", ""),
    ("relayed", "2.0.0", "", "sent", ""),
    ("expanded", "2.0.0", "", "sent", ""),
]


@pytest.mark.parametrize("to", [TO, f"To: replies+{TOKEN}@reply.north.example"], ids=["headers", "return path"])
@pytest.mark.parametrize(("action", "code", "diagnostic", "status", "detail"), STATUSES)
def test_a_delivery_status_is_a_receipt(
    action: str, code: str, diagnostic: str, status: str, detail: str, to: str
) -> None:
    [receipt] = events.events_of(ACCOUNT, bounce(action, code, diagnostic=diagnostic, to=to))

    assert isinstance(receipt, Receipt)
    assert (receipt.message_id, receipt.provider_id) == ("1-7", PROVIDER_ID)
    assert (receipt.status, receipt.detail) == (status, detail)
    assert receipt.event_id == f"1-7-{status}-<report-1@mx.example.com>"


@pytest.mark.parametrize("kind", ["abuse", "Opt-Out", "opt-out-list"])
def test_a_complaint_is_an_opt_out(kind: str) -> None:
    [receipt] = events.events_of(ACCOUNT, complaint(kind))

    assert isinstance(receipt, Receipt)
    assert (receipt.message_id, receipt.status) == ("1-7", "opted_out")
    assert receipt.purposes == ("MARKETING", "REMINDER", "SURVEY")


@pytest.mark.parametrize(
    "raw",
    [
        bounce("delayed", "4.4.1"),
        bounce("vanished", "5.1.1"),
        complaint("not-spam"),
        complaint("virus"),
        bounce("failed", "5.1.1").replace(TOKEN.encode(), b"1-8" + TOKEN[3:].encode()),
        bounce("failed", "5.1.1").replace(b"Message-ID: <1-7", b"X-Nothing: <"),
        bounce("failed", "5.1.1").replace(b"Action:", b"Auction:"),
    ],
    ids=["delayed", "unknown", "not spam", "virus", "another's mail", "no mail", "no action"],
)
def test_a_report_that_proves_nothing_is_passed_over(raw: bytes) -> None:
    assert events.events_of(ACCOUNT, raw) == []


def test_a_whole_mail_brought_back_is_known_again() -> None:
    [receipt] = events.events_of(ACCOUNT, bounce("failed", "5.1.1", returned="message/rfc822"))

    assert isinstance(receipt, Receipt)
    assert receipt.message_id == "1-7"
