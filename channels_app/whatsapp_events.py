"""What Meta's calls say of a number on WhatsApp, in our words: what owners wrote or tapped, what became of messages."""

from collections.abc import Mapping

from channels_app import charging, shapes, whatsapp_files
from channels_app.contract import MARKETING, Account, Charge, Inbound, Receipt, ReceiptStatus
from channels_app.errors import Unreadable
from channels_app.shapes import Shape

# WhatsApp's words for what became of a message.
STATUSES: Mapping[str, ReceiptStatus] = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed"}
# Why it failed, where that says more: they want no marketing by WhatsApp. That holds for all that we send there: what
# must arrive (a recall) has other ways. That somebody is not at WhatsApp (131026) says nothing of their number, which
# takes texts and calls all the same.
STATUSES_BY_ERROR: Mapping[int, ReceiptStatus] = {131050: "opted_out"}
# What an owner may stop at WhatsApp itself: offers, and nothing else.
PURPOSES_BY_ERROR: Mapping[int, tuple[str, ...]] = {131050: MARKETING}
# Messages for which nothing is taken; of all others Meta names the category alone, and no amount.
# Source: Cloud API, status messages' webhook, pricing.
FREE = frozenset({"free_customer_service", "free_entry_point"})
# The one failure that a template mends; it comes as an answer or afterwards.
WINDOW_CLOSED = 131047
WORDS: Mapping[int, str] = {WINDOW_CLOSED: "WINDOW_CLOSED"}
# What an owner may send in place of words; people see that it came, and can ask.
MEDIA = frozenset({"image", "video", "audio", "document", "sticker", "location", "contacts", "order", "unsupported"})


def events_of(value: Shape, account: Account) -> list[Inbound | Receipt]:
    """Return what one change says. Raises: Unreadable."""
    # An app has one webhook for all its numbers, unless they were registered one by one: another's is not ours to read.
    if shapes.part(value, "metadata").get("phone_number_id") != account.settings.get("phone_number_id"):
        return []
    names = {_address(one, "wa_id", "user_id"): _name(one) for one in shapes.parts(value, "contacts")}
    read = [
        *(_inbound(one, names) for one in shapes.parts(value, "messages")),
        *(_receipt(one) for one in shapes.parts(value, "statuses")),
    ]
    return [one for one in read if one is not None]


def _address(of: Shape, number: str, user_id: str) -> str:
    """Who it is: by number, or by the id within this business of a person who keeps theirs to themselves."""
    return f"+{shapes.word(of, number)}" if number in of else shapes.word_or_nothing(of, user_id)


def _name(contact: Shape) -> str:
    return shapes.word_or_nothing(shapes.part(contact, "profile"), "name") if "profile" in contact else ""


def _inbound(message: Shape, names: Mapping[str, str]) -> Inbound | None:
    content = _content_of(message)
    if content is None:
        return None
    text, payload = content
    sender = _address(message, "from", "from_user_id")
    if not sender:
        raise Unreadable("a message of nobody")
    context = shapes.part(message, "context") if "context" in message else {}
    return Inbound(
        provider_id=shapes.word(message, "id"),
        sender=sender,
        text=text,
        payload=payload,
        reply_to=shapes.word_or_nothing(context, "id"),
        at=shapes.moment(_seconds(message)),
        sender_name=names.get(sender, ""),
        media=whatsapp_files.media_of(message),
    )


def _content_of(message: Shape) -> tuple[str, str] | None:
    """What was written, and the payload of what was tapped; None for what is neither (a reaction, a changed number)."""
    kind = shapes.word(message, "type")
    if kind == "text":
        return shapes.word(shapes.part(message, "text"), "body"), ""
    if kind == "button":
        tapped = shapes.part(message, "button")
        return shapes.word(tapped, "text"), shapes.word_or_nothing(tapped, "payload")
    if kind == "interactive":
        return _tapped(shapes.part(message, "interactive"))
    if kind in MEDIA:
        holder = message.get(kind)
        caption = holder.get("caption") if isinstance(holder, dict) else ""
        return (caption if isinstance(caption, str) and caption else f"[{kind}]"), ""
    return None


def _tapped(interactive: Shape) -> tuple[str, str] | None:
    kind = shapes.word(interactive, "type")
    if kind not in ("button_reply", "list_reply"):
        return None
    reply = shapes.part(interactive, kind)
    return shapes.word(reply, "title"), shapes.word(reply, "id")


def _seconds(message: Shape) -> int:
    """Meta writes seconds as a text."""
    text = shapes.word(message, "timestamp")
    if not text.isascii() or not text.isdigit() or len(text) > len(str(10**12)):
        raise Unreadable("timestamp is no number")
    return int(text)


def _receipt(told: Shape) -> Receipt | None:
    word, wamid = shapes.word(told, "status"), shapes.word(told, "id")
    status = STATUSES.get(word)
    if status is None:
        return None
    codes = [shapes.number(error, "code") for error in shapes.parts(told, "errors")]
    if status == "failed" and codes:
        status = STATUSES_BY_ERROR.get(codes[0], status)
    return Receipt(
        provider_id=wamid,
        message_id=shapes.word_or_nothing(told, "biz_opaque_callback_data"),
        status=status,
        event_id=f"{wamid}-{word}",
        detail=WORDS.get(codes[0], str(codes[0])) if codes else "",
        purposes=PURPOSES_BY_ERROR.get(codes[0], ()) if codes else (),
        charge=_charge(told),
    )


def _charge(told: Shape) -> Charge | None:
    """Nothing, where it is said that nothing is taken; what is taken, nobody says."""
    pricing = told.get("pricing")
    if not isinstance(pricing, dict):
        return None
    return charging.NOTHING if pricing.get("billable") is False or pricing.get("type") in FREE else None
