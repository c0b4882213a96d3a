"""What tests of the next channel start from: Anna with a phone, a mail box and a chat, and an account for each."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from channels_app.contract import Receipt, ReceiptStatus
from core.customers.models import ContactPoint, Customer
from core.tasks.models import Task
from notifications.channels.models import ChannelAccount
from notifications.outbox import operations as outbox
from notifications.outbox.handing import wire_id
from notifications.outbox.models import Message
from notifications.outbox.operations import Draft
from notifications.rerouting import operations as rerouting

# Monday 2 March 2026, 18:00 in Shanghai.
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PHONE, MAIL, CHAT = "+8613800000001", "anna@owner.example", "700001"
KINDS = {"simulator": ("PHONE", PHONE), "smtp": ("EMAIL", MAIL), "telegram": ("CHAT", CHAT)}


@dataclass(frozen=True)
class Reach:
    """Anna's file and the accounts that reach her, by kind."""

    anna: Customer
    accounts: dict[str, ChannelAccount]

    def queue(self, kind: str = "simulator", **wishes: Any) -> Message:
        """Queue a message to her over one of them."""
        ready: dict[str, Any] = {
            "account_id": self.accounts[kind].pk,
            "address": KINDS[kind][1],
            "text": "Your car is ready.",
            "purpose": "SERVICE",
            "customer_id": self.anna.pk,
            "priority": 20,
        }
        return outbox.queue_message(Draft(**{**ready, **wishes}), now=NOW)

    def tell(self, message: Message, *said: ReceiptStatus, now: datetime) -> None:
        """Apply receipts of a message, one call each."""
        for status in said:
            receipt = Receipt(provider_id="", message_id=wire_id(message.pk), status=status, event_id=uuid4().hex)
            outbox.apply_receipts([receipt], account_id=message.account_id, now=now)


def make_reach(*kinds: str, **settings: str) -> Reach:
    """Keep Anna's file with an address for each kind of channel; the settings are the simulator's."""
    anna = Customer.objects.create(name="Anna", created_at=NOW, updated_at=NOW)
    accounts = {}
    for rank, kind in enumerate(kinds):
        family, address = KINDS[kind]
        ContactPoint.objects.create(
            customer=anna,
            kind=family,
            chat_channel=kind if family == "CHAT" else "",
            value=address,
            created_at=NOW,
            updated_at=NOW,
        )
        accounts[kind] = ChannelAccount.objects.create(
            kind=kind,
            address=f"+100{uuid4().int % 10**9}",
            public_id=uuid4().hex,
            settings=settings if kind == "simulator" else {},
            rank=rank,
            created_at=NOW,
        )
    return Reach(anna, accounts)


def reroute(now: datetime = NOW) -> int:
    """Look for the next channels that are to be looked for by then."""
    return rerouting.reroute(now=now, limit=10)


def routes() -> list[tuple[str, str]]:
    """List each message with its channel and state, in their order."""
    return list(Message.objects.filter(direction="OUT").order_by("id").values_list("account__kind", "state"))


def calls() -> list[tuple[str, str]]:
    """List the calls that people have to make."""
    return list(Task.objects.filter(kind="CALL").order_by("id").values_list("reason", "state"))
