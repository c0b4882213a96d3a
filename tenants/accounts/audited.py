"""Looking into the audit: which words it holds, and by whom, without walking through all of it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import connection, transaction

from tenants.accounts import operations
from tenants.accounts.models import AuditEntry
from tenants.accounts.staff import By

# From one word to the next by the index, however many entries each has; DISTINCT would read them all.
WORDS = """
WITH RECURSIVE word AS (
    (SELECT {column} AS said FROM accounts_auditentry ORDER BY {column} LIMIT 1)
    UNION ALL
    SELECT (SELECT e.{column} FROM accounts_auditentry e WHERE e.{column} > word.said ORDER BY e.{column} LIMIT 1)
    FROM word WHERE word.said IS NOT NULL
)
SELECT said FROM word WHERE said <> '' ORDER BY said
"""


def actions() -> list[str]:
    """Return every action that the audit of the schema in scope holds, ordered by name."""
    return _words("action")


def subject_kinds() -> list[str]:
    """Return every kind of thing that something was done to, ordered by name."""
    return _words("subject_kind")


@transaction.atomic
def taken_out(
    list_name: str, *, write: Callable[[], int], told: Mapping[str, object], by: By, now: datetime
) -> AuditEntry:
    """Have a list written that somebody carries away, and note who, which, and how many rows `write` says there are.

    `told` says what was asked for, without names, numbers or words of owners.
    """
    rows = write()
    return operations.audit(
        action="list.exported",
        actor_kind="user",
        actor_id=by.user.pk,
        at=now,
        subject_kind=list_name,
        after={**told, "rows": rows},
        address=by.address,
    )


def _words(column: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(WORDS.format(column=column))
        return [word for (word,) in cursor.fetchall()]
