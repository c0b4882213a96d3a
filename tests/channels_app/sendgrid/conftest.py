"""SendGrid's channel before its double."""

import json
from collections.abc import Iterator

import pytest

from channels_app.contract import Attachment, Channel, RawRequest
from channels_app.mail import tokens
from channels_app.sendgrid.channel import SendGrid
from tests.channels_app.rigs import NOW, DoubleRig, hurry
from tests.doubles import sendgrid as double

INVITATION = Attachment("visit.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")


class SendGridRig(DoubleRig[double.SendGrid]):
    """SendGrid's channel before the double."""

    address = "service@north.example"
    channel: Channel = SendGrid()
    has_timestamps = True

    def settings(self) -> dict[str, str]:
        return {
            "api_key": double.KEY,
            "secret": "a secret of a test",
            "event_key": self.provider.public_key,
            "reply_address": "replies@reply.north.example",
            "name": "North Motors",
            "url": self.provider.url,
        }

    def accepted(self) -> list[str]:
        return [one.ours.partition(".")[0] for one in self.provider.taken]

    def receipts(self) -> list[RawRequest]:
        if self.provider.how == "opted-out":
            dropped = self.provider.events("dropped", reason="Unsubscribed Address")
            return [self.provider.event_call(dropped, now=NOW)]
        return [self.provider.event_call(self.provider.events("processed", "delivered"), now=NOW)]

    def shuffled(self, requests: list[RawRequest]) -> list[RawRequest]:
        events = [event for request in requests for event in json.loads(request.body)]
        return [self.provider.event_call(events[::-1], now=NOW)]

    def reply(self, text: str) -> RawRequest:
        return self.provider.mail_call(form(text=text.encode()), now=NOW)

    def unreadable(self) -> RawRequest:
        return self.provider.signed(b'{"event": ', now=NOW)

    def token(self, message_id: str = "1-0") -> str:
        return tokens.token_of(self.account, message_id)


def form(**more: bytes) -> dict[str, bytes]:
    """Return the fields of Inbound Parse for a mail of Anna's."""
    return {
        "headers": b"Message-ID: <8@mail.example.com>\nDate: Mon, 02 Mar 2026 09:00:00 +0100\n",
        "dkim": b"{@example.com : pass}",
        "SPF": b"pass",
        "to": b"replies@reply.north.example",
        "from": "Anna Müller <Anna@Example.com>".encode(),
        "sender_ip": b"192.0.2.1",
        "envelope": b'{"to":["replies@reply.north.example"],"from":"anna@example.com"}',
        "subject": b"Re: Your car",
        "attachments": b"0",
        "charsets": b'{"to":"UTF-8","from":"UTF-8","subject":"UTF-8","text":"UTF-8"}',
        **more,
    }


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[SendGridRig]:
    hurry(monkeypatch, seconds=2.0)  # a thousand mails are one call
    with double.SendGrid() as provider:
        yield SendGridRig(provider)
