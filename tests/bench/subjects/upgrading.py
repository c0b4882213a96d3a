"""An upgrade: one migration over many dealers, none of which has much in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connection

from tenants import migrating
from tenants.models import Dealer
from tenants.scope import DealerRef, operator_scope
from tests.bench import dealers
from tests.bench.frame import Contender, Subject, Work

MIGRATIONS = {"api": "tests.bench.one_more"}
APPLY = (
    "CREATE INDEX idempotent_call_one_more ON api_idempotentcall (status);"
    " INSERT INTO django_migrations (app, name, applied) VALUES ('api', '9999_one_more', now())"
)
UNDO = (
    "DROP INDEX IF EXISTS idempotent_call_one_more;"
    " DELETE FROM django_migrations WHERE app = 'api' AND name = '9999_one_more'"
)
_open: list[DealerRef] = []


@contextmanager
def _behind(size: int) -> Iterator[list[DealerRef]]:
    """Hold that many dealers for which one migration is new, and take it back afterwards; they stay open."""
    while len(_open) < size:
        _open.append(dealers.kept_open())
    before, settings.MIGRATION_MODULES = settings.MIGRATION_MODULES, MIGRATIONS
    try:
        yield _open[:size]
    finally:
        settings.MIGRATION_MODULES = before
        _undo()


def _undo() -> None:
    with operator_scope():
        schemas = [migrating.TEMPLATE, *Dealer.objects.values_list("schema", flat=True)]
    for schema in schemas:
        _run(schema, UNDO)
    with operator_scope():
        Dealer.objects.update(migrated_state=migrating.state_of(migrating.TEMPLATE))


def _run(schema: str, text: str) -> None:
    with operator_scope(schema), connection.cursor() as cursor:
        cursor.execute(text)


@contextmanager
def _ours(size: int) -> Iterator[Work]:
    # Every dealer of the house is behind, those of other subjects too; it says how many.
    with _behind(size):
        yield lambda: migrating.migrate_dealers(say=lambda _line: None)


@contextmanager
def _a_command_each(size: int) -> Iterator[Work]:
    """What `migrate_schemas` does: Django's own command, in one schema after the other."""
    with _behind(size) as those:

        def work() -> int:
            for dealer in those:
                with operator_scope(dealer.schema):
                    migrate.Command().run_from_argv(["manage.py", "migrate", "--verbosity", "0", "--skip-checks"])
            return len(those)

        yield work


@contextmanager
def _sql_alone(size: int) -> Iterator[Work]:
    with _behind(size) as those:

        def work() -> int:
            for dealer in those:
                _run(dealer.schema, APPLY)
            return len(those)

        yield work


SUBJECT = Subject(
    key="upgrade",
    title="one migration over all dealers",
    unit="dealers",
    aim="<= 0.3 of the peer's time",
    sizes=(5, 20, 50),
    ours=Contender("migrate_dealers", _ours),
    peer=Contender("migrate each schema, as django-tenants does", _a_command_each, largest=20),
    limit=Contender("the migration's SQL alone", _sql_alone),
)
