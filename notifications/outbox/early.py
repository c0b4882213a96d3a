"""Receipts that came before we knew the provider's id: kept, and applied once we do."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from channels_app.contract import Receipt
from notifications.outbox import failures, rules
from notifications.outbox.facts import Moved
from notifications.outbox.models import EarlyReceipt, Message
from notifications.outbox.moving import Telling, move_all
from notifications.outbox.rules import Happening

# A receipt that has found no message by then speaks of something that is not ours.
KEPT = timedelta(days=2)


def keep(receipts: Sequence[Receipt], *, account_id: int, now: datetime) -> int:
    """This function will keep receipts whose message is not known yet, each once, and say how many came."""
    rows = [
        EarlyReceipt(
            account_id=account_id,
            provider_id=receipt.provider_id,
            happening=rules.RECEIPTS[receipt.status].value,
            detail=receipt.detail[:200],
            purposes=",".join(receipt.purposes)[:100],
            at=now,
        )
        for receipt in receipts
        if receipt.provider_id
    ]
    EarlyReceipt.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def apply_kept(*, account_id: int, provider_ids: Sequence[str], now: datetime) -> list[Moved]:
    """This function will apply what was kept for these provider ids; call it where they become known."""
    kept = EarlyReceipt.objects.filter(account_id=account_id, provider_id__in=provider_ids)
    return _apply(list(kept), now=now)


def apply_ripe(*, now: datetime, limit: int) -> list[Moved]:
    """This function will apply kept receipts whose message has become known since, and drop the oldest.

    An outcome and a receipt written in the same instant do not see each other; this finds them.
    """
    EarlyReceipt.objects.filter(at__lt=now - KEPT).delete()
    return _apply(list(EarlyReceipt.objects.order_by("id")[:limit]), now=now)


def _apply(kept: Sequence[EarlyReceipt], *, now: datetime) -> list[Moved]:
    if not kept:
        return []
    known = Message.objects.filter(provider_id__in={one.provider_id for one in kept}).values_list(
        "account_id", "provider_id", "id"
    )
    ids = {(account_id, provider_id): pk for account_id, provider_id, pk in known}
    found = [one for one in kept if (one.account_id, one.provider_id) in ids]
    told: dict[int, list[Happening]] = {}
    for one in found:
        told.setdefault(ids[one.account_id, one.provider_id], []).append(Happening(one.happening))
    # Before the moves, as where a receipt finds its message at once.
    failures.wall_off(_opted_out(found, ids), now=now)
    moved = move_all([Telling(pk, rules.strongest(happenings)) for pk, happenings in told.items()], now=now)
    EarlyReceipt.objects.filter(id__in=[one.pk for one in found]).delete()
    return moved


def _opted_out(found: Sequence[EarlyReceipt], ids: Mapping[tuple[int, str], int]) -> dict[int, tuple[str, ...]]:
    said = [one for one in found if one.happening == Happening.OPTED_OUT.value]
    return {
        ids[one.account_id, one.provider_id]: tuple(one.purposes.split(",")) if one.purposes else () for one in said
    }
