"""Django's migration executor, without the work for apps that have no tables in the current schema.

The router keeps their operations from the database, but only after Django has built their models,
again at every operation: most of the time of a migration of the public schema.
"""

from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from tenants import router, scope


class SchemaExecutor(MigrationExecutor):
    def apply_migration(
        self,
        state: ProjectState,
        migration: Migration,
        fake: bool = False,  # Django's signature
        fake_initial: bool = False,
    ) -> ProjectState:
        """Apply a migration that belongs here; of others take over the state and record them."""
        if migration.app_label in router.apps_in(scope.current_scope().schema):
            return super().apply_migration(state, migration, fake=fake, fake_initial=fake_initial)
        # Models that are built already would be built again at every change of the state.
        state.__dict__.pop("apps", None)
        state = migration.mutate_state(state, preserve=False)
        self.record_migration(migration)  # type: ignore[call-arg, arg-type]  # the stubs are of an older Django
        return state
