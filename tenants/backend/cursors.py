"""Cursors that apply the scope before each statement, and take one statement at a time from dealers.

Note [One statement]: a role taken by SET ROLE can be left by RESET ROLE. So in a dealer's scope
statements go by the extended protocol, where PostgreSQL refuses a second one behind a semicolon;
and roles.harden() takes set_config from the dealers' roles, the one way to do it in an expression.
"""
# ruff: noqa: ANN401 - Django's hooks hand over whatever comes

from typing import TYPE_CHECKING, Any, NoReturn

from django.db import NotSupportedError
from django.db.backends.postgresql import base as postgresql
from django.db.backends.utils import CursorWrapper

if TYPE_CHECKING:
    from tenants.backend.base import DatabaseWrapper


class OneStatementCursor(postgresql.Cursor):
    """psycopg's client-side cursor, sent by the extended protocol on demand; see Note [One statement]."""

    is_single = False

    def _execute_send(self, query: Any, *, force_extended: bool = False, binary: bool | None = None) -> None:
        send = super()._execute_send  # type: ignore[misc]  # psycopg's own, in no stub
        send(query, force_extended=force_extended or self.is_single, binary=binary)


class _Scoped:
    db: "DatabaseWrapper"
    cursor: Any

    def _execute(self, sql: Any, params: Any, *context: Any) -> Any:
        self._prepare()
        return super()._execute(sql, params, *context)  # type: ignore[misc]  # a mixin

    def _executemany(self, sql: Any, param_list: Any, *context: Any) -> Any:
        self._prepare()
        return super()._executemany(sql, param_list, *context)  # type: ignore[misc]  # a mixin

    def callproc(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotSupportedError("call procedures through execute()")

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        self._prepare()
        return self.cursor.copy(*args, **kwargs)

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        self._prepare()
        return self.cursor.stream(*args, **kwargs)

    def _prepare(self) -> None:
        self.db.apply_scope()
        self.cursor.is_single = self.db.is_walled


class ScopedCursor(_Scoped, CursorWrapper):
    """The cursor of ordinary running."""


class ScopedDebugCursor(_Scoped, postgresql.CursorDebugWrapper):
    """The cursor that keeps the queries for a test to count."""
