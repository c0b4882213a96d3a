"""Bringing owners' files: out of the stored call or from the provider, looked at, kept as documents, each once.

The network and the storage are asked while no transaction is open; who keeps a file first is decided by one row.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from channels_app import registry
from channels_app.contract import Inbound, RawRequest
from channels_app.errors import ChannelError, Rejected, Unreadable
from channels_app.media import Fetching, FileTooLarge, Why
from core.customers.models import Customer
from core.documents import operations as documents
from core.documents import rules
from core.documents.models import Document
from core.documents.operations import By, NewDocument
from notifications.attachments.models import MessageFile
from notifications.conversations.models import Conversation
from notifications.inbound.models import InboundEvent
from notifications.outbox.accounts import account_of
from tenants.announcing import News, announce_news
from tenants.wakeup import wake

logger = logging.getLogger(__name__)

# Announced, not logged: that a file came is told by its document.
CAME = "conversation.file_came"
# Providers keep files for days; one that did not come in half a day of trying does not come.
MOST_TRIES = 8
PAUSES = tuple(timedelta(minutes=2**tries) for tries in range(1, MOST_TRIES + 1))
# What the look at a file says of one that is not kept.
REFUSALS: Mapping[type[ValueError], Why] = {
    rules.Empty: Why.EMPTY,
    rules.TooLong: Why.SIZE,
    rules.NotAllowed: Why.TYPE,
    rules.ContentUnlikeName: Why.TYPE,
    rules.UnpacksToTooMuch: Why.SIZE,
}


class _Not(Exception):
    """The file is not kept, for good; its text is why."""


class _Later(Exception):
    """The provider could not be asked now."""


class _KeptMeanwhile(Exception):
    """Another worker kept it first; what was stored here is taken away."""


def bring(message_id: int, *, now: datetime) -> None:
    """This function will fetch and keep those files of a message that wait; again has no effect."""
    rows = list(waiting().filter(message_id=message_id).select_related("message__account", "message__conversation"))
    attached = _attached(message_id) if any(not row.key for row in rows) else ()
    for row in rows:
        try:
            _keep(row, _content(row, attached), now=now)
        except _KeptMeanwhile:
            continue
        except _Not as refusal:
            _settle(row, why=str(refusal))
        except _Later:
            _put_off(row, now=now)
    if rows:
        talk = rows[0].message
        announce_news([News(CAME, "conversation", talk.conversation_id, talk.customer_id)])


def waiting() -> QuerySet[MessageFile]:
    """This function will return the files that are still to be brought."""
    return MessageFile.objects.filter(state=MessageFile.State.WAITING)


def _attached(message_id: int) -> tuple[bytes, ...]:
    """The files that lie in the stored call, in their order, read from it once more."""
    event = InboundEvent.objects.select_related("account").filter(message_id=message_id).first()
    if event is None:
        return ()
    headers = {"Content-Type": str(event.data.get("content_type", ""))}
    request = RawRequest("POST", "", headers, bytes(event.raw), event.received_at)
    try:
        said = registry.get(event.account.kind).parse(account_of(event.account), request)
    except Unreadable:
        logger.warning("a stored call could not be read again", extra={"event_id": event.pk})
        return ()
    heard = [one for one in said if isinstance(one, Inbound) and one.attachments]
    return tuple(file.content for file in heard[0].attachments) if len(heard) == 1 else ()


def _content(row: MessageFile, attached: tuple[bytes, ...]) -> bytes:
    if not row.key:
        # Files of the stored call come first, so that their numbers are their places.
        if row.number >= len(attached):
            raise _Not(Why.GONE)
        return attached[row.number]
    account = row.message.account
    channel = registry.get(account.kind)
    if not isinstance(channel, Fetching):
        raise _Not(Why.GONE)
    try:
        return channel.fetch(account_of(account), row.key, most_bytes=settings.DOCUMENT_MOST_BYTES)
    except FileTooLarge:
        raise _Not(Why.SIZE) from None
    except Rejected:
        raise _Not(Why.GONE) from None
    except ChannelError:
        raise _Later from None


def _keep(row: MessageFile, content: bytes, *, now: datetime) -> None:
    message = row.message
    new = NewDocument(
        kind=Document.Kind.FROM_OWNER,
        name=rules.named(row.name, row.media_type),
        content=content,
        customer_id=message.conversation.customer_id,
        conversation_id=message.conversation_id,
    )

    def along(document: Document) -> None:
        if not waiting().filter(pk=row.pk).update(state=MessageFile.State.KEPT, document=document, try_at=None):
            raise _KeptMeanwhile
        _give(document)

    try:
        documents.add_document(new, by=By(message.actor), now=now, along=along)
    except tuple(REFUSALS) as error:
        raise _Not(REFUSALS[type(error)]) from None


def _give(document: Document) -> None:
    """Whose the conversation is may have been found out while the file came: its row's lock says who was first."""
    talk = Conversation.objects.select_for_update().only("customer_id").get(pk=document.conversation_id or 0)
    if talk.customer_id is None:
        return
    merged_into = Customer.objects.values_list("merged_into_id", flat=True).get(pk=talk.customer_id)
    if document.customer_id != (merged_into or talk.customer_id):
        document.customer_id = merged_into or talk.customer_id
        document.save(update_fields=["customer_id"])


def _settle(row: MessageFile, *, why: str) -> None:
    waiting().filter(pk=row.pk).update(state=MessageFile.State.REFUSED, why=why, try_at=None)


def _put_off(row: MessageFile, *, now: datetime) -> None:
    try_at = now + PAUSES[min(row.tries, MOST_TRIES - 1)]
    waiting().filter(pk=row.pk).update(try_at=try_at)
    wake(at=try_at)
