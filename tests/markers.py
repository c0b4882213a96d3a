"""Looks for an owner's data where none may be: in the public schema, or in another dealer's.

Give owners of a test marked names, plates, numbers; run what is to be proved; then ask where the
marks are found.
"""

from collections.abc import Iterable

from django.db import connection
from django.db.backends.utils import CursorWrapper

from tenants.scope import PUBLIC_SCHEMA, operator_scope


def tables_with(markers: Iterable[str], *, schema: str = PUBLIC_SCHEMA) -> list[tuple[str, str]]:
    """Return each table of the schema that holds a marker in any column, and the marker."""
    with operator_scope(schema), connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class"
            " WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'm') ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall()]
        return [(table, marker) for table in tables for marker in markers if _holds(cursor, table, marker)]


def _holds(cursor: CursorWrapper, table: str, marker: str) -> bool:
    # A row as text holds all its columns, whatever their types; JSON and arrays too.
    cursor.execute(
        f"SELECT EXISTS (SELECT FROM {table} AS t WHERE position(lower(%s) in lower(t::text)) > 0)",  # noqa: S608
        [marker],
    )
    return bool(cursor.fetchone()[0])
