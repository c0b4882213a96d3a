"""The import finds in invented files exactly what the generator put there."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.repair_orders.imports import runs
from deploy.demo import files, generator
from tenants.scope import DealerRef, dealer_scope

EVENING = datetime(2026, 11, 20, 20)  # noqa: DTZ001 - exports are written in the dealer's wall time
NOW = datetime(2026, 11, 20, 13, tzinfo=UTC)
HOMES = [("zh", "north"), ("xlsx", "north"), ("es", "south")]


def read(path: Path, *, dealer: DealerRef) -> dict[str, Any]:
    with dealer_scope(dealer), path.open("rb") as stream:
        outcome = runs.start_import(stream, file_name=path.name, as_of_date=EVENING.date(), now=NOW)
        found: dict[str, Any] = json.loads(json.dumps(outcome.counts.as_dict()))
    return found


@pytest.mark.parametrize(("dialect", "home"), HOMES, ids=[row[0] for row in HOMES])
def test_main_and_daily_file_give_the_truth(
    dialect: str, home: str, north: DealerRef, south: DealerRef, tmp_path: Path
) -> None:
    dealer = {"north": north, "south": south}[home]
    world = generator.invent(dialect=dialect, vehicles=700, as_of=EVENING, seed=3)
    written = files.write(world, folder=tmp_path)
    truth = json.loads(written.truth.read_text())

    main = read(written.main, dealer=dealer)
    daily = read(written.daily, dealer=dealer)

    for name in ("repair_orders", "still_open", "vehicles"):
        assert main[name] == truth["main"][name], name
    for kind in ("refused", "warned", "folded"):
        assert _nonzero(main[kind]) == _nonzero(truth["main"][kind]), kind
    assert {key: daily[key] for key in ("created", "updated", "unchanged")} == {
        key: truth["daily"][key] for key in ("created", "updated", "unchanged")
    }


def _nonzero(counts: dict[str, int]) -> dict[str, int]:
    return {reason: count for reason, count in counts.items() if count}
