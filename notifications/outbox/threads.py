"""Which mail of the owner's a mail of ours answers, so that their mail program shows both as one thread."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import connection

from notifications.outbox.claiming import Leaving

# The newest that a person wrote there before our message was written. Ids that we made up ourselves, for mails that
# came without one or with one too long to keep, are no Message-IDs.
ANSWERED = """
SELECT m.id, heard.provider_id
FROM notifications_message m
CROSS JOIN LATERAL (
    SELECT e.provider_id
    FROM notifications_message i JOIN notifications_inboundevent e ON e.message_id = i.id
    WHERE i.conversation_id = m.conversation_id AND i.id < m.id AND i.direction = 'IN' AND NOT i.is_automatic
    ORDER BY i.id DESC LIMIT 1
) heard
WHERE m.id = ANY(%(ids)s) AND heard.provider_id LIKE '<%%>'
"""


def threaded(leaving: Sequence[Leaving]) -> list[Leaving]:
    """This function will name to each answer what it answers; what comes unasked begins a thread of its own."""
    answers = [one.id for one in leaving if not one.is_proactive]
    if not answers:
        return list(leaving)
    with connection.cursor() as cursor:
        cursor.execute(ANSWERED, {"ids": answers})
        answered = dict(cursor.fetchall())
    return [replace(one, reply_to=answered.get(one.id, "")) for one in leaving]
