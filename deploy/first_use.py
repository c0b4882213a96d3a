"""The first command in a fresh checkout finds the embedded database empty; it gets its tables then."""

import sys

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tenants.scope import operator_scope

# These bring the tables themselves, or must see the database as it is.
LEFT_ALONE = frozenset({"migrate", "makemigrations", "showmigrations", "sqlmigrate", "run_stack", "flush", "dbshell"})


def prepare(command: str) -> None:
    """Migrate an embedded database that has no table yet; others are their operator's to migrate."""
    if not settings.IS_LOCAL or command in LEFT_ALONE:
        return
    django.setup()
    with operator_scope():
        is_empty = not connection.introspection.table_names()
    if is_empty:
        sys.stderr.write("first use: making the tables\n")
        call_command("migrate", verbosity=0)
