"""Many messages in one call: which may share it, and how each is known again in its receipt.

A call of many has one OutId for all, and a receipt brings that and a number. So the OutId lists our ids, each with a
tag of its number: what they have in common, a bar, and then "<rest of an id>.<tag>" for each.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from os.path import commonprefix

from channels_app.approved import Approved
from channels_app.contract import Outgoing

# Source: SendBatchSms, up to 100 numbers; OutId below 256 characters.
MOST = 100
LONGEST_OUT_ID = 255
TAG_LENGTH = 2
CHINA = "86"
CHINESE_LENGTH = 11


@dataclass(frozen=True)
class Piece:
    """A message and the approved template that says it."""

    message: Outgoing
    approved: Approved

    @property
    def tag(self) -> str:
        """What stands for its number."""
        return tag_of(self.message.to)


Parcel = tuple[Piece, ...]


def packed(pieces: Iterable[Piece]) -> list[Parcel]:
    """This function will share pieces out to as few calls as take them, each of one template."""
    open_parcels: dict[str, list[Piece]] = {}
    parcels: list[list[Piece]] = []
    for piece in pieces:
        parcel = open_parcels.get(piece.approved.code)
        if parcel is None or not _fits(parcel, piece):
            parcel = open_parcels[piece.approved.code] = []
            parcels.append(parcel)
        parcel.append(piece)
    return [tuple(parcel) for parcel in parcels]


def out_id(parcel: Iterable[Piece]) -> str:
    """This function will name a parcel: one message by its id, many by all theirs."""
    pieces = list(parcel)
    ids = [piece.message.message_id for piece in pieces]
    if len(ids) == 1:
        return ids[0]
    common = commonprefix(ids)  # noqa: RUF071  # of letters, not of folders
    return f"{common}|" + ",".join(
        f"{one.removeprefix(common)}.{piece.tag}" for one, piece in zip(ids, pieces, strict=True)
    )


def message_id(named: str, number: str) -> str:
    """This function will find a number's message in the name of its parcel, or an empty string."""
    common, bar, listed = named.partition("|")
    if not bar:
        return named
    tags = {tag: f"{common}{rest}" for rest, tag in _entries(listed)}
    return tags.get(tag_of(number), "")


def provider_id(biz_id: str, named: str, number: str) -> str:
    """This function will name a message of a call: all of one call have one BizId."""
    return f"{biz_id}.{tag_of(number)}" if "|" in named else biz_id


def tag_of(number: str) -> str:
    """This function will shorten a number to what tells it from the others of its parcel."""
    digest = hashlib.sha256(national(number).encode("utf-8", "replace")).digest()
    return base64.urlsafe_b64encode(digest)[:TAG_LENGTH].decode()


def national(number: str) -> str:
    """This function will write a number as the provider wants it: Chinese ones bare, others with their country."""
    digits = number.strip().removeprefix("+").removeprefix("00")
    is_chinese = digits.startswith(CHINA) and len(digits) == len(CHINA) + CHINESE_LENGTH
    return digits.removeprefix(CHINA) if is_chinese else digits


def international(number: str) -> str:
    """This function will write a number of the provider's as everybody else does."""
    digits = national(number)
    return f"+{CHINA}{digits}" if len(digits) == CHINESE_LENGTH and digits.startswith("1") else f"+{digits}"


def _fits(parcel: list[Piece], piece: Piece) -> bool:
    is_told_apart = piece.tag not in {one.tag for one in parcel}
    return is_told_apart and len(parcel) < MOST and len(out_id([*parcel, piece])) <= LONGEST_OUT_ID


def _entries(listed: str) -> Iterator[tuple[str, str]]:
    for entry in listed.split(","):
        rest, _, tag = entry.rpartition(".")
        yield rest, tag
