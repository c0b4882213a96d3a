"""What the centre writes for itself beside a conversation: added, never changed, never sent."""

from datetime import datetime

from django.db import transaction

from core.events import kinds
from core.events import operations as events
from notifications.conversations.models import Conversation, Note


def add(*, conversation_id: int, text: str, author_id: int, now: datetime) -> Note:
    """This function will add a note; the log learns that there is one, not what it says.

    Raises: Conversation.DoesNotExist.
    """
    with transaction.atomic():
        conversation = Conversation.objects.get(pk=conversation_id)
        note = Note.objects.create(conversation=conversation, author_id=author_id, text=text, at=now)
        events.record(
            kinds.CONVERSATION_NOTED,
            subject_kind="conversation",
            subject_id=conversation.pk,
            at=now,
            customer_id=conversation.customer_id,
            data={"note_id": note.pk},
            actor=f"user:{author_id}",
        )
        return note
