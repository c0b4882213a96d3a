"""Which files go and come with mails: by size, by type, and by how their bytes begin."""

from collections.abc import Iterable
from dataclasses import dataclass

from channels_app.contract import Attachment
from channels_app.media import Refused, Why

MEGABYTE = 1024 * 1024
# Most mail servers take 25 MB, of which the encoding for the way takes a quarter.
LARGEST_TOGETHER = 15 * MEGABYTE
# A call with a whole mail. Source: SendGrid's Inbound Parse takes 30 MB; servers that take 25 MB measure likewise.
LARGEST_MAIL = 32 * MEGABYTE
MOST = 20
# Of more that are not taken nobody is told one by one.
MOST_REFUSED = 50
LONGEST_NAME = 120

# Types we take, and how such a file begins, at which byte; types without a mark are taken at their word.
KINDS: dict[str, tuple[tuple[int, bytes], ...]] = {
    "application/pdf": ((0, b"%PDF-"),),
    "image/jpeg": ((0, b"\xff\xd8\xff"),),
    "image/png": ((0, b"\x89PNG\r\n"),),
    "image/gif": ((0, b"GIF8"),),
    "image/webp": ((8, b"WEBP"),),
    "image/heic": ((4, b"ftyp"),),
    "video/mp4": ((4, b"ftyp"),),
    "video/quicktime": ((4, b"ftyp"),),
    "audio/mp4": ((4, b"ftyp"),),
    "audio/amr": ((0, b"#!AMR"),),
    "audio/ogg": ((0, b"OggS"),),
    "audio/mpeg": ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3")),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ((0, b"PK\x03\x04"),),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ((0, b"PK\x03\x04"),),
    "text/calendar": (),
    "text/plain": (),
}
ALIASES = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "application/x-pdf": "application/pdf"}
# What mail programs call a file whose type they do not know; its bytes may say.
NAMELESS = "application/octet-stream"


@dataclass(frozen=True)
class Sorted:
    """The files which we take, each under its true type, and of the others why not."""

    taken: tuple[Attachment, ...] = ()
    refused: tuple[Refused, ...] = ()


def sort(files: Iterable[Attachment]) -> Sorted:
    """Return which files we take, until they are too large together, and which we do not."""
    kept: list[Attachment] = []
    refused: list[Refused] = []
    room = LARGEST_TOGETHER
    for one in files:
        kind = kind_of(one.media_type, one.content)
        why = _why_not(one, kind, room=room, count=len(kept))
        if why is None:
            kept.append(Attachment(_name(one.name), kind, one.content))
            room -= len(one.content)
        elif len(refused) < MOST_REFUSED:
            refused.append(Refused(_name(one.name), why))
    return Sorted(tuple(kept), tuple(refused))


def may_go(files: tuple[Attachment, ...]) -> bool:
    """Return whether a message may carry these files."""
    return not sort(files).refused


def _why_not(one: Attachment, kind: str, *, room: int, count: int) -> Why | None:
    if not one.content:
        return Why.EMPTY
    if not kind:
        return Why.TYPE
    if len(one.content) > room:
        return Why.SIZE
    return Why.COUNT if count >= MOST else None


def kind_of(said: str, content: bytes) -> str:
    """Return the type of a file that begins as its type does, or an empty string."""
    kind = ALIASES.get(said.lower(), said.lower())
    if kind == NAMELESS:
        return next((name for name, marks in KINDS.items() if marks and _begins(content, marks)), "")
    marks = KINDS.get(kind)
    return kind if marks is not None and (not marks or _begins(content, marks)) else ""


def _begins(content: bytes, marks: tuple[tuple[int, bytes], ...]) -> bool:
    return any(content[at : at + len(mark)] == mark for at, mark in marks)


def _name(said: str) -> str:
    """A name is a name, without the folders somebody wrote before it."""
    last = said.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable() and sign not in '"<>:|?*')[:LONGEST_NAME] or "file"
