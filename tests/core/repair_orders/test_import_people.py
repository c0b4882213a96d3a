"""Who is who and which car is which: what an import makes of names, phones, VINs, and what it leaves alone."""

from datetime import date, time

import pytest

from core.customers.models import Consent, ContactPoint, Customer, FieldChange, MergeSuggestion
from core.repair_orders.models import RepairOrder
from core.vehicles.models import Ownership, Vehicle
from tests.core.repair_orders import exports
from tests.core.repair_orders.exports import row
from tests.core.repair_orders.importing import NOW, import_rows, local

MISTYPED = "LZWACAGA6E4123459"
UNRELATED = "LZWACAGA6E4999999"

pytestmark = pytest.mark.usefixtures("in_north")


def test_a_mistyped_vin_belongs_to_the_car_with_the_same_plate_in_the_file() -> None:
    counts = import_rows(row(), row(number="RO2", vin=MISTYPED))

    assert (counts.vehicles, counts.warned["vin_check_digit"]) == (1, 1)
    assert Vehicle.objects.get().vin == exports.VIN_CHINA


def test_a_mistyped_vin_belongs_to_the_car_with_the_same_plate_on_file() -> None:
    import_rows(row())

    counts = import_rows(row(number="RO2", vin=MISTYPED))

    assert (counts.vehicles, counts.created) == (1, 1)
    assert Vehicle.objects.count() == 1


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param({"vin": MISTYPED, "plate": "粤B99999"}, id="another plate"),
        pytest.param({"vin": UNRELATED}, id="more than one character off"),
    ],
)
def test_a_mistyped_vin_that_fits_no_car_is_kept_and_flagged(cells: dict[str, str]) -> None:
    import_rows(row(), row(number="RO2", **cells))

    assert Vehicle.objects.filter(is_vin_suspect=True).count() == 1


def test_a_car_that_changes_hands_has_the_person_of_its_latest_order() -> None:
    import_rows(
        row(opened=local("2026-01-05"), closed=""),
        row(number="RO2", name="鲍里斯", phone="13812345678", opened=local("2026-05-06"), closed=""),
        row(number="RO3", name="鲍里斯", phone="13812345678", opened=local("2026-07-08"), closed=""),
    )

    held = Ownership.objects.order_by("from_date").values_list("customer__name", "from_date", "to_date")
    assert list(held) == [
        ("安娜", date(2026, 1, 5), date(2026, 5, 6)),
        ("鲍里斯", date(2026, 5, 6), None),
    ]


def test_a_transfer_in_a_later_file_closes_the_older_ownership() -> None:
    import_rows(row(opened=local("2026-01-05"), closed=""))

    import_rows(
        row(number="RO2", name="鲍里斯", phone="13812345678", opened=local("2026-05-06"), closed=""),
        row(number="RO3", name="鲍里斯", phone="13812345678", opened=local("2026-07-08"), closed=""),
    )

    held = Ownership.objects.order_by("from_date").values_list("customer__name", "from_date", "to_date")
    assert list(held) == [
        ("安娜", date(2026, 1, 5), date(2026, 5, 6)),
        ("鲍里斯", date(2026, 5, 6), None),
    ]


def test_an_older_order_of_somebody_else_does_not_take_the_car_away() -> None:
    import_rows(row(opened=local("2026-05-05"), closed=""))

    import_rows(row(number="RO0", name="鲍里斯", phone="13812345678", opened=local("2026-02-02"), closed=""))

    assert Ownership.objects.get(to_date__isnull=True).customer.name == "安娜"


def test_two_names_on_one_phone_stay_two_people_and_are_suggested() -> None:
    import_rows(row(), row(number="RO2", vin=exports.VIN_CHINA_OTHER, plate="桂B1", name="鲍里斯"))

    assert Customer.objects.count() == 2
    suggestion = MergeSuggestion.objects.get()
    assert suggestion.reason in {"SAME_PHONE", "SAME_EMAIL"}


def test_one_name_on_one_phone_is_one_person_with_two_cars() -> None:
    import_rows(row())
    import_rows(row(number="RO2", vin=exports.VIN_CHINA_OTHER, plate="桂B1", name="=安 娜"))

    assert Customer.objects.count() == 1
    assert Ownership.objects.filter(to_date__isnull=True).count() == 2


def test_the_same_name_on_another_phone_with_another_car_is_another_person() -> None:
    import_rows(row(), row(number="RO2", vin=exports.VIN_CHINA_OTHER, plate="桂B1", phone="13812345678", email=""))

    assert Customer.objects.count() == 2


@pytest.mark.parametrize("phone", ["", "12345"])
def test_without_a_phone_the_same_name_with_the_same_car_is_the_same_person(phone: str) -> None:
    import_rows(row())

    import_rows(row(number="RO2", phone=phone, opened=local("2026-11-19"), closed=""))

    assert Customer.objects.count() == 1


def test_a_person_with_a_new_number_keeps_the_file() -> None:
    import_rows(row())

    import_rows(row(number="RO2", phone="13812345678", opened=local("2026-11-19"), closed=""))

    assert Customer.objects.count() == 1
    assert ContactPoint.objects.filter(kind="PHONE").count() == 2


def test_a_row_without_name_belongs_to_whoever_holds_the_car() -> None:
    import_rows(row())

    import_rows(row(number="RO2", name="", phone="", opened=local("2026-11-19"), closed=""))

    assert Customer.objects.count() == 1
    assert RepairOrder.objects.filter(customer__name="安娜").count() == 2


def test_a_name_that_a_person_corrected_is_still_found_by_the_old_one() -> None:
    import_rows(row())
    customer = Customer.objects.get()
    FieldChange.objects.create(
        subject_kind="customer",
        subject_id=customer.pk,
        field="name",
        before="安娜",
        after="安娜娜",
        source="PERSON",
        at=NOW,
    )
    Customer.objects.filter(pk=customer.pk).update(name="安娜娜", name_key="安娜娜")

    import_rows(row(number="RO2", opened=local("2026-11-19"), closed=""))

    assert Customer.objects.get().name == "安娜娜"


def test_a_no_at_a_later_visit_takes_the_yes_back() -> None:
    import_rows(row(opened=local("2026-10-01"), closed=""))

    import_rows(row(number="RO2", answer="否", opened=local("2026-11-01"), closed=""))

    assert list(Consent.objects.order_by("at").values_list("is_granted", flat=True)) == [True, False]


def test_every_change_of_mind_within_one_file_is_kept_with_its_day() -> None:
    import_rows(
        row(opened=local("2026-03-01"), closed=""),
        row(number="RO2", opened=local("2026-05-01"), closed=""),
        row(number="RO3", answer="否", opened=local("2026-08-01"), closed=""),
        row(number="RO4", answer="", opened=local("2026-09-01"), closed=""),
        row(number="RO5", opened=local("2026-11-01"), closed=""),
    )

    said = Consent.objects.order_by("at").values_list("is_granted", "at")
    assert [(is_granted, at.month) for is_granted, at in said] == [(True, 3), (False, 8), (True, 11)]


def test_an_older_file_that_comes_later_does_not_undo_the_newest_answer() -> None:
    import_rows(row(opened=local("2026-03-01"), closed=""), row(number="RO2", opened=local("2026-11-01"), closed=""))

    import_rows(row(number="RO3", answer="否", opened=local("2026-06-01"), closed=""))

    assert set(Consent.objects.values_list("is_granted", flat=True)) == {True}


def test_an_import_does_not_undo_what_the_person_said_since() -> None:
    import_rows(row(opened=local("2026-10-01"), closed=""))
    customer = Customer.objects.get()
    Consent.objects.create(customer=customer, is_granted=False, source=Consent.Source.REPLY, at=NOW, recorded_at=NOW)

    import_rows(row(number="RO2", opened=local("2026-11-01"), closed=""))

    newest = Consent.objects.order_by("-at").first()
    assert newest is not None
    assert (newest.is_granted, newest.source) == (False, "REPLY")


def test_an_odometer_that_runs_backwards_is_dropped_and_the_next_one_kept() -> None:
    counts = import_rows(
        row(number="RO1", opened=local("2026-01-05"), closed="", odometer="50000"),
        row(number="RO2", opened=local("2026-03-05"), closed="", odometer="5100"),
        row(number="RO3", opened=local("2026-05-05"), closed="", odometer="52000"),
    )

    assert counts.warned["odometer_backwards"] == 1
    readings = RepairOrder.objects.order_by("opened_at").values_list("odometer_km", flat=True)
    assert list(readings) == [50_000, None, 52_000]


def test_a_plate_goes_by_the_dealers_system_and_the_history_shows_it() -> None:
    import_rows(row(opened=local("2026-10-01"), closed=""))

    import_rows(row(number="RO2", plate="桂B99999", opened=local("2026-11-01"), closed=""))

    assert Vehicle.objects.get().plate_key == "桂B99999"
    change = FieldChange.objects.get(field="plate")
    assert (change.before, change.after, change.source) == ("桂A12345", "桂B99999", "IMPORT")


def test_an_older_order_does_not_change_what_the_file_says_today() -> None:
    import_rows(row(opened=local("2026-10-01"), closed=""))

    import_rows(row(number="RO0", plate="桂B99999", opened=local("2026-02-01"), closed=""))

    assert Vehicle.objects.get().plate_key == "桂A12345"


def test_a_wish_that_a_person_wrote_down_stays() -> None:
    import_rows(row(opened=local("2026-10-01"), closed=""))
    customer = Customer.objects.get()
    for field in ("preferred_from", "preferred_until"):
        FieldChange.objects.create(
            subject_kind="customer", subject_id=customer.pk, field=field, source="PERSON", at=NOW
        )

    import_rows(row(number="RO2", window="09:00-12:00", opened=local("2026-11-01"), closed=""))

    customer.refresh_from_db()
    assert customer.preferred_from == time(18, 0)
