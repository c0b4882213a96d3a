"""Who may import, mend and look; what the audit keeps of it; and that nobody finds another dealer's."""

from django.test import Client

from core.models import ImportRun
from tenants.accounts import operations as accounts
from tenants.accounts.models import AuditEntry, User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NORTH_HOST, NOW, client_of
from tests.api.imports.asking import ADDRESS, at, change, done, export, refused
from tests.core.repair_orders.exports import row


def test_whoever_knows_the_owners_mends_rows_and_imports_nothing(as_clara: Client, north: DealerRef) -> None:
    run = done(as_clara, north, export())["id"]
    with dealer_scope(north):
        specialist = accounts.create_user(
            email="s@north.example", name="x", role=Role.SERVICE_SPECIALIST, password=None, language="en", now=NOW
        )
    client = client_of(specialist, host=NORTH_HOST, scope=dealer_scope(north))

    assert client.get(at(run)).json()["allowed"] == ["fix_rows"]
    assert "correct" in refused(client, run)[0]["allowed"]
    assert client.post(at(run, "retry_rows")).status_code == 200
    for step in ("check", "start", "stop", "discard", "roll_back"):
        assert client.post(at(run, step)).status_code == 403
    assert client.get(at(run, "rows_as_csv")).status_code == 403


def test_imports_are_not_for_every_post(as_clara: Client, north: DealerRef) -> None:
    run = done(as_clara, north, export())["id"]
    with dealer_scope(north):
        user = accounts.create_user(
            email="advisor@north.example", name="x", role=Role.SERVICE_ADVISOR, password=None, language="en", now=NOW
        )
    advisor = client_of(user, host=NORTH_HOST, scope=dealer_scope(north))

    assert {advisor.get(path).status_code for path in (ADDRESS, at(run), at(run, "rows"))} == {403}


def test_an_import_and_its_end_are_in_the_audit(as_clara: Client, clara: User, north: DealerRef) -> None:
    run = done(as_clara, north, export())["id"]
    as_clara.get(at(run, "rows_as_csv"))
    as_clara.post(at(run, "roll_back"))

    with dealer_scope(north):
        entries = list(AuditEntry.objects.order_by("id").values_list("action", "actor_id", "subject_kind"))
    assert entries == [
        ("import.started", clara.pk, "import"),
        ("list.exported", clara.pk, "import_rows"),
        ("import.rolled_back", clara.pk, "import"),
    ]


def test_nothing_of_souths_import_is_found_at_north(as_clara: Client, south: DealerRef) -> None:
    from tests.core.repair_orders.importing import import_rows

    with dealer_scope(south):
        import_rows(row(vin="LZW"))
        theirs, wrong = ImportRun.objects.get().pk, ImportRun.objects.get().rows.get().pk

    steps = ("columns", "verdicts", "rows", "rows_as_csv", "roll_back_preview")
    assert {as_clara.get(at(theirs, step)).status_code for step in steps} == {404}
    assert change(as_clara, f"/api/v1/import-rows/{wrong}/", {"corrections": {}}).status_code == 404
    assert as_clara.get(ADDRESS).json()["results"] == []
