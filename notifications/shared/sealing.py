"""What waits at a sender until it is known whose it is: sealed, since nobody may read it meanwhile."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels_app.contract import Inbound, Receipt
from tenants.sealing import seal, unseal

PURPOSE = "shared sender"


@dataclass(frozen=True)
class Kept:
    """An owner's words as they came, with what the provider sent."""

    said: Inbound
    raw: bytes
    # The call's, by which the files in it are read again.
    content_type: str = ""


def sealed(told: Mapping[str, Any]) -> str:
    """This function will seal what can be written as JSON."""
    return seal(json.dumps(dict(told)), purpose=PURPOSE)


def opened(text: str) -> dict[str, Any]:
    """This function will open what was sealed. Raises: SealBroken."""
    return dict(json.loads(unseal(text, purpose=PURPOSE)))


def sealed_words(kept: Kept) -> str:
    """This function will seal an owner's words; files with them are in what the provider sent."""
    one = kept.said
    return sealed(
        {
            "provider_id": one.provider_id,
            "sender": one.sender,
            "text": one.text,
            "payload": one.payload,
            "reply_to": one.reply_to,
            "at": one.at.isoformat() if one.at else "",
            "is_automatic": one.is_automatic,
            "is_edit": one.is_edit,
            "is_parting": one.is_parting,
            "sender_name": one.sender_name,
            "raw": b64encode(kept.raw).decode(),
        }
    )


def opened_words(text: str) -> Kept:
    """This function will open an owner's words. Raises: SealBroken."""
    told = opened(text)
    raw, at = b64decode(told.pop("raw")), told.pop("at")
    return Kept(Inbound(**told, at=datetime.fromisoformat(at) if at else None), raw)


def sealed_receipt(receipt: Receipt) -> str:
    """This function will seal a receipt whose message is not known yet."""
    return sealed(
        {
            "provider_id": receipt.provider_id,
            "message_id": receipt.message_id,
            "status": receipt.status,
            "event_id": receipt.event_id,
            "detail": receipt.detail,
            "purposes": list(receipt.purposes),
            "reference": receipt.reference,
            "address": receipt.address,
        }
    )


def opened_receipt(text: str) -> Receipt:
    """This function will open a receipt. Raises: SealBroken."""
    told = opened(text)
    return Receipt(**{**told, "purposes": tuple(told["purposes"])})
