"""What SendGrid's two webhooks say, in our words: what became of mails, and what owners wrote."""

import json
from collections.abc import Callable, Mapping
from email.message import Message
from email.parser import HeaderParser
from typing import Any

from channels_app.contract import UNASKED, Account, Attachment, Inbound, RawRequest, Receipt, ReceiptStatus
from channels_app.errors import Unreadable
from channels_app.mail import events, files, forms, pages, reading, tokens
from channels_app.mail.charsets import decoded

# The mark of ours that a mail carries, and its events bring back.
OURS = "ours"

# What SendGrid says became of a mail; deferred, and events about groups of unsubscribers, say nothing new of it.
EVENTS: Mapping[str, ReceiptStatus] = {
    "processed": "sent",
    "delivered": "delivered",
    "open": "read",
    "click": "read",
    "bounce": "undeliverable",
    "dropped": "failed",
    "spamreport": "opted_out",
    "unsubscribe": "opted_out",
    "group_unsubscribe": "opted_out",
}
# A bounce of type "blocked" is a refusal for now: policy, reputation, a full box.
BLOCKED = "blocked"
# Why it did not even try, as its reasons begin, in small letters.
DROPS: tuple[tuple[str, ReceiptStatus], ...] = (
    ("unsubscribed address", "opted_out"),
    ("user on the unsubscribe list", "opted_out"),
    ("spam reporting address", "opted_out"),
    ("bounced address", "undeliverable"),
    # Of the mail's headers; the bare word is of the address.
    ("invalid smtpapi header", "failed"),
    ("invalid", "undeliverable"),
)


def events_of(account: Account, request: RawRequest) -> list[Inbound | Receipt]:
    """Read events, or an owner's mail. Raises: Unreadable."""
    content_type = request.header("Content-Type")
    if content_type.lower().startswith("multipart/form-data"):
        return _mail(account, forms.fields_of(content_type, request.body))
    return [receipt for event in _events(request.body) if (receipt := _receipt(account, event))]


def _events(body: bytes) -> list[Mapping[str, Any]]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("the body is no list of events") from error
    if not isinstance(said, list) or not all(isinstance(event, dict) for event in said):
        raise Unreadable("the body is no list of events")
    return said


def _receipt(account: Account, event: Mapping[str, Any]) -> Receipt | None:
    word, token = str(event.get("event")), str(event.get(OURS, ""))
    status = _status(word, event)
    found = tokens.TOKEN.fullmatch(token)
    if status is None or found is None:
        return None
    detail = str(event.get("status") or event.get("reason") or "")[:40] if word in ("bounce", "dropped") else ""
    event_id = str(event.get("sg_event_id") or f"{token}-{word}-{event.get('timestamp')}")
    # After a complaint it takes no mail at all for them, which it then says of each by "dropped".
    purposes = UNASKED if word == "spamreport" else ()
    return Receipt(tokens.provider_id_of(account, token), found[1], status, event_id, _public(detail), purposes)


def _status(word: str, event: Mapping[str, Any]) -> ReceiptStatus | None:
    if word == "bounce" and str(event.get("type")) == BLOCKED:
        return "failed"
    if word == "dropped":
        reason = str(event.get("reason")).lower()
        return next((status for start, status in DROPS if reason.startswith(start)), EVENTS[word])
    return EVENTS.get(word)


def _public(detail: str) -> str:
    """Servers like to repeat the address in their reasons, which is nobody's business."""
    return "" if "@" in detail else detail


def _mail(account: Account, form: Mapping[str, forms.Field]) -> list[Inbound | Receipt]:
    """Read a mail, whole where Inbound Parse is set to send it raw, else as it took it apart."""
    if "email" in form:
        return events.events_of(account, form["email"].content)
    charsets = _json(form, "charsets")

    def said(name: str) -> str:
        charset = charsets.get(name)
        return decoded(form[name].content, charset if isinstance(charset, str) else "") if name in form else ""

    headers = _headers(said)
    text = said("text") if said("text").strip() else pages.text_of(said("html"))
    envelope = _json(form, "envelope").get("to")
    recipients = [str(one) for one in envelope] if isinstance(envelope, list) else []
    mail = reading.read(headers, text=text, recipients=recipients, attached=files.sort(_files(form)))
    return [events.inbound_of(account, mail)]


def _headers(said: Callable[[str], str]) -> Message:
    """The mail's headers as it came; from, to and subject are there once more, already decoded."""
    headers = HeaderParser().parsestr(said("headers")[:200_000])
    for name, field in (("From", "from"), ("To", "to"), ("Subject", "subject")):
        if value := " ".join(said(field).replace("\x00", "").split()):
            del headers[name]
            headers[name] = value
    return headers


def _json(form: Mapping[str, forms.Field], name: str) -> Mapping[str, Any]:
    try:
        said = json.loads(form[name].content) if name in form else {}
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _files(form: Mapping[str, forms.Field]) -> list[Attachment]:
    return [Attachment(one.filename, one.media_type, one.content) for one in form.values() if one.filename]
