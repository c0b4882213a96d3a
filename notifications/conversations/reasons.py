"""Why something was sent to an owner, or was not: what was planned for them, and what was decided of it."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from channels_app import registry
from core.customers.models import Customer
from notifications.conversations.models import Conversation
from notifications.due.models import Due
from notifications.outbox.addresses import address_hash
from notifications.outbox.models import Message
from notifications.outbox.rules import State
from notifications.policy.models import Decision, Suppression


@dataclass(frozen=True)
class MessageReason:
    """One message with what was decided of it, newest first, and the walls that stopped it, if any did."""

    message: Message
    decisions: tuple[Decision, ...]
    walls: tuple[Suppression, ...]


def planned_for(conversation: Conversation) -> QuerySet[Due]:
    """This function will return all that was ever due for the conversation's owner, with its decisions, unordered."""
    customer = conversation.customer
    if customer is None:
        return Due.objects.none()
    kept_id = customer.merged_into_id or customer.pk
    files = Customer.objects.filter(Q(pk=kept_id) | Q(merged_into_id=kept_id)).values("pk")
    decided = Prefetch("decisions", Decision.objects.order_by("-id"))
    return Due.objects.filter(customer__in=files).select_related("vehicle").prefetch_related(decided)


def of_message(message: Message) -> MessageReason:
    """This function will return why a message was sent or was not."""
    about = Q(message=message) | (Q(due_id=message.due_id) if message.due_id else Q(pk__in=[]))
    return MessageReason(
        message=message,
        decisions=tuple(Decision.objects.filter(about).order_by("-id")),
        walls=tuple(_walls(message)) if message.state == State.OPTED_OUT else (),
    )


def _walls(message: Message) -> QuerySet[Suppression]:
    """Those which stood when it was stopped, as the outbox reads them; of lifted ones the owner's own are known."""
    stopped_at = message.ended_at or message.created_at
    # By the address only those still standing are indexed.
    whose = Q(address_hash=message.address_hash or address_hash(message.address), lifted_at__isnull=True)
    if message.customer_id is not None:
        whose |= Q(customer_id=message.customer_id)
    standing = Q(lifted_at__isnull=True) | Q(lifted_at__gt=stopped_at)
    walls = Suppression.objects.filter(whose, standing, at__lte=stopped_at, purpose__in=("", message.purpose))
    return walls.filter(channel__in=registry.names_of(message.account.kind)).order_by("id")
