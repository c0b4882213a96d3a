"""A dealer's channel accounts as the channels want them."""

import hashlib
import hmac

from django.conf import settings

from channels_app.contract import Account
from notifications.channels.models import ChannelAccount

# Where providers call the house; a test holds it against the table of addresses.
WEBHOOKS = "/api/webhooks/"


def account_of(row: ChannelAccount) -> Account:
    """This function will give an account to hand to its channel; its own settings win over the house's."""
    shared = _HOUSE[row.kind](row) if row.kind in _HOUSE else {}
    return Account(
        id=row.public_id,
        kind=row.kind,
        address=row.address,
        settings={**shared, **row.settings},
        webhook_url=webhook_of(row),
    )


def webhook_of(row: ChannelAccount) -> str:
    """This function will give the address at which an account's provider calls the house."""
    return f"{settings.PUBLIC_URL}{WEBHOOKS}{row.public_id}/"


def _simulator(row: ChannelAccount) -> dict[str, str]:
    """The simulated provider lives in the house's own Valkey; each account's calls are signed with a key of its own."""
    secret = hmac.new(settings.SECRET_KEY.encode(), f"simulator:{row.public_id}".encode(), hashlib.sha256)
    return {"url": settings.VALKEY_URL, "secret": secret.hexdigest()}


# What the house itself knows of accounts of a kind.
_HOUSE = {"simulator": _simulator}
