"""What WeChat's calls say, in our words: what owners wrote or tapped, and what became of templates."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from channels_app import shapes
from channels_app.contract import DEEP_LINK, Inbound, Receipt, ReceiptStatus
from channels_app.errors import Unreadable

Fields = Mapping[str, str]
SCENE = "qrscene_"

# WeChat's words for what became of a template, without their blanks. "User block" is an owner who takes no messages of
# the account: their will, though they still follow it.
STATUSES: Mapping[str, ReceiptStatus] = {
    "success": "delivered",
    "failed:userblock": "opted_out",
    "failed:systemfailed": "failed",
}
# What an owner may send in place of words; people see that it came, and can ask.
MEDIA = frozenset({"voice", "video", "shortvideo", "location", "link", "file"})


def event_of(fields: Fields) -> Inbound | Receipt | None:
    """This function will read an opened call; None for what says nothing to us. Raises: Unreadable."""
    kind = shapes.word(fields, "MsgType")
    if kind == "event":
        read = EVENTS.get(shapes.word(fields, "Event"))
        return read(fields) if read else None
    text = _text(fields, kind)
    if not text:
        return None
    # A tapped choice comes as the words that stood on it, with its id beside them.
    return _inbound(fields, shapes.word(fields, "MsgId"), text, payload=fields.get("bizmsgmenuid", ""))


def _text(fields: Fields, kind: str) -> str:
    if kind == "text":
        return shapes.word(fields, "Content")
    if kind == "image":
        # The picture itself is fetched by this id, for three days.
        return f"[image] {fields.get('MediaId', '')}".strip()
    return fields.get("Recognition", "") or (f"[{kind}]" if kind in MEDIA else "")


def _followed(fields: Fields) -> Inbound | None:
    """Whoever follows by a link of ours says whose they are; others have said nothing yet."""
    key = fields.get("EventKey", "")
    return _scanned({**fields, "EventKey": key.removeprefix(SCENE)}) if key.startswith(SCENE) else None


def _scanned(fields: Fields) -> Inbound | None:
    scene = fields.get("EventKey", "")
    return _inbound(fields, _name(fields), "[scan]", payload=f"{DEEP_LINK}{scene}") if scene else None


def _clicked(fields: Fields) -> Inbound | None:
    key = fields.get("EventKey", "")
    return _inbound(fields, _name(fields), key, payload=key) if key else None


def _left(fields: Fields) -> Inbound:
    """Whoever stops following has said no by their deed."""
    return replace(_inbound(fields, _name(fields), "[unsubscribed]", payload=""), is_automatic=True, is_parting=True)


def _finished(fields: Fields) -> Receipt | None:
    said, msg_id = shapes.word(fields, "Status"), shapes.word(fields, "MsgID")
    status = STATUSES.get(said.replace(" ", "").lower())
    if status is None:
        return None
    detail = "" if status == "delivered" else said
    return Receipt(provider_id=msg_id, message_id="", status=status, event_id=f"{msg_id}-{status}", detail=detail)


EVENTS: Mapping[str, Callable[[Fields], Inbound | Receipt | None]] = {
    "subscribe": _followed,
    "unsubscribe": _left,
    "SCAN": _scanned,
    "CLICK": _clicked,
    "TEMPLATESENDJOBFINISH": _finished,
}


def _inbound(fields: Fields, provider_id: str, text: str, *, payload: str) -> Inbound:
    return Inbound(
        provider_id=provider_id,
        sender=_sender(fields),
        text=text,
        payload=payload,
        at=shapes.moment(_seconds(fields)),
    )


def _name(fields: Fields) -> str:
    """An event has no number: who, when and what. Source: WeChat, "FromUserName + CreateTime" tells repeats."""
    return f"{_sender(fields)}:{_seconds(fields)}:{shapes.word(fields, 'Event')}"


def _sender(fields: Fields) -> str:
    sender = shapes.word(fields, "FromUserName")
    if not sender:
        raise Unreadable("a message of nobody")
    return sender


def _seconds(fields: Fields) -> int:
    text = shapes.word(fields, "CreateTime")
    if not text.isascii() or not text.isdigit() or len(text) > len(str(10**12)):
        raise Unreadable("CreateTime is no number")
    return int(text)
