"""Messages of which we do not know whether they left: a receipt settles them, else the provider, else a person.

Nothing is sent again because we are impatient; only a provider that says it never got a message frees it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from channels_app import registry
from channels_app.errors import ChannelError, ChannelUnknown
from core.tasks import operations as tasks
from core.tasks.models import Task
from notifications.channels.models import ChannelAccount
from notifications.outbox import early, failures, rules
from notifications.outbox.accounts import account_of
from notifications.outbox.facts import Moved
from notifications.outbox.failures import doubt_key
from notifications.outbox.handing import read_wire_id, wire_id
from notifications.outbox.models import Message
from notifications.outbox.moving import Telling, move_all
from notifications.outbox.rules import Happening, State
from tenants.wakeup import wake

# What a turn settles at most.
TURN = 500
# A provider that cannot be asked for a day will not answer; then a person is shown the message.
ASKED_FOR = timedelta(days=1)
SHOWN_WITHIN = timedelta(hours=4)

LAPSED = """
SELECT id FROM notifications_message
WHERE state = 'SENDING' AND lease_until <= %(now)s
ORDER BY lease_until LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""


@dataclass(frozen=True)
class Settled:
    """lapsed: leases that ran out. found and missing: what providers answered. shown: given to a person."""

    lapsed: int
    found: int
    missing: int
    shown: int


def settle_doubts(*, now: datetime) -> Settled:
    """This function will take one bounded turn at what is in doubt; each account is asked once."""
    lapsed = _lapse(now=now)
    with transaction.atomic():
        failures.conclude(early.apply_ripe(now=now, limit=TURN), now=now)
    answers = [_settle_account(account, doubtful, now=now) for account, doubtful in _doubtful(now=now)]
    return Settled(
        lapsed=lapsed,
        found=sum(answer.found for answer in answers),
        missing=sum(answer.missing for answer in answers),
        shown=sum(answer.shown for answer in answers),
    )


def give_up(message_id: int, *, now: datetime, actor: str) -> None:
    """This function will count an unconfirmed message as not sent, because a person said so.

    Raises: MoveImpossible when it is no longer in doubt.
    """
    with transaction.atomic():
        moved = move_all([Telling(message_id, Happening.GIVE_UP, error="GIVEN_UP", detail=actor)], now=now)
    if not moved:
        raise rules.MoveImpossible(f"message {message_id} is not in doubt")


def _lapse(*, now: datetime) -> int:
    """Whoever held these has died, before or after the call: from outside it looks the same."""
    until = now + rules.DOUBT_LASTS
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LAPSED, {"now": now, "limit": TURN})
            ids = [row[0] for row in cursor.fetchall()]
        moved = move_all([Telling(one, Happening.DOUBT, error="LEASE_LOST", until=until) for one in ids], now=now)
        if moved:
            wake(at=until)
    return len(moved)


def _doubtful(*, now: datetime) -> list[tuple[ChannelAccount, list[Message]]]:
    rows = Message.objects.filter(state=State.UNCONFIRMED, lease_until__lte=now).select_related("account")
    by_account: dict[ChannelAccount, list[Message]] = defaultdict(list)
    for row in rows.order_by("lease_until")[:TURN]:
        by_account[row.account].append(row)
    return list(by_account.items())


def _settle_account(account: ChannelAccount, doubtful: Sequence[Message], *, now: datetime) -> Settled:
    try:
        channel = registry.get(account.kind)
    except ChannelUnknown:
        return _show(doubtful, now=now)
    if not channel.capabilities.lookup:
        return _show(doubtful, now=now)
    try:
        receipts = channel.lookup(account_of(account), [wire_id(one.pk) for one in doubtful])
    except ChannelError:
        return _ask_later(doubtful, now=now)
    found = {read_wire_id(receipt.message_id): receipt for receipt in receipts}
    tellings = [_answer(one, found[one.pk].provider_id if one.pk in found else None) for one in doubtful]
    with transaction.atomic():
        moved = move_all(tellings, now=now)
        wake(at=now)
    return Settled(
        lapsed=0, found=_count(moved, into=rules.REACHED), missing=_count(moved, into=rules.WAITING), shown=0
    )


def _answer(message: Message, provider_id: str | None) -> Telling:
    # The lease is named, since two workers may ask about one message: should the slower answer come when the
    # message has left again, it must not free it a second time.
    if provider_id is None:
        return Telling(message.pk, Happening.NOT_FOUND, lease_token=message.lease_token)
    return Telling(message.pk, Happening.SENT, lease_token=message.lease_token, provider_id=provider_id)


def _ask_later(doubtful: Sequence[Message], *, now: datetime) -> Settled:
    hopeless = [one for one in doubtful if one.created_at + ASKED_FOR <= now]
    patient = [one.pk for one in doubtful if one not in hopeless]
    with transaction.atomic():
        Message.objects.filter(id__in=patient, state=State.UNCONFIRMED).update(lease_until=now + rules.DOUBT_LASTS)
        wake(at=now + rules.DOUBT_LASTS)
    return _show(hopeless, now=now)


def _show(doubtful: Sequence[Message], *, now: datetime) -> Settled:
    """Give the messages to a person, once; only a receipt or that person moves them now."""
    shown = [one.pk for one in doubtful]
    with transaction.atomic():
        tasks.open_tasks((_question(one, now=now) for one in doubtful), now=now)
        Message.objects.filter(id__in=shown, state=State.UNCONFIRMED).update(lease_until=None)
    return Settled(lapsed=0, found=0, missing=0, shown=len(shown))


def _question(message: Message, *, now: datetime) -> tasks.NewTask:
    return tasks.NewTask(
        kind=Task.Kind.UNCONFIRMED,
        key=doubt_key(message.pk),
        customer_id=message.customer_id,
        vehicle_id=message.vehicle_id,
        conversation_id=message.conversation_id,
        reason="message_unconfirmed",
        message_id=message.pk,
        due_at=now + SHOWN_WITHIN,
    )


def _count(moved: Sequence[Moved], *, into: frozenset[State]) -> int:
    return sum(1 for one in moved if one.after in into)
