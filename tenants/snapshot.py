"""A schema written down as SQL, exactly: the same names of columns, constraints and indexes.

Opening a dealer runs this text instead of the migrations. `CREATE TABLE (LIKE ...)` would be
shorter, but it renames constraints and indexes, and a later migration that drops one by its
name would fail on such a dealer. PostgreSQL writes the definitions itself (`pg_get_*`); with the
schema first in the search_path it leaves the schema's name out of them, so the text fits any.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from tenants.scope import operator_scope

# Kinds of relations that the text can hold: tables, indexes, identity sequences, TOAST is implied.
KNOWN_KINDS = ("r", "i", "S")


class SnapshotIncomplete(RuntimeError):
    """The schema holds something that this module cannot write down."""


@dataclass(frozen=True)
class Relation:
    """A table of the schema, quoted, and by its number in the catalogue."""

    oid: int
    name: str


TABLES = """
SELECT c.oid, quote_ident(c.relname) FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' ORDER BY c.relname
"""

UNKNOWN = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind <> ALL (%s)
UNION ALL
SELECT t.typname FROM pg_type t
WHERE t.typnamespace = current_schema()::regnamespace AND t.typtype IN ('e', 'd', 'r')
UNION ALL
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'S' AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'i' AND d.classid = 'pg_class'::regclass)
"""

# A column as CREATE TABLE wants it. NOT NULL has a name of its own from PostgreSQL 18 on.
COLUMNS = """
SELECT a.attrelid, quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attcollation <> t.typcollation
         THEN ' COLLATE ' || a.attcollation::regcollation::text ELSE '' END
    || CASE WHEN a.attgenerated = 's' THEN ' GENERATED ALWAYS AS (' || e.text || ') STORED'
            WHEN a.attgenerated = 'v' THEN ' GENERATED ALWAYS AS (' || e.text || ') VIRTUAL'
            WHEN a.attidentity <> '' THEN ' GENERATED '
              || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END
              || ' AS IDENTITY (SEQUENCE NAME '
              || pg_get_serial_sequence(a.attrelid::regclass::text, a.attname)::regclass::text || ')'
            WHEN a.atthasdef THEN ' DEFAULT ' || e.text ELSE '' END
    || CASE WHEN a.attnotnull
         THEN coalesce(' CONSTRAINT ' || quote_ident(n.conname), '') || ' NOT NULL' ELSE '' END
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
CROSS JOIN LATERAL (SELECT pg_get_expr(d.adbin, d.adrelid) AS text) e
LEFT JOIN pg_constraint n ON n.conrelid = a.attrelid AND n.contype = 'n' AND n.conkey = ARRAY[a.attnum]
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
  AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""

# Written inside CREATE TABLE: as statements of their own they would be most of the time. Foreign keys
# come after the rows, all of a table's in one statement.
CONSTRAINTS = """
SELECT n.conrelid, format('CONSTRAINT %I %s', n.conname, pg_get_constraintdef(n.oid, true))
FROM pg_constraint n
WHERE n.connamespace = current_schema()::regnamespace AND n.contype IN ('p', 'u', 'c', 'x')
ORDER BY n.conrelid, n.conname
"""

FOREIGN_KEYS = """
SELECT format('ALTER TABLE %s %s', n.conrelid::regclass, string_agg(
    format('ADD CONSTRAINT %I %s', n.conname, pg_get_constraintdef(n.oid, true)), ', ' ORDER BY n.conname))
FROM pg_constraint n
WHERE n.connamespace = current_schema()::regnamespace AND n.contype = 'f'
GROUP BY n.conrelid ORDER BY n.conrelid::regclass::text
"""

INDEXES = """
SELECT pg_get_indexdef(i.indexrelid, 0, true)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = current_schema()::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_constraint n WHERE n.conindid = i.indexrelid AND n.contype IN ('p', 'u', 'x'))
ORDER BY c.relname
"""

FUNCTIONS = """
SELECT replace(pg_get_functiondef(p.oid), quote_ident(current_schema()) || '.', '')
FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace ORDER BY p.proname
"""

TRIGGERS = """
SELECT pg_get_triggerdef(t.oid, true)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal ORDER BY t.tgname
"""

COMMENTS = """
SELECT format('COMMENT ON %s IS %L', CASE d.objsubid WHEN 0 THEN 'TABLE ' || c.oid::regclass
    ELSE 'COLUMN ' || c.oid::regclass || '.' || quote_ident(a.attname) END, d.description)
FROM pg_description d JOIN pg_class c ON c.oid = d.objoid AND d.classoid = 'pg_class'::regclass
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' ORDER BY 1
"""

ROW_COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum), max(attname) FILTER (WHERE attidentity <> '')
FROM pg_attribute WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


def snapshot(schema: str) -> str:
    """Return the SQL that makes an equal schema, rows included, in whatever schema is current.

    Raises: SnapshotIncomplete if the schema holds views, types or sequences of its own.
    """
    with operator_scope(schema), connection.cursor() as cursor:
        _refuse_unknown(cursor)
        tables = [Relation(*row) for row in _rows(cursor, TABLES)]
        texts = [*_texts(cursor, FUNCTIONS), *_table_texts(cursor, tables)]
        for table in _filled(cursor, tables):
            texts += _row_texts(cursor, table, schema)
        for query in (FOREIGN_KEYS, INDEXES, TRIGGERS, COMMENTS):
            texts += _texts(cursor, query)
    # Functions are made before the tables they name.
    return ";\n".join(["SET LOCAL check_function_bodies = off", *texts])


def _refuse_unknown(cursor: CursorWrapper) -> None:
    cursor.execute(UNKNOWN, [list(KNOWN_KINDS)])
    if unknown := [name for (name,) in cursor.fetchall()]:
        raise SnapshotIncomplete(f"cannot write down: {', '.join(sorted(unknown))}")


def _table_texts(cursor: CursorWrapper, tables: list[Relation]) -> list[str]:
    lines: dict[int, list[str]] = {}
    for query in (COLUMNS, CONSTRAINTS):
        for oid, text in _rows(cursor, query):
            lines.setdefault(oid, []).append(text)
    return [f"CREATE TABLE {table.name} ({', '.join(lines[table.oid])})" for table in tables]


def _filled(cursor: CursorWrapper, tables: list[Relation]) -> list[Relation]:
    questions = (f"SELECT {table.oid} WHERE EXISTS (SELECT FROM {table.name})" for table in tables)  # noqa: S608  # quoted
    oids = {oid for (oid,) in _rows(cursor, " UNION ALL ".join(questions))}
    return [table for table in tables if table.oid in oids]


def _row_texts(cursor: CursorWrapper, table: Relation, schema: str) -> list[str]:
    """Copy the rows that migrations left in a table, and set its sequence behind them."""
    source = f"{schema}.{table.name}"
    cursor.execute(ROW_COLUMNS, [table.oid])
    columns, identity = cursor.fetchone()
    copy = f"INSERT INTO {table.name} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {source}"  # noqa: S608
    if identity is None:
        return [copy]
    return [
        copy,
        f"SELECT setval(pg_get_serial_sequence('{table.name}', '{identity}'), max({identity})) FROM {table.name}",  # noqa: S608
    ]


def _texts(cursor: CursorWrapper, query: str) -> list[str]:
    return [text for (text,) in _rows(cursor, query)]


def _rows(cursor: CursorWrapper, query: str) -> list[tuple[Any, ...]]:
    cursor.execute(query)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
