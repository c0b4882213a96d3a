"""Links that tie a chat to its owner: made for one customer, good for one chat, once.

What the token brings is who somebody is, so used, expired, or another dealer's, it ties nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from channels_app import registry
from channels_app.contract import Opening
from channels_app.errors import ChannelUnknown
from core.customers import chats
from core.customers.models import ContactPoint
from notifications.channels.models import ChannelAccount
from notifications.conversations.models import Conversation
from notifications.links import operations as links
from notifications.links.models import OwnerLink
from notifications.links.operations import LinkOver, LinkUnknown, NewLink
from notifications.links.rules import Purpose
from notifications.outbox.accounts import account_of
from notifications.shared import talks


class ChatOfAnother(Exception):
    """The chat is known as somebody else's: people have to say whose it is."""


@dataclass(frozen=True)
class Joined:
    """Whose chat it is; is_new where it was not before."""

    customer_id: int
    is_new: bool


def openable() -> Mapping[str, ChannelAccount]:
    """This function will return the dealer's accounts whose chats a link can open, one a channel."""
    rows = ChannelAccount.objects.filter(is_active=True).order_by("-rank", "-id")
    return {row.kind: row for row in rows if _opening(row.kind) is not None}


def invite(channel: str, *, customer_id: int, conversation_id: int, language: str, now: datetime) -> str:
    """This function will make the address by which a customer opens a chat with the dealer, for one use.

    Raises: ChannelUnknown where no account of that channel has such links.
    """
    row, opening = openable().get(channel), _opening(channel)
    if row is None or opening is None:
        raise ChannelUnknown(channel)
    wanted = NewLink(purpose=Purpose.CHAT, conversation_id=conversation_id, language=language, customer_id=customer_id)
    made = links.issue([wanted], now=now)[0]
    token = links.tokens_of([made.id])[made.id]
    if row.shared_sender_id is not None:
        # Whoever comes by the link has written to nobody there yet: it is the token that says whose they are.
        talks.note_names(row.shared_sender_id, [f"{talks.LINK}{token}"], now=now)
    return opening.chat_address(account_of(row), token)


def join(token: str, conversation: Conversation, *, now: datetime) -> Joined:
    """This function will make a chat the verified address of the link's customer, within the caller's transaction.

    The same chat by the same link again changes nothing. Raises: LinkUnknown; LinkOver; ChatOfAnother.
    """
    link = links.found(token)
    person_id = links.person_of(link)
    if link.purpose != Purpose.CHAT or person_id is None:
        raise LinkUnknown
    theirs = ContactPoint.objects.filter(
        kind=ContactPoint.Kind.CHAT, chat_channel=conversation.account.kind, value=conversation.address
    )
    if link.used_at is not None and theirs.filter(customer_id=person_id, blocked_at=None).exists():
        return Joined(person_id, is_new=False)
    links.check_open(link, now=now)
    if (
        theirs.filter(blocked_at=None)
        .exclude(customer_id=person_id)
        .exclude(customer__merged_into_id=person_id)
        .exists()
    ):
        raise ChatOfAnother
    # One conditional UPDATE: of two chats that bring one token at once, the second finds it used.
    if not OwnerLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now):
        raise LinkOver("USED")
    chats.add_chat(customer_id=person_id, channel=conversation.account.kind, value=conversation.address, now=now)
    return Joined(person_id, is_new=True)


def _opening(kind: str) -> Opening | None:
    try:
        channel = registry.get(kind)
    except ChannelUnknown:
        return None
    return channel if isinstance(channel, Opening) else None
