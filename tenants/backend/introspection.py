"""Looking at the tables of one schema only."""

# ruff: noqa: ANN401 - Django's hooks hand over whatever comes

from typing import Any

from django.db.backends.postgresql import introspection


class DatabaseIntrospection(introspection.DatabaseIntrospection):
    def get_table_list(self, cursor: Any) -> list[Any]:
        """Return the tables of the current schema, the public one's left out.

        Django asks what is visible along the search_path; the migration recorder would find
        the public schema's `django_migrations` there and take a new dealer for migrated.
        """
        visible = super().get_table_list(cursor)
        cursor.execute("SELECT relname FROM pg_catalog.pg_class WHERE relnamespace = current_schema()::regnamespace")
        own = {name for (name,) in cursor.fetchall()}
        return [table for table in visible if table.name in own]
