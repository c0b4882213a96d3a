"""What each dialect's invented files say is what the API's background run finds: main file, then daily file."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.models import ImportRow, RepairOrder, Vehicle
from core.repair_orders.imports import working
from deploy.demo import files, generator
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NOW

ADDRESS = "/api/v1/imports/"
EVENING = datetime(2026, 11, 20, 20)  # noqa: DTZ001 - exports are written in the dealer's wall time
KINDS = ("refused", "warned", "folded")
# Nobody here is at home where the English files' numbers are: to both dealers these are no phones.
FOREIGN = {"en": {"phone_unusable"}}


@pytest.fixture(autouse=True)
def _uncounted(north: DealerRef, south: DealerRef) -> Iterator[None]:
    yield
    for dealer in (north, south):
        with dealer_scope(dealer):
            cache.clear()


def by_screen(client: Client, path: Path, *, dealer: DealerRef) -> dict[str, Any]:
    """Upload a file, try it, import it, as the screen does; return what the import counted."""
    kept = client.post(ADDRESS, {"file": SimpleUploadedFile(path.name, path.read_bytes()), "as_of": "2026-11-20"})
    address = f"{ADDRESS}{kept.json()['id']}/"
    for step in ("check", "start"):
        assert client.post(f"{address}{step}/").status_code == 200
        with dealer_scope(dealer):
            assert working.work_on(kept.json()["id"], now=NOW)
    shown = client.get(address).json()
    assert shown["state"] == "DONE"
    assert shown["counts"] | {"seconds": 0} == shown["forecast"] | {"seconds": 0}
    counts: dict[str, Any] = shown["counts"]
    return counts


def told(counts: dict[str, Any], *, dialect: str) -> dict[str, dict[str, int]]:
    """Return how many rows of each kind and reason there were."""
    foreign = FOREIGN.get(dialect, set())
    return {
        kind: {reason: count for reason, count in counts[kind].items() if count and reason not in foreign}
        for kind in KINDS
    }


@pytest.mark.parametrize(
    ("dialect", "home"), [("zh", "north"), ("es", "south"), ("en", "north"), ("xlsx", "north")], ids=lambda word: word
)
def test_both_files_of_a_dialect_give_the_truth(
    dialect: str,
    home: str,
    as_clara: Client,
    in_south_as: Callable[[Role], Client],
    north: DealerRef,
    south: DealerRef,
    tmp_path: Path,
) -> None:
    dealer, other = (north, south) if home == "north" else (south, north)
    client = as_clara if home == "north" else in_south_as(Role.COC_DIRECTOR)
    written = files.write(
        generator.invent(dialect=dialect, vehicles=200, as_of=EVENING, seed=5), folder=tmp_path / "exports"
    )
    truth = json.loads(written.truth.read_text())

    main = by_screen(client, written.main, dealer=dealer)
    daily = by_screen(client, written.daily, dealer=dealer)

    assert main["created"] == truth["main"]["repair_orders"]
    assert told(main, dialect=dialect) == told(truth["main"], dialect=dialect)
    assert {key: daily[key] for key in ("created", "updated", "unchanged")} == {
        key: truth["daily"][key] for key in ("created", "updated", "unchanged")
    }
    with dealer_scope(dealer):
        orders = RepairOrder.objects.all()
        assert orders.count() == truth["together"]["repair_orders"]
        assert orders.filter(closed_at__isnull=True).count() == truth["together"]["still_open"]
        assert Vehicle.objects.count() == truth["together"]["vehicles"]
        # What the daily file repeats of them is the same rows.
        refused = ImportRow.objects.filter(state="REFUSED").values("fingerprint").distinct().count()
        assert refused == sum(truth["together"]["refused"].values())
    with dealer_scope(other):
        assert not RepairOrder.objects.exists()
