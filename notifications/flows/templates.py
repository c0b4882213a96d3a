"""Message templates: named variables in braces, filled in one pass, so an owner's braces stay text."""

import re
from collections.abc import Mapping
from typing import Any

_VARIABLE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class VariableMissing(Exception):
    """A template names a variable that has no value; the argument is its name."""


def variables(template: str) -> frozenset[str]:
    """Return the names a template uses."""
    return frozenset(_VARIABLE.findall(template))


def in_order(template: str) -> tuple[str, ...]:
    """Return the names a template uses, each once, in the order of the text."""
    return tuple(dict.fromkeys(_VARIABLE.findall(template)))


def stray_braces(template: str) -> bool:
    """Say whether a template has braces that are no variable."""
    return bool(re.search(r"[{}]", _VARIABLE.sub("", template)))


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return the text with every variable replaced; what is put in is never read again.

    Raises: VariableMissing if a value is missing.
    """

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise VariableMissing(found[1])
        return values[found[1]]

    return _VARIABLE.sub(value, template)


def resolved(value: object, known: Mapping[str, Any]) -> object:
    """Return what an argument of an effect stands for: "$name" an answer or a value, anything else itself."""
    return known.get(value[1:]) if isinstance(value, str) and value.startswith("$") else value
