"""Rows of the inbox: what owners said, each once however often it comes."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from channels_app.contract import Inbound
from notifications.attachments import noting
from notifications.channels.models import ChannelAccount
from notifications.inbound.models import InboundEvent
from notifications.inbound.tasks import handle_inbound
from tenants.tasks import send_after_commit
from tenants.wakeup import wake

# Without an id of the provider, the same words from the same sender within this are one message.
# Source: design of replies, "same sender and text within 4 s".
SAME_WITHIN = timedelta(seconds=4)
# An event not handled after this was lost on its way to a worker.
LEFT_AFTER = timedelta(minutes=1)
LONGEST_TEXT = 20_000
LONGEST_ID = 160
LONGEST_PAYLOAD = 200
LONGEST_SENDER = 254
# First half of the advisory lock's number; the second is who said what.
LOCK_CLASS = 7_244

# The unique pair of account and provider's id decides what is new; Django's bulk_create would not say.
INSERT = """
INSERT INTO notifications_inboundevent
    (account_id, provider_id, kind, state, sender, data, raw, received_at, handled_at, matched_by, error)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '', %s)
ON CONFLICT (account_id, provider_id) DO NOTHING RETURNING id
"""


def store_messages(
    row: ChannelAccount,
    heard: Sequence[Inbound],
    *,
    raw: bytes,
    now: datetime,
    content_type: str = "",
    received_at: datetime | None = None,
    is_for_people: bool = False,
) -> None:
    """This function will store what owners said, each once, and have it worked on.

    content_type is the call's, by which the files in it are read again. received_at: when it came, where it was kept
    elsewhere since. is_for_people: nothing is to be read into it.
    """
    events = [
        InboundEvent(
            account=row,
            provider_id=_provider_id(row, one, now=now),
            kind=InboundEvent.Kind.MESSAGE,
            sender=clean(one.sender, LONGEST_SENDER),
            data=data_of(one)
            | noting.noted_of(one, content_type=content_type)
            | ({"is_for_people": True} if is_for_people else {}),
            # Whole where files lie in it: they are taken out of it by a worker.
            raw=raw if one.attachments or len(heard) == 1 else written(one),
            received_at=received_at or now,
        )
        for one in heard
    ]
    stored = insert(events)
    for event_id in stored:
        send_after_commit(handle_inbound, event_id)
    if stored:
        # Should the task be lost, the dealer's next turn finds the event.
        wake(at=now + LEFT_AFTER)


def insert(events: Sequence[InboundEvent]) -> list[int]:
    """This function will insert what is new and give its ids; of two deliveries at once only one gets them."""
    rows = [
        (one.account_id, one.provider_id, one.kind, one.state, one.sender, json.dumps(one.data), bytes(one.raw),
         one.received_at, one.handled_at, one.error)
        for one in events
    ]  # fmt: skip
    with connection.cursor() as cursor:
        ids = []
        for row in rows:
            cursor.execute(INSERT, row)
            ids += [found[0] for found in cursor.fetchall()]
    return ids


def written(one: Inbound) -> bytes:
    """This function will write what was read of one message, where its call speaks of others too."""
    return json.dumps(data_of(one), ensure_ascii=True).encode()


def data_of(one: Inbound) -> dict[str, Any]:
    """This function will give what is kept of a message beside its sender."""
    return {
        "text": clean(one.text, LONGEST_TEXT),
        "payload": clean(one.payload, LONGEST_PAYLOAD),
        "reply_to": clean(one.reply_to, LONGEST_ID),
        "at": one.at.isoformat() if one.at else "",
        "is_automatic": one.is_automatic,
        "is_edit": one.is_edit,
        "is_parting": one.is_parting,
    }


def _provider_id(row: ChannelAccount, one: Inbound, *, now: datetime) -> str:
    # An id of nothing but zero bytes is none: all that bring such would be one message.
    named = clean(one.provider_id, len(one.provider_id))
    if named:
        return f"long:{digest(one.provider_id)}" if len(one.provider_id) > LONGEST_ID else named
    said = digest(f"{one.sender}\n{one.text}\n{one.payload}")
    with connection.cursor() as cursor:
        # Two at once would both find nothing: the lock makes the second look after the first.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_CLASS, f"{row.pk}:{said}"])
    twin = InboundEvent.objects.filter(
        account=row,
        sender=clean(one.sender, LONGEST_SENDER),
        provider_id__startswith=f"said:{said}:",
        received_at__gt=now - SAME_WITHIN,
    ).first()
    return twin.provider_id if twin else f"said:{said}:{now.isoformat()}"


def clean(text: str, longest: int) -> str:
    """This function will cut a text and leave out zero bytes, which PostgreSQL does not take, and half surrogates."""
    return text[:longest].replace("\x00", "").encode("utf-8", "ignore").decode()


def digest(text: str) -> str:
    """This function will name a text by its hash."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
