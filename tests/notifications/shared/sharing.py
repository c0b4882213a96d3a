"""One sender of the brand, north and south on it, and Anna, who is known at both."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from channels_app import simulator_provider as provider
from channels_app.simulator import signed_request
from channels_app.simulator_provider import Accepted
from notifications.channels.models import ChannelAccount
from notifications.inbound import operations as inbound
from notifications.inbound.models import InboundEvent
from notifications.models import Conversation
from notifications.outbox import operations as outbox
from notifications.outbox.models import Message
from notifications.shared import operations, working
from notifications.shared.accounts import account_of
from notifications.shared.models import SharedSender
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.stories import telling
from tests.stories.telling import Story

NOW = datetime.fromisoformat("2026-11-18T09:00:00+00:00")
ANNA = "+8613800000001"
NUMBER = "10690001"


@dataclass
class Shared:
    """The sender, its dealers by name, and the moving clock."""

    sender: SharedSender
    dealers: dict[str, DealerRef]
    accounts: dict[str, ChannelAccount]
    now: datetime = NOW
    heard: int = 0
    stories: dict[str, Story] = field(default_factory=dict)

    @contextmanager
    def at(self, name: str) -> Iterator[ChannelAccount]:
        """Enter a dealer, with its account on the sender."""
        with dealer_scope(self.dealers[name]):
            yield self.accounts[name]

    def begin(self, name: str, address: str = ANNA) -> Story:
        """Keep a file of the owner at a dealer."""
        with self.at(name) as account:
            self.stories[name] = telling.begin_with(name, account=account, address=address)
            self.stories[name].now = self.now
            return self.stories[name]

    def ask(self, name: str, flow: str = "win_back", **wishes: object) -> Message:
        """Have a dealer begin a dialogue, and its first message leave."""
        with self.at(name):
            story = self.stories.get(name) or self.begin(name)
            story.now = self.now
            story.start(flow, **wishes)
            self._let_leave()
            return story.last()

    def write(self, name: str, text: str = "Your car is ready.", address: str = ANNA, **wishes: object) -> Message:
        """Have a dealer write a message that asks nothing."""
        with self.at(name) as account:
            wanted = {"account_id": account.pk, "address": address, "text": text, "purpose": "SERVICE", **wishes}
            message = outbox.queue_message(outbox.Draft(**wanted), now=self.now)  # type: ignore[arg-type]
            self._let_leave()
            message.refresh_from_db()
            return message

    def pass_by(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by

    def hear(self, text: str, *, address: str = ANNA, **fields: object) -> None:
        """Let the owner write to the number, and the workers work."""
        self.take(self.said(text, address=address, **fields))
        self.work()

    def said(self, text: str, *, address: str = ANNA, **fields: object) -> dict[str, object]:
        """What the simulated provider says when somebody wrote."""
        self.heard += 1
        return {"kind": "inbound", "provider_id": f"in-{self.heard}", "sender": address, "text": text, **fields}

    def take(self, *events: dict[str, object]) -> None:
        """Hand a provider's call to the door."""
        self.now += timedelta(minutes=1)
        request = signed_request(account_of(self.sender), list(events), now=self.now)
        inbound.accept(account_ref=self.sender.public_id, request=request, now=self.now)

    def work(self) -> None:
        """Do what workers would: the dealers' inboxes and the sender's own turn."""
        for name in self.dealers:
            with self.at(name):
                for event in InboundEvent.objects.filter(state="RECEIVED").order_by("id"):
                    inbound.handle(event.pk, now=self.now)
        working.work(self.sender.pk, now=self.now)

    def words_at(self, name: str) -> list[str]:
        """What a dealer heard, in order."""
        with self.at(name):
            return list(Message.objects.filter(direction="IN").order_by("id").values_list("text", flat=True))

    def talks_at(self, name: str) -> int:
        """How many conversations a dealer has."""
        with self.at(name):
            return Conversation.objects.count()

    def accepted(self) -> list[Accepted]:
        """What the provider took."""
        return provider.accepted_messages(account_of(self.sender), limit=1000)

    def questions(self) -> list[Accepted]:
        """What the house itself asked."""
        return [one for one in self.accepted() if one.message.message_id.startswith("which-")]

    def _let_leave(self) -> None:
        outbox.dispatch_batch(now=self.now)


def share(north: DealerRef, south: DealerRef, *, kind: str = "simulator", address: str = NUMBER, **told: str) -> Shared:
    """Open a sender of the brand, for both dealers."""
    sender = operations.open_sender(
        manufacturer_id=north.manufacturer_id or 0, kind=kind, address=address, settings=told, by=None, now=NOW
    )
    dealers = {dealer.name: dealer for dealer in (north, south)}
    accounts = {}
    for name, dealer in dealers.items():
        sharing = operations.share(sender_id=sender.pk, dealer_id=dealer.id, by=None, now=NOW)
        with dealer_scope(dealer):
            accounts[name] = ChannelAccount.objects.get(pk=sharing.account_id)
    with public_scope():
        sender.refresh_from_db()
    return Shared(sender, dealers, accounts)


Sharer = Callable[..., Shared]
