"""The role wall: what a dealer's role is refused by PostgreSQL itself, whatever our code asks for."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, InternalError, ProgrammingError, connection, transaction

from core.customers.models import Customer
from tenants import checks, roles
from tenants.accounts.models import User
from tenants.models import BenchmarkFact, ChannelRoute, Dealer, Domain, Manufacturer, Standard, Wakeup
from tenants.scope import DealerRef, dealer_scope, operator_scope, public_scope

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAY = date(2026, 3, 2)


@pytest.fixture
def boris(south: DealerRef) -> Customer:
    with dealer_scope(south):
        return Customer.objects.create(name="Boris", created_at=NOW, updated_at=NOW)


@pytest.fixture
def facts(north: DealerRef, south: DealerRef) -> None:
    """One fact of each dealer, one route, and the standard of another manufacturer."""
    with public_scope():
        for dealer in (north, south):
            BenchmarkFact.objects.create(
                dealer_id=dealer.id, day=DAY, metric="m", numerator=1, denominator=2, computed_at=NOW
            )
            ChannelRoute.objects.create(dealer_id=dealer.id, account_id=1, kind="SIMULATOR")
        foreign = Manufacturer.objects.create(name="other", shown_name="Other")
        Standard.objects.create(manufacturer=foreign, version=1, in_force_from=DAY)
        Standard.objects.create(manufacturer=Manufacturer.objects.get(name="marca"), version=1, in_force_from=DAY)


# One of the few functions that run SQL given as text, in the middle of an expression.
TS_STAT = " UNION ALL SELECT word FROM ts_stat('SELECT to_tsvector(''simple'', name) FROM d_south.core_customer') --"


def run(text: str, *values: Any) -> list[tuple[object, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, values or None)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize(
    "attempt",
    [
        "SELECT * FROM {south}.core_customer",
        "INSERT INTO {south}.core_household (kind, name, created_at) VALUES ('FLEET', 'x', now())",
        "UPDATE {south}.core_customer SET name = 'x'",
        "DELETE FROM {south}.core_customer",
        "TRUNCATE {south}.core_customer",
        "SELECT nextval('{south}.core_customer_id_seq')",
        "CREATE TABLE {south}.mine (i int)",
        "SELECT * FROM public.accounts_user",
        "SELECT * FROM public.accounts_apikey",
        "SELECT * FROM public.accounts_auditentry",
        "SELECT * FROM public.django_session",
        "SELECT * FROM public.django_migrations",
        "SELECT * FROM dealer_template.core_customer",
        "CREATE TABLE public.mine (i int)",
        "CREATE TABLE mine (i int)",
        "DROP TABLE core_customer",
        "ALTER TABLE core_event DISABLE TRIGGER ALL",
        "TRUNCATE core_event",
        "UPDATE public.tenants_dealer SET suspended_at = NULL",
        "UPDATE public.tenants_wakeup SET dealer_id = 0",
        "DELETE FROM public.tenants_wakeup",
        "INSERT INTO public.tenants_domain (host) VALUES ('x')",
        "UPDATE public.tenants_standard SET version = 9",
        "ALTER TABLE public.tenants_dealer DISABLE ROW LEVEL SECURITY",
        "CREATE ROLE mine",
        "COPY core_customer TO PROGRAM 'true'",
        "COPY core_customer FROM '/etc/hostname'",
        "SELECT pg_read_file('/etc/hostname')",
    ],
)
def test_a_dealers_role_is_refused(north: DealerRef, south: DealerRef, boris: Customer, attempt: str) -> None:
    names = {"south": south.schema, "south_role": connection.role_of(south.schema)}  # type: ignore[attr-defined]
    with (
        dealer_scope(north),
        pytest.raises((ProgrammingError, InternalError), match=r"denied|must be owner|permission"),
    ):
        run(attempt.format(**names))


def test_the_refused_role_is_the_dealers_and_not_the_logins(in_north: DealerRef) -> None:
    role = connection.role_of(in_north.schema)  # type: ignore[attr-defined]
    assert run("SELECT current_user, current_schemas(false)") == [(role, ["d_north", "public"])]


@pytest.mark.parametrize("model", [Dealer, Domain, Wakeup, BenchmarkFact, ChannelRoute, Standard, Manufacturer])
def test_of_shared_tables_a_dealer_sees_its_own_rows(facts: None, north: DealerRef, model: type) -> None:
    with public_scope():
        everybodys = model.objects.count()  # type: ignore[attr-defined]
    with dealer_scope(north):
        assert model.objects.count() == 1  # type: ignore[attr-defined]
    assert everybodys >= 2


def test_a_dealer_writes_its_own_facts_only(facts: None, north: DealerRef, south: DealerRef) -> None:
    insert = (
        "INSERT INTO tenants_benchmarkfact"
        " (dealer_id, day, metric, numerator, denominator, exclusions, covered, computed_at)"
        " VALUES (%s, '2026-03-03', 'm', 1, 2, '{}', true, now())"
    )
    with dealer_scope(north):
        run(insert, north.id)
        with pytest.raises(ProgrammingError, match="row-level security"):
            run(insert, south.id)
        run("UPDATE tenants_benchmarkfact SET numerator = 9")
        run("DELETE FROM tenants_channelroute")
        with pytest.raises(ProgrammingError, match="row-level security"):
            run("UPDATE tenants_benchmarkfact SET dealer_id = %s", south.id)
    with public_scope():
        assert BenchmarkFact.objects.get(dealer_id=south.id).numerator == 1
        assert ChannelRoute.objects.get().dealer_id == south.id


@pytest.mark.parametrize(
    "injected",
    [
        "x' UNION SELECT name FROM d_south.core_customer --",
        "x' UNION SELECT email FROM public.accounts_user --",
        "x' UNION SELECT query_to_xml('SELECT * FROM d_south.core_customer', true, true, '')::text --",
        "x' UNION ALL SELECT set_config('role', 'none', false)" + TS_STAT,
        "x' UNION ALL SELECT set_config('search_path', 'd_south', false)" + TS_STAT,
        "x'" + TS_STAT,
        "x'; RESET ROLE; SELECT name FROM d_south.core_customer --",
        "x'; SET ROLE {south_role}; SELECT name FROM d_south.core_customer --",
        "x'; SET search_path TO d_south; SELECT name FROM core_customer --",
        "x'; SET SESSION AUTHORIZATION DEFAULT; SELECT name FROM d_south.core_customer --",
    ],
)
def test_an_injection_reads_nothing_foreign(north: DealerRef, boris: Customer, injected: str) -> None:
    """Our code passes values apart from SQL; this is what stands behind it, should one place not."""
    text = f"SELECT name FROM core_customer WHERE name = '{injected}'"  # noqa: S608  # the hole itself
    text = text.format(south_role=connection.role_of("d_south"))  # type: ignore[attr-defined]
    with dealer_scope(north), pytest.raises(DatabaseError, match=r"denied|multiple commands"):
        everything(text)


def everything(text: str) -> list[object]:
    """Run a text and return the rows of every statement in it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text)
        rows: list[object] = cursor.fetchall()
        while cursor.nextset():
            rows += cursor.fetchall() if cursor.description else []
        return rows


def test_a_closed_role_is_an_error_and_never_public(north: DealerRef) -> None:
    gone = DealerRef(9, "gone", "d_gone", "UTC", "en", "ES", None)
    with dealer_scope(gone), pytest.raises(DatabaseError):
        User.objects.count()


def test_audit_entries_are_never_changed(in_north: DealerRef) -> None:
    run("INSERT INTO accounts_auditentry (at, actor_kind, action, subject_kind) VALUES (now(), 'USER', 'x', '')")
    for attempt in ("UPDATE accounts_auditentry SET action = 'y'", "DELETE FROM accounts_auditentry"):
        with pytest.raises(DatabaseError, match="never changed"):
            run(attempt)


def test_public_may_do_what_operators_need(north: DealerRef, boris: Customer) -> None:
    with operator_scope():
        assert run("SELECT name FROM d_south.core_customer") == [("Boris",)]


def test_a_missing_role_is_made_again(north: DealerRef, boris: Customer) -> None:
    """As after restoring a database on another server, where roles are not part of the copy."""
    with operator_scope():
        role = connection.role_of("d_north")  # type: ignore[attr-defined]
        run(f"DROP OWNED BY {role}; DROP ROLE {role}")
        assert roles.make_missing() == 1
        assert roles.make_missing() == 0
    with dealer_scope(north):
        assert Customer.objects.count() == 0
        with pytest.raises(ProgrammingError, match="denied"):
            run("SELECT * FROM d_south.core_customer")


def test_the_server_passes_the_start_up_check(north: DealerRef) -> None:
    assert checks.check_walls(databases=["default"]) == []
    assert checks.check_walls(databases=None) == []


def test_a_pooler_that_shares_sessions_is_found(north: DealerRef) -> None:
    """The same connection behind two clients, which is what a pooler in transaction mode does."""

    class Shared:
        def cursor(self) -> object:
            return connection.cursor()

        def copy(self) -> "Shared":
            return self

        def close(self) -> None:
            """A client leaves, the server's connection stays."""

    assert checks.shares_sessions(Shared())  # type: ignore[arg-type]  # as much of a connection as is asked
