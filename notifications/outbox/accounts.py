"""A dealer's channel accounts as the channels want them."""

from collections.abc import Mapping

from channels_app.contract import Account
from notifications.channels import house
from notifications.channels.models import ChannelAccount
from notifications.shared import accounts as shared


def account_of(row: ChannelAccount) -> Account:
    """This function will give an account to hand to its channel; its own settings win over the house's.

    One that is shared is its sender's: the provider knows that one alone. Raises: SenderClosed.
    """
    if row.shared_sender_id is not None:
        return shared.account_of(shared.sender_numbered(row.shared_sender_id))
    return Account(
        id=row.public_id,
        kind=row.kind,
        address=row.address,
        settings={**house.settings_of(row.kind, row.public_id), **row.settings},
        webhook_url=webhook_of(row),
    )


def settings_of(row: ChannelAccount) -> Mapping[str, str]:
    """This function will give what an account's channel is told; nothing where the shared sender is there no more."""
    try:
        return account_of(row).settings
    except shared.SenderClosed:
        return {}


def webhook_of(row: ChannelAccount) -> str:
    """This function will give the address at which an account's provider calls the house."""
    return house.webhook(row.public_id)
