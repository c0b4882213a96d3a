"""Names of those who did something, put to rows that hold only "user:5": all rows of a list at once."""

from typing import Any

from rest_framework import serializers

from notifications.timeline.entries import actor_names

ACTOR, NAME = "actor", "actor_name"


class NamedActors(serializers.ListSerializer[Any]):
    """Rows with the name of each one's actor; the owner and the house have none."""

    def to_representation(self, data: Any) -> list[Any]:  # noqa: ANN401  # the library's call
        """Return the rows, their actors' names read in one query."""
        rows = list(data)
        names = actor_names(getattr(row, ACTOR) for row in rows)
        written: list[Any] = super().to_representation(rows)
        return [shown | {NAME: names.get(getattr(row, ACTOR), "")} for shown, row in zip(written, rows, strict=True)]


class ActorName(serializers.CharField):
    """The name of a row's actor; a list's rows get theirs from the list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source=ACTOR, read_only=True, **kwargs)

    def to_representation(self, value: Any) -> str:  # noqa: ANN401  # the library's call
        """Return the name of a single row's actor."""
        row = self.parent
        return (
            ""
            if isinstance(getattr(row, "parent", None), NamedActors)
            else actor_names([str(value)]).get(str(value), "")
        )
