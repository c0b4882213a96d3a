"""What a browser says on its line, read once into plain values. Pure."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

# In characters; three times the longest that our page sends.
LONGEST = 300
# What PostgreSQL keeps as an id.
LARGEST_ID = 2**63 - 1


class FrameUnreadable(ValueError):
    """Not something that our page says."""


@dataclass(frozen=True)
class Hello:
    """The first word: `after` is the last event seen; None asks for nothing of before."""

    after: int | None


@dataclass(frozen=True)
class Watch:
    """The person opens a conversation."""

    conversation_id: int


@dataclass(frozen=True)
class Unwatch:
    """The person closes a conversation."""

    conversation_id: int


@dataclass(frozen=True)
class Typing:
    """The person begins to write in a conversation that is open, still does, or has stopped."""

    conversation_id: int
    is_typing: bool


Frame = Hello | Watch | Unwatch | Typing


def read(text: str) -> Frame:
    """Return what was said. Raises: FrameUnreadable."""
    if len(text) > LONGEST:
        raise FrameUnreadable("too long")
    try:
        said = json.loads(text)
        return READERS[said["type"]](said)
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise FrameUnreadable from error


def _hello(said: Mapping[str, Any]) -> Hello:
    after = said["after"]
    return Hello(None if after is None else _number(after, least=0))


def _typing(said: Mapping[str, Any]) -> Typing:
    if not isinstance(said["is_typing"], bool):
        raise TypeError("is_typing")
    return Typing(_number(said["conversation_id"]), said["is_typing"])


def _number(value: object, *, least: int = 1) -> int:
    # A bool is an int for Python, and no id for anybody.
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LARGEST_ID:
        raise TypeError("an id")
    return value


READERS: Mapping[str, Callable[[Mapping[str, Any]], Frame]] = {
    "hello": _hello,
    "watch": lambda said: Watch(_number(said["conversation_id"])),
    "unwatch": lambda said: Unwatch(_number(said["conversation_id"])),
    "typing": _typing,
}
