"""What mail servers report of our mails: that they could not deliver (RFC 3464), that somebody complained (RFC 5965).

A report counts for the message whose signed token it brings back; anybody can write a report of any other.
"""

import re
from email.message import Message

from channels_app.contract import UNASKED, Account, Receipt, ReceiptStatus
from channels_app.mail import tokens
from channels_app.mail.reading import header_of, inner_of, parsed, parts_of, payload_of, recipients_of
from channels_app.mail.tokens import Ours

DELIVERY, COMPLAINT = "message/delivery-status", "message/feedback-report"

# RFC 3464's actions; "delayed" says nothing new yet.
ACTIONS: dict[str, ReceiptStatus] = {
    "failed": "failed",
    "delivered": "delivered",
    "relayed": "sent",  # into a network that gives no receipts
    "expanded": "sent",
}
# RFC 3463's codes that say the address does not work; other failures (full, too large, policy) may pass.
UNDELIVERABLE = re.compile(r"5\.(1\.(1|2|3|6|10)|2\.1|4\.4)")
ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
# Whoever presses "this is spam" wants nothing more; "not-spam" and reports about viruses or fraud say nothing of it.
COMPLAINTS: dict[str, ReceiptStatus] = {"abuse": "opted_out", "opt-out": "opted_out", "opt-out-list": "opted_out"}
MOST_RETURNED = 100_000


def is_report(message: Message) -> bool:
    """Return whether this mail is a server's report rather than somebody's message."""
    return message.get_content_type() == "multipart/report" or bool(
        parts_of(message, DELIVERY) or parts_of(message, COMPLAINT)
    )


def receipts_of(account: Account, message: Message) -> list[Receipt]:
    """Return what a report says of one of our mails; nothing where it names none, or says nothing of use."""
    ours = tokens.ours_in(account, [*recipients_of(message), *_returned(message)])
    found = _delivery(message) or _complaint(message)
    if ours is None or found is None:
        return []
    status, detail = found
    return [_receipt(ours, status, detail, report_id=header_of(message, "Message-ID"))]


def status_after(action: str, code: str) -> ReceiptStatus | None:
    """Return our word for an action and an enhanced status code."""
    status = ACTIONS.get(action)
    return "undeliverable" if status == "failed" and UNDELIVERABLE.fullmatch(code) else status


def _receipt(ours: Ours, status: ReceiptStatus, detail: str, *, report_id: str) -> Receipt:
    event_id = f"{ours.message_id}-{status}-{report_id}"
    purposes = UNASKED if status == "opted_out" else ()
    return Receipt(ours.provider_id, ours.message_id, status, event_id, detail, purposes)


def _delivery(message: Message) -> tuple[ReceiptStatus, str] | None:
    """Read the block of fields of our one recipient; the first block is of the message."""
    for fields in _blocks(parts_of(message, DELIVERY)):
        action = header_of(fields, "Action").lower()
        code = _code(header_of(fields, "Status"), header_of(fields, "Diagnostic-Code"))
        if status := status_after(action, code):
            return status, code if status in ("failed", "undeliverable") else ""
    return None


def _complaint(message: Message) -> tuple[ReceiptStatus, str] | None:
    for fields in _blocks(parts_of(message, COMPLAINT)):
        kind = header_of(fields, "Feedback-Type").lower()
        if status := COMPLAINTS.get(kind):
            return status, kind
    return None


def _code(said: str, diagnostic: str) -> str:
    """A code that ends in .0.0 says nothing; the other server's own words often do."""
    code = next(iter(ENHANCED.findall(said)), "")
    return code if code and not code.endswith(".0.0") else next(iter(ENHANCED.findall(diagnostic)), code)


def _blocks(parts: list[Message]) -> list[Message]:
    """The parser takes a delivery status apart into blocks, and other reports as a mail or as text."""
    return [block for part in parts for block in (inner_of(part) or _fields(payload_of(part)))]


def _fields(content: bytes) -> list[Message]:
    return [parsed(b"From: report\n" + block.strip()) for block in re.split(rb"\r?\n\r?\n", content) if block.strip()]


def _returned(message: Message) -> list[str]:
    """Return the headers of our own mail, as a report brings them back."""
    ids = [header_of(part, "Message-ID") for whole in parts_of(message, "message/rfc822") for part in inner_of(whole)]
    quoted = [payload_of(part)[:MOST_RETURNED].decode("utf-8", "replace") for part in _headers(message)]
    return [*ids, *(line for text in quoted for line in re.findall(r"(?im)^message-id:(.*(?:\n[ \t].*)?)", text))]


def _headers(message: Message) -> list[Message]:
    return parts_of(message, "text/rfc822-headers")
