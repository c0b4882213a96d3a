"""Conversations: found or opened, and put before a person. What the person then does is `people`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Value
from django.db.models.functions import Coalesce

from core.customers.models import ContactPoint
from core.documents import operations as documents
from core.tasks import giving
from core.tasks import operations as tasks
from core.tasks.models import Task
from notifications.conversations.models import Conversation

# A person is to answer within this; the house's figure, no document gives one.
ANSWER_WITHIN = timedelta(hours=2)


@dataclass(frozen=True)
class Address:
    """One end of a conversation: the dealer's account and the owner's address."""

    account_id: int
    address: str
    customer_id: int | None = None


def conversations_of(addresses: Iterable[Address], *, now: datetime) -> dict[tuple[int, str], Conversation]:
    """This function will find or open the conversation of each address, by (account, address)."""
    wanted = {(one.account_id, one.address): one for one in addresses}
    found = _known(wanted)
    missing = [
        Conversation(account_id=one.account_id, address=one.address, customer_id=one.customer_id, created_at=now)
        for key, one in wanted.items()
        if key not in found
    ]
    if not missing:
        return found
    # Another transaction may open it in the same instant; the unique pair decides.
    Conversation.objects.bulk_create(missing, ignore_conflicts=True)
    return found | _known(wanted)


def locked(conversation_id: int) -> Conversation:
    """This function will return a conversation that nobody else moves until the transaction ends."""
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("account", "customer")
    return rows.get(id=conversation_id)


def locked_at(address: Address, *, now: datetime) -> Conversation:
    """This function will find or open the conversation of an address, and lock it likewise."""
    there = Conversation.objects.select_for_update(of=("self",)).select_related("account")
    found = there.filter(account_id=address.account_id, address=address.address).first()
    return found or there.get(id=conversations_of([address], now=now)[address.account_id, address.address].pk)


def customer_at(address: str) -> int | None:
    """This function will say whose address it is: one person's, or None where nobody or several have it."""
    holders = ContactPoint.objects.filter(value=address).values_list("customer_id", "customer__merged_into_id")
    files = {merged or own for own, merged in holders}
    return files.pop() if len(files) == 1 else None


def now_known(conversation: Conversation, *, now: datetime) -> None:
    """This function will make what came in a conversation while it was a stranger's its customer's, if it has one."""
    customer = conversation.customer
    if customer is not None:
        documents.give_to(customer.merged_into_id or customer.pk, conversation_id=conversation.pk, now=now)


def hand_over(
    conversation: Conversation, *, reason: str, message_id: int | None, now: datetime, due_at: datetime | None = None
) -> None:
    """This function will put a conversation before a person, once however often it is asked for."""
    Conversation.objects.filter(id=conversation.pk).update(mode=Conversation.Mode.PERSON)
    conversation.mode = Conversation.Mode.PERSON
    ask_person(conversation, reason=reason, message_id=message_id, now=now, due_at=due_at)


def ask_person(
    conversation: Conversation, *, reason: str, message_id: int | None, now: datetime, due_at: datetime | None = None
) -> None:
    """This function will open a task to answer, unless one for this conversation is open already."""
    if Task.objects.filter(conversation_id=conversation.pk, kind=Task.Kind.REPLY, state=Task.State.OPEN).exists():
        return
    tasks.open_task(
        kind=Task.Kind.REPLY,
        customer_id=conversation.customer_id,
        vehicle_id=None,
        reason=reason,
        due_at=due_at or now + ANSWER_WITHIN,
        now=now,
        key=f"reply:conversation:{conversation.pk}:{message_id or now.isoformat()}",
        conversation_id=conversation.pk,
        message_id=message_id,
    )
    if conversation.assignee_id is not None:
        giving.give_replies(conversation_id=conversation.pk, user_id=conversation.assignee_id)


def heard(conversation: Conversation, *, now: datetime) -> None:
    """This function will count one more unread message of the owner."""
    Conversation.objects.filter(id=conversation.pk).update(
        unread_count=F("unread_count") + 1, last_message_at=now, last_inbound_at=now, customer=conversation.customer_id
    )


def kept(conversation: Conversation, *, now: datetime) -> None:
    """This function will let a machine's answer be found and read: nothing is unread for it, nor comes up in the inbox.

    Nor has the owner written by it, which would let us answer.
    """
    listed_at = Coalesce(F("last_message_at"), Value(now))
    Conversation.objects.filter(id=conversation.pk).update(last_message_at=listed_at, customer=conversation.customer_id)


def flow_begins(conversation_ids: Iterable[int]) -> None:
    """This function will leave conversations to the flows that begin in them, but for those that people have."""
    closed = Conversation.objects.filter(id__in=set(conversation_ids), mode=Conversation.Mode.CLOSED)
    closed.update(mode=Conversation.Mode.FLOW)


def flow_ended(conversation_ids: Iterable[int]) -> None:
    """This function will close the conversations in which no flow runs any more."""
    going_on = ("RUNNING", "PAUSED")
    left = Conversation.objects.filter(id__in=set(conversation_ids), mode=Conversation.Mode.FLOW)
    left.exclude(runs__status__in=going_on).update(mode=Conversation.Mode.CLOSED)


def _known(wanted: dict[tuple[int, str], Address]) -> dict[tuple[int, str], Conversation]:
    accounts, addresses = {account for account, _ in wanted}, {address for _, address in wanted}
    rows = Conversation.objects.filter(account_id__in=accounts, address__in=addresses).select_related("account")
    return {(row.account_id, row.address): row for row in rows if (row.account_id, row.address) in wanted}
