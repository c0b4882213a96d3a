"""Which files a message brought: said with the message itself, which waits for none of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from channels_app.contract import Inbound
from channels_app.mail.files import MOST, MOST_REFUSED
from channels_app.media import LONGEST_KEY, Why
from core.documents import rules as documents
from notifications.attachments.models import MessageFile
from notifications.attachments.tasks import bring_files
from notifications.outbox.models import Message
from tenants.tasks import send_after_commit
from tenants.wakeup import wake

LONGEST_TYPE = 80
# A task that was lost is made up for after this.
LEFT_AFTER = timedelta(minutes=2)


def noted_of(one: Inbound, *, content_type: str) -> dict[str, Any]:
    """This function will give what the stored event keeps of a message's files; nothing where it brought none.

    content_type is the stored call's own, without which a form could not be read again.
    """
    files = [
        *({"name": file.name, "media_type": file.media_type} for file in one.attachments),
        *({"name": file.name, "media_type": file.media_type, "key": file.key} for file in one.media),
    ]
    refused = [{"name": file.name, "why": file.why.value} for file in one.refused]
    if not files and not refused:
        return {}
    return {"files": files, "refused": refused, "content_type": content_type[:1000]}


def note_files(message: Message, data: Mapping[str, Any], *, now: datetime) -> None:
    """This function will write down the files of a message, and have those fetched that are to be kept."""
    files: Sequence[Mapping[str, str]] = data.get("files", ())
    refused: Sequence[Mapping[str, str]] = data.get("refused", ())
    if not files and not refused:
        return
    rows = [_row(message, number, one, now=now) for number, one in enumerate(files[: MOST + MOST_REFUSED])]
    left = [
        MessageFile(
            message=message,
            number=len(rows) + number,
            state=MessageFile.State.REFUSED,
            why=one["why"],
            name=_name(one["name"]),
        )
        for number, one in enumerate(refused[:MOST_REFUSED])
    ]
    MessageFile.objects.bulk_create([*rows, *left])
    if any(row.state == MessageFile.State.WAITING for row in rows):
        send_after_commit(bring_files, message.pk)
        wake(at=now + LEFT_AFTER)


def _row(message: Message, number: int, one: Mapping[str, str], *, now: datetime) -> MessageFile:
    is_taken = number < MOST
    return MessageFile(
        message=message,
        number=number,
        state=MessageFile.State.WAITING if is_taken else MessageFile.State.REFUSED,
        why="" if is_taken else Why.COUNT.value,
        name=_name(one["name"]),
        media_type=_clean(one["media_type"])[:LONGEST_TYPE],
        key=_clean(one.get("key", ""))[:LONGEST_KEY],
        try_at=now + LEFT_AFTER if is_taken else None,
    )


def _name(said: str) -> str:
    return documents.safe_name(_clean(said))


def _clean(said: str) -> str:
    return said.replace("\x00", "").encode("utf-8", "ignore").decode()
