"""What may be kept as a document: by its ending, and by what stands in it. Pure.

A browser decides by itself what a file is, so neither the name nor the caller's word is believed: an ending of the
list must meet content of its kind. Nothing that could run in a browser (HTML, SVG) is in the list.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import puremagic

from core import archives

# As long as people read; endings are kept.
LONGEST_NAME = 120
# What a browser would run or follow, however the file is called.
LIVELY = frozenset({"text/html", "image/svg+xml", "application/xml", "text/xml", "application/xhtml+xml"})
# Brands of the container of HEIC pictures, as they stand after "ftyp".
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})
MACROS = "vbaProject.bin"
# An office file with many pictures; pictures hardly pack, so that what comes to more is mostly air.
MOST_UNPACKED_BYTES = 100 << 20
# Where a PDF says where its table of parts begins, and that it is whole; the last lines of any that a reader opens.
PDF_END = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF")
# Readers look so far from the end for it: some writers add to what is finished.
PDF_TAIL_BYTES = 2048
# Bytes below the space, but for those that end lines and pages and the tabulator.
NEVER_IN_TEXT = frozenset(range(32)) - {9, 10, 12, 13}
TEXT_ENCODINGS = ("utf-8-sig", "gb18030", "cp1252")


class NotAllowed(ValueError):
    """Files of this ending are not kept; the message lists those that are."""


class ContentUnlikeName(ValueError):
    """What stands in the file is not what its ending says."""


class UnpacksToTooMuch(ValueError):
    """The file is small and comes to far more when somebody opens it."""


class Empty(ValueError):
    """There is nothing in the file."""


class TooLong(ValueError):
    """The file is longer than may be kept; the message says how long one may be."""


@dataclass(frozen=True)
class FileType:
    """What a kept file is served as, and how its content is known."""

    media_type: str
    is_it: Callable[[bytes], bool]


def safe_name(name: str) -> str:
    """Return a file's name made harmless: no folders, no invisible or direction-changing characters, not too long."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(_harmless(char) for char in unicodedata.normalize("NFC", base))
    clean = seen.strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if not dot:
        return clean[:LONGEST_NAME] or "document"
    return f"{(stem or 'document')[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def named(name: str, media_type: str) -> str:
    """Return a harmless name with an ending that is known: its own, else that of the type it is said to be."""
    clean = safe_name(name)
    if "." in clean and clean.rpartition(".")[2].lower() in TYPES:
        return clean
    ending = next((ending for ending, one in TYPES.items() if one.media_type == media_type), None)
    return safe_name(f"{clean}.{ending}") if ending else clean


def type_of(name: str, content: bytes) -> FileType:
    """Return the kind of a file.

    Raises: Empty; NotAllowed; ContentUnlikeName; UnpacksToTooMuch.
    """
    if not content:
        raise Empty
    found = TYPES.get(name.rpartition(".")[2].lower()) if "." in name else None
    if found is None:
        raise NotAllowed(", ".join(TYPES))
    if not found.is_it(content):
        raise ContentUnlikeName(name.rpartition(".")[2].lower())
    return found


def check_size(size_bytes: int, *, most_bytes: int) -> None:
    """Refuse a file longer than may be kept. Raises: TooLong."""
    if size_bytes > most_bytes:
        raise TooLong(in_megabytes(most_bytes))


def in_megabytes(size_bytes: int) -> str:
    """Return a length as people read it."""
    return f"{size_bytes // (1024 * 1024)} MB"


def _harmless(char: str) -> str:
    if unicodedata.category(char).startswith("Z"):
        return " "
    if not char.isprintable():
        return ""
    return "_" if char in '<>:"|?*' else char


def _media_types(content: bytes) -> set[str]:
    try:
        return {found.mime_type for found in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return set()


def _looks_like(*media_types: str) -> Callable[[bytes], bool]:
    def is_it(content: bytes) -> bool:
        found = _media_types(content)
        return bool(found & set(media_types)) and not found & LIVELY

    return is_it


def _is_pdf(content: bytes) -> bool:
    # At the very beginning: readers accept it later, too, behind whatever else the file may be. Its parts are not read:
    # head, a part and an end that names a place within tell a PDF from a few bytes that begin like one.
    if not content.startswith(b"%PDF-") or b" obj" not in content:
        return False
    ends = PDF_END.findall(content[-PDF_TAIL_BYTES:])
    return bool(ends) and int(ends[-1]) < len(content) and _looks_like("application/pdf")(content)


def _is_heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS


def _begins(*marks: tuple[int, bytes]) -> Callable[[bytes], bool]:
    """Return whether one of the marks stands where it must."""

    def is_it(content: bytes) -> bool:
        return any(content[at : at + len(mark)] == mark for at, mark in marks)

    return is_it


def _is_office(folder: str) -> Callable[[bytes], bool]:
    """Return whether the archive holds a document of that kind, without macros; nothing is unpacked.

    What that returns raises UnpacksToTooMuch.
    """

    def is_it(content: bytes) -> bool:
        if not content.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                members = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):  # its words for what is no zip of ours
            return False
        if archives.is_too_much(members, archive_bytes=len(content), most_bytes=MOST_UNPACKED_BYTES):
            raise UnpacksToTooMuch
        names = [member.filename for member in members]
        has_document = "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)
        return has_document and not any(name.endswith(MACROS) for name in names)

    return is_it


def _is_text(content: bytes) -> bool:
    if NEVER_IN_TEXT & set(content) or _media_types(content) & LIVELY or content.lstrip()[:1] == b"<":
        return False
    return any(_reads_as(encoding, content) for encoding in TEXT_ENCODINGS)


def _reads_as(encoding: str, content: bytes) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


_OFFICE = "application/vnd.openxmlformats-officedocument"
_JPEG = FileType("image/jpeg", _looks_like("image/jpeg"))
_HEIC = FileType("image/heic", _is_heic)
# By ending: what it is served as, and what its content must be.
TYPES: dict[str, FileType] = {
    "pdf": FileType("application/pdf", _is_pdf),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": FileType("image/png", _looks_like("image/png")),
    "heic": _HEIC,
    # What owners send from their phones, to look at and to listen to.
    "gif": FileType("image/gif", _begins((0, b"GIF8"))),
    "webp": FileType("image/webp", _begins((8, b"WEBP"))),
    "mp4": FileType("video/mp4", _begins((4, b"ftyp"))),
    "mov": FileType("video/quicktime", _begins((4, b"ftyp"))),
    "m4a": FileType("audio/mp4", _begins((4, b"ftyp"))),
    "mp3": FileType("audio/mpeg", _begins((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"))),
    "amr": FileType("audio/amr", _begins((0, b"#!AMR"))),
    "ogg": FileType("audio/ogg", _begins((0, b"OggS"))),
    "docx": FileType(f"{_OFFICE}.wordprocessingml.document", _is_office("word/")),
    "xlsx": FileType(f"{_OFFICE}.spreadsheetml.sheet", _is_office("xl/")),
    "txt": FileType("text/plain", _is_text),
}
