"""What the outbox's tests start from: an account at the simulator, people, messages in the queue."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

from channels_app import simulator_provider as provider
from channels_app.contract import Receipt
from channels_app.simulator_provider import Accepted
from core.customers.models import Customer
from notifications.channels.models import ChannelAccount
from notifications.outbox import operations
from notifications.outbox.accounts import account_of
from notifications.outbox.models import Message
from notifications.outbox.operations import Draft
from notifications.policy.models import Suppression

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
MUCH_LATER = NOW + timedelta(minutes=30)

ANNA = "+8613800000001"
BORIS = "+34600000002"


def make_account(**settings: str) -> ChannelAccount:
    """Open an account at a simulated provider of its own."""
    return ChannelAccount.objects.create(
        kind="simulator",
        address=f"+100{uuid4().int % 10**9}",
        public_id=uuid4().hex,
        settings=settings,
        created_at=NOW,
    )


def make_customer(name: str = "Anna") -> Customer:
    """Keep a file of an owner."""
    return Customer.objects.create(name=name, created_at=NOW, updated_at=NOW)


def draft(account: ChannelAccount, **wishes: object) -> Draft:
    """Draft a message to Anna, or as wished."""
    ready: dict[str, object] = {
        "account_id": account.pk,
        "address": ANNA,
        "text": "Your car is ready.",
        "purpose": "SERVICE",
        "priority": 50,
    }
    return Draft(**{**ready, **wishes})  # type: ignore[arg-type]  # wishes are the draft's own fields


def queue_many(account: ChannelAccount, count: int, **wishes: object) -> list[Message]:
    """Queue messages to as many different owners."""
    drafts = [draft(account, **{"address": f"+86139{n:06d}77", **wishes}) for n in range(count)]
    return operations.queue_messages(drafts, now=NOW)


def states() -> dict[str, int]:
    """Count the current dealer's messages by state."""
    found: dict[str, int] = {}
    for state in Message.objects.filter(direction="OUT").values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def state_of(message: Message) -> str:
    """Read a message's state."""
    return Message.objects.values_list("state", flat=True).get(pk=message.pk)


def accepted(account: ChannelAccount) -> list[Accepted]:
    """List what the provider took."""
    return provider.accepted_messages(account_of(account), limit=100_000)


def receipts(account: ChannelAccount, *, chance: Random | None = None, **settings: str) -> list[Receipt]:
    """Give the provider's receipts for all it took, by way of the channel's own reading."""
    from channels_app import registry
    from channels_app.simulator import signed_request

    row = account_of(account)
    with_manner = type(row)(id=row.id, kind=row.kind, address=row.address, settings={**row.settings, **settings})
    events = provider.receipt_events(with_manner, accepted(account), now=NOW, chance=chance or Random(1))
    parsed = registry.get("simulator").parse(row, signed_request(row, events, now=NOW))
    return [one for one in parsed if isinstance(one, Receipt)]


def opt_out(address: str, *, purpose: str = "", channel: str = "") -> Suppression:
    """Put up a wall for an address."""
    return Suppression.objects.create(
        address_hash=operations.address_hash(address),
        purpose=purpose,
        channel=channel,
        reason="stop",
        source=Suppression.Source.REPLY,
        at=NOW,
    )
