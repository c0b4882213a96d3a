"""Brings the public schema, the template and every dealer's schema to the newest state.

With an app's label only that app moves, in each schema it belongs to.
"""

from typing import Any

from django.core.management.commands import migrate

from tenants import migrating, roles, router
from tenants.executor import SchemaExecutor
from tenants.scope import operator_scope

# Django's command offers no other way to choose its executor.
migrate.MigrationExecutor = SchemaExecutor  # type: ignore[attr-defined]  # the stubs leave it out


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with operator_scope():
            super().handle(*args, **options)
            roles.grant_shared_tables()
            roles.harden()
            roles.make_missing()
        if options["plan"] or options["check_unapplied"]:
            return
        label, name = options["app_label"], options["migration_name"]
        if label is None or label in router.dealer_apps():
            say = self.stdout.write if options["verbosity"] else lambda _line: None
            migrating.migrate_dealers(app=label, migration=name, say=say)
