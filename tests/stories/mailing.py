"""An owner with a mail box: what we send is read there as mails, what they write comes by the relay's webhook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formatdate

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from channels_app import registry
from channels_app.contract import Account, Outcome, Outgoing, Sent
from channels_app.mail import building
from channels_app.smtp import Smtp
from core.customers.models import ContactPoint
from notifications.channels.operations import open_account
from notifications.outbox import operations as outbox
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import PUBLIC_HOST
from tests.doubles.smtp import posted
from tests.stories import telling
from tests.stories.telling import Story

ADDRESSES = {"north": "anna@example.com", "south": "boris@example.com"}


class Box(Smtp):
    """A mail server that puts everything into one mail box, or says of all what it was told to."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.sent: list[Outgoing] = []

    def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
        """Take the batch as mails."""
        outcomes: list[Outcome] = []
        for message in batch:
            letter = building.letter_of(account, message)
            raw = building.mime_of(letter, sender=account.address, name="", at=formatdate(usegmt=True))
            mail = message_from_bytes(raw, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
            self.sent.append(message)
            outcomes.append(Sent(message.message_id, letter.provider_id))
        return outcomes


@dataclass
class Correspondence:
    """A story by mail; everything is done in the dealer's own scope."""

    story: Story
    box: Box
    dealer: DealerRef
    written: int = 0
    placed: str = ""

    def start(self, flow: str, **wishes: object) -> EmailMessage:
        """Begin a dialogue; return the mail that begins it."""
        with dealer_scope(self.dealer):
            self.story.start(flow, **wishes)
        return self.fetch()

    def fetch(self) -> EmailMessage:
        """Let what is queued leave; return the newest mail."""
        # One a second for each address.
        self.story.now += timedelta(minutes=1)
        with dealer_scope(self.dealer):
            outbox.dispatch_batch(now=self.story.now)
        return self.box.mails[-1]

    def write(self, text: str, *, to: str = "", headers: Mapping[str, str] | None = None) -> EmailMessage:
        """Let the owner write a mail; return it. `to` is where: without it, the account's plain address."""
        self.written += 1
        mail = EmailMessage()
        mail["From"] = self.story.address
        mail["To"] = to or self.story.account.settings["reply_address"]
        mail["Message-ID"] = f"<{self.written}@owner.{self.story.dealer}.example>"
        for name, value in (headers or {}).items():
            mail[name] = value
        mail.set_content(text)
        self.deliver(mail)
        return mail

    def deliver(self, mail: EmailMessage) -> HttpResponse:
        """Let the relay post a mail to our webhook, and a worker handle it."""
        self.story.now += timedelta(minutes=1)
        account = self.story.account
        call = posted(mail.as_bytes(), secret=account.settings["secret"], now=self.story.now)
        with time_machine.travel(self.story.now, tick=False):
            answer = Client(HTTP_HOST=PUBLIC_HOST).generic(
                "POST", f"/api/webhooks/{account.public_id}/", call.body, "message/rfc822", headers=dict(call.headers)
            )
        with dealer_scope(self.dealer):
            self.placed = self.story.work() if self.story.has_unread() else ""
        return answer  # type: ignore[return-value]  # the client's own class of it


def begin(dealer: DealerRef, monkeypatch: pytest.MonkeyPatch) -> Correspondence:
    """Give the dealer's owner a mail box and the dealer a mail account."""
    name = dealer.schema.rpartition("_")[2]
    box = registry.LOADED.get("smtp")
    if not isinstance(box, Box):
        box = Box()
        monkeypatch.setitem(registry.LOADED, "smtp", box)
    with dealer_scope(dealer):
        story = telling.begin(name)
        settings = {
            "host": "mail.example.com",
            "secret": f"a mail secret of {name}",
            "reply_address": f"answers@{name}.example",
        }
        story.account = open_account(kind="smtp", address=f"service@{name}.example", settings=settings, now=story.now)
        story.address = ADDRESSES[name]
        ContactPoint.objects.create(
            customer=story.customer, kind="EMAIL", value=story.address, created_at=story.now, updated_at=story.now
        )
    return Correspondence(story, box, dealer)
