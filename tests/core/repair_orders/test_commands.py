"""The two commands: one object with --json, a table without, a sentence where something is wrong."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.repair_orders.models import RepairOrder
from tenants.scope import DealerRef, dealer_scope
from tests.core.repair_orders import exports
from tests.core.repair_orders.exports import row
from tests.core.repair_orders.importing import local


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    rows = [
        row(opened=local("2026-11-18"), closed=local("2026-11-19")),
        row(number="RO2", answer="否", vin=exports.VIN_CHINA_OTHER, name="鲍里斯", phone="13812345678", plate="B1"),
        row(number="RO0", opened=local("2026-01-05"), closed=local("2026-01-05", "18:00"), vin="VF38U20D2SA196449"),
        row(number="", vin="x"),
    ]
    path.write_bytes(exports.text_file(rows, encoding="gb18030").getvalue())
    return path


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_with_json_it_prints_exactly_one_object(north: DealerRef, export: Path) -> None:
    printed = run("import_repair_orders", "--dealer", "north", str(export), "--as-of", "2026-11-20", "--json")

    found = json.loads(printed)
    assert list(found) == [
        "repair_orders",
        "still_open",
        "vehicles",
        "refused",
        "warned",
        "folded",
        "created",
        "updated",
        "unchanged",
        "seconds",
    ]
    assert (found["repair_orders"], found["created"], found["refused"]["ro_number_missing"]) == (3, 3, 1)


def test_a_dry_run_writes_nothing(north: DealerRef, export: Path) -> None:
    printed = run(
        "import_repair_orders", "--dealer", "north", str(export), "--as-of", "2026-11-20", "--dry-run", "--json"
    )

    assert json.loads(printed)["created"] == 3
    with dealer_scope(north):
        assert not RepairOrder.objects.exists()


def test_without_json_it_prints_what_was_recognised(
    north: DealerRef, export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = run("import_repair_orders", "--dealer", "north", str(export), "--as-of", "2026-11-20")

    assert "gb18030" in printed
    assert "refused: ro_number_missing" in printed
    assert "100 %" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "No such file"), (b"A,B,C\n1,2,3\n", "No column was recognised"), (b"", "empty")],
)
def test_what_is_wrong_is_said_in_a_sentence(
    north: DealerRef, tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "export.csv"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError, match=message):
        run("import_repair_orders", "--dealer", "north", str(path))


def test_an_unknown_dealer_is_named(tmp_path: Path, in_public: None) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(b"x")

    with pytest.raises(CommandError, match="nowhere"):
        run("import_repair_orders", "--dealer", "nowhere", str(path))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lapsed", {"days": 180, "lapsed": 1}),
        ("closed", {"days": 3, "closed": 2, "consenting": 1}),
        ("owners", {"current_owner_phones": 2}),
        ("intake", {"open_days": 2, "mean_daily_intake": 1.5, "max_daily_intake": 2}),
    ],
)
def test_the_lists_add_up(north: DealerRef, export: Path, name: str, expected: dict[str, object]) -> None:
    run("import_repair_orders", "--dealer", "north", str(export), "--as-of", "2026-11-20", "--json")

    found = json.loads(run("files", name, "--dealer", "north", "--as-of", "2026-11-20", "--json"))

    assert found.items() >= expected.items()


def test_the_lists_of_one_dealer_hold_nothing_of_the_other(north: DealerRef, south: DealerRef, export: Path) -> None:
    run("import_repair_orders", "--dealer", "north", str(export), "--as-of", "2026-11-20", "--json")

    for name, figure in (("lapsed", "lapsed"), ("closed", "closed"), ("owners", "current_owner_phones")):
        found = json.loads(run("files", name, "--dealer", "south", "--as-of", "2026-11-20", "--json"))
        assert found[figure] == 0


def test_days_can_be_set(north: DealerRef, export: Path) -> None:
    run("import_repair_orders", "--dealer", "north", str(export), "--as-of", "2026-11-20", "--json")

    found = json.loads(run("files", "lapsed", "--dealer", "north", "--as-of", "2026-11-20", "--days", "400", "--json"))

    assert found["lapsed"] == 0
    assert "lapsed" in run("files", "lapsed", "--dealer", "north", "--as-of", "2026-11-20")
