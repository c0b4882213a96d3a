"""What would be odd in an installation: system checks of the walls, run with `check --database default`.

E001: a pooler hands one server connection to several clients between transactions; role and
search_path, set for the session, would wander from one dealer to another.
W002: dealers' roles may call set_config; only a superuser can take it from them. See
tenants.backend.cursors for what it is the second lock of.
"""

import secrets
from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tenants import roles
from tenants.scope import operator_scope

SETTING = "aftercare.whose_session"


@register(Tags.database)
def check_walls(*, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Ask the server itself; without databases (an ordinary `check`) nothing is asked."""
    if "default" not in (databases or ()):
        return []
    found: list[CheckMessage] = []
    if shares_sessions(connections["default"]):
        hint = "Use the pooler's session mode, or the application's own pool (DB_POOL)."
        found.append(Error("Sessions are shared between clients.", hint=hint, id="tenants.E001"))
    with operator_scope():
        if not roles.is_hardened():
            hint = "As a superuser, once: REVOKE EXECUTE ON FUNCTION pg_catalog.set_config FROM PUBLIC."
            found.append(Warning("Dealers' roles may call set_config.", hint=hint, id="tenants.W002"))
    return found


def shares_sessions(connection: BaseDatabaseWrapper) -> bool:
    """Return whether a second client sees what a first one has set for its session."""
    word = secrets.token_hex(8)
    other = connection.copy()
    try:
        with operator_scope():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config(%s, %s, false)", [SETTING, word])
            with other.cursor() as cursor:
                cursor.execute("SELECT current_setting(%s, true)", [SETTING])
                row = cursor.fetchone()
    finally:
        other.close()
    return bool(row and row[0] == word)
