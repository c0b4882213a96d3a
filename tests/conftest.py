"""Two dealers in every run, each test in a transaction that is rolled back."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hashers
from django.db import connection
from django.test import TransactionTestCase

from notifications.flows import store
from tenants import directory, hosts, provisioning, tasks
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.models import Dealer, Manufacturer, Region, Wakeup
from tenants.scope import DealerRef, dealer_scope, operator_scope, public_scope

OPENED_AT = datetime(2026, 1, 1, tzinfo=UTC)
MANUFACTURER = "marca"
NORTH, SOUTH = "north", "south"
# Tables of the public schema that a committing test may leave rows in; the dealers stay.
EMPTIED_IN_PUBLIC = (
    "accounts_apikey",
    "accounts_auditentry",
    "accounts_invitation",
    "accounts_user",
    "django_session",
    "mfa_authenticator",
    "shared_sharedsender",
    "tenants_benchmarkfact",
    "tenants_channelroute",
    "tenants_standard",
    "usersessions_usersession",
)


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_hashed_fast() -> None:
    # The right hasher is meant to be slow; a run makes hundreds of users.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    get_hashers.cache_clear()  # type: ignore[attr-defined]  # an lru_cache, which the stubs hide


@pytest.fixture(scope="session")
def two_dealers(django_db_setup: None, django_db_blocker: object) -> None:
    """Open north and south once a run, committed."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's blocker
        _open_both()


@pytest.fixture(scope="session", autouse=True)
def _committing_tests_are_emptied_by_us() -> None:
    # Django would flush the public schema, dealers included, and leave the dealers' schemas as they are.
    TransactionTestCase._fixture_teardown = lambda _self: empty_all()  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> None:
    hosts.forget()
    tasks.forget()
    store.forget()


@pytest.fixture
def north(two_dealers: None, db: None) -> DealerRef:
    """Anna's dealer, in China."""
    return directory.dealer_named(NORTH)


@pytest.fixture
def south(two_dealers: None, db: None) -> DealerRef:
    """Boris's dealer, in Spain."""
    return directory.dealer_named(SOUTH)


@pytest.fixture
def in_north(north: DealerRef) -> Iterator[DealerRef]:
    """The whole test runs in north's scope."""
    with dealer_scope(north):
        yield north


@pytest.fixture
def in_south(south: DealerRef) -> Iterator[DealerRef]:
    """The whole test runs in south's scope."""
    with dealer_scope(south):
        yield south


@pytest.fixture
def in_public(two_dealers: None, db: None) -> Iterator[None]:
    """The whole test runs in the public scope."""
    with public_scope():
        yield


@pytest.fixture
def clara(north: DealerRef) -> User:
    """The director of north's centre."""
    with dealer_scope(north):
        return accounts.create_user(
            email="clara@north.example",
            name="Clara",
            role=Role.COC_DIRECTOR,
            password="clara's password",
            language="zh-hans",
            now=OPENED_AT,
        )


@pytest.fixture
def doris(north: DealerRef) -> User:
    """The manufacturer's administrator."""
    with public_scope():
        return accounts.create_user(
            email="doris@marca.example",
            name="Doris",
            role=Role.MANUFACTURER_ADMIN,
            password="doris's password",
            language="en",
            manufacturer_id=north.manufacturer_id,
            now=OPENED_AT,
        )


def empty_all() -> None:
    """Bring the database back to two dealers as if just opened."""
    with operator_scope():
        for name in Dealer.objects.exclude(name__in=(NORTH, SOUTH)).values_list("name", flat=True):
            provisioning.suspend_dealer(name=name, now=OPENED_AT)
            provisioning.close_dealer(name=name)
        dealers = [dealer.ref for dealer in Dealer.objects.all()]
        Dealer.objects.update(suspended_at=None)
        Wakeup.objects.update(next_due_at=None)
        _empty(list(EMPTIED_IN_PUBLIC))
    for dealer in dealers:
        with operator_scope(dealer.schema), connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
            _empty([table for table in tables if table != "django_migrations"])
        provisioning.seed_defaults(dealer, now=OPENED_AT)


def _empty(tables: list[str]) -> None:
    # Few have rows, and TRUNCATE makes new files for each table it is given.
    questions = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)  # noqa: S608  # our names
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(questions))
        filled = ", ".join(table for (table,) in cursor.fetchall())
        if filled:
            # TRUNCATE fires no trigger of the append-only tables.
            cursor.execute(f"TRUNCATE {filled} RESTART IDENTITY CASCADE")


def _open_both() -> None:
    with operator_scope():
        manufacturer = Manufacturer.objects.create(name=MANUFACTURER, shown_name="Marca")
        for region in ("East", "West"):
            Region.objects.create(manufacturer=manufacturer, name=region)
    for name, shown_name, country, region in (
        (NORTH, "North Motors", "CN", "East"),
        (SOUTH, "South Motors", "ES", "West"),
    ):
        provisioning.open_dealer(
            name=name,
            shown_name=shown_name,
            country=country,
            manufacturer=MANUFACTURER,
            region=region,
            now=OPENED_AT,
        )
