"""Reading the JSON that providers send: each of these gives what it was asked for, or says that it is unreadable."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from channels_app.errors import Unreadable

Shape = Mapping[str, Any]


def json_object(body: bytes) -> Shape:
    """Return a body that must be a JSON object. Raises: Unreadable."""
    return _object(_json(body), "the body")


def json_objects(body: bytes) -> list[Shape]:
    """Return a body that must be a JSON list of objects. Raises: Unreadable."""
    read = _json(body)
    if not isinstance(read, list):
        raise Unreadable("the body is no list")
    return [_object(one, "an entry") for one in read]


def part(of: Shape, name: str) -> Shape:
    """Return a field that must be an object. Raises: Unreadable."""
    return _object(of.get(name), name)


def parts(of: Shape, name: str) -> list[Shape]:
    """Return a field that is a list of objects, or nothing. Raises: Unreadable."""
    found = of.get(name, [])
    if not isinstance(found, list):
        raise Unreadable(f"{name} is no list")
    return [_object(one, name) for one in found]


def word(of: Shape, name: str) -> str:
    """Return a field that must be a text. Raises: Unreadable."""
    found = of.get(name)
    if not isinstance(found, str):
        raise Unreadable(f"{name} is no text")
    return found


def word_or_nothing(of: Shape, name: str) -> str:
    """Return a field that may be absent, but not be something else than a text. Raises: Unreadable."""
    return word(of, name) if name in of else ""


def number(of: Shape, name: str) -> int:
    """Return a field that must be a whole number. Raises: Unreadable."""
    found = of.get(name)
    if not isinstance(found, int) or isinstance(found, bool):
        raise Unreadable(f"{name} is no number")
    return found


def moment(seconds: int) -> datetime:
    """Return a time given in seconds since 1970. Raises: Unreadable."""
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Unreadable("a time is none") from error


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("the body is no JSON") from error


def _object(found: object, name: str) -> Shape:
    if not isinstance(found, dict):
        raise Unreadable(f"{name} is no object")
    return found
