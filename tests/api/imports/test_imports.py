"""Files through the API: kept, named, checked, imported in the background, taken back; no cell is run."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from core.models import Customer, ImportRun, RepairOrder
from core.repair_orders.imports import rules, working
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NOW
from tests.api.imports.asking import at, change, done, export, upload
from tests.core.repair_orders import exports
from tests.core.repair_orders.exports import row


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


def test_every_reason_has_its_sentence() -> None:
    import re

    from api.import_words import REASONS

    named = set(re.findall(r'Problem\([^)]*?"(\w+)"\)', Path(rules.__file__).read_text())) | {"odometer_backwards"}

    assert len(named) > 10
    assert named == set(REASONS)
