"""What a canned answer may hold, and what stands in for its placeholders."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from notifications.flows import templates

# All there are; what is put in is looked up by notifications.canned.operations.
PLACEHOLDERS = ("name", "plate", "dealer", "agent")
SHORTCUT = re.compile(r"[\w-]{1,30}")
# Stands where nothing is known, for the person to fill in before sending.
GAP = "…"


class PlaceholderUnknown(ValueError):
    """The text has braces around something that is no placeholder; the message names them."""


class ShortcutUnusable(ValueError):
    """A shortcut is letters, digits, hyphens: what can be typed in one go after the slash."""


@dataclass(frozen=True)
class Filled:
    """A text ready to be read over: the placeholders nothing is known of stand in it as gaps."""

    text: str
    missing: tuple[str, ...]


def check(*, shortcut: str, text: str) -> None:
    """This function will let only what can be found and filled pass. Raises: ShortcutUnusable; PlaceholderUnknown."""
    if not SHORTCUT.fullmatch(shortcut):
        raise ShortcutUnusable(shortcut[:30])
    unknown = templates.variables(text) - set(PLACEHOLDERS)
    if unknown:
        raise PlaceholderUnknown(", ".join(sorted(unknown)))
    if templates.stray_braces(text):
        raise PlaceholderUnknown("{ }")


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """This function will put values in for placeholders, once: braces in a value stay an owner's braces."""
    used = templates.variables(text)
    missing = tuple(name for name in PLACEHOLDERS if name in used and not values.get(name))
    return Filled(templates.fill(text, {name: values.get(name) or GAP for name in used}), missing)
