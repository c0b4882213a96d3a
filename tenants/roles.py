"""PostgreSQL roles of dealers and their rights: own schema all, shared tables own rows, else nothing.

Roles and grants are not migrations: roles belong to the server, and a restored database
must find them made again. All here may be run again at any time, as an operator.
"""

from django.db import connection
from psycopg import sql

from tenants.backend import roles
from tenants.models import Dealer

# What a dealer's role may do with a shared table; row level security narrows it to own rows.
SHARED_RIGHTS = {
    "tenants_dealer": "SELECT",
    "tenants_domain": "SELECT",
    "tenants_manufacturer": "SELECT",
    "tenants_region": "SELECT",
    "tenants_standard": "SELECT",
    "tenants_wakeup": "SELECT, UPDATE (next_due_at)",
    "tenants_channelroute": "SELECT, INSERT, UPDATE, DELETE",
    "tenants_benchmarkfact": "SELECT, INSERT, UPDATE, DELETE",
}


SET_CONFIG = "pg_catalog.set_config(text, text, boolean)"


def grant_shared_tables() -> None:
    """Give the group of all dealers' roles its rights in the public schema."""
    group = sql.Identifier(_group())
    _make(_group())
    statements = [
        sql.SQL("GRANT {} ON public.{} TO {}").format(sql.SQL(rights), sql.Identifier(table), group)
        for table, rights in SHARED_RIGHTS.items()
    ]
    statements.append(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(group))
    statements.append(sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}").format(group))
    _run(statements)


def harden() -> None:
    """Take set_config from the dealers' roles, if we may: only a superuser can.

    With it an injected expression could leave the role; see tenants.backend.cursors.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() == (True,):
            cursor.execute(f"REVOKE EXECUTE ON FUNCTION {SET_CONFIG} FROM PUBLIC")


def is_hardened() -> bool:
    """Return whether dealers' roles may not call set_config."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM pg_roles WHERE rolname = %s AND has_function_privilege(oid, %s, 'EXECUTE')",
            [_group(), SET_CONFIG],
        )
        return cursor.fetchone() is None


def make_missing() -> int:
    """Make the roles of dealers who have none: roles are the server's, a restored database brings none.

    Returns how many were missing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles")
        present = {name for (name,) in cursor.fetchall()}
    schemas = Dealer.objects.order_by("pk").values_list("schema", flat=True)
    missing = [schema for schema in schemas if _role(schema) not in present]
    for schema in missing:
        grant_own_schema(schema)
    return len(missing)


def grant_own_schema(schema: str) -> None:
    """Make a dealer's role if it is missing, and give it all rights to the rows of its schema."""
    name = _role(schema)
    _make(name)
    role, own = sql.Identifier(name), sql.Identifier(schema)
    parts = {"role": role, "schema": own, "group": sql.Identifier(_group())}
    texts = (
        "GRANT {group} TO {role}",
        # May become the role, without holding its rights all the time.
        "GRANT {role} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE",
        "GRANT USAGE ON SCHEMA {schema} TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        # Tables of later migrations, made by the same login role.
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {role}",
    )
    _run([sql.SQL(text).format(**parts) for text in texts])


def drop(schema: str) -> None:
    """Remove a dealer's role; its schema must be gone, and with it all rights that the role was given."""
    _run([sql.SQL("DROP ROLE {}").format(sql.Identifier(_role(schema)))])


def _role(schema: str) -> str:
    return roles.role_of(schema=schema, database=_database())


def _group() -> str:
    return roles.group_of(database=_database())


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def _make(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(name)))


def _run(statements: list[sql.Composed]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("; ").join(statements))
