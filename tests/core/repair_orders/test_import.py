"""An export becomes files; the same again changes nothing; what is wrong is set aside."""

import io
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection

from core.customers.models import Consent, ContactPoint, Customer
from core.events.models import Event
from core.repair_orders.imports import queueing, retries, runs, stages, uploads
from core.repair_orders.imports.faults import ColumnsUnrecognised
from core.repair_orders.models import (
    ImportRow,
    ImportRun,
    RepairOrder,
    RepairOrderLine,
    ServiceAdvisor,
)
from core.vehicles.models import Ownership, Vehicle
from tenants.models import Wakeup
from tenants.scope import DealerRef, dealer_scope
from tests.core.repair_orders import exports
from tests.core.repair_orders.exports import row
from tests.core.repair_orders.importing import AS_OF, NOW, everything, import_file, import_rows, local

pytestmark = pytest.mark.usefixtures("in_north")


def test_an_export_becomes_files() -> None:
    counts = import_rows(row(work="机油；机滤"))

    assert counts.as_dict() | {"seconds": 0} == {
        "repair_orders": 1,
        "still_open": 0,
        "vehicles": 1,
        "refused": {
            "vin_malformed": 0,
            "closed_before_opened": 0,
            "opened_in_future": 0,
            "ro_number_missing": 0,
            "opened_too_early": 0,
        },
        "warned": {"vin_check_digit": 0, "phone_unusable": 0, "odometer_unreadable": 0},
        "folded": {"repeated_row": 0, "blank_row": 0},
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "seconds": 0,
    }
    order = RepairOrder.objects.select_related("vehicle", "customer", "advisor").get()
    assert order.opened_at == datetime(2026, 11, 18, 1, 30, tzinfo=UTC)
    assert (order.opened_date, order.odometer_km, order.total_minor) == (date(2026, 11, 18), 21_761, 74_818)
    assert (order.kind, order.may_contact) == (RepairOrder.Kind.MAINTENANCE, True)
    assert [line.text for line in order.lines.order_by("position")] == ["机油", "机滤"]
    assert (order.vehicle.vin, order.vehicle.plate_key, order.vehicle.odometer_km) == (
        exports.VIN_CHINA,
        "桂A12345",
        21_761,
    )
    assert (order.customer.name, order.customer.preferred_from) == ("安娜", time(18, 0))
    assert order.advisor is not None
    assert order.advisor.name == "A1"
    points = ContactPoint.objects.order_by("kind").values_list("kind", "value", "source")
    assert list(points) == [("EMAIL", "anna@example.com", "IMPORT"), ("PHONE", "+8613973857493", "IMPORT")]
    consent = Consent.objects.get()
    assert (consent.is_granted, consent.source, consent.at) == (True, "IMPORT", order.opened_at)
    ownership = Ownership.objects.get()
    assert (ownership.customer_id, ownership.from_date, ownership.to_date) == (
        order.customer_id,
        date(2026, 11, 18),
        None,
    )


def test_a_year_of_visits_of_one_car_is_one_file() -> None:
    rows = [
        row(number=f"RO{month}", opened=local(f"2026-{month:02}-03"), closed="", odometer=str(month * 1000))
        for month in range(1, 11)
    ]

    counts = import_rows(*rows)

    assert (counts.created, counts.vehicles, counts.still_open) == (10, 1, 10)
    assert Customer.objects.count() == 1
    assert Vehicle.objects.get().odometer_km == 10_000
    assert ServiceAdvisor.objects.count() == 1


def test_the_same_file_again_changes_nothing() -> None:
    rows = [row(), row(number="RO2", vin="LZW"), row(number="RO3", phone="12345"), row(number="", name="x")]
    first = import_rows(*rows)
    before = everything()

    again = import_rows(*rows, now=NOW + timedelta(hours=1))

    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert (again.refused, again.warned) == (first.refused, first.warned)
    assert everything() == before


def test_an_overlapping_file_adds_only_what_is_new() -> None:
    import_rows(row(), row(number="RO2"))

    counts = import_rows(row(number="RO2"), row(number="RO3"))

    assert (counts.created, counts.unchanged, counts.repair_orders) == (1, 1, 2)


def test_a_corrected_order_is_updated_and_its_lines_replaced() -> None:
    import_rows(row(closed="", work="机油；机滤"))

    counts = import_rows(row(total="900.00", work="机油"), now=NOW + timedelta(hours=1))

    assert (counts.created, counts.updated) == (0, 1)
    order = RepairOrder.objects.get()
    assert (order.total_minor, order.closed_at) == (90_000, datetime(2026, 11, 18, 8, 5, tzinfo=UTC))
    assert RepairOrderLine.objects.count() == 1


def test_an_older_file_does_not_open_a_closed_order_again() -> None:
    import_rows(row())

    counts = import_rows(row(closed=""))

    assert (counts.updated, counts.unchanged) == (0, 1)
    assert RepairOrder.objects.get().closed_at is not None


def test_numbers_that_begin_anew_are_told_apart_by_their_day() -> None:
    counts = import_rows(row(), row(opened=local("2025-11-18"), closed=local("2025-11-18", "18:00")))

    assert counts.created == 2


def test_repeats_and_blanks_are_folded_and_the_last_version_counts() -> None:
    blank = [""] * len(exports.COLUMNS)

    counts = import_rows(row(), row(), blank, row(total="900.00"), row(number=" RO1 ", total="900.00"))

    assert counts.folded == {"repeated_row": 2, "blank_row": 1, "superseded_row": 1}
    assert RepairOrder.objects.get().total_minor == 90_000


def test_a_refused_row_that_comes_twice_is_counted_once() -> None:
    counts = import_rows(row(vin="LZW"), row(vin="LZW"))

    assert counts.refused["vin_malformed"] == 1
    assert counts.folded["repeated_row"] == 1
    refused = ImportRow.objects.get()
    assert (refused.row_number, refused.column, refused.value, refused.reason) == (2, "VIN码", "LZW", "vin_malformed")


def test_what_happened_is_recorded_once() -> None:
    import_rows(row(closed=""))
    import_rows(row())
    import_rows(row())

    events = Event.objects.filter(subject_kind="repair_order").order_by("id").values_list("kind", flat=True)
    assert list(events) == ["repair_order.opened", "repair_order.closed"]


def test_the_dealer_is_woken() -> None:
    import_rows(row())

    assert Wakeup.objects.filter(next_due_at__lte=NOW).count() == 1


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    rows = [row(), row(number="RO2", vin="LZW"), row(number="RO3", phone="12345")]
    before = everything()

    tried = runs.try_import(exports.text_file(rows), file_name="x", as_of_date=AS_OF, now=NOW)

    assert tried.run_id is None
    assert everything() == before
    assert ImportRun.objects.count() == 0
    done = import_rows(*rows)
    assert tried.counts.as_dict() | {"seconds": 0} == done.as_dict() | {"seconds": 0}


def test_a_workbook_is_imported_too() -> None:
    outcome = import_file(exports.workbook([row()]))

    assert (outcome.counts.created, outcome.dialect["format"]) == (1, "xlsx")


def test_a_run_keeps_what_was_recognised() -> None:
    import_file(exports.text_file([row()], encoding="gb18030"))

    run = ImportRun.objects.get()
    assert (run.state, run.rows_read, run.bytes_read) == ("DONE", 1, run.bytes_total)
    assert (run.dialect["encoding"], run.mapping["vin"]) == ("gb18030", "VIN码")
    assert (run.first_date, run.last_date, run.counts["created"]) == (date(2026, 11, 18), date(2026, 11, 18), 1)


def test_a_file_that_cannot_be_read_leaves_a_failed_run_and_nothing_else() -> None:
    with pytest.raises(ColumnsUnrecognised):
        import_file(io.BytesIO(b"A,B,C\n1,2,3\n"))

    run = ImportRun.objects.get()
    assert run.state == "FAILED"
    assert "ro_number" in run.error


def test_a_crash_midway_leaves_nothing_half_merged() -> None:
    class Crash(Exception):
        pass

    def crash(_progress: stages.Progress) -> None:
        raise Crash

    with pytest.raises(Crash):
        runs.start_import(exports.text_file([row()]), file_name="x", as_of_date=AS_OF, now=NOW, on_progress=crash)

    assert RepairOrder.objects.count() == 0
    assert ImportRun.objects.get().state == "FAILED"
    assert import_rows(row()).created == 1


def test_a_run_is_stopped_between_two_chunks() -> None:
    def stop(progress: stages.Progress) -> None:
        queueing.ask_to_stop(progress.run_id, now=NOW)

    with pytest.raises(stages.ImportStopped):
        runs.start_import(exports.text_file([row()]), file_name="x", as_of_date=AS_OF, now=NOW, on_progress=stop)

    assert ImportRun.objects.get().state == "STOPPED"
    assert RepairOrder.objects.count() == 0


def test_a_run_that_died_is_marked_by_the_next() -> None:
    ImportRun.objects.create(file_name="x", as_of_date=AS_OF, started_at=NOW, state="MERGING")

    import_rows(row())

    assert list(ImportRun.objects.order_by("id").values_list("state", flat=True)) == ["FAILED", "DONE"]


def test_columns_named_once_are_remembered() -> None:
    file = f"A,B,C\nRO1,{exports.VIN_CHINA},2026-11-18\n".encode()
    uploads.remember_columns(headers=["A", "B", "C"], mapping={"ro_number": "A", "vin": "B", "opened": "C"}, now=NOW)

    assert import_file(io.BytesIO(file)).counts.created == 1


def test_how_a_system_writes_days_is_remembered_for_its_short_files() -> None:
    clear = exports.text_file([row(opened="11/18/2026 09:30", closed="")])
    short = exports.text_file([row(number="RO2", opened="11/12/2026 09:30", closed="")])

    import_file(clear)
    import_file(short)

    assert RepairOrder.objects.get(number="RO2").opened_date == date(2026, 11, 12)


def test_columns_that_are_not_there_cannot_be_named() -> None:
    with pytest.raises(retries.FieldUnknown):
        uploads.remember_columns(headers=["A"], mapping={"colour": "A", "vin": "Z"}, now=NOW)


def test_a_refused_row_is_fixed_and_imported() -> None:
    import_rows(row(vin="LZW"))
    refused = ImportRow.objects.get()

    counts = retries.retry_row(refused.pk, corrections={"vin": exports.VIN_CHINA}, now=NOW, actor="clara")

    assert counts.created == 1
    refused.refresh_from_db()
    assert refused.state == "FIXED"
    with pytest.raises(retries.RowAlreadySettled):
        retries.retry_row(refused.pk, corrections={}, now=NOW, actor="clara")


def test_a_fixed_row_that_comes_again_unfixed_is_not_set_aside_again() -> None:
    import_rows(row(vin="LZW"))
    retries.retry_row(ImportRow.objects.get().pk, corrections={"vin": exports.VIN_CHINA}, now=NOW, actor="clara")

    import_rows(row(vin="LZW"))

    assert ImportRow.objects.count() == 1


def test_a_row_that_is_still_wrong_says_why() -> None:
    import_rows(row(vin="LZW"))

    with pytest.raises(retries.RowStillRefused, match="vin_malformed"):
        retries.retry_row(ImportRow.objects.get().pk, corrections={"vin": "LZX"}, now=NOW, actor="clara")

    assert ImportRow.objects.get().state == "REFUSED"


def test_a_row_can_be_dismissed_once() -> None:
    import_rows(row(vin="LZW"))
    retries.dismiss_row(ImportRow.objects.get().pk)

    with pytest.raises(retries.RowAlreadySettled):
        retries.dismiss_row(ImportRow.objects.get().pk)


def test_a_cell_that_looks_like_a_formula_stays_text() -> None:
    import_rows(row(name="=cmd|'/c calc'!A1", work="@SUM(1)", advisor="+A1", vin=exports.VIN_CHINA))
    import_rows(row(number="=1+1", vin="LZW"))

    assert Customer.objects.get().name == "=cmd|'/c calc'!A1"
    assert RepairOrderLine.objects.get().text == "@SUM(1)"
    assert ImportRow.objects.get().cells["ro_number"] == "=1+1"


def test_control_characters_never_reach_the_tables() -> None:
    import_rows(row(name="安\x00\x1f\x1e娜\n", work='"a"\t\\N \\.', advisor="\x7f"))

    assert Customer.objects.get().name == "安 娜"
    assert RepairOrderLine.objects.get().text == '"a" \\N \\.'


def test_nothing_of_the_file_stays_on_the_connection() -> None:
    import_rows(row())

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_temp.stage_party'), to_regclass('pg_temp.stage_problem')")
        assert cursor.fetchone() == (None, None)


def test_one_dealers_import_is_not_seen_by_the_other(south: DealerRef) -> None:
    import_rows(row())

    with dealer_scope(south):
        assert RepairOrder.objects.count() == 0
        assert Customer.objects.count() == 0
        assert ImportRun.objects.count() == 0


def test_both_dealers_may_have_the_same_car_and_person(south: DealerRef) -> None:
    import_rows(row())
    with dealer_scope(south):
        counts = import_rows(row(phone="+86 13973857493"))

    assert (counts.created, counts.vehicles) == (1, 1)
    assert RepairOrder.objects.count() == 1
