"""A shared sender as its channel wants it; its settings never pass through a dealer's hands."""

from channels_app.contract import Account
from notifications.channels import house
from notifications.shared.models import SharedSender
from tenants.scope import public_scope


class SenderClosed(LookupError):
    """There is no such sender any more."""


class AccountUnknown(LookupError):
    """No dealer, and no manufacturer, has a sender of that name."""


def account_of(sender: SharedSender) -> Account:
    """This function will give a sender to hand to its channel."""
    return Account(
        id=sender.public_id,
        kind=sender.kind,
        address=sender.address,
        settings={**house.settings_of(sender.kind, sender.public_id), **sender.settings},
        webhook_url=webhook_of(sender),
    )


def webhook_of(sender: SharedSender) -> str:
    """This function will give the address at which a sender's provider calls the house."""
    return house.webhook(sender.public_id)


def sender_numbered(sender_id: int) -> SharedSender:
    """This function will read a sender, in whatever scope. Raises: SenderClosed."""
    with public_scope():
        sender = SharedSender.objects.filter(pk=sender_id).first()
    if sender is None:
        raise SenderClosed(f"there is no shared sender {sender_id}")
    return sender
