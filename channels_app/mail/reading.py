"""A mail's bytes, or what a provider took them apart into, read once into a Mail.

The parser's newer kind of headers breaks on what real and hostile mails hold; so headers are read here, as bytes.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import Header, decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from functools import partial
from typing import Any

from channels_app.contract import Attachment
from channels_app.errors import Unreadable
from channels_app.mail import automatic, files, pages, quotes
from channels_app.mail.charsets import decoded

# Where a mail says to whom it came; the envelope's own word, where somebody wrote it down, says most.
RECIPIENTS = ("X-Original-To", "Delivered-To", "Envelope-To", "To", "Cc")
IDS = re.compile(r"<[^<>\s]{1,300}>")
ADDRESS = re.compile(r"[^@\s<>\"(),:;]{1,64}@[^@\s<>\"(),:;]{1,189}")
# Beyond it no mail of a person nests, nor has headers that long.
DEEPEST = 20
LONGEST_HEADER = 20_000
MOST_IDS = 50
LONGEST_PAGE = 1_000_000


@dataclass(frozen=True)
class Mail:
    """One mail as somebody wrote it; text is without quotes, ids are in the order in which a thread is looked for."""

    message_id: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    answers: tuple[str, ...]
    text: str
    at: datetime | None
    is_automatic: bool
    files: files.Sorted


def parsed(raw: bytes) -> Message:
    """Return a mail's parts. Raises: Unreadable."""
    try:
        message = message_from_bytes(raw)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, HeaderParseError) as error:
        raise Unreadable("the body is no mail") from error
    if "From" not in message:
        raise Unreadable("the mail is from nobody")
    return message


def mail_of(message: Message) -> Mail:
    """Return what a person wrote in a mail. Raises: Unreadable."""
    leaves = list(_leaves(message))
    attached = files.sort(_attachment(part) for part in leaves if _is_file(part))
    return read(message, text=_text(message), recipients=(), attached=attached)


def read(headers: Message, *, text: str, recipients: Iterable[str], attached: files.Sorted) -> Mail:
    """Return a mail of these headers with a text that may hold quotes. Raises: Unreadable."""
    header = partial(header_of, headers)
    sender, name = _address(header("From"))
    if not sender:
        raise Unreadable("the mail is from nobody")
    subject = " ".join(header("Subject").split())
    answers = [*IDS.findall(header("In-Reply-To")), *reversed(IDS.findall(header("References")))]
    return Mail(
        message_id=next(iter(IDS.findall(header("Message-ID"))), ""),
        sender=sender,
        sender_name=name,
        recipients=(*recipients, *recipients_of(headers)),
        subject=subject,
        answers=tuple(answers[:MOST_IDS]),
        # Some write all they have to say into the subject.
        text=quotes.written(text) or subject,
        at=_moment(header("Date")),
        is_automatic=automatic.is_automatic(header, sender=sender, subject=subject),
        files=attached,
    )


def header_of(message: Message, name: str) -> str:
    """Return the first header of a name as text, in whatever way it is written; an empty string where there is none."""
    value: Any = message.get(name)
    if value is None:
        return ""
    # A Header is what the parser makes of bytes that no header may hold.
    text = value if isinstance(value, Header) else str(value)[:LONGEST_HEADER]
    try:
        said = "".join(_part(part, charset or "") for part, charset in decode_header(text))
    except (HeaderParseError, ValueError, TypeError, LookupError):
        said = str(text)
    return " ".join(said.replace("\x00", "").split())[:LONGEST_HEADER]


def recipients_of(message: Message) -> tuple[str, ...]:
    """Return where a mail was sent to, as it stands there."""
    return tuple(said for name in RECIPIENTS if (said := header_of(message, name)))


def payload_of(part: Message) -> bytes:
    """Return a part's bytes, its encoding undone; what cannot be undone is given as it is."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, TypeError, LookupError, AssertionError):
        content = None
    if isinstance(content, bytes):
        return content
    said = part.get_payload()
    return said.encode("utf-8", "surrogateescape") if isinstance(said, str) else b""


def inner_of(message: Message) -> list[Message]:
    """Return what a part is made of; nothing where it holds bytes."""
    inner = message.get_payload()
    return [part for part in inner if isinstance(part, Message)] if isinstance(inner, list) else []


def parts_of(message: Message, media_type: str) -> list[Message]:
    """Return a mail's parts of a type, however deep they lie."""
    return [part for part in _walk(message) if part.get_content_type() == media_type]


def _part(part: bytes | str, charset: str) -> str:
    return part if isinstance(part, str) else decoded(part, charset)


def _address(said: str) -> tuple[str, str]:
    """Return the address in lower case, and the name beside it."""
    try:
        pairs = getaddresses([said[:LONGEST_HEADER]])
    except (ValueError, TypeError, IndexError, RecursionError):
        pairs = []
    for name, address in pairs:
        if ADDRESS.fullmatch(address):
            return address.lower(), name.strip()
    found = ADDRESS.search(said)
    return (found[0].lower() if found else ""), ""


def _moment(said: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(said)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _walk(message: Message, depth: int = 0) -> Iterator[Message]:
    yield message
    if depth < DEEPEST:
        for part in inner_of(message):
            yield from _walk(part, depth + 1)


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    """Give the parts that hold something; a mail within a mail is not what its sender wrote."""
    if not message.is_multipart():
        yield message
    elif message.get_content_maintype() == "multipart" and depth < DEEPEST:
        for part in inner_of(message):
            yield from _leaves(part, depth + 1)


def _text(message: Message, depth: int = 0) -> str:
    """Return the text of a mail: of alternatives the plain one, of a page what a reader sees, of several all."""
    kind = message.get_content_type()
    if message.is_multipart():
        if message.get_content_maintype() != "multipart" or depth >= DEEPEST:
            return ""
        texts = [_text(part, depth + 1) for part in inner_of(message)]
        said = [text for text in texts if text.strip()]
        return next(iter(said), "") if kind in ("multipart/alternative", "multipart/related") else "\n\n".join(said)
    if _is_file(message) or message.get_content_maintype() != "text":
        return ""
    text = decoded(payload_of(message)[:LONGEST_PAGE], _charset(message))
    return pages.text_of(text) if kind == "text/html" else text


def _charset(part: Message) -> str:
    try:
        said = part.get_content_charset("")
    except (ValueError, TypeError, LookupError):
        return ""
    return said if isinstance(said, str) else ""


def _is_file(part: Message) -> bool:
    if part.get_content_maintype() == "multipart":
        return False
    is_page = part.get_content_type() in ("text/plain", "text/html")
    return part.get_content_disposition() == "attachment" or not is_page or bool(_filename(part))


def _filename(part: Message) -> str:
    try:
        said = part.get_filename("")
        parts = decode_header(said)
    except (ValueError, TypeError, LookupError, HeaderParseError):
        return "file"
    return "".join(_part(text, charset or "") for text, charset in parts)


def _attachment(part: Message) -> Attachment:
    return Attachment(_filename(part), part.get_content_type(), payload_of(part))
