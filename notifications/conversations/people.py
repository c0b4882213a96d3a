"""What a person of the centre does in a conversation: takes it, gives it away, writes, gives it back, ends it.

While it is theirs the flows keep still; given back, these put their open questions again. One row's lock makes
two people take turns, and the second is told who was first.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from channels_app import registry
from core.deputies import queries as deputies
from core.events import kinds
from core.events import operations as events
from core.tasks import giving
from core.tasks import operations as tasks
from core.tasks.models import Task
from core.transactions import waking
from notifications.conversations import colleagues, languages, permitting
from notifications.conversations import operations as conversations
from notifications.conversations.models import Conversation
from notifications.conversations.permitting import Leave
from notifications.outbox import operations as outbox
from notifications.outbox.models import Message
from notifications.outbox.operations import Draft, Priority
from notifications.policy.facts import Action, Purpose
from notifications.policy.models import Decision
from notifications.runs import operations as runs

Mode = Conversation.Mode


class ConversationTaken(Exception):
    """Somebody else has it; the message is their name."""


class TextTooLong(ValueError):
    """The channel takes no text of this length; the message is its limit in characters."""


def take_over(*, conversation_id: int, user_id: int, now: datetime, from_user_id: int | None = None) -> Conversation:
    """This function will give a conversation to the person who asks; its flows keep still.

    from_user_id: the colleague from whom it is taken knowingly. What belongs to somebody for whom they stand in stays
    theirs. Raises: ConversationTaken by any other.
    """
    with _moving(conversation_id, now=now) as conversation:
        _take(conversation, user_id=user_id, from_user_id=from_user_id, now=now)
        return conversation


def assign(*, conversation_id: int, to_user_id: int | None, user_id: int, now: datetime) -> Conversation:
    """This function will give a conversation to a colleague, or with None to whoever is free; its flows keep still.

    Left to whoever is free it is somebody's work again, also when the owner was answered: its flows wait for a person.
    Raises: NoColleague if nobody of that id answers owners here.
    """
    if to_user_id is not None:
        colleagues.require(to_user_id)
    with _moving(conversation_id, now=now) as conversation:
        if (conversation.mode, conversation.assignee_id) != (Mode.PERSON, to_user_id):
            _give(conversation, to_user_id)
            if to_user_id is None:
                conversations.ask_person(conversation, reason="LEFT_BY_COLLEAGUE", message_id=None, now=now)
            _record(kinds.CONVERSATION_ASSIGNED, conversation, user_id=user_id, now=now, to_user_id=to_user_id)
        return conversation


def write(*, conversation_id: int, text: str, user_id: int, now: datetime) -> Message:
    """This function will queue what a person writes to the owner, taking the conversation over.

    Raises: OwnerOptedOut; DestinationClosed; WordsRefused; ConversationTaken; TextTooLong.
    """
    with _moving(conversation_id, now=now) as conversation:
        leave = permitting.check(conversation, now=now)
        _check_length(conversation, text)
        _take(conversation, user_id=user_id, from_user_id=None, now=now)
        message = outbox.queue_message(_draft(conversation, leave, text=text, user_id=user_id), now=now)
        _keep_decision(message, leave, now=now)
        _settle_tasks(conversation, user_id=user_id, now=now)
        return message


def hand_back(*, conversation_id: int, user_id: int, now: datetime) -> Conversation:
    """This function will give a conversation back to its flows, which put their open questions again."""
    with _moving(conversation_id, now=now) as conversation:
        _let_go(conversation, mode=Mode.FLOW)
        _settle_tasks(conversation, user_id=user_id, now=now)
        _record(kinds.CONVERSATION_HANDED_BACK, conversation, user_id=user_id, now=now)
        runs.resume(conversation, now=now)
        # Where nothing was left to go on, nobody has it any more.
        conversations.flow_ended([conversation.pk])
        return conversation


def close(*, conversation_id: int, user_id: int, now: datetime) -> Conversation:
    """This function will end a conversation and what its flows still asked; the owner's next word opens it again."""
    with _moving(conversation_id, now=now) as conversation:
        _let_go(conversation, mode=Mode.CLOSED)
        _settle_tasks(conversation, user_id=user_id, now=now)
        _record(kinds.CONVERSATION_CLOSED, conversation, user_id=user_id, now=now)
        runs.stop_runs(conversation, reason="CLOSED_BY_PERSON", now=now)
        return conversation


@contextmanager
def _moving(conversation_id: int, *, now: datetime) -> Iterator[Conversation]:
    with waking(now=now):
        yield conversations.locked(conversation_id)


def _take(conversation: Conversation, *, user_id: int, from_user_id: int | None, now: datetime) -> None:
    held_by = conversation.assignee_id
    if held_by is not None and held_by not in (user_id, from_user_id):
        if held_by in deputies.people_of(user_id, now=now):
            # It stays whose it is, and is theirs again when they come back.
            return
        if holder := colleagues.name_of(held_by):
            raise ConversationTaken(holder)
    if (conversation.mode, held_by) != (Mode.PERSON, user_id):
        _give(conversation, user_id)
        _record(kinds.CONVERSATION_TAKEN_OVER, conversation, user_id=user_id, now=now, from_user_id=held_by)


def _give(conversation: Conversation, user_id: int | None) -> None:
    conversation.mode, conversation.assignee_id = Mode.PERSON, user_id
    conversation.save(update_fields=["mode", "assignee_id"])
    giving.give_replies(conversation_id=conversation.pk, user_id=user_id)
    runs.pause(conversation)


def _let_go(conversation: Conversation, *, mode: Mode) -> None:
    conversation.mode, conversation.assignee_id, conversation.unread_count = mode, None, 0
    conversation.save(update_fields=["mode", "assignee_id", "unread_count"])


def _check_length(conversation: Conversation, text: str) -> None:
    longest = registry.get(conversation.account.kind).capabilities.max_length
    if len(text) > longest:
        raise TextTooLong(str(longest))


def _draft(conversation: Conversation, leave: Leave, *, text: str, user_id: int) -> Draft:
    return Draft(
        account_id=conversation.account_id,
        address=conversation.address,
        conversation_id=conversation.pk,
        text=text,
        purpose=Purpose.SERVICE,
        language=languages.language_of(conversation),
        customer_id=conversation.customer_id,
        is_proactive=not leave.is_answer,
        not_before_at=leave.not_before_at,
        priority=Priority.REPLY,
        actor=f"user:{user_id}",
    )


def _keep_decision(message: Message, leave: Leave, *, now: datetime) -> None:
    Decision.objects.create(
        message=message,
        customer_id=message.customer_id,
        purpose=message.purpose,
        action=Action.SEND if leave.not_before_at is None else Action.DEFER,
        rule=leave.rule,
        not_before_at=leave.not_before_at,
        facts=leave.facts,
        decided_at=now,
    )


def _settle_tasks(conversation: Conversation, *, user_id: int, now: datetime) -> None:
    asked = Task.objects.filter(conversation_id=conversation.pk, kind=Task.Kind.REPLY, state=Task.State.OPEN)
    tasks.settle_tasks(keys=list(asked.values_list("key", flat=True)), now=now, actor=f"user:{user_id}")


def _record(kind: str, conversation: Conversation, *, user_id: int, now: datetime, **data: int | None) -> None:
    events.record(
        kind,
        subject_kind="conversation",
        subject_id=conversation.pk,
        at=now,
        customer_id=conversation.customer_id,
        data=data,
        actor=f"user:{user_id}",
    )
