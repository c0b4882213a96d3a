"""Files through the API: kept, named, checked, imported in the background, mended, taken back.

No cell is run, and nothing is too large.
"""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import Customer, ImportRun, ImportVerdict, RepairOrder
from core.repair_orders.imports import rules, working
from tenants.accounts import operations as accounts
from tenants.accounts.models import AuditEntry, User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NORTH_HOST, NOW, client_of
from tests.core.repair_orders import exports
from tests.core.repair_orders.exports import row
from tests.core.repair_orders.importing import local

ADDRESS = "/api/v1/imports/"


@pytest.fixture(autouse=True)
def _uncounted(north: DealerRef, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    for remembered in ("base_location", "location"):
        vars(storages["default"]).pop(remembered, None)
    yield
    with dealer_scope(north):
        cache.clear()


def export() -> bytes:
    rows = [
        row(opened=local("2026-11-18"), closed=local("2026-11-19")),
        row(number="RO2", vin=exports.VIN_CHINA_OTHER, phone="13812345678", plate="B1", closed=""),
        row(number="", vin="x"),
    ]
    return exports.text_file(rows, encoding="gb18030").getvalue()


def upload(client: Client, content: bytes, **fields: Any) -> Any:
    file = SimpleUploadedFile("export.csv", content, content_type="text/csv")
    return client.post(ADDRESS, {"file": file, "as_of": "2026-11-20", **fields})


def at(run: int, step: str = "") -> str:
    return f"{ADDRESS}{run}/{step}/" if step else f"{ADDRESS}{run}/"


def done(client: Client, dealer: DealerRef, content: bytes) -> Any:
    """Import a file to its end, as a worker would, and show it."""
    run = upload(client, content, start="true").json()["id"]
    with dealer_scope(dealer):
        assert working.work_on(run, now=NOW)
    return client.get(at(run)).json()


def refused(client: Client, run: int) -> list[Any]:
    return list(client.get(at(run, "rows")).json()["results"])


def change(client: Client, address: str, body: object, *, method: str = "patch") -> Any:
    return getattr(client, method)(address, json.dumps(body), content_type="application/json")


def test_a_file_goes_its_way_to_the_commands_figures(
    as_clara: Client, north: DealerRef, south: DealerRef, tmp_path: Path
) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(export())
    out = io.StringIO()
    arguments = ("--dealer", "north", str(path), "--as-of", "2026-11-20", "--json")
    call_command("import_repair_orders", *arguments, "--dry-run", stdout=out)

    kept = upload(as_clara, export())
    run = kept.json()["id"]
    assert (kept.status_code, kept.json()["state"]) == (201, "DRAFT")
    assert kept.json()["allowed"] == ["name_columns", "check", "start", "discard"]
    assert as_clara.post(at(run, "check")).json()["state"] == "CHECKING"
    with dealer_scope(north):
        working.work_on(run, now=NOW)
    checked = as_clara.get(at(run)).json()
    assert (checked["state"], checked["counts"]) == ("CHECKED", None)
    assert as_clara.post(at(run, "start")).json()["state"] == "QUEUED"
    with dealer_scope(north):
        working.work_on(run, now=NOW)

    imported = as_clara.get(at(run)).json()
    printed = json.loads(out.getvalue()) | {"seconds": 0}
    assert imported["state"] == "DONE"
    assert imported["counts"] | {"seconds": 0} == checked["forecast"] | {"seconds": 0} == printed
    assert (imported["actor_name"], imported["waiting"], imported["rows"]["REFUSED"]) == ("Clara", 1, 1)
    with dealer_scope(north):
        assert RepairOrder.objects.count() == 2
    with dealer_scope(south):
        assert not RepairOrder.objects.exists()


def test_columns_are_named_on_the_screen_and_remembered(as_clara: Client) -> None:
    strange = f"nr;wagen;datum\nRO1;{exports.VIN_CHINA};2026-11-18\n".encode()
    run = upload(as_clara, strange).json()
    assert run["allowed"] == ["name_columns", "discard"]

    shown = as_clara.get(at(run["id"], "columns")).json()
    mapping = {"ro_number": "nr", "vin": "wagen", "opened": "datum"}
    missing = change(as_clara, at(run["id"], "columns"), {"mapping": {"vin": "wagen"}}, method="put")
    named = change(as_clara, at(run["id"], "columns"), {"mapping": mapping}, method="put")

    assert (shown["headers"], shown["sample"]) == (
        ["nr", "wagen", "datum"],
        [["RO1", exports.VIN_CHINA, "2026-11-18"]],
    )
    assert {one["field"] for one in shown["fields"] if one["is_required"]} == {"ro_number", "vin", "opened"}
    assert (missing.status_code, missing.json()["code"]) == (422, "columns_missing")
    assert "start" in named.json()["allowed"]
    assert "start" in upload(as_clara, strange).json()["allowed"]


def test_a_program_imports_in_one_call(as_clara: Client, north: DealerRef) -> None:
    assert upload(as_clara, export(), start="true").json()["state"] == "QUEUED"

    second = upload(as_clara, export(), start="true")

    assert (second.status_code, second.json()["code"]) == (409, "import_running")
    with dealer_scope(north):
        assert ImportRun.objects.filter(state="QUEUED").count() == 1


def test_verdicts_are_paged_and_asked_for_by_kind(as_clara: Client, north: DealerRef) -> None:
    rows = [row(number=f"RO{number}") for number in range(5)] + [row(number="RO9", phone="12"), row(vin="LZW")]
    run = upload(as_clara, exports.text_file(rows).getvalue()).json()["id"]
    as_clara.post(at(run, "check"))
    with dealer_scope(north):
        working.work_on(run, now=NOW)

    first = as_clara.get(at(run, "verdicts"), {"page_size": 3}).json()
    rest = as_clara.get(first["next"]).json()
    new = as_clara.get(at(run, "verdicts"), {"kind": "CREATE", "page_size": "500"}).json()["results"]
    warned = as_clara.get(at(run, "verdicts"), {"is_warned": "true"}).json()["results"]
    wrong = as_clara.get(at(run, "verdicts"), {"kind": "REFUSED"}).json()["results"]

    assert [one["row_number"] for one in first["results"] + rest["results"]] == [2, 3, 4, 5, 6, 7]
    assert len(new) == 6
    assert [(one["order_number"], one["problems"][0]["reason"]) for one in warned] == [("RO9", "phone_unusable")]
    assert wrong[0]["problems"][0]["message"]
    assert as_clara.get(at(run, "verdicts"), {"kind": "NONSENSE"}).status_code == 400


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3"])
def test_a_formula_in_a_cell_is_text_and_leaves_as_json(name: str, as_clara: Client, north: DealerRef) -> None:
    done(as_clara, north, exports.text_file([row(name=name)]).getvalue())

    answer = as_clara.get("/api/v1/customers/")

    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"
    with dealer_scope(north):
        assert {one["name"] for one in answer.json()["results"]} == set(Customer.objects.values_list("name", flat=True))
        assert Customer.objects.get().name in {name, ""}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\x00\xff\x00", "text_undecodable"),
        (b"PK\x03\x04nonsense", "workbook_broken"),
        (b"\xd0\xcf\x11\xe0old", "format_unknown"),
        (b'a,b,c\n"never closed' + b"x" * 30_000, "rows_unreadable"),
    ],
    ids=["empty", "binary", "broken workbook", "old workbook", "open quote"],
)
def test_a_file_that_cannot_be_read_says_so_and_is_not_kept(
    content: bytes, code: str, as_clara: Client, north: DealerRef, tmp_path: Path
) -> None:
    answer = upload(as_clara, content)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert "%" not in answer.json()["detail"]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    with dealer_scope(north):
        assert not ImportRun.objects.exists()


def test_a_workbook_packed_like_a_bomb_is_refused(as_clara: Client) -> None:
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (8 << 20))

    assert upload(as_clara, packed.getvalue()).json()["code"] == "workbook_too_large"


def test_a_file_that_breaks_off_later_fails_with_its_place(as_clara: Client, north: DealerRef) -> None:
    rows = [row(number=f"RO{number}") for number in range(100)]

    failed = done(as_clara, north, exports.text_file(rows).getvalue() + b'"' + b"x" * 30_000)

    assert (failed["state"], failed["failure"]["code"]) == ("FAILED", "rows_unreadable")
    assert "102" in failed["failure"]["message"]


def test_a_file_that_is_too_large_is_not_read(as_clara: Client, north: DealerRef) -> None:
    answer = as_clara.post(
        ADDRESS, b"x", content_type="multipart/form-data; boundary=b", CONTENT_LENGTH=str(101 * 1024 * 1024)
    )

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    with dealer_scope(north):
        assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"--b\r\n", b"--b--\r\n", b"\x00" * 100], ids=["empty", "cut off", "no part", "zeroes"]
)
def test_a_form_that_is_none_is_refused(body: bytes, as_clara: Client) -> None:
    assert as_clara.post(ADDRESS, body, content_type="multipart/form-data; boundary=b").status_code == 400
    assert as_clara.post(ADDRESS, body, content_type="multipart/form-data").status_code == 400


def test_a_row_is_mended_in_place_and_brought_in(as_clara: Client, north: DealerRef) -> None:
    run = done(as_clara, north, export())
    (wrong,) = refused(as_clara, run["id"])
    address = f"/api/v1/import-rows/{wrong['id']}/"
    assert [(one["field"], one["reason"]) for one in wrong["problems"]] == [
        ("ro_number", "ro_number_missing"),
        ("vin", "vin_malformed"),
    ]

    half = change(as_clara, address, {"corrections": {"ro_number": "RO3"}}).json()
    strange = change(as_clara, address, {"corrections": {"\x00": "x"}})
    early = change(as_clara, f"{address}retry/", {"corrections": {}}, method="post")
    fixed = change(as_clara, f"{address}retry/", {"corrections": {"vin": exports.VIN_SPAIN}}, method="post")

    assert [(one["field"], one["column"]) for one in half["problems"]] == [("vin", "VIN码")]
    assert (strange.status_code, early.json()["code"]) == (422, "row_still_refused")
    assert (fixed.json()["state"], fixed.json()["allowed"]) == ("FIXED", [])
    assert as_clara.get(at(run["id"])).json()["rows"] == {
        "REFUSED": 0,
        "WARNED": 0,
        "FIXED": 1,
        "DISMISSED": 0,
        "corrected": 0,
    }
    with dealer_scope(north):
        assert RepairOrder.objects.filter(number="RO3").exists()


def test_rows_are_brought_in_or_put_away_together(as_clara: Client, north: DealerRef) -> None:
    rows = [row(number=f"RO{number}", vin="LZW") for number in range(4)]
    run = done(as_clara, north, exports.text_file(rows).getvalue())["id"]
    for wrong in refused(as_clara, run)[:2]:
        change(as_clara, f"/api/v1/import-rows/{wrong['id']}/", {"corrections": {"vin": exports.VIN_CHINA_OTHER}})
    assert as_clara.get(at(run)).json()["rows"]["corrected"] == 2

    assert as_clara.post(at(run, "retry_rows")).json() == {"fixed": 2, "still_refused": 0}
    left = change(as_clara, at(run, "dismiss_rows"), {"state": "REFUSED"}, method="post").json()

    assert (left["waiting"], left["rows"]["DISMISSED"]) == (0, 2)
    # What was brought in later is part of its file, not of the history.
    assert [one["id"] for one in as_clara.get(ADDRESS).json()["results"]] == [run]


def test_rows_are_saved_for_a_spreadsheet_and_come_back_mended(as_clara: Client, north: DealerRef) -> None:
    run = done(as_clara, north, exports.text_file([row(name="=1+1", vin="LZW", phone="+8613973857493")]).getvalue())

    saved = as_clara.get(at(run["id"], "rows_as_csv"), headers={"Accept-Language": "zh-hans"})

    table = list(csv.reader(io.StringIO(saved.content.decode("utf-8-sig"))))
    cells = dict(zip(table[0], table[1], strict=True))
    assert (cells["文件"], cells["行"], cells["列"], cells["值"]) == ("export.csv", "2", "VIN码", "LZW")
    assert (cells["车主姓名"], cells["手机"]) == ("'=1+1", "'+8613973857493")
    text = saved.content.decode("utf-8-sig").replace("LZW", exports.VIN_CHINA)
    again = done(as_clara, north, text.encode())
    assert (again["counts"]["created"], again["counts"]["warned"]["phone_unusable"]) == (1, 0)
    with dealer_scope(north):
        assert Customer.objects.get().name == "=1+1"


def test_an_import_is_taken_back_after_a_look(as_clara: Client, north: DealerRef) -> None:
    run = done(as_clara, north, export())["id"]

    would = as_clara.get(at(run, "roll_back_preview")).json()
    with dealer_scope(north):
        assert RepairOrder.objects.count() == 2
    undone = as_clara.post(at(run, "roll_back"))

    assert (undone.status_code, undone.json()) == (200, would)
    assert (would["orders_removed"], as_clara.get(at(run)).json()["state"]) == (2, "ROLLED_BACK")
    assert as_clara.get(at(run)).json()["allowed"] == []
    with dealer_scope(north):
        assert not RepairOrder.objects.exists()


def test_a_step_out_of_turn_says_so(as_clara: Client, north: DealerRef) -> None:
    run = done(as_clara, north, export())["id"]

    codes = {step: as_clara.post(at(run, step)).json()["code"] for step in ("check", "start", "stop", "discard")}

    assert set(codes.values()) == {"step_not_allowed"}


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


def test_rows_take_as_many_queries_for_thirty_as_for_one(as_clara: Client, north: DealerRef) -> None:
    def counted(address: str) -> int:
        as_clara.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert as_clara.get(address, {"page_size": 500}).status_code == 200
        return len(captured)

    few = done(as_clara, north, exports.text_file([row(vin="LZW")]).getvalue())["id"]
    many = done(as_clara, north, exports.text_file([row(number=f"M{n}", vin="LZW") for n in range(30)]).getvalue())[
        "id"
    ]
    with dealer_scope(north):
        for run, count in ((few, 1), (many, 30)):
            ImportVerdict.objects.bulk_create(
                ImportVerdict(run_id=run, row_number=number, kind="CREATE") for number in range(count)
            )

    assert counted(at(few, "rows")) == counted(at(many, "rows"))
    assert counted(at(few, "verdicts")) == counted(at(many, "verdicts"))


def test_nothing_of_souths_import_is_found_at_north(as_clara: Client, south: DealerRef) -> None:
    from tests.core.repair_orders.importing import import_rows

    with dealer_scope(south):
        import_rows(row(vin="LZW"))
        theirs, wrong = ImportRun.objects.get().pk, ImportRun.objects.get().rows.get().pk

    steps = ("columns", "verdicts", "rows", "rows_as_csv", "roll_back_preview")
    assert {as_clara.get(at(theirs, step)).status_code for step in steps} == {404}
    assert change(as_clara, f"/api/v1/import-rows/{wrong}/", {"corrections": {}}).status_code == 404
    assert as_clara.get(ADDRESS).json()["results"] == []


def test_every_reason_has_its_sentence() -> None:
    import re

    from api.import_words import REASONS

    named = set(re.findall(r'Problem\([^)]*?"(\w+)"\)', Path(rules.__file__).read_text())) | {"odometer_backwards"}

    assert len(named) > 10
    assert named == set(REASONS)
