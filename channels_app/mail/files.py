"""Which files go and come with mails: by size, by type, and by how their bytes begin."""

from collections.abc import Iterable

from channels_app.contract import Attachment

MEGABYTE = 1024 * 1024
# Most mail servers take 25 MB, of which the encoding for the way takes a quarter.
LARGEST_TOGETHER = 15 * MEGABYTE
# A call with a whole mail. Source: SendGrid's Inbound Parse takes 30 MB; servers that take 25 MB measure likewise.
LARGEST_MAIL = 32 * MEGABYTE
MOST = 20
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
    "audio/mpeg": ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3")),
    "text/calendar": (),
    "text/plain": (),
}
ALIASES = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "application/x-pdf": "application/pdf"}
# What mail programs call a file whose type they do not know; its bytes may say.
NAMELESS = "application/octet-stream"


def taken(files: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """Return the files which we take, each under its true type, until they are too large together."""
    kept: list[Attachment] = []
    room = LARGEST_TOGETHER
    for one in files:
        kind = kind_of(one.media_type, one.content)
        if kind and len(one.content) <= room and len(kept) < MOST:
            kept.append(Attachment(_name(one.name), kind, one.content))
            room -= len(one.content)
    return tuple(kept)


def may_go(files: tuple[Attachment, ...]) -> bool:
    """Return whether a message may carry these files."""
    return len(files) == len(taken(files))


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
