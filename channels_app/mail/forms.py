"""The fields and files of a form that was posted as multipart/form-data; files stay the bytes they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import HeaderParser

from channels_app.errors import Unreadable

MOST_FIELDS = 100
LONGEST_HEAD = 5_000


@dataclass(frozen=True)
class Field:
    """One field's bytes, with a name and a type where it is a file."""

    content: bytes = field(repr=False)
    filename: str = ""
    media_type: str = ""


def fields_of(content_type: str, body: bytes) -> Mapping[str, Field]:
    """Return a form's fields by name. Raises: Unreadable."""
    boundary = _parameter(f"Content-Type: {content_type}", "content-type", "boundary")
    if not boundary:
        raise Unreadable("the form has no boundary")
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("utf-8", "replace"))
    if len(parts) < 3 or not parts[-1].startswith(b"--"):
        raise Unreadable("the form has no end")
    found = (_read(part) for part in parts[1:-1][:MOST_FIELDS])
    return {name: one for name, one in found if name}


def _read(part: bytes) -> tuple[str, Field]:
    head, _, content = part.partition(b"\r\n\r\n")
    said = head.strip()[:LONGEST_HEAD].decode("utf-8", "replace")
    name = _parameter(said, "content-disposition", "name")
    filename = _parameter(said, "content-disposition", "filename")
    return name, Field(content, filename, _headers(said).get_content_type() if filename else "")


def _parameter(head: str, header: str, name: str) -> str:
    try:
        said = _headers(head).get_param(name, "", header=header)
    except (ValueError, TypeError, LookupError):
        return ""
    # A name in another set of characters comes as a triple, of which the last is the name.
    return said[2] if isinstance(said, tuple) else str(said or "")


def _headers(head: str) -> Message:
    return HeaderParser().parsestr(head)
