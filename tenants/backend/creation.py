"""Making and dropping test databases, which is an operator's work."""

from typing import Any

from django.db.backends.postgresql import creation

from tenants.scope import operator_scope


class DatabaseCreation(creation.DatabaseCreation):
    def create_test_db(self, *args: Any, **kwargs: Any) -> str:
        with operator_scope():
            return super().create_test_db(*args, **kwargs)

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        name = self.connection.ops.quote_name(test_database_name)
        with self._nodb_cursor() as cursor:  # type: ignore[attr-defined]  # the stubs leave it out
            # Threads of an asynchronous test may still hold a connection.
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
