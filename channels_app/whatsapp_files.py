"""Files in WhatsApp messages: which there are, and how they are fetched.

The Cloud API names a file by an id; asked for the id, it gives an address that is good for five minutes.
Source: Cloud API, Media: "Retrieve Media URL", "Download Media".
"""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp

from channels_app import shapes, wire
from channels_app.errors import Misconfigured, Rejected, Uncertain, Unreadable
from channels_app.media import LONGEST_KEY, FileTooLarge, Media
from channels_app.shapes import Shape

# What each kind of file is called where its sender gave it no name.
NAMES: Mapping[str, str] = {
    "image": "photo.jpg",
    "video": "video.mp4",
    "audio": "voice.ogg",
    "document": "file",
}
# Where Meta keeps files: its own address is told with the account's token, and another's must not be.
HOSTS = ("fbsbx.com", "facebook.com", "whatsapp.net")


def media_of(message: Shape) -> tuple[Media, ...]:
    """Return the files of a message; one that cannot be read costs nobody the message."""
    kind = message.get("type")
    holder = message.get(kind) if isinstance(kind, str) and kind in NAMES else None
    if not isinstance(holder, dict):
        return ()
    try:
        key = shapes.word(holder, "id")
        name = shapes.word_or_nothing(holder, "filename") or NAMES[str(kind)]
        media_type = shapes.word_or_nothing(holder, "mime_type").partition(";")[0].strip()
    except Unreadable:
        return ()
    return (Media(key, name, media_type),) if key.isalnum() and len(key) <= LONGEST_KEY else ()


async def fetch(session: aiohttp.ClientSession, *, told: Shape, api: str, token: str, most_bytes: int) -> bytes:
    """Fetch the file of which the API told; `api` is where the account calls.

    Raises: FileTooLarge; ChannelError.
    """
    try:
        url = shapes.word(told, "url")
        size = shapes.number(told, "file_size") if "file_size" in told else 0
    except Unreadable as error:
        raise Uncertain("no readable answer") from error
    if size > most_bytes:
        raise FileTooLarge
    if not _is_metas(url, api):
        raise Misconfigured("a file's address is not Meta's")
    answer = await wire.download(session, url, most_bytes=most_bytes, headers={"Authorization": f"Bearer {token}"})
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        raise Rejected(str(answer.status))
    if answer.status != HTTPStatus.OK:
        raise Uncertain(str(answer.status))
    return answer.body


def _is_metas(url: str, api: str) -> bool:
    asked, known = urlsplit(url), urlsplit(api)
    host = asked.hostname or ""
    is_metas = any(host == one or host.endswith(f".{one}") for one in HOSTS)
    return (asked.scheme == "https" and is_metas) or (asked.scheme, asked.netloc) == (known.scheme, known.netloc)
