"""An import taken back leaves the files as they were before."""

from datetime import timedelta

import pytest

from core.customers.models import Consent, ContactPoint, Customer
from core.repair_orders.imports import rollback
from core.repair_orders.models import ImportRun, RepairOrder, RepairOrderLine
from core.tasks.models import Task
from core.vehicles.models import Ownership, Vehicle
from tests.core.repair_orders import exports
from tests.core.repair_orders.exports import row
from tests.core.repair_orders.importing import NOW, everything, import_rows, local

LATER = NOW + timedelta(hours=1)
BORIS = {"name": "鲍里斯", "phone": "13812345678", "email": ""}

pytestmark = pytest.mark.usefixtures("in_north")


def test_a_first_import_taken_back_leaves_empty_files() -> None:
    import_rows(row(), row(number="RO2", vin="LZW"), row(number="RO3", vin=exports.VIN_CHINA_OTHER, plate="B1"))

    taken = rollback.roll_back_import(_last_run(), now=LATER, actor="clara")

    assert (taken.orders_removed, taken.customers_removed, taken.vehicles_removed) == (2, 1, 2)
    assert (taken.orders_kept, taken.customers_kept, taken.vehicles_kept) == (0, 0, 0)
    for model in (RepairOrder, RepairOrderLine, Customer, Vehicle, ContactPoint, Consent, Ownership):
        assert not model.objects.exists()
    assert ImportRun.objects.get().state == "ROLLED_BACK"


def test_a_correction_taken_back_restores_the_former_values() -> None:
    import_rows(row(opened=local("2026-10-01"), closed="", work="机油；机滤"))
    before = _files()

    import_rows(
        row(opened=local("2026-10-01"), closed=local("2026-10-02"), work="机油", total="1.00", plate="桂B99999"),
        row(number="RO2", opened=local("2026-11-01"), closed="", plate="桂B99999", odometer="30000", answer="否"),
        now=LATER,
    )
    taken = rollback.roll_back_import(_last_run(), now=LATER, actor="clara")

    assert (taken.orders_removed, taken.orders_restored) == (1, 1)
    assert _files() == before


def test_a_transfer_taken_back_gives_the_car_back() -> None:
    import_rows(row(opened=local("2026-10-01"), closed=""))
    import_rows(row(number="RO2", opened=local("2026-11-01"), closed="", **BORIS))

    rollback.roll_back_import(_last_run(), now=LATER, actor="clara")

    assert Ownership.objects.get().customer.name == "安娜"
    assert Ownership.objects.get().to_date is None


def test_an_import_whose_orders_a_later_one_changed_must_wait_for_that_one() -> None:
    import_rows(row(closed=""))
    first = _last_run()
    import_rows(row())
    second = _last_run()

    with pytest.raises(rollback.RollbackRefused, match=f"roll back import {second} first"):
        rollback.roll_back_import(first, now=LATER, actor="clara")

    rollback.roll_back_import(second, now=LATER, actor="clara")
    rollback.roll_back_import(first, now=LATER, actor="clara")
    assert not RepairOrder.objects.exists()


def test_an_import_is_taken_back_once() -> None:
    import_rows(row())
    rollback.roll_back_import(_last_run(), now=LATER, actor="clara")

    with pytest.raises(rollback.RollbackRefused, match="rolled_back"):
        rollback.roll_back_import(_last_run(), now=LATER, actor="clara")


def test_a_file_that_something_leans_on_stays() -> None:
    import_rows(row())
    customer, vehicle = Customer.objects.get(), Vehicle.objects.get()
    Task.objects.create(key="x", kind="CALL", customer=customer, vehicle=vehicle, due_at=NOW, created_at=NOW)

    taken = rollback.roll_back_import(_last_run(), now=LATER, actor="clara")

    assert (taken.customers_kept, taken.vehicles_kept, taken.orders_removed) == (1, 1, 1)
    assert Customer.objects.exists()


def test_after_rolling_back_the_file_can_be_imported_again() -> None:
    import_rows(row())
    rollback.roll_back_import(_last_run(), now=LATER, actor="clara")

    assert import_rows(row()).created == 1


def _last_run() -> int:
    return ImportRun.objects.latest("pk").pk


def _files() -> dict[str, list[tuple[object, ...]]]:
    """Return the files without the marks of their last touch, lines without their ids."""
    kept = everything()
    return {
        "orders": list(RepairOrder.objects.values_list("number", "closed_at", "total_minor", "content_hash")),
        "lines": list(RepairOrderLine.objects.order_by("position").values_list("text", "position")),
        "vehicles": list(Vehicle.objects.values_list("vin", "plate", "plate_key", "odometer_km")),
        "consents": [row[1:] for row in kept["core_consent"]],
        "owners": kept["core_ownership"],
        "points": kept["core_contactpoint"],
    }
