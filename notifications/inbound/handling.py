"""From a stored event to what it means: kept as a message, placed by the first rule that knows it, answered.

Rules in order: partings, automatic answers, words that work at any time, edits, loops, a person who writes here, taps
and replies to a message, open questions, danger and complaints, wishes about a visit, and at last a person.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import OperationalError
from django.db.models import Count, DateTimeField, ExpressionWrapper, OuterRef, Subquery

from core.customers.models import ContactPoint
from core.events import kinds
from core.events import operations as events
from core.transactions import waking
from notifications.attachments import noting
from notifications.conversations import operations as conversations
from notifications.conversations.models import Conversation
from notifications.conversations.operations import Address
from notifications.inbound import linked, questions, standing, wishes
from notifications.inbound.heard import Heard
from notifications.inbound.models import InboundEvent
from notifications.outbox import operations as outbox
from notifications.outbox.models import Message
from notifications.policy import suppressing

logger = logging.getLogger(__name__)

# More than this from one sender is a machine talking to a machine. Source: design of replies.
LOOP_COUNT = 20
LOOP_WITHIN = timedelta(minutes=5)
VERIFIED_FOR = timedelta(days=1)

Rule = Callable[[Heard], str]
# Each returns the name it places a message by, or an empty string.
RULES: tuple[Rule, ...] = (
    standing.parted,
    standing.automatic,
    standing.left_to_people,
    linked.came_by_link,
    standing.word,
    standing.tested,
    standing.edited,
    standing.loop,
    questions.to_a_person,
    questions.tapped,
    questions.replied,
    questions.answered,
    wishes.complaint,
    questions.not_understood,
    wishes.visit,
    wishes.closing,
    wishes.person,
)


class HandledMeanwhile(Exception):
    """Another worker placed the same message first; all that was done here is taken back."""


def handle(event_id: int, *, now: datetime) -> str:
    """This function will place one stored message and answer it; it returns the rule's name, empty if done before.

    What fails for a reason of its own is kept and given to a person. Raises: OperationalError, to be tried again.
    """
    event = _event(event_id)
    if event.state != InboundEvent.State.RECEIVED:
        return ""
    try:
        return _handle_or_give_up(event, now=now)
    except HandledMeanwhile:
        return ""


def _handle_or_give_up(event: InboundEvent, *, now: datetime) -> str:
    try:
        _stop_at_once(event, now=now)
        with waking(now=now):
            return _handle(event, now=now)
    except (OperationalError, HandledMeanwhile):
        raise
    except Exception:
        # One message must not stop the others, nor be lost: a person reads what we could not.
        logger.exception("an owner's message could not be placed")
        with waking(now=now):
            return _give_up(event, now=now)


def _event(event_id: int) -> InboundEvent:
    """The event as it stands, with how much its sender wrote lately; what the provider sent is not needed."""
    since = ExpressionWrapper(OuterRef("received_at") - LOOP_WITHIN, output_field=DateTimeField())
    recent = InboundEvent.objects.filter(
        sender=OuterRef("sender"),
        account=OuterRef("account"),
        kind=InboundEvent.Kind.MESSAGE,
        received_at__gt=since,
        received_at__lte=OuterRef("received_at"),
    )
    counted = recent.order_by().values("account").annotate(count=Count("id")).values("count")
    event: InboundEvent = InboundEvent.objects.defer("raw").annotate(recent=Subquery(counted)).get(id=event_id)
    return event


def _stop_at_once(event: InboundEvent, *, now: datetime) -> None:
    """An opt-out commits by itself and first of all.

    It waits for what is leaving at this moment, and must hold nothing meanwhile that those who send may want;
    everything else here wakes the dealer first, see core.transactions.
    """
    is_parting = standing.is_parting(event)
    if is_parting or standing.is_stop(event):
        suppressing.opt_out(
            address=event.sender,
            customer_id=conversations.customer_at(event.sender),
            purpose=suppressing.EVERY_PURPOSE,
            wording=str(event.data["text"]),
            # Who stops following one account has said nothing of other ways to reach them.
            channel=event.account.kind if is_parting else "",
            now=now,
        )


def _handle(event: InboundEvent, *, now: datetime) -> str:
    heard = _hear(event, now=now)
    placed = next(name for rule in RULES if (name := rule(heard)))
    _finish(event, heard.message, state=InboundEvent.State.HANDLED, matched_by=placed, now=now)
    return placed


def _give_up(event: InboundEvent, *, now: datetime) -> str:
    heard = _hear(event, now=now)
    conversations.ask_person(heard.conversation, reason="NOT_PLACED", message_id=heard.message.pk, now=now)
    _finish(event, heard.message, state=InboundEvent.State.FAILED, matched_by="FAILED", now=now)
    return "FAILED"


def _hear(event: InboundEvent, *, now: datetime) -> Heard:
    """Keep the message in its conversation, which nobody else moves until we are done."""
    conversation = conversations.locked_at(Address(event.account_id, event.sender), now=now)
    if conversation.customer_id is None:
        conversation.customer_id = conversations.customer_at(event.sender)
        conversations.now_known(conversation, now=now)
    message = _keep(event, conversation)
    if message.is_automatic or standing.answers_test(conversation, now=now):
        conversations.kept(conversation, now=now)
    else:
        conversations.heard(conversation, now=now)
    _verify_address(conversation, now=now)
    return Heard(
        conversation=conversation,
        message=message,
        reply_to=str(event.data.get("reply_to", "")),
        is_automatic=message.is_automatic,
        is_edit=bool(event.data.get("is_edit")),
        is_parting=bool(event.data.get("is_parting")),
        may_answer=not _is_loop(event),
        is_for_people=bool(event.data.get("is_for_people")),
        now=now,
    )


def _keep(event: InboundEvent, conversation: Conversation) -> Message:
    message = Message.objects.create(
        direction=Message.Direction.IN,
        state=Message.State.RECEIVED,
        account_id=event.account_id,
        conversation=conversation,
        customer_id=conversation.customer_id,
        address=event.sender,
        address_hash=outbox.address_hash(event.sender),
        text=str(event.data.get("text", "")),
        payload=str(event.data.get("payload", "")),
        is_automatic=bool(event.data.get("is_automatic")),
        actor="owner",
        created_at=event.received_at,
    )
    noting.note_files(message, event.data, now=event.received_at)
    events.record(
        kinds.MESSAGE_RECEIVED,
        subject_kind="message",
        subject_id=message.pk,
        at=event.received_at,
        customer_id=conversation.customer_id,
        data={"conversation_id": conversation.pk},
        actor="owner",
    )
    return message


def _verify_address(conversation: Conversation, *, now: datetime) -> None:
    """Whoever writes from an address can be reached there; noted once a day."""
    is_new = conversation.last_inbound_at is None or conversation.last_inbound_at < now - VERIFIED_FOR
    if conversation.customer_id is not None and is_new:
        points = ContactPoint.objects.filter(customer_id=conversation.customer_id, value=conversation.address)
        points.update(verified_at=now)


def _is_loop(event: InboundEvent) -> bool:
    recent: int = event.recent  # type: ignore[attr-defined]  # annotated above
    return recent > LOOP_COUNT


def _finish(event: InboundEvent, message: Message, *, state: str, matched_by: str, now: datetime) -> None:
    # Two workers with one event take turns at its conversation; this conditional UPDATE lets the first one be right.
    waiting = InboundEvent.objects.filter(id=event.pk, state=InboundEvent.State.RECEIVED)
    if not waiting.update(state=state, handled_at=now, message=message, matched_by=matched_by):
        raise HandledMeanwhile
