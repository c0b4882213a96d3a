"""One bounded turn of a dealer's outbox: free, claim, hand over, write what came of it."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from redis.exceptions import RedisError

from channels_app import registry
from channels_app.contract import Channel
from channels_app.errors import ChannelUnknown
from notifications.channels.models import ChannelAccount
from notifications.outbox import calendars, claiming, early, failures, handing, rates, receipts, threads, windows
from notifications.outbox.accounts import account_of
from notifications.outbox.addresses import address_hash
from notifications.outbox.claiming import Leaving
from notifications.outbox.facts import Moved
from notifications.outbox.handing import HandedOver
from notifications.outbox.models import Message
from notifications.outbox.moving import Telling, move_all
from notifications.outbox.rules import State
from notifications.policy.facts import Purpose
from notifications.policy.operations import standard_in_force
from notifications.shared import leaving as shared
from notifications.shared.models import SharedSender
from tenants.scope import current_dealer
from tenants.wakeup import wake

logger = logging.getLogger(__name__)

# What a turn does at most for one account: under a second of work, so that no dealer waits long for another.
TURN = 500
# A bucket holds two seconds of an account's rate, so that turns a second apart can use all of it.
BURST_SECONDS = 2
# When the rate, a gate or Valkey held everything back, the next look is a moment later, not at once.
BREATH = timedelta(seconds=1)


@dataclass(frozen=True)
class Dispatched:
    """What a turn did, as numbers of messages by the state they took; has_more asks for another turn at once."""

    states: Counter[str]
    has_more: bool = False


def dispatch_batch(*, now: datetime, limit: int = TURN) -> Dispatched:
    """This function will send a bounded part of what the current dealer has queued, for each of its accounts."""
    ripened = claiming.ripen(now=now, limit=limit)
    turns = [_dispatch_account(row, now=now, limit=limit) for row in accounts_with_work(now=now)]
    states = sum((turn.states for turn in turns), Counter[str]())
    return Dispatched(states, has_more=ripened >= limit or any(turn.has_more for turn in turns))


def accounts_with_work(*, now: datetime) -> QuerySet[ChannelAccount]:
    """This function will list the accounts that have something queued and may send now."""
    queued = Message.objects.filter(account=OuterRef("pk"), state=State.QUEUED)
    free = Q(throttled_until__isnull=True) | Q(throttled_until__lte=now)
    return ChannelAccount.objects.filter(free, Exists(queued), is_active=True).order_by("rank", "id")


def _dispatch_account(row: ChannelAccount, *, now: datetime, limit: int) -> Dispatched:
    try:
        channel = registry.get(row.kind)
    except ChannelUnknown:
        # A channel that was taken out of the house: its messages expire, those of the others leave.
        logger.exception("an account's kind of channel is not registered", extra={"account_id": row.pk})
        return Dispatched(Counter())
    sender = shared.sender_of(row)
    if sender is not None and _rests(row, sender, now=now):
        return Dispatched(Counter())
    granted = _take_tokens(row, channel, sender, wanted=min(limit, channel.capabilities.batch_size), now=now)
    if not granted:
        return _breathe(now=now)
    claimed = claiming.claim(row, limit=granted, now=now)
    _give_back(row, sender, count=granted - len(claimed.leaving))
    moved = (
        [*claimed.moved, *_send(row, channel, sender, claimed.leaving, now=now)] if claimed.leaving else claimed.moved
    )
    if not moved and claimed.looked_at:
        return _breathe(now=now)
    states = Counter(one.after for one in moved if one.after != State.SENDING)
    is_resting = row.throttled_until is not None and row.throttled_until > now
    return Dispatched(states, has_more=claimed.looked_at >= granted and not is_resting)


def _send(
    row: ChannelAccount, channel: Channel, sender: SharedSender | None, leaving: Sequence[Leaving], *, now: datetime
) -> list[Moved]:
    ready, early_ones = _by_recipient(row, channel, sender, leaving, now=now)
    dressed = _dressed(channel, ready, is_shared=sender is not None, now=now)
    handed = handing.hand_over(channel, account_of(row), dressed, now=now, patience=_patience(channel, now=now))
    return _write(row, handed, put_off=handing.postponed(early_ones, until=now + BREATH), now=now)


def _dressed(channel: Channel, leaving: list[Leaving], *, is_shared: bool, now: datetime) -> list[Leaving]:
    """A mail says which mail it answers and has its visit beside it; elsewhere a template may stand in for words."""
    if channel.capabilities.address_kind != "EMAIL" or not leaving:
        return windows.templated(leaving, channel, is_shared=is_shared, now=now)
    return calendars.with_calendars(threads.threaded(leaving), now=now)


def _patience(channel: Channel, *, now: datetime) -> Mapping[str, timedelta]:
    """Say how long each purpose waits for a receipt, where the channel gives any."""
    if not channel.capabilities.receipts:
        return handing.NO_PATIENCE
    standard = standard_in_force(today=now.astimezone(ZoneInfo(current_dealer().timezone)).date())
    waits = {purpose.value: standard.ladder_of(purpose).silent_after for purpose in Purpose}
    return {purpose: after for purpose, after in waits.items() if after}


def _write(row: ChannelAccount, handed: HandedOver, *, put_off: list[Telling], now: datetime) -> list[Moved]:
    """Write everything that one call brought, in one transaction."""
    with transaction.atomic():
        moved = move_all([*handed.tellings, *put_off], now=now)
        moved += early.apply_kept(account_id=row.pk, provider_ids=handed.provider_ids, now=now)
        kept = shared.note_sent(row, handed.provider_ids, now=now)
        failures.wall_off(handed.opted_out, now=now)
        failures.conclude(moved, now=now)
        if handed.throttled_until:
            row.throttled_until = handed.throttled_until
            row.save(update_fields=["throttled_until"])
            shared.note_throttled(row, until=handed.throttled_until)
        if kept:
            receipts.apply_receipts(kept, account_id=row.pk, now=now)
        later = [telling.until for telling in [*handed.tellings, *put_off] if telling.until]
        if later:
            wake(at=min(later))
    return moved


def _breathe(*, now: datetime) -> Dispatched:
    with transaction.atomic():
        wake(at=now + BREATH)
    return Dispatched(Counter())


def _take_tokens(
    row: ChannelAccount, channel: Channel, sender: SharedSender | None, *, wanted: int, now: datetime
) -> int:
    rate = channel.capabilities.per_second
    size = max(rate * BURST_SECONDS, 1)
    if sender is not None:
        return rates.take_share(sender.public_id, rate=rate, size=size, wanted=wanted, now=now)
    return rates.take(row.public_id, rate=rate, size=size, wanted=wanted, now=now)


def _give_back(row: ChannelAccount, sender: SharedSender | None, *, count: int) -> None:
    if sender is not None:
        rates.give_back_share(sender.public_id, count=count)
    else:
        rates.give_back(row.public_id, count=count)


def _rests(row: ChannelAccount, sender: SharedSender, *, now: datetime) -> bool:
    """Where a shared sender's provider asked another of its dealers to wait, wait with them."""
    until = sender.throttled_until
    if until is None or until <= now:
        return False
    row.throttled_until = until
    row.save(update_fields=["throttled_until"])
    return True


def _by_recipient(
    row: ChannelAccount, channel: Channel, sender: SharedSender | None, leaving: Sequence[Leaving], *, now: datetime
) -> tuple[list[Leaving], list[Leaving]]:
    """Part those whose recipient may be written to now from those who had enough for the moment."""
    rate = channel.capabilities.recipient_per_second
    try:
        granted = rates.take_one_each(
            _recipients(row, sender, leaving),
            rate=rate,
            size=max(rate, 1),
            now=now,
            sender=sender.public_id if sender else "",
        )
    except RedisError:
        granted = [False] * len(leaving)  # they are claimed, so they must be given back rather than forgotten
    ready = [one for one, is_granted in zip(leaving, granted, strict=True) if is_granted]
    return ready, [one for one, is_granted in zip(leaving, granted, strict=True) if not is_granted]


def _recipients(row: ChannelAccount, sender: SharedSender | None, leaving: Sequence[Leaving]) -> list[str]:
    """A shared sender's recipient is one, whichever dealer writes."""
    if sender is not None:
        return [shared.recipient(sender, one.address) for one in leaving]
    return [f"{row.public_id}:{address_hash(one.address)}" for one in leaving]
