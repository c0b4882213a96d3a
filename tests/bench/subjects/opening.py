"""Opening a dealer: schema, tables, defaults, domain."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.commands import migrate
from django.db import connection

from tenants import provisioning
from tenants.migrating import TEMPLATE
from tenants.scope import operator_scope
from tenants.snapshot import snapshot
from tests.bench import dealers
from tests.bench.frame import Contender, Subject, Work


@contextmanager
def _ours(size: int) -> Iterator[Work]:
    names = [dealers.fresh_name() for _ in range(size)]

    def work() -> int:
        for name in names:
            provisioning.open_dealer(name=name, shown_name=name, country="CN", now=dealers.OPENED_AT)
        return size

    yield work
    for name in names:
        dealers.close(name)


@contextmanager
def _migrating(size: int) -> Iterator[Work]:
    """What django-tenants does when a tenant is saved: Django's migrate command on the new schema."""
    schemas = [f"d_{dealers.fresh_name()}" for _ in range(size)]

    def work() -> int:
        for schema in schemas:
            dealers.execute(f"CREATE SCHEMA {schema}")
            with operator_scope(schema):
                # Django's own command, not ours of that name, which would look after every dealer.
                migrate.Command().run_from_argv(["manage.py", "migrate", "--verbosity", "0", "--skip-checks"])
        return size

    yield work
    for schema in schemas:
        dealers.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


@contextmanager
def _text_alone(size: int) -> Iterator[Work]:
    schemas = [f"d_{dealers.fresh_name()}" for _ in range(size)]
    text = snapshot(TEMPLATE)

    def work() -> int:
        for schema in schemas:
            dealers.execute(f"CREATE SCHEMA {schema}")
            with operator_scope(schema), connection.cursor() as cursor:
                cursor.execute(text)
        return size

    yield work
    for schema in schemas:
        dealers.execute(f"DROP SCHEMA {schema} CASCADE")


SUBJECT = Subject(
    key="open_dealer",
    title="open a dealer",
    unit="dealers",
    aim="<= 0.1 of the peer's time",
    sizes=(1, 3, 9),
    ours=Contender("open_dealer", _ours),
    peer=Contender("migrate a new schema, as django-tenants does", _migrating, largest=1),
    limit=Contender("the schema's SQL alone", _text_alone),
)
