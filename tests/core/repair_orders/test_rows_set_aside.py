"""Rows set aside: corrected in place, brought in one by one or together, put away, and taken back with their file."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from core.customers.models import ContactPoint, Customer
from core.repair_orders.imports import retries, rollback, turns
from core.repair_orders.imports.turns import ImportRunning
from core.repair_orders.models import ImportRow, ImportRun, RepairOrder
from tenants.scope import DealerRef, dealer_scope
from tests.core.repair_orders import exports
from tests.core.repair_orders.exports import row
from tests.core.repair_orders.importing import NOW, everything, import_rows, local

pytestmark = pytest.mark.usefixtures("in_north")
LATER = NOW + timedelta(hours=1)
SHORT = timedelta(milliseconds=20)
OTHER = exports.VIN_CHINA_OTHER


@contextmanager
def elsewhere(dealer: DealerRef) -> Iterator[None]:
    """Hold the dealer's turn as another process does."""
    held, done = Barrier(2), Barrier(2)

    def hold() -> None:
        try:
            with dealer_scope(dealer), turns.alone():
                held.wait(timeout=30)
                done.wait(timeout=30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        held.wait(timeout=30)
        try:
            yield
        finally:
            done.wait(timeout=30)
            holding.result()


def refused(number: str = "RO1") -> ImportRow:
    return ImportRow.objects.get(cells__ro_number=number, state="REFUSED")


def test_a_correction_is_kept_and_judged_at_once() -> None:
    import_rows(row(vin="LZW", closed=local("2026-11-17")))

    kept = retries.correct_row(refused().pk, corrections={"vin": OTHER, "plate": "桂A12345"})

    # What was not changed is no correction.
    assert kept.corrections == {"vin": OTHER}
    assert [(problem.field, problem.reason) for problem in retries.problems_of(kept)] == [
        ("closed", "closed_before_opened")
    ]
    assert refused().cells["vin"] == "LZW"
    assert not RepairOrder.objects.exists()


def test_a_cell_beyond_all_measure_sets_its_row_aside_and_no_other() -> None:
    import_rows(row(number="RO1"), row(number="RO2", name="安" * 30_000), row(number="RO3", vin=OTHER))

    kept = refused("RO2")

    assert (kept.row_number, kept.column, kept.reason) == (3, "车主姓名", "cell_too_long")
    assert (len(kept.value), len(kept.cells["customer_name"])) == (300, 20_001)
    assert set(RepairOrder.objects.values_list("number", flat=True)) == {"RO1", "RO3"}
    with pytest.raises(retries.RowStillRefused):
        retries.retry_row(kept.pk, corrections={}, now=LATER, actor="user:1")


def test_corrections_take_the_place_of_those_before() -> None:
    import_rows(row(vin="LZW"))
    retries.correct_row(refused().pk, corrections={"vin": OTHER})

    assert retries.correct_row(refused().pk, corrections={}).corrections == {}


def test_all_corrected_rows_come_in_together() -> None:
    import_rows(*(row(number=f"RO{number}", vin="LZW") for number in range(1, 5)))
    retries.correct_row(refused("RO1").pk, corrections={"vin": OTHER})
    retries.correct_row(refused("RO2").pk, corrections={"vin": OTHER})
    retries.correct_row(refused("RO3").pk, corrections={"vin": "still wrong"})

    retried = retries.retry_corrected(ImportRun.objects.get().pk, now=LATER, actor="user:1")

    assert (retried.fixed, retried.still_refused) == (2, 1)
    assert retried.counts is not None
    assert retried.counts.created == 2
    states = ImportRow.objects.order_by("row_number").values_list("state", flat=True)
    assert list(states) == ["FIXED", "FIXED", "REFUSED", "REFUSED"]
    again = retries.retry_corrected(ImportRun.objects.filter(parent=None).get().pk, now=LATER, actor="user:1")
    assert (again.fixed, again.counts) == (0, None)


def test_a_row_with_a_warning_is_brought_in_anew() -> None:
    import_rows(row(phone="12"))
    warned = ImportRow.objects.get(reason="phone_unusable")

    counts = retries.retry_row(warned.pk, corrections={"phone": "13812345678"}, now=LATER, actor="user:1")

    assert counts.updated == 1
    assert ContactPoint.objects.filter(value="+8613812345678").exists()


def test_what_is_still_odd_about_a_row_brought_in_stands_beside_its_file() -> None:
    import_rows(row(vin="LZW", phone="12"))
    run = ImportRun.objects.get()

    retries.retry_row(refused().pk, corrections={"vin": OTHER}, now=LATER, actor="user:1")

    assert list(run.rows.order_by("pk").values_list("state", "reason")) == [
        ("FIXED", "vin_malformed"),
        ("WARNED", "phone_unusable"),
    ]


def test_a_row_kept_but_for_one_cell_has_nothing_to_bring_in() -> None:
    import_rows(row(odometer="9000"), row(number="RO2", opened=local("2026-11-19"), closed="", odometer="10"))
    backwards = ImportRow.objects.get(reason="odometer_backwards")

    with pytest.raises(retries.RowNotWhole):
        retries.correct_row(backwards.pk, corrections={"odometer": "9100"})
    with pytest.raises(retries.RowNotWhole):
        retries.retry_row(backwards.pk, corrections={}, now=LATER, actor="user:1")
    retries.dismiss_row(backwards.pk)


def test_all_rows_of_a_state_are_put_away() -> None:
    import_rows(row(vin="LZW"), row(number="RO2", vin="LZW"), row(number="RO3", phone="12"))
    run = ImportRun.objects.get()

    assert retries.dismiss_rows(run.pk, state="REFUSED") == 2
    assert retries.dismiss_rows(run.pk, state="REFUSED") == 0
    assert set(run.rows.values_list("state", flat=True)) == {"DISMISSED", "WARNED"}


def test_rows_brought_in_are_taken_back_with_their_file() -> None:
    import_rows(row(), row(number="RO2", vin="LZW"))
    run = ImportRun.objects.get()
    retries.retry_row(refused("RO2").pk, corrections={"vin": OTHER}, now=LATER, actor="user:1")
    before = everything()

    would = rollback.preview_rollback(run.pk, now=LATER)

    assert (would.orders_removed, would.vehicles_removed, would.customers_removed) == (2, 2, 1)
    assert everything() == before
    assert rollback.roll_back_import(run.pk, now=LATER, actor="user:1") == would
    assert not Customer.objects.exists()
    assert set(ImportRun.objects.values_list("state", flat=True)) == {"ROLLED_BACK"}


def test_rows_brought_in_are_not_taken_back_alone() -> None:
    import_rows(row(vin="LZW"))
    retries.retry_row(refused().pk, corrections={"vin": OTHER}, now=LATER, actor="user:1")

    with pytest.raises(rollback.RollbackRefused):
        rollback.roll_back_import(ImportRun.objects.exclude(parent=None).get().pk, now=LATER, actor="user:1")


def test_what_a_later_import_changed_is_named_by_its_file() -> None:
    import_rows(row(closed="", vin="LZW"), row(number="RO2", closed=""))
    first = ImportRun.objects.get()
    import_rows(row(number="RO2"), now=LATER)
    second = ImportRun.objects.latest("pk")

    with pytest.raises(rollback.RollbackTooLate) as caught:
        rollback.preview_rollback(first.pk, now=LATER)

    assert caught.value.facts == {"imports": str(second.pk)}


def test_nothing_is_brought_in_beside_a_running_import(monkeypatch: pytest.MonkeyPatch) -> None:
    import_rows(row(vin="LZW"))

    def busy(**_: object) -> None:
        raise ImportRunning

    monkeypatch.setattr(retries, "alone", busy)

    with pytest.raises(ImportRunning):
        retries.retry_row(refused().pk, corrections={"vin": OTHER}, now=LATER, actor="user:1")


def test_two_who_mend_at_once_wait_for_each_other(north: DealerRef, transactional_db: None) -> None:
    with dealer_scope(north):
        import_rows(row(number="RO1", vin="LZW"), row(number="RO2", vin="LZW"))
        rows = [refused("RO1").pk, refused("RO2").pk]
    barrier = Barrier(2)

    def mend(row_id: int) -> int:
        try:
            with dealer_scope(north):
                barrier.wait(timeout=30)
                return retries.retry_row(row_id, corrections={"vin": OTHER}, now=LATER, actor="user:1").created
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(mend, rows)) == [1, 1]


def test_nobody_stands_in_line_behind_a_whole_file(north: DealerRef, transactional_db: None) -> None:
    with dealer_scope(north):
        import_rows(row(vin="LZW"))
        row_id = refused().pk

    with elsewhere(north), dealer_scope(north), pytest.raises(ImportRunning), turns.alone(patience=SHORT):
        pass

    with dealer_scope(north):
        assert retries.retry_row(row_id, corrections={"vin": OTHER}, now=LATER, actor="user:1").created == 1


def test_souths_rows_are_not_found_at_north(south: DealerRef) -> None:
    with dealer_scope(south):
        import_rows(row(vin="LZW"))
        theirs, run = refused().pk, ImportRun.objects.get().pk
        retries.correct_row(theirs, corrections={"vin": OTHER})

    with pytest.raises(retries.RowAlreadySettled):
        retries.correct_row(theirs, corrections={"vin": OTHER})
    with pytest.raises(retries.RowAlreadySettled):
        retries.retry_row(theirs, corrections={"vin": OTHER}, now=LATER, actor="user:1")
    with pytest.raises(retries.RowAlreadySettled):
        retries.dismiss_row(theirs)
    assert retries.retry_corrected(run, now=LATER, actor="user:1").fixed == 0
    assert retries.dismiss_rows(run, state="REFUSED") == 0
