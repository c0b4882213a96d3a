"""Fields that no call knows are refused, not dropped: who misspells one must not be told that all went well."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

# Named in one answer; whoever sends more has not read the description.
MOST_NAMED = 10
LONGEST_NAMED = 60


def refuse(shape: serializers.BaseSerializer[Any], data: object) -> None:
    """Refuse what has fields that the shape does not take, at any depth. Raises: ValidationError naming them."""
    named = islice(_unknown(shape, data, ""), MOST_NAMED)
    if errors := {path: [_("There is no such field here.")] for path in named}:
        raise serializers.ValidationError(errors)


def _unknown(field: object, data: object, path: str) -> Iterator[str]:
    if isinstance(field, serializers.Serializer):
        yield from _of_object(field, data, path)
    elif isinstance(field, serializers.ListSerializer | serializers.ListField) and isinstance(data, list):
        for position, one in enumerate(data):
            yield from _unknown(field.child, one, f"{path}{position}.")


def _of_object(shape: "serializers.Serializer[Any]", data: object, path: str) -> Iterator[str]:
    if not isinstance(data, Mapping):
        return
    known = {name: field for name, field in shape.fields.items() if not field.read_only}
    for name in data:
        if name not in known:
            yield f"{path}{str(name)[:LONGEST_NAMED]}"
    for name, field in known.items():
        if name in data:
            yield from _unknown(field, data[name], f"{path}{name}.")
