"""Whose data the running code sees, through everything Python and PostgreSQL can do to it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from core.customers.models import Customer
from tenants import scope
from tenants.accounts.models import User
from tenants.querysets import ScopeMismatch
from tenants.scope import DealerMissing, DealerRef, ScopeMissing, dealer_scope, public_scope

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


# Anna and Boris have the same number, each at their own dealer.
EQUAL_ID = 1_000_000


def make_customer(name: str, **values: object) -> Customer:
    return Customer.objects.create(name=name, created_at=NOW, updated_at=NOW, **values)


def names() -> list[str]:
    return sorted(Customer.objects.values_list("name", flat=True))


@contextmanager
def undone() -> Iterator[None]:
    """A transaction, or a savepoint inside one, that ends by rolling back."""
    with suppress(ZeroDivisionError), transaction.atomic():
        yield
        raise ZeroDivisionError


@pytest.fixture
def anna(north: DealerRef) -> Customer:
    with dealer_scope(north):
        return make_customer("Anna", pk=EQUAL_ID)


@pytest.fixture
def boris(south: DealerRef) -> Customer:
    with dealer_scope(south):
        return make_customer("Boris", pk=EQUAL_ID)


@pytest.fixture
def both(anna: Customer, boris: Customer) -> None:
    """Anna at north and Boris at south."""


def test_no_scope_no_statement(north: DealerRef) -> None:
    with pytest.raises(ScopeMissing), connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_each_dealer_reads_its_own(both: None) -> None:
    for dealer, expected in (("north", ["Anna"]), ("south", ["Boris"]), ("north", ["Anna"])):
        with dealer_scope(dealer):
            assert names() == expected


def test_scopes_nest_and_return(both: None) -> None:
    with dealer_scope("north"):
        with dealer_scope("south"), public_scope():
            assert scope.current_scope().schema == "public"
        assert names() == ["Anna"]


def test_a_dealers_table_is_not_found_in_public(both: None) -> None:
    with public_scope(), pytest.raises(DealerMissing):
        Customer.objects.count()


def test_there_is_no_current_dealer_in_public(two_dealers: None) -> None:
    with public_scope(), pytest.raises(DealerMissing):
        scope.current_dealer()


def test_an_unknown_dealer_is_an_error(in_public: None) -> None:
    with pytest.raises(LookupError, match="nowhere"), dealer_scope("nowhere"):
        pass


def test_a_cursor_kept_over_a_switch_follows_it(both: None) -> None:
    with dealer_scope("north"), connection.cursor() as cursor:
        with dealer_scope("south"):
            cursor.execute("SELECT name FROM core_customer")
            assert cursor.fetchall() == [("Boris",)]
        cursor.execute("SELECT name FROM core_customer")
        assert cursor.fetchall() == [("Anna",)]


def test_copy_follows_the_scope(both: None) -> None:
    for dealer, expected in (("north", b"Anna\n"), ("south", b"Boris\n")):
        copy_out = "COPY (SELECT name FROM core_customer) TO STDOUT"
        with dealer_scope(dealer), connection.cursor() as cursor, cursor.copy(copy_out) as copy:
            assert b"".join(copy) == expected


def test_a_server_side_cursor_follows_the_scope(both: None) -> None:
    for dealer, expected in (("north", ["Anna"]), ("south", ["Boris"])):
        with dealer_scope(dealer):
            assert [customer.name for customer in Customer.objects.iterator(chunk_size=1)] == expected


def test_applying_a_scope_takes_one_round_trip_and_only_at_a_change(
    both: None, south: DealerRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[object] = []
    with dealer_scope("north"):
        names()
    execute = connection.connection.execute

    def listen(text: str) -> object:
        sent.append(text)
        return execute(text)

    monkeypatch.setattr(connection.connection, "execute", listen)

    with dealer_scope(south):
        names()
        names()

    assert len(sent) == 1


class TestLaziness:
    def test_a_queryset_consumed_elsewhere_is_refused(self, both: None) -> None:
        with dealer_scope("north"):
            query = Customer.objects.filter(name__startswith="A")
        with dealer_scope("south"), pytest.raises(ScopeMismatch):
            list(query)

    @pytest.mark.parametrize(
        "consume",
        [
            lambda query: list(query),
            lambda query: query.count(),
            lambda query: query.exists(),
            lambda query: query.first(),
            lambda query: query.update(name="Clara"),
            lambda query: query.delete(),
            lambda query: query.aggregate(),
            lambda query: list(query.values()),
            lambda query: list(query.iterator()),
            lambda query: list(query.filter(name="Boris")),
            lambda query: query.bulk_create([Customer(name="Clara", created_at=NOW, updated_at=NOW)]),
            lambda query: query.get_or_create(name="Clara", created_at=NOW, updated_at=NOW),
        ],
        ids=[
            "list",
            "count",
            "exists",
            "first",
            "update",
            "delete",
            "aggregate",
            "values",
            "iterator",
            "filter",
            "bulk",
            "get",
        ],
    )
    def test_no_way_of_consuming_it_gets_through(self, both: None, consume: object) -> None:
        with dealer_scope("north"):
            query = Customer.objects.all()
        with dealer_scope("south"):
            with pytest.raises(ScopeMismatch):
                consume(query)  # type: ignore[operator]  # a lambda of the table above
            assert names() == ["Boris"]

    def test_rows_fetched_in_one_scope_are_refused_in_another(self, both: None) -> None:
        with dealer_scope("north"):
            query = Customer.objects.all()
            assert len(query) == 1
        with dealer_scope("south"), pytest.raises(ScopeMismatch):
            list(query)

    def test_a_query_of_a_class_belongs_to_the_first_that_asks(self, both: None) -> None:
        query = Customer.objects.all()  # outside every scope, like a serializer's field
        with dealer_scope("south"):
            assert [customer.name for customer in query.all()] == ["Boris"]
        with dealer_scope("north"):
            assert [customer.name for customer in query.all()] == ["Anna"]
            assert len(query) == 1
        with dealer_scope("south"), pytest.raises(ScopeMismatch):
            list(query)

    def test_an_object_is_not_saved_elsewhere(self, both: None) -> None:
        with dealer_scope("north"):
            customer = Customer.objects.get()
        with dealer_scope("south"):
            with pytest.raises(ScopeMismatch):
                customer.save()
            assert names() == ["Boris"]

    def test_an_objects_relations_are_not_read_elsewhere(self, both: None) -> None:
        with dealer_scope("north"):
            customer = Customer.objects.get()
        with dealer_scope("south"), pytest.raises(ScopeMismatch):
            list(customer.contact_points.all())

    def test_users_of_the_public_schema_are_not_a_dealers(self, both: None, doris: User) -> None:
        with public_scope():
            query = User.objects.all()
            assert query.count() == 1
        with dealer_scope("north"):
            assert not User.objects.filter(email=doris.email).exists()
            with pytest.raises(ScopeMismatch):
                query.count()


class TestRollback:
    """PostgreSQL undoes a SET together with the transaction or savepoint that issued it."""

    def test_after_a_rolled_back_savepoint(self, both: None) -> None:
        with dealer_scope("south"):
            assert names() == ["Boris"]  # south is applied now
        with dealer_scope("north"):
            with undone():
                assert names() == ["Anna"]  # north is applied inside the savepoint
            assert names() == ["Anna"]  # and again after PostgreSQL went back to south

    def test_after_a_failed_statement(self, both: None) -> None:
        with dealer_scope("south"):
            assert names() == ["Boris"]
        with dealer_scope("north"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT * FROM nothing_of_the_kind")
            assert names() == ["Anna"]

    def test_a_failure_under_another_scope_rolls_back_cleanly(self, both: None) -> None:
        with dealer_scope("north"):
            inner = dealer_scope("south")
            with pytest.raises(DatabaseError), transaction.atomic(), inner, connection.cursor() as cursor:
                cursor.execute("SELECT * FROM nothing_of_the_kind")
            assert names() == ["Anna"]

    def test_work_of_the_outer_scope_survives_the_inner_rollback(self, both: None) -> None:
        with dealer_scope("north"), transaction.atomic():
            make_customer("Anna's neighbour")
            with dealer_scope("south"), undone():
                make_customer("Boris's neighbour")
            assert names() == ["Anna", "Anna's neighbour"]
        with dealer_scope("south"):
            assert names() == ["Boris"]


@pytest.mark.django_db(transaction=True)
class TestTransactions:
    def test_after_a_rolled_back_transaction(self, both: None) -> None:
        with dealer_scope("south"):
            assert names() == ["Boris"]
        with dealer_scope("north"):
            with undone():
                assert names() == ["Anna"]
            assert names() == ["Anna"]

    def test_a_new_connection_starts_from_nothing(self, both: None) -> None:
        with dealer_scope("north"):
            assert names() == ["Anna"]
            connection.close()
            assert names() == ["Anna"]

    def test_a_callback_after_commit_runs_where_it_was_registered(self, both: None) -> None:
        seen: list[list[str]] = []
        with dealer_scope("south"), transaction.atomic():
            with dealer_scope("north"):
                scope.on_commit(lambda: seen.append(names()))
                transaction.on_commit(lambda: seen.append(names()))
            transaction.on_commit(lambda: seen.append(names()))
            assert seen == []

        assert seen == [["Anna"], ["Anna"], ["Boris"]]

    def test_a_callback_without_a_scope_is_refused(self) -> None:
        with pytest.raises(ScopeMissing):
            scope.on_commit(print)
