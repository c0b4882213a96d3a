"""What follows when an owner was not reached: the address is marked, a wall stands, and where no channel is left
(notifications.rerouting finds that out) a person takes over.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from channels_app import registry
from core.customers.models import Consent, ContactPoint
from core.events import kinds
from core.events import operations as events
from core.tasks import operations as tasks
from core.tasks.models import Task
from notifications.channels.models import ChannelAccount
from notifications.conversations import operations as conversations
from notifications.outbox import replacing, rules
from notifications.outbox.addresses import address_hash
from notifications.outbox.facts import Moved
from notifications.outbox.models import Message
from notifications.outbox.rules import State
from notifications.policy.models import Suppression
from notifications.shared import stopping
from tenants.scope import current_dealer
from tenants.wakeup import wake

# A call in place of a message is due within a day; whoever keeps the work list sees it at once.
CALL_WITHIN = timedelta(days=1)
# Walls and consents say by an empty word that they are about all purposes.
EVERY_PURPOSE = ""
# Why such a wall stands.
REASON = "provider_opt_out"
# A campaign that does not arrive is no reason to telephone.
NEVER_CALLED_ABOUT = frozenset({Consent.Purpose.MARKETING.value, ""})


def conclude(moved: Sequence[Moved], *, now: datetime) -> None:
    """This function will draw from moves what follows for addresses, and have people call where nobody was reached."""
    mark_bounced([one.id for one in moved if one.after == State.UNDELIVERABLE], now=now)
    take_over(moved, now=now)


def wall_off(opted_out: Mapping[int, Sequence[str]], *, now: datetime) -> int:
    """This function will put up walls for the addresses which the provider says have opted out, and say how many.

    opted_out: by message, the purposes that are bound; none means all. A wall that stands already is enough.
    """
    if not opted_out:
        return 0
    messages = Message.objects.filter(id__in=opted_out).select_related("account").order_by("id")
    _tell_senders(messages, opted_out, now=now)
    wanted = {
        (one.address_hash, purpose, _bound(one.account.kind)): one
        for one in messages
        for purpose in opted_out[one.pk] or (EVERY_PURPOSE,)
    }
    standing = Suppression.objects.filter(
        address_hash__in={one.address_hash for one in wanted.values()}, vehicle=None, lifted_at=None
    )
    known = set(standing.values_list("address_hash", "purpose", "channel"))
    new = {key: one for key, one in wanted.items() if not known & set(_covering(*key))}
    Suppression.objects.bulk_create([_wall(one, purpose, now=now) for (_, purpose, _), one in new.items()])
    events.record_many(_consent_changed(one, purpose, now=now) for (_, purpose, _), one in new.items())
    return len(new)


def wall_off_addresses(opted_out: Mapping[str, Sequence[str]], *, account_id: int, now: datetime) -> int:
    """This function will put up walls for addresses of which a provider says so before we know of which message.

    opted_out: by address, the purposes that are bound; none means all. The message, once known, finds the wall.
    """
    if not opted_out:
        return 0
    channel = _bound(ChannelAccount.objects.values_list("kind", flat=True).get(pk=account_id))
    return sum(
        _wall_off(address, purpose, channel=channel, now=now)
        for address, purposes in opted_out.items()
        for purpose in purposes or (EVERY_PURPOSE,)
    )


def _wall_off(address: str, purpose: str, *, channel: str, now: datetime) -> bool:
    hashed = address_hash(address)
    standing = Suppression.objects.filter(address_hash=hashed, vehicle=None, lifted_at=None)
    if set(standing.values_list("address_hash", "purpose", "channel")) & set(_covering(hashed, purpose, channel)):
        return False
    wall = Suppression.objects.create(
        customer_id=conversations.customer_at(address),
        address_hash=hashed,
        purpose=purpose,
        channel=channel,
        reason=REASON,
        source=Suppression.Source.PROVIDER,
        at=now,
    )
    events.record(
        kinds.CONSENT_CHANGED,
        subject_kind="suppression",
        subject_id=wall.pk,
        at=now,
        customer_id=wall.customer_id,
        data={"is_granted": False, "purpose": purpose, "channel": channel, "source": "PROVIDER"},
    )
    return True


def mark_bounced(message_ids: Sequence[int], *, now: datetime) -> None:
    """This function will mark the addresses at which nobody is, so that policy turns elsewhere."""
    if message_ids:
        addresses = Message.objects.filter(id__in=message_ids).values("address")
        ContactPoint.objects.filter(value__in=addresses, bounced_at=None).update(bounced_at=now)


def take_over(moved: Sequence[Moved], *, now: datetime) -> None:
    """This function will have the next channel looked for where one failed, and call off what a receipt settled."""
    if any(one.after in rules.UNREACHED and one.before not in rules.UNREACHED for one in moved):
        wake(at=now)
    arrived = [one.id for one in moved if one.after in rules.ARRIVED and one.before not in rules.ARRIVED]
    elsewhere = replacing.call_off(arrived, now=now)
    settled = [one.id for one in moved if one.before in rules.LEFT_TO_PEOPLE and one.after in rules.REACHED]
    if settled or elsewhere:
        keys = [key for one in (*settled, *elsewhere) for key in (call_key(one), doubt_key(one))]
        tasks.cancel_tasks(keys=keys, now=now)


def call_about(message: Message, *, now: datetime) -> None:
    """This function will have a person call in place of a message, unless it is nothing to telephone about."""
    if message.purpose not in NEVER_CALLED_ABOUT:
        tasks.open_tasks([_call(message, now=now)], now=now)


def call_key(message_id: int) -> str:
    """This function will name the one call that stands in for a message."""
    return f"call:message:{message_id}"


def doubt_key(message_id: int) -> str:
    """This function will name the one task that shows a message in doubt to a person."""
    return f"unconfirmed:message:{message_id}"


def _call(message: Message, *, now: datetime) -> tasks.NewTask:
    return tasks.NewTask(
        kind=Task.Kind.CALL,
        key=call_key(message.pk),
        customer_id=message.customer_id,
        vehicle_id=message.vehicle_id,
        reason="message_failed",
        message_id=message.pk,
        due_at=now + CALL_WITHIN,
        data={"purpose": message.purpose, "case_kind": message.case_kind, "case_id": message.case_id},
    )


def _bound(kind: str) -> str:
    """What an opt-out binds that was heard of by a channel's provider: all texts or all mails, else the channel.

    Whoever stops texts or calls a mail spam means what they got, and knows nothing of who carried it.
    """
    return registry.get(kind).capabilities.medium or kind


def _tell_senders(messages: Iterable[Message], opted_out: Mapping[int, Sequence[str]], *, now: datetime) -> None:
    """A provider's opt-out from a sender that dealers share is from all of them."""
    dealer_id = current_dealer().id
    for one in messages:
        if one.account.shared_sender_id is not None:
            purposes = opted_out[one.pk] or (EVERY_PURPOSE,)
            stopping.note_stop(one.account.shared_sender_id, one.address, purposes, told=dealer_id, now=now)


def _covering(address: str, purpose: str, channel: str) -> list[tuple[str, str, str]]:
    """The walls that each keep out as much, or more."""
    return [(address, one, way) for one in {purpose, EVERY_PURPOSE} for way in {channel, ""}]


def _wall(message: Message, purpose: str, *, now: datetime) -> Suppression:
    return Suppression(
        customer_id=message.customer_id,
        address_hash=message.address_hash,
        purpose=purpose,
        channel=_bound(message.account.kind),
        reason=REASON,
        source=Suppression.Source.PROVIDER,
        at=now,
    )


def _consent_changed(message: Message, purpose: str, *, now: datetime) -> events.Fact:
    return events.Fact(
        kind=kinds.CONSENT_CHANGED,
        subject_kind="message",
        subject_id=message.pk,
        at=now,
        customer_id=message.customer_id,
        data={"is_granted": False, "purpose": purpose, "channel": _bound(message.account.kind), "source": "PROVIDER"},
    )
