"""How far a conversation has been read: by the centre, which answers as one, and by each person for themself.

Note [Two ways of being unread]: an owner's message is new for the centre until anybody of it has read it, so that
nobody answers what a colleague is at already. Each person's own mark says where they stopped: it draws the line
in the conversation, and shows what is new in those they have been in before.
"""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from notifications.conversations.models import Conversation, ReadMark
from notifications.outbox.models import Message
from tenants.announcing import News, announce_news

# Announced, not logged: that somebody looked is no fact of the dealer's business.
READ = "conversation.read"

# Reading goes forward only: of two windows of one person the further one stands.
MARK = """
INSERT INTO notifications_readmark (conversation_id, user_id, message_id, at)
VALUES (%(conversation)s, %(user)s, %(message)s, %(now)s)
ON CONFLICT (conversation_id, user_id) DO UPDATE SET message_id = EXCLUDED.message_id, at = EXCLUDED.at
WHERE notifications_readmark.message_id < EXCLUDED.message_id
"""
# What came in behind the mark stays unread; the least of both, since a colleague may have read further.
COUNT = """
UPDATE notifications_conversation c SET unread_count = least(c.unread_count, (
    SELECT count(*) FROM notifications_message m
    WHERE m.conversation_id = c.id AND m.id > %(message)s AND m.direction = 'IN' AND NOT m.is_automatic
)) WHERE c.id = %(conversation)s AND c.unread_count > 0
"""


def mark_read(*, conversation_id: int, message_id: int, user_id: int, now: datetime) -> bool:
    """This function will note that a person has read up to a message, and say whether that was new.

    A message beyond the last one is taken for the last one. Raises: Conversation.DoesNotExist.
    """
    with transaction.atomic():
        conversation = Conversation.objects.get(pk=conversation_id)
        last = Message.objects.filter(conversation=conversation, pk__lte=message_id).aggregate(last=Max("id"))["last"]
        if last is None:
            return False
        values = {"conversation": conversation_id, "user": user_id, "message": last, "now": now}
        with connection.cursor() as cursor:
            cursor.execute(MARK, values)
            moved: int = cursor.rowcount
            cursor.execute(COUNT, values)
            moved += cursor.rowcount
        if moved:
            announce_news([News(READ, "conversation", conversation_id, conversation.customer_id)])
        return moved > 0


def mark_of(*, conversation_id: int, user_id: int) -> int | None:
    """This function will return the last message a person has read in a conversation, or None."""
    marks = ReadMark.objects.filter(conversation_id=conversation_id, user_id=user_id)
    return marks.values_list("message_id", flat=True).first()
