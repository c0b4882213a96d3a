"""Files of owners' messages: those that a provider names and keeps until they are fetched, and those we do not take."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    # Only for types: what owners write names these.
    from channels_app.contract import Account

# What a provider calls a file by, at the longest: Telegram's ids have some ninety signs, WhatsApp's twenty.
LONGEST_KEY = 200


class Why(StrEnum):
    """Why a file that came with a message is not kept."""

    # Not a kind that is kept, or its content is not what it says it is.
    TYPE = "TYPE"
    # Larger than a file, or all of a message together, may be.
    SIZE = "SIZE"
    # More of them than one message may bring.
    COUNT = "COUNT"
    EMPTY = "EMPTY"
    # The provider did not hand it over, however often it was asked.
    GONE = "GONE"


class FileTooLarge(Exception):
    """The file is longer than was asked for; nothing of it was kept."""


@dataclass(frozen=True)
class Media:
    """A file that stays at the provider until it is fetched; key is what the provider calls it by.

    size_bytes is what the provider says of it, None where it says nothing.
    """

    key: str
    name: str
    media_type: str
    size_bytes: int | None = None


@dataclass(frozen=True)
class Refused:
    """A file that was not taken, by the name that its sender gave it."""

    name: str
    why: Why


@runtime_checkable
class Fetching(Protocol):
    """A channel whose provider hands over owners' files when it is asked for them."""

    def fetch(self, account: "Account", key: str, *, most_bytes: int) -> bytes:
        """This function will return the bytes of a file within 60 seconds.

        Raises: FileTooLarge; Rejected where the provider has it no more; ChannelError where it may work later.
        """
        ...
