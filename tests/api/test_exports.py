"""Lists carried away: only by heads who have confirmed, only what was asked for, noted, and of one dealer alone."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from api import exporting
from api.access import CallerThrottle
from core.models import ContactPoint, Customer, ImportRun, ImportVerdict, Ownership, Vehicle
from tenants.accounts import operations as accounts
from tenants.accounts.models import AuditEntry
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NORTH_HOST, NOW, client_of, confirm

EXPORT = "/api/v1/customers/export/"
JSON = "application/json"
LISTS = ("customers", "users", "imports", "audit")


@pytest.fixture(autouse=True)
def _uncounted(north: DealerRef, south: DealerRef) -> Iterator[None]:
    yield
    for dealer in (north, south):
        with dealer_scope(dealer):
            cache.clear()


@pytest.fixture
def confirmed(as_clara: Client) -> Client:
    """Clara, who has just shown once more that it is she."""
    confirm(as_clara, password="clara's password")
    return as_clara


def make(name: str, **fields: Any) -> Customer:
    customer = Customer.objects.create(
        name=name, name_key=name.lower(), **{"created_at": NOW, "updated_at": NOW, **fields}
    )
    ContactPoint.objects.create(
        customer=customer, kind="PHONE", value=f"+8613{customer.pk:09d}", created_at=NOW, updated_at=NOW
    )
    car = Vehicle.objects.create(
        vin=f"LZZ{customer.pk:014d}", plate=f"A{customer.pk}", model="M", created_at=NOW, updated_at=NOW
    )
    Ownership.objects.create(vehicle=car, customer=customer, from_date=NOW.date())
    return customer


def take(client: Client, address: str = EXPORT, *, language: str = "en", **wishes: object) -> list[list[str]]:
    # Confirming has set it to the person's own.
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.post(address, wishes, content_type=JSON)
    assert answer.status_code == 200, answer.content
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_what_is_carried_away_is_what_was_asked_for(north: DealerRef, confirmed: Client) -> None:
    with dealer_scope(north):
        make("Anna", lifecycle="LAPSED", last_visit_date="2026-02-03")
        make("Clara", lifecycle="LAPSED", last_visit_date="2026-11-03")
        make("Boris", lifecycle="ACTIVE")

    rows = take(confirmed, f"{EXPORT}?lifecycle=LAPSED&order=-seen", columns=["seen", "name", "stage"], language="es")

    assert rows == [
        ["Última visita", "Nombre", "Etapa"],
        ["2026-11-03", "Clara", "Perdido"],
        ["2026-02-03", "Anna", "Perdido"],
    ]


def test_files_without_a_value_come_last_as_on_the_screen(north: DealerRef, confirmed: Client) -> None:
    with dealer_scope(north):
        for name, day in (("Anna", None), ("Boris", "2026-01-01"), ("Clara", "2026-01-02")):
            make(name, last_visit_date=day)

    for order, names in (("seen", ["Boris", "Clara", "Anna"]), ("-seen", ["Clara", "Boris", "Anna"])):
        assert [row[0] for row in take(confirmed, f"{EXPORT}?order={order}", columns=["name"])[1:]] == names


def test_moments_are_the_dealers_and_nothing_is_computed(north: DealerRef, confirmed: Client) -> None:
    with dealer_scope(north):
        make("=1+1", updated_at=datetime(2026, 11, 20, 20, 30, tzinfo=UTC), address="\t=cmd")

    row = take(confirmed, columns=["name", "address", "reach", "cars", "updated"])[1]

    assert row[:2] == ["'=1+1", "'\t=cmd"]
    assert row[2].startswith("'+8613")
    assert (row[3].endswith(" M"), row[4]) == (True, "2026-11-21 04:30:00")


def test_excels_own_file_holds_texts_days_and_moments(north: DealerRef, confirmed: Client) -> None:
    with dealer_scope(north):
        make("=1+1", last_visit_date="2026-02-03", address="a\x01b", updated_at=NOW)

    confirmed.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = confirmed.post(
        EXPORT, {"form": "xlsx", "columns": ["name", "reach", "seen", "updated", "address"]}, content_type=JSON
    )

    head, row = load_workbook(io.BytesIO(answer.getvalue())).worksheets[0].iter_rows()
    assert head[0].value == "Name"
    assert [cell.data_type for cell in row] == ["s", "s", "d", "d", "s"]
    assert (row[0].value, str(row[1].value)[:3], row[4].value) == ("=1+1", "+86", "ab")
    assert row[3].value == datetime(2026, 11, 20, 12)  # noqa: DTZ001  # as the dealer's clocks show it


def test_who_has_not_confirmed_is_asked_to_and_nothing_leaves(north: DealerRef, as_clara: Client) -> None:
    for name in LISTS:
        answer = as_clara.post(f"/api/v1/{name}/export/", {}, content_type=JSON)
        assert (answer.status_code, answer.json()["code"]) == (403, "confirmation_needed")

    with dealer_scope(north):
        assert not AuditEntry.objects.filter(action="list.exported").exists()


@pytest.mark.parametrize("role", [Role.SERVICE_SPECIALIST, Role.SERVICE_MANAGER, Role.SERVICE_ADVISOR])
def test_only_heads_carry_lists_away(role: Role, north: DealerRef) -> None:
    with dealer_scope(north):
        user = accounts.create_user(
            email="x@north.example", name="x", role=role, password="a long password", language="en", now=NOW
        )
    client = client_of(user, host=NORTH_HOST, scope=dealer_scope(north))
    confirm(client, password="a long password")

    answer = client.post(EXPORT, {}, content_type=JSON)

    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


def test_the_audit_says_what_left_and_names_nobody(north: DealerRef, confirmed: Client) -> None:
    with dealer_scope(north):
        make("Anna", kind="COMPANY")
        make("Boris")

    take(confirmed, f"{EXPORT}?kind=COMPANY&model=Anna&name=Anna&order=name", columns=["name"])

    with dealer_scope(north):
        entry = AuditEntry.objects.get(action="list.exported")
    assert (entry.subject_kind, entry.actor_kind) == ("customers", "user")
    assert entry.after == {
        "asked": {"kind": "COMPANY", "model": "*", "order": "name"},
        "columns": ["name"],
        "form": "csv",
        "rows": 0,
    }


@pytest.mark.parametrize("wishes", [{"columns": ["name", "password"]}, {"columns": []}, {"form": "exe"}])
def test_a_column_or_form_that_is_none_is_refused(wishes: dict[str, object], confirmed: Client) -> None:
    assert confirmed.post(EXPORT, wishes, content_type=JSON).status_code == 400


def test_an_order_that_is_none_is_refused(confirmed: Client) -> None:
    assert confirmed.post(f"{EXPORT}?order=secret", {}, content_type=JSON).status_code == 400


def test_the_other_dealers_rows_are_in_no_file(north: DealerRef, south: DealerRef, confirmed: Client) -> None:
    with dealer_scope(north):
        make("Anna")
    with dealer_scope(south):
        boris = make("Boris")
        accounts.create_user(
            email="boris@south.example",
            name="Boris",
            role=Role.SERVICE_ADVISOR,
            password=None,
            language="es",
            now=NOW,
        )
        ImportRun.objects.create(file_name="boris.csv", as_of_date=NOW.date(), started_at=NOW)
        phone = boris.contact_points.get().value

    told = [str(take(confirmed, f"/api/v1/{name}/export/")) for name in LISTS]

    assert "Anna" in told[0]
    assert not [text for text in told if "Boris" in text or "boris" in text or phone in text]


def test_verdicts_of_a_dry_run_are_carried_away_as_shown(north: DealerRef, south: DealerRef, confirmed: Client) -> None:
    runs = {}
    for dealer in (north, south):
        with dealer_scope(dealer):
            run = ImportRun.objects.create(file_name="x.csv", state="CHECKED", as_of_date=NOW.date(), started_at=NOW)
            for number, kind in ((2, "CREATE"), (1, "REFUSED"), (3, "CREATE")):
                ImportVerdict.objects.create(run=run, row_number=number, kind=kind, order_number=dealer.name)
            runs[dealer.name] = run.pk
    with dealer_scope(north):
        ImportRun.objects.filter(pk__gt=runs["north"]).delete()

    rows = take(
        confirmed, f"/api/v1/imports/{runs['north']}/export_verdicts/?kind=CREATE", columns=["row", "verdict", "order"]
    )

    assert rows == [["Row", "What happens", "Repair order"], ["2", "New", "north"], ["3", "New", "north"]]


def test_a_lot_takes_the_same_few_queries(north: DealerRef, confirmed: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "LOT", 5)

    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            take(confirmed)
        return len(captured)

    with dealer_scope(north):
        for number in range(5):
            make(f"x{number}")
    one = counted()
    with dealer_scope(north):
        for number in range(10):
            make(f"y{number}")

    # Two lots more, each with its addresses and its cars.
    assert counted() == one + 2 * 2


def test_a_file_leaves_piece_by_piece_in_the_house_too(
    confirmed: Client, north: DealerRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dealer_scope(north):
        for number in range(40):
            make(f"{number:03d} " + "x" * 190)
    monkeypatch.setattr(exporting.SavedFile, "block_size", 1_000)
    answer = confirmed.post(EXPORT, {"columns": ["name"]}, content_type=JSON)

    sent = cast(exporting.SavedFile, answer)

    async def pieces() -> list[bytes]:
        return [piece async for piece in sent]

    found = async_to_sync(pieces)()

    assert len(found) > 5
    assert max(len(piece) for piece in found) <= 1_000
    assert b"".join(found).decode("utf-8-sig").count("xxx\r\n") == 40


def test_files_are_scarcer_than_looking(monkeypatch: pytest.MonkeyPatch, confirmed: Client) -> None:
    rates = {**dict.fromkeys(CallerThrottle.THROTTLE_RATES, "100/min"), "exports": "2/min"}
    monkeypatch.setattr(CallerThrottle, "THROTTLE_RATES", rates)

    asked = [confirmed.post(f"/api/v1/{name}/export/", {}, content_type=JSON).status_code for name in LISTS]

    assert asked == [200, 200, 429, 429]
    assert confirmed.get("/api/v1/customers/").status_code == 200
