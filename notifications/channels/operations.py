"""Opening the accounts through which a dealer's messages cross its border."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from channels_app import registry
from notifications.channels.models import ChannelAccount
from tenants.models import ChannelRoute
from tenants.scope import current_dealer
from tenants.tokens import opaque_id


@transaction.atomic
def open_account(*, kind: str, address: str, settings: Mapping[str, str], now: datetime) -> ChannelAccount:
    """Give the dealer in scope an account of a registered channel, with the route its webhook comes by.

    One there already is returned as it is.
    Raises: ChannelUnknown.
    """
    registry.get(kind)
    account, is_new = ChannelAccount.objects.get_or_create(
        kind=kind,
        address=address,
        defaults={"public_id": opaque_id(), "settings": dict(settings), "created_at": now},
    )
    if is_new:
        ChannelRoute.objects.create(
            public_id=account.public_id,
            dealer_id=current_dealer().id,
            account_id=account.pk,
            kind=kind,
            address=address,
        )
    return account


def tell_line(account: ChannelAccount, *, now: datetime) -> None:
    """Let whoever keeps a line open for the account learn that it is another now; call it where it was changed."""
    ChannelRoute.objects.filter(public_id=account.public_id).update(changed_at=now)
