"""A schema described from PostgreSQL's catalogue, to compare a migrated one with a copied one.

Written apart from tenants.snapshot, and wider: what the snapshot overlooks must show here.
"""

# ruff: noqa: S608 - the one word put into the queries is the constant below

import re

from django.db import connection
from django.db.backends.utils import CursorWrapper

from tenants.scope import operator_scope

HERE = "current_schema()::regnamespace"
DESCRIPTIONS = {
    "relations": f"""
        SELECT relname, relkind, relpersistence, reloptions, relrowsecurity, relforcerowsecurity, relreplident
        FROM pg_class WHERE relnamespace = {HERE} AND relkind <> 't'""",
    "columns": f"""
        SELECT c.relname, row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), a.attname,
            format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attstorage,
            a.attcompression, a.attstattarget, a.attcollation::regcollation, pg_get_expr(d.adbin, d.adrelid),
            col_description(c.oid, a.attnum)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = {HERE} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraints": f"""
        SELECT conrelid::regclass, conname, contype, condeferrable, condeferred, convalidated, conindid::regclass,
            pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = {HERE}""",
    "indexes": f"""
        SELECT c.relname, i.indisunique, i.indisprimary, i.indisvalid, i.indisclustered, i.indisreplident,
            pg_get_indexdef(c.oid, 0, true), obj_description(c.oid)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = {HERE}""",
    "sequences": f"""
        SELECT c.relname, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle
        FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid WHERE c.relnamespace = {HERE}""",
    "triggers": f"""
        SELECT c.relname, t.tgname, t.tgenabled, pg_get_triggerdef(t.oid, true)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = {HERE} AND NOT t.tgisinternal""",
    "functions": f"""
        SELECT p.proname, p.prokind, l.lanname, p.prosecdef, p.provolatile, p.proconfig, 
            pg_get_function_arguments(p.oid),
            pg_get_function_result(p.oid), p.prosrc
        FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.pronamespace = {HERE}""",
    "types": f"SELECT typname, typtype FROM pg_type WHERE typnamespace = {HERE} AND typtype <> 'c' AND typelem = 0",
    "policies": f"""
        SELECT polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = {HERE}""",
    "statistics": f"SELECT stxname FROM pg_statistic_ext WHERE stxnamespace = {HERE}",
    "migrations": "SELECT app, name FROM django_migrations",
}


def described(schema: str) -> dict[str, list[str]]:
    """Return each kind of thing in the schema, one line a thing, the schema's own name left out."""
    with operator_scope(schema), connection.cursor() as cursor:
        return {kind: _lines(cursor, query, schema) for kind, query in DESCRIPTIONS.items()}


def _lines(cursor: CursorWrapper, query: str, schema: str) -> list[str]:
    cursor.execute(query)
    rows = cursor.fetchall()
    return sorted(settled(repr(row).replace(f"{schema}.", "")) for row in rows)


def settled(definition: str) -> str:
    """Leave out casts and parentheses: PostgreSQL moves them when it reads what it wrote itself.

    `x = ANY ((ARRAY['a'::character varying])::text[])` comes back with the cast inside the array.
    """
    return re.sub(r"::(character varying|text)(\[\])?|[()]", "", definition)
