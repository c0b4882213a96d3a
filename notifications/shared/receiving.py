"""Receipts at a shared sender: each to the dealer whose message it names, and nothing of it to any other.

By our own id; else by the provider's, which was written down as it was learnt; else by the address and sixteen bits,
where one dealer alone has such a message in doubt. What is not known yet waits sealed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from channels_app.contract import Receipt
from notifications.outbox import rules as outbox_rules
from notifications.outbox.receipts import is_of_one_in_doubt
from notifications.shared import arrivals, early, giving, hashing, sending, talks
from notifications.shared.clock import look_at
from notifications.shared.models import Arrival, SharedSender, Sharing
from notifications.shared.operations import sharings_of
from notifications.shared.sealing import opened_receipt, sealed_receipt

# An outcome and a receipt written in the same instant do not see each other; this finds them.
SECOND_LOOK = timedelta(minutes=1)


def take_receipts(sender: SharedSender, receipts: Sequence[Receipt], *, now: datetime) -> None:
    """This function will give receipts to their dealers, in the order of these; call it in the storing transaction."""
    receipts = [replace(one, provider_id=outbox_rules.kept_id(one.provider_id)) for one in receipts]
    receipts = [one for one in receipts if not sending.take_receipt(sender, one)]
    sharings = {one.dealer_id: one for one in sharings_of(sender.pk)}
    owners = _owners(sender, receipts, sharings)
    _give(owners, sharings, now=now)
    unknown = [one for one in receipts if one not in owners and one.provider_id and not _names_a_dealer(one)]
    for one in unknown:
        hashed = hashing.name_hash(sender.pk, one.provider_id)
        name = f"receipt:{hashed}:{one.status}"
        arrivals.keep(sender.pk, name, hashed=hashed, state=Arrival.State.RECEIPT, sealed=sealed_receipt(one), now=now)
    if unknown:
        look_at(sender.pk, at=now + SECOND_LOOK, at_once=False)


def look_again(sender: SharedSender, *, now: datetime) -> None:
    """This function will give kept receipts whose messages have become known since; call it in a transaction."""
    kept = Arrival.objects.filter(sender=sender, state=Arrival.State.RECEIPT)
    rows = list(kept.select_for_update(skip_locked=True).order_by("id"))
    receipts = {opened_receipt(one.sealed): one for one in rows}
    sharings = {one.dealer_id: one for one in sharings_of(sender.pk)}
    owners = _owners(sender, list(receipts), sharings)
    for receipt in owners:
        early.taken_out(receipts[receipt])
    _give(owners, sharings, now=now)


def _owners(sender: SharedSender, receipts: Sequence[Receipt], sharings: Mapping[int, Sharing]) -> dict[Receipt, int]:
    names = talks.dealers_of_names(sender.pk, [one.provider_id for one in receipts])
    found = {}
    for one in receipts:
        dealer_id = _dealer_in(one.message_id) or names.get(one.provider_id) or _in_doubt(sender, one, sharings)
        if dealer_id in sharings and dealer_id is not None:
            found[one] = dealer_id
    return found


def _names_a_dealer(receipt: Receipt) -> bool:
    return _dealer_in(receipt.message_id) is not None


def _dealer_in(message_id: str) -> int | None:
    """The dealer that our own id names: providers bring it back as we gave it, and sign what they bring."""
    dealer, _, message = message_id.partition("-")
    return int(dealer) if dealer.isascii() and dealer.isdigit() and len(dealer) < 19 and message else None


def _in_doubt(sender: SharedSender, receipt: Receipt, sharings: Mapping[int, Sharing]) -> int | None:
    if receipt.reference is None or not receipt.address:
        return None
    wrote = talks.talks_with(sender.pk, hashing.address_hash(sender.pk, receipt.address))
    fitting = []
    for dealer_id in (one.dealer_id for one in wrote if one.dealer_id in sharings):
        with giving.account_at(sharings[dealer_id]) as row:
            if is_of_one_in_doubt(receipt, account_id=row.pk):
                fitting.append(dealer_id)
    # Two dealers' messages may have the same sixteen bits: then a person looks, as after any doubt.
    return fitting[0] if len(fitting) == 1 else None


def _give(owners: Mapping[Receipt, int], sharings: Mapping[int, Sharing], *, now: datetime) -> None:
    for dealer_id in sorted(set(owners.values())):
        theirs = [one for one, owner in owners.items() if owner == dealer_id]
        giving.give_receipts(sharings[dealer_id], theirs, now=now)
