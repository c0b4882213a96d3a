"""What providers say became of messages, applied for many at once; saying it again changes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction

from channels_app.contract import Charge, Receipt, short_reference
from notifications.costs import charging
from notifications.outbox import early, failures, rules
from notifications.outbox.handing import read_wire_id, wire_id
from notifications.outbox.models import Message
from notifications.outbox.moving import Telling, move_all
from tenants.wakeup import wake

Key = TypeVar("Key", int, str)
# When kept receipts are looked at again, should the outcome of their message not find them by itself.
SECOND_LOOK = timedelta(minutes=1)


@dataclass(frozen=True)
class Applied:
    """moved: messages that changed. kept: receipts whose message is not known yet."""

    moved: int
    kept: int


def apply_receipts(receipts: Sequence[Receipt], *, account_id: int, now: datetime) -> Applied:
    """This function will apply receipts of one account, in any order and however often they come."""
    receipts = [_kept_as(receipt) for receipt in receipts]
    with transaction.atomic():
        found = _find(receipts, account_id=account_id)
        unknown = [receipt for receipt in receipts if receipt not in found]
        moved = move_all(_tellings(found), now=now)
        charging.note_charges(_charges(found))
        failures.wall_off(_opted_out(found), now=now)
        failures.wall_off_addresses(_opted_out_addresses(unknown), account_id=account_id, now=now)
        failures.conclude(moved, now=now)
        kept = early.keep(unknown, account_id=account_id, now=now)
        if kept:
            wake(at=now + SECOND_LOOK)
    return Applied(moved=len(moved), kept=kept)


def is_of_one_in_doubt(receipt: Receipt, *, account_id: int) -> bool:
    """This function will say whether a receipt without a known name fits just one message in doubt at an account."""
    return bool(_find_in_doubt([_kept_as(receipt)], account_id=account_id))


def _kept_as(receipt: Receipt) -> Receipt:
    """Write what a provider says as our rows hold it: one that nobody can store would be brought again for ever."""
    return replace(
        receipt,
        provider_id=rules.kept_id(receipt.provider_id),
        detail=rules.storable(receipt.detail),
        address=rules.storable(receipt.address),
    )


def _find(receipts: Sequence[Receipt], *, account_id: int) -> dict[Receipt, int]:
    """Give the message of each receipt that names one of this account, by our id or by the provider's."""
    named = {receipt: read_wire_id(receipt.message_id) for receipt in receipts}
    ours = Message.objects.filter(account_id=account_id, direction=Message.Direction.OUT)
    by_id = set(ours.filter(id__in={pk for pk in named.values() if pk}).values_list("id", flat=True))
    nameless = {receipt.provider_id for receipt, pk in named.items() if not pk and receipt.provider_id}
    by_provider = dict(ours.filter(provider_id__in=nameless).values_list("provider_id", "id"))
    known = {receipt: pk if pk in by_id else by_provider.get(receipt.provider_id) for receipt, pk in named.items()}
    found = {receipt: pk for receipt, pk in known.items() if pk}
    return found | _find_in_doubt([receipt for receipt in receipts if receipt not in found], account_id=account_id)


def _find_in_doubt(receipts: Sequence[Receipt], *, account_id: int) -> dict[Receipt, int]:
    """Give the one message in doubt to the address of each receipt that brings back what it had room for of our id.

    The answer that named it to us was lost, so the provider's id says nothing yet.
    """
    asked = [receipt for receipt in receipts if receipt.reference is not None and receipt.address]
    if not asked:
        return {}
    doubtful = Message.objects.filter(
        account_id=account_id,
        direction=Message.Direction.OUT,
        state__in=rules.IN_DOUBT,
        provider_id="",
        address__in={receipt.address for receipt in asked},
    )
    meant: dict[tuple[str, int | None], list[int]] = {}
    for pk, address in doubtful.values_list("id", "address"):
        meant.setdefault((address, short_reference(wire_id(pk))), []).append(pk)
    found = {receipt: meant.get((receipt.address, receipt.reference), []) for receipt in asked}
    return {receipt: pks[0] for receipt, pks in found.items() if len(pks) == 1}


def _tellings(found: dict[Receipt, int]) -> list[Telling]:
    """Fold what was said about each message into the strongest."""
    said: dict[int, list[Receipt]] = {}
    for receipt, message_id in found.items():
        said.setdefault(message_id, []).append(receipt)
    return [_telling(message_id, receipts) for message_id, receipts in sorted(said.items())]


def _telling(message_id: int, receipts: Sequence[Receipt]) -> Telling:
    happening = rules.strongest([rules.RECEIPTS[receipt.status] for receipt in receipts])
    spokesman = next(receipt for receipt in receipts if rules.RECEIPTS[receipt.status] == happening)
    is_bad = rules.EVIDENCE[happening] not in rules.REACHED
    return Telling(
        message_id,
        happening,
        provider_id=spokesman.provider_id,
        error=happening.value if is_bad else "",
        detail=spokesman.detail if is_bad else "",
    )


def _charges(found: dict[Receipt, int]) -> dict[int, Charge]:
    """By message, what it cost. One that comes before its message is known is not kept: what is taken is said twice."""
    return {message_id: receipt.charge for receipt, message_id in found.items() if receipt.charge}


def _opted_out(found: dict[Receipt, int]) -> dict[int, tuple[str, ...]]:
    """By message, the purposes of an opt-out; who complains of a mail has got it, so no state tells of it."""
    return _purposes((message_id, receipt) for receipt, message_id in found.items())


def _opted_out_addresses(unknown: Sequence[Receipt]) -> dict[str, tuple[str, ...]]:
    """The same by address, where a provider names one: a no counts, whatever it was said to."""
    return _purposes((receipt.address, receipt) for receipt in unknown if receipt.address)


def _purposes(told: Iterable[tuple[Key, Receipt]]) -> dict[Key, tuple[str, ...]]:
    said: dict[Key, list[tuple[str, ...]]] = {}
    for key, receipt in told:
        if receipt.status == "opted_out":
            said.setdefault(key, []).append(receipt.purposes)
    # Of several, one that binds all binds all.
    return {
        key: tuple(sorted({one for each in all_ for one in each})) if all(all_) else () for key, all_ in said.items()
    }
