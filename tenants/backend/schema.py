"""A schema editor whose statements can be kept, to be run again on other dealers' schemas."""

# ruff: noqa: ANN401 - Django's hooks hand over whatever comes

from contextvars import ContextVar
from typing import Any

from django.db.backends.postgresql import schema

recording: ContextVar[list[str] | None] = ContextVar("recording", default=None)


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    def execute(self, sql: Any, params: Any = ()) -> None:
        text = str(sql)
        if params is not None:
            # Django would merge the parameters one step later; here they are merged to be kept.
            text = self.connection.ops.compose_sql(text, params)
        statements = recording.get()
        if statements is not None:
            statements.append(text)
        super().execute(text, None)
