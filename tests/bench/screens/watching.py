"""What a call asked the database, kept so that it can be asked again bare, or explained."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

Statement = tuple[str, Any]


@contextmanager
def statements() -> Iterator[list[Statement]]:
    """Gather the statements of the block with their values."""
    seen: list[Statement] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # as Django calls it
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def is_question(statement: Statement) -> bool:
    """Say whether it only reads."""
    return statement[0].lstrip().upper().startswith(("SELECT", "WITH"))
