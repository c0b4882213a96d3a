"""Sealing accounts' settings with the present key, so that the one before it can go."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from notifications.channels.models import ChannelAccount
from notifications.channels.sealed import PURPOSE
from notifications.shared.models import SharedSender
from tenants.sealing import SealBroken, is_sealed_anew


@dataclass(frozen=True)
class Resealed:
    """What was done to one account, or shared sender; is_broken where no key of the house opens it."""

    account_id: int
    is_broken: bool = False


def reseal(model: type[ChannelAccount | SharedSender] = ChannelAccount) -> Iterator[Resealed]:
    """Seal what a key of before has sealed, row by row; what is done already is passed over.

    Accounts in a dealer's scope, shared senders in the public one. Each is a transaction of its own, so that it can be
    stopped at any time and begun again.
    """
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.execute(f"SELECT id, settings FROM {table} WHERE settings <> '' ORDER BY id")  # noqa: S608  # our name
        old = [pk for pk, sealed in cursor.fetchall() if not is_sealed_anew(sealed, purpose=PURPOSE)]
    for account_id in old:
        yield _reseal(model, account_id)


def _reseal(model: type[ChannelAccount | SharedSender], account_id: int) -> Resealed:
    try:
        with transaction.atomic():
            # Locked and read anew: somebody may be changing it.
            account = model._default_manager.select_for_update().get(pk=account_id)
            account.save(update_fields=["settings"])
    except SealBroken:
        return Resealed(account_id, is_broken=True)
    return Resealed(account_id)
