"""What Aliyun's calls say, in our words: what became of messages, and what owners answered.

Its times are Beijing's, and are written without saying so.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from channels_app import shapes
from channels_app.aliyun import parcels
from channels_app.contract import Inbound, Receipt, ReceiptStatus
from channels_app.errors import Unreadable
from channels_app.shapes import Shape

BEIJING = timezone(timedelta(hours=8))
TIME = "%Y-%m-%d %H:%M:%S"
DELIVERED = "DELIVERED"

# Why a message was not delivered, where that says more than "failed". Source: Aliyun SMS, codes of receipts: a number
# on the carriers' black list is of somebody who has said no there.
STATUSES_BY_CODE: Mapping[str, ReceiptStatus] = {
    "MOBILE_IN_BLACK": "opted_out",
    "USER_REJECT": "opted_out",
    "INVALID_NUMBER": "undeliverable",
    "MOBILE_ACCOUNT_ABNORMAL": "undeliverable",
    "MOBILE_NOT_ON_SERVICE": "undeliverable",
}


def event_of(told: Shape) -> Inbound | Receipt | None:
    """This function will read one entry of a call; None for what is neither. Raises: Unreadable."""
    if "success" in told or "err_code" in told:
        return _receipt(told)
    return _inbound(told) if "content" in told else None


def _receipt(told: Shape) -> Receipt:
    code, number = shapes.word_or_nothing(told, "err_code"), shapes.word(told, "phone_number")
    biz_id, named = shapes.word(told, "biz_id"), shapes.word_or_nothing(told, "out_id")
    is_delivered = told["success"] is True if "success" in told else code == DELIVERED
    provider_id = parcels.provider_id(biz_id, named, number)
    return Receipt(
        provider_id=provider_id,
        message_id=parcels.message_id(named, number),
        status="delivered" if is_delivered else STATUSES_BY_CODE.get(code, "failed"),
        event_id=f"{provider_id}-{code}",
        detail="" if is_delivered else code,
    )


def _inbound(told: Shape) -> Inbound:
    number = shapes.word(told, "phone_number")
    if not number.removeprefix("+").isdigit():
        raise Unreadable("a message of nobody")
    return Inbound(
        provider_id=_sequence(told),
        sender=parcels.international(number),
        text=shapes.word(told, "content"),
        at=_moment(shapes.word_or_nothing(told, "send_time")),
    )


def _sequence(told: Shape) -> str:
    """It is documented as a text, and as a number in older words."""
    found = told.get("sequence_id", "")
    return (
        str(shapes.number(told, "sequence_id"))
        if isinstance(found, int)
        else shapes.word_or_nothing(told, "sequence_id")
    )


def _moment(said: str) -> datetime | None:
    try:
        return datetime.strptime(said, TIME).replace(tzinfo=BEIJING) if said else None
    except ValueError as error:
        raise Unreadable("send_time is no time") from error
