"""What the outbox of a dealer must know and tell of the shared sender it writes from; nothing where it has its own."""

from collections.abc import Sequence
from datetime import datetime

from channels_app.contract import Receipt
from notifications.channels.models import ChannelAccount
from notifications.shared import early, hashing, stopping, talks
from notifications.shared.models import SharedSender
from notifications.shared.talks import Written
from tenants.scope import public_scope


def stops(row: ChannelAccount, addresses: Sequence[str]) -> dict[str, set[str]]:
    """This function will say of addresses for which purposes the sender may not write to them; empty means all."""
    if row.shared_sender_id is None or not addresses:
        return {}
    return stopping.stopped(row.shared_sender_id, addresses)


def note_leaving(row: ChannelAccount, written: Sequence[Written], *, now: datetime) -> None:
    """This function will write down to whom the dealer writes, in the transaction that lets it leave."""
    if row.shared_sender_id is not None and written:
        talks.note_leaving(row.shared_sender_id, written, now=now)


def note_sent(row: ChannelAccount, provider_ids: Sequence[str], *, now: datetime) -> list[Receipt]:
    """This function will write down the provider's names, and return the receipts that came before they were known."""
    if row.shared_sender_id is None or not provider_ids:
        return []
    talks.note_names(row.shared_sender_id, provider_ids, now=now)
    return early.kept_for(row.shared_sender_id, provider_ids)


def sender_of(row: ChannelAccount) -> SharedSender | None:
    """This function will read the sender of an account that is shared, without its keys; None of a dealer's own."""
    if row.shared_sender_id is None:
        return None
    with public_scope():
        return SharedSender.objects.defer("settings").get(pk=row.shared_sender_id)


def note_throttled(row: ChannelAccount, *, until: datetime) -> None:
    """This function will have all dealers of the sender wait: its provider knows one sender only."""
    if row.shared_sender_id is not None:
        with public_scope():
            SharedSender.objects.filter(pk=row.shared_sender_id).update(throttled_until=until)


def recipient(sender: SharedSender, address: str) -> str:
    """This function will name an address as the sender's recipient, the same whichever dealer writes."""
    return hashing.address_hash(sender.pk, address)
