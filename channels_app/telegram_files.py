"""Files in Telegram messages: which there are, what they are called, and fetching one from where it lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp

from channels_app import shapes, wire
from channels_app.errors import Rejected, Uncertain, Unreadable
from channels_app.media import LONGEST_KEY, Media
from channels_app.shapes import Shape


@dataclass(frozen=True)
class _Kind:
    """What Telegram says nothing of: the name and the type of a file of this kind."""

    name: str
    media_type: str


# An animation comes with a document that is the same file; a sticker is no owner's own.
KINDS: Mapping[str, _Kind] = {
    "voice": _Kind("voice.ogg", "audio/ogg"),
    "video": _Kind("video.mp4", "video/mp4"),
    "video_note": _Kind("video.mp4", "video/mp4"),
    "audio": _Kind("audio.mp3", "audio/mpeg"),
    "document": _Kind("file", "application/octet-stream"),
}
# Telegram makes every photo a JPEG, in several sizes.
PHOTO = _Kind("photo.jpg", "image/jpeg")
# How it is said that a file is there no more.
NOT_THERE = frozenset({400, 403, 404, 410})


def media_of(message: Shape) -> tuple[Media, ...]:
    """Return the files of a message; one that cannot be read costs nobody the message."""
    try:
        return _media(message)
    except Unreadable:
        return ()


async def download(session: aiohttp.ClientSession, url: str, *, most_bytes: int) -> bytes:
    """Fetch a file from the address that Telegram gave. Raises: FileTooLarge; ChannelError."""
    if not url:
        raise Rejected("NO_FILE")
    answer = await wire.download(session, url, most_bytes=most_bytes)
    if answer.status in NOT_THERE:
        raise Rejected(str(answer.status))
    if answer.status != HTTPStatus.OK:
        raise Uncertain(str(answer.status))
    return answer.body


def _media(message: Shape) -> tuple[Media, ...]:
    if photos := shapes.parts(message, "photo"):
        return _of(max(photos, key=lambda one: (_size(one) or 0, _wide(one))), PHOTO)
    kind = next((name for name in KINDS if name in message), None)
    return _of(shapes.part(message, kind), KINDS[kind]) if kind else ()


def _of(file: Shape, kind: _Kind) -> tuple[Media, ...]:
    key = shapes.word(file, "file_id")
    if len(key) > LONGEST_KEY:
        return ()
    name = shapes.word_or_nothing(file, "file_name") or kind.name
    media_type = shapes.word_or_nothing(file, "mime_type") or kind.media_type
    return (Media(key, name, media_type, _size(file)),)


def _size(file: Shape) -> int | None:
    return shapes.number(file, "file_size") if "file_size" in file else None


def _wide(file: Shape) -> int:
    return shapes.number(file, "width") if "width" in file else 0
