"""A message and those that went over the next channels in its place."""

from collections.abc import Collection, Sequence
from datetime import datetime

from notifications.outbox.models import Message
from notifications.outbox.moving import Telling, move_all
from notifications.outbox.rules import Happening
from notifications.policy.facts import Action
from notifications.policy.models import Decision

# The rule under which it is kept that a message arrived after all.
DELIVERED_LATE = "delivered_late"


def tried_channels(message: Message) -> frozenset[str]:
    """This function will name the channels over which a message has left, by itself and those before it."""
    tried = {message.account.kind}
    before_id = message.instead_of_id
    while before_id is not None:
        kind, before_id = Message.objects.values_list("account__kind", "instead_of_id").get(pk=before_id)
        tried.add(kind)
    return frozenset(tried)


def is_replaced(message: Message) -> bool:
    """This function will say whether the next channel has been taken already."""
    return Message.objects.filter(instead_of_id=message.pk).exists()


def call_off(message_ids: Sequence[int], *, now: datetime) -> list[int]:
    """This function will keep back what has not left yet in the place of messages that arrived after all.

    It returns all that took their places. What has left stays left; that both came is kept for "why".
    """
    replaced = _replaced_by(message_ids)
    if not replaced:
        return []
    after = _all_after(set(replaced.values()))
    Message.objects.filter(pk__in=after).update(reroute_at=None)
    move_all([Telling(one, Happening.CANCEL, error="ARRIVED_ELSEWHERE") for one in sorted(after)], now=now)
    Decision.objects.bulk_create(_told(one, now=now) for one in Message.objects.filter(pk__in=replaced))
    return sorted(after)


def _replaced_by(message_ids: Collection[int]) -> dict[int, int]:
    """Those of the messages that were replaced, each with the one in its place."""
    rows = Message.objects.filter(instead_of_id__in=message_ids) if message_ids else Message.objects.none()
    return {before: pk for before, pk in rows.values_list("instead_of_id", "id") if before is not None}


def _all_after(message_ids: set[int]) -> set[int]:
    found, newest = set(message_ids), message_ids
    while newest:
        newest = set(_replaced_by(newest).values()) - found
        found |= newest
    return found


def _told(message: Message, *, now: datetime) -> Decision:
    return Decision(
        message=message,
        due_id=message.due_id,
        customer_id=message.customer_id,
        purpose=message.purpose,
        action=Action.SEND,
        rule=DELIVERED_LATE,
        facts={},
        decided_at=now,
    )
