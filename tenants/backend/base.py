"""PostgreSQL with a wall: each statement runs with the role and schema of the scope that holds.

The scope is compared where a statement runs, not where a cursor is made, so that a
cursor kept over a change of scope is safe as well. Role and search_path travel in one
round trip, and only when they differ from what the connection is known to have.

Note [What the connection is known to have]: PostgreSQL undoes a SET when the transaction
or the savepoint that issued it is rolled back. After either, after connecting (a pooled
connection arrives with the last user's path) and after closing, nothing is known and the
next statement sets both again. Raw `connection.connection` bypasses all this: never touch it.
"""

# ruff: noqa: ANN401 - Django's hooks hand over whatever comes

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base as postgresql
from django.db.backends.utils import CursorWrapper

from tenants import scope as scopes
from tenants.backend import roles
from tenants.backend.creation import DatabaseCreation
from tenants.backend.cursors import OneStatementCursor, ScopedCursor, ScopedDebugCursor
from tenants.backend.features import DatabaseFeatures
from tenants.backend.introspection import DatabaseIntrospection
from tenants.backend.schema import DatabaseSchemaEditor

# For the session, not the transaction: a commit must not change whose data is seen. SET rather
# than set_config, which dealers' roles may not call; both names are ours, never a user's.
APPLY = "SET ROLE {role}; SET search_path TO {path}"


class DatabaseWrapper(postgresql.DatabaseWrapper):
    """Django's PostgreSQL backend, following the scope."""

    SchemaEditorClass = DatabaseSchemaEditor
    features_class = DatabaseFeatures
    creation_class = DatabaseCreation
    introspection_class = DatabaseIntrospection

    _applied: scopes.Scope | None = None
    _is_bare = False

    def apply_scope(self) -> None:
        """Give the connection the role and search_path of the scope that holds.

        Raises: ScopeMissing outside every scope.
        """
        if self._is_bare or self.alias == NO_DB_ALIAS:
            return
        wanted = scopes.current_scope()
        if wanted is self._applied or wanted == self._applied:
            return
        self.validate_no_broken_transaction()
        with self.wrap_database_errors:
            self.connection.execute(self._statement_for(wanted))
        self._applied = wanted

    @property
    def is_walled(self) -> bool:
        """Whether what runs next runs with a dealer's role."""
        return self._applied is not None and self._applied.dealer is not None

    def role_of(self, schema: str) -> str:
        """Return the name of the role that may use this dealer's schema."""
        return roles.role_of(schema=schema, database=str(self.settings_dict["NAME"]))

    def _statement_for(self, scope: scopes.Scope) -> str:
        role = f'"{self.role_of(scope.schema)}"' if scope.dealer else scopes.LOGIN_ROLE
        if scope.schema == scopes.PUBLIC_SCHEMA:
            return APPLY.format(role=role, path=scopes.PUBLIC_SCHEMA)
        return APPLY.format(role=role, path=f'"{scope.schema}", {scopes.PUBLIC_SCHEMA}')

    def forget_scope(self) -> None:
        """Apply the scope anew before the next statement; see Note [What the connection is known to have]."""
        self._applied = None

    @contextmanager
    def _bare(self) -> Iterator[None]:
        """Let statements through as they are: connecting, and the commands of a transaction.

        ROLLBACK TO SAVEPOINT must run in an aborted transaction, where a SET cannot.
        """
        was_bare, self._is_bare = self._is_bare, True
        try:
            yield
        finally:
            self._is_bare = was_bare

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "cursor_factory": OneStatementCursor}

    def connect(self) -> None:
        self.forget_scope()
        with self._bare():
            super().connect()

    def close(self) -> None:
        self.forget_scope()
        super().close()

    def _rollback(self) -> None:
        self.forget_scope()
        super()._rollback()  # type: ignore[misc]  # the stubs leave these four out

    def _savepoint(self, sid: str) -> None:
        with self._bare():
            super()._savepoint(sid)  # type: ignore[misc]

    def _savepoint_commit(self, sid: str) -> None:
        with self._bare():
            super()._savepoint_commit(sid)  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self.forget_scope()
        with self._bare():
            super()._savepoint_rollback(sid)  # type: ignore[misc]

    def check_constraints(self, table_names: Any = None) -> None:
        # Concerns the transaction as a whole; Django's tests ask it outside every scope.
        with self._bare():
            super().check_constraints(table_names)

    def on_commit(self, func: Callable[[], Any], robust: bool = False) -> None:
        """Register a callback that will run in the scope that holds now, not in the one at commit."""
        super().on_commit(scopes.kept(func), robust)

    def make_cursor(self, cursor: Any) -> CursorWrapper:
        return ScopedCursor(cursor, self)

    def make_debug_cursor(self, cursor: Any) -> ScopedDebugCursor:
        return ScopedDebugCursor(cursor, self)
