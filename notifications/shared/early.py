"""Receipts that came to a shared sender before anybody knew whose message the provider's name is: sealed till then."""

from collections.abc import Sequence

from channels_app.contract import Receipt
from notifications.shared import hashing
from notifications.shared.models import Arrival
from notifications.shared.sealing import opened_receipt
from tenants.scope import public_scope


def kept_for(sender_id: int, provider_ids: Sequence[str]) -> list[Receipt]:
    """This function will take out the receipts that came before these names were known as the current dealer's."""
    hashes = [hashing.name_hash(sender_id, one) for one in provider_ids]
    with public_scope():
        kept = Arrival.objects.filter(sender_id=sender_id, state=Arrival.State.RECEIPT, address_hash__in=hashes)
        return [taken_out(one) for one in kept.select_for_update(skip_locked=True).order_by("id")]


def taken_out(arrival: Arrival) -> Receipt:
    """This function will open a kept receipt and keep its name alone. Raises: SealBroken."""
    receipt = opened_receipt(arrival.sealed)
    Arrival.objects.filter(pk=arrival.pk).update(state=Arrival.State.DONE, sealed="")
    return receipt
