"""Migrations reach the template and every dealer, once, and a stopped run is taken up again."""

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection
from django.db.migrations import AddField, Migration, RunPython, RunSQL, SeparateDatabaseAndState
from django.db.models import IntegerField

from tenants import migrating
from tenants.migrating import TEMPLATE, migrate_dealers
from tenants.models import Dealer
from tenants.scope import DealerRef, operator_scope, public_scope
from tests.tenants.catalogue import described

SCHEMAS = (TEMPLATE, "d_north", "d_south")


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How each schema was brought to its state: by Django, or by repeating statements."""
    ways: list[str] = []
    execute, repeat = migrating._Run._execute, migrating._repeat

    def executed(run: migrating._Run) -> migrating.Recording:
        ways.append("executed")
        return execute(run)

    def repeated(known: migrating.Recording) -> None:
        ways.append("repeated")
        repeat(known)

    monkeypatch.setattr(migrating._Run, "_execute", executed)
    monkeypatch.setattr(migrating, "_repeat", repeated)
    return ways


@pytest.fixture
def one_behind(north: DealerRef, south: DealerRef) -> dict[str, dict[str, list[str]]]:
    """All schemas one migration behind; how they looked before."""
    before = {schema: described(schema) for schema in SCHEMAS}
    migrate_dealers(app="accounts", migration="0001", say=str)
    return before


def test_back_and_forth_leaves_every_schema_as_it_was(
    one_behind: dict[str, dict[str, list[str]]], ran: list[str]
) -> None:
    said: list[str] = []
    behind = migrate_dealers(say=said.append)

    assert behind == 2
    assert said == ["Migrated north, 1 of 2.", "Migrated south, 2 of 2."]
    assert ran == ["executed", "repeated", "repeated"]
    assert {schema: described(schema) for schema in SCHEMAS} == one_behind


def test_who_is_current_is_known_without_visiting_schemas(north: DealerRef, ran: list[str]) -> None:
    with public_scope():
        assert set(Dealer.objects.values_list("migrated_state", flat=True)) == {migrating.state_of(TEMPLATE)}

    assert migrate_dealers(say=str) == 0
    assert ran == ["executed"]  # the template only


def test_a_run_that_failed_is_taken_up_where_it_stopped(
    one_behind: dict[str, dict[str, list[str]]], ran: list[str]
) -> None:
    in_the_way = "FUNCTION accounts_audit_refuse_change()"
    execute("d_south", f"CREATE {in_the_way} RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'")
    with pytest.raises(ProgrammingError, match="already exists"):
        migrate_dealers(say=str)
    with public_scope():
        states = dict(Dealer.objects.values_list("name", "migrated_state"))
    assert states["north"] == migrating.state_of(TEMPLATE) != states["south"]

    execute("d_south", f"DROP {in_the_way}")
    assert migrate_dealers(say=str) == 1

    # South is now the first of its state, so Django runs it.
    assert ran == ["executed", "repeated", "repeated", "executed", "executed"]
    assert {schema: described(schema) for schema in SCHEMAS} == one_behind


def test_migrate_brings_all_schemas_along(one_behind: dict[str, dict[str, list[str]]]) -> None:
    call_command("migrate", verbosity=0)

    assert {schema: described(schema) for schema in SCHEMAS} == one_behind


def test_migrate_of_a_dealers_app_alone(north: DealerRef) -> None:
    call_command("migrate", "accounts", "0001", verbosity=0)
    assert "('accounts', '0002_audit_is_append_only')" not in str(described("d_north")["migrations"])

    call_command("migrate", "accounts", verbosity=0)
    assert described("d_north") == described(TEMPLATE)


def nothing(*_args: object) -> None:
    """A migration in Python."""


PYTHON, PLAIN = RunPython(nothing), RunSQL("SELECT 1")


@pytest.mark.parametrize(
    ("operations", "atomic", "expected"),
    [
        ([PLAIN], True, True),
        ([AddField("customer", "x", IntegerField(null=True))], True, True),
        ([PLAIN, PYTHON], True, False),
        ([SeparateDatabaseAndState(database_operations=[PYTHON])], True, False),
        ([SeparateDatabaseAndState(state_operations=[PYTHON])], True, True),
        ([PLAIN], False, False),
    ],
    ids=["sql", "schema", "python", "python inside", "python for the state only", "no transaction"],
)
def test_what_is_repeated(operations: list[object], atomic: bool, expected: bool) -> None:
    made = type("Made", (Migration,), {"operations": operations, "atomic": atomic})

    assert migrating._is_repeatable(made("0009_x", "core")) is expected


def execute(schema: str, text: str) -> None:
    with operator_scope(schema), connection.cursor() as cursor:
        cursor.execute(text)
