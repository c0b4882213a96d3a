"""Sealing accounts' settings with the present key, so that the one before it can go."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from notifications.channels.models import ChannelAccount
from notifications.channels.sealed import PURPOSE
from tenants.sealing import SealBroken, is_sealed_anew


@dataclass(frozen=True)
class Resealed:
    """What was done to one account; is_broken where no key of the house opens it."""

    account_id: int
    is_broken: bool = False


def reseal() -> Iterator[Resealed]:
    """Seal what a key of before has sealed, account by account; what is done already is passed over.

    Each is a transaction of its own, so that it can be stopped at any time and begun again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, settings FROM notifications_channelaccount WHERE settings <> '' ORDER BY id")
        old = [pk for pk, sealed in cursor.fetchall() if not is_sealed_anew(sealed, purpose=PURPOSE)]
    for account_id in old:
        yield _reseal(account_id)


def _reseal(account_id: int) -> Resealed:
    try:
        with transaction.atomic():
            # Locked and read anew: somebody may be changing it.
            account = ChannelAccount.objects.select_for_update().get(pk=account_id)
            account.save(update_fields=["settings"])
    except SealBroken:
        return Resealed(account_id, is_broken=True)
    return Resealed(account_id)
