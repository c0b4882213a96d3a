"""A wrong VIN is corrected by a person, and the dealer's system still finds the car by the one it knows."""

from datetime import UTC, datetime, timedelta

import pytest

from core.customers import history, reverting, standing
from core.customers.models import FieldChange
from core.repair_orders.models import RepairOrder
from core.vehicles import identity, operations
from core.vehicles.models import Vehicle
from tenants.scope import DealerRef, dealer_scope
from tests.core.repair_orders import exports, importing
from tests.core.repair_orders.importing import import_rows

NOW = datetime(2026, 11, 20, 14, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
# The first has a wrong check digit, and more than one character to be mended.
WRONG, RIGHT = "LZWACAGA7E4123459", exports.VIN_CHINA

pytestmark = pytest.mark.usefixtures("in_north")


def import_visit(number: str, vin: str, *, plate: str = "桂A12345") -> None:
    import_rows(exports.row(number=number, vin=vin, plate=plate), now=importing.NOW)


@pytest.fixture
def car(in_north: DealerRef) -> Vehicle:
    import_visit("RO1", WRONG)
    found = Vehicle.objects.get()
    standing.stand_cars([found.pk], now=importing.NOW)
    return Vehicle.objects.get()


def correct(car: Vehicle, vin: str, *, is_sure: bool = False, now: datetime = NOW) -> None:
    operations.correct_vehicle(car.pk, corrections={"vin": vin}, is_vin_sure=is_sure, actor="user:1", now=now)


def vins() -> list[tuple[str, bool]]:
    return list(Vehicle.objects.order_by("id").values_list("vin", "is_vin_suspect"))


def test_a_corrected_vin_completes_the_file_and_is_written_down(car: Vehicle) -> None:
    assert (car.is_vin_suspect, "vin" in car.missing) == (True, True)

    correct(car, "lzwa caga6e-4123458")

    car.refresh_from_db()
    assert (car.vin, car.is_vin_suspect, "vin" in car.missing) == (RIGHT, False, False)
    change = FieldChange.objects.get(field="vin")
    assert (change.before, change.after, change.actor) == (WRONG, RIGHT, "user:1")


@pytest.mark.parametrize(
    "vin", ["", "LZWACAGA6E412345", "LZWACAGA6E41234588", "LZWACAGA6E412345O", "LZWACAGA6E41234 5"]
)
def test_what_is_no_vin_is_refused(vin: str, car: Vehicle) -> None:
    with pytest.raises(identity.VinMalformed):
        correct(car, vin)

    assert vins() == [(WRONG, True)]


def test_a_wrong_check_digit_is_taken_only_from_who_is_sure(car: Vehicle) -> None:
    with pytest.raises(identity.VinUnlikely):
        correct(car, "LZWACAGA5E4123459")
    correct(car, "LZWACAGA5E4123459", is_sure=True)

    assert vins() == [("LZWACAGA5E4123459", False)]


def test_a_vin_that_is_right_as_it_stands_is_doubted_no_more(car: Vehicle) -> None:
    for _ in range(2):
        operations.correct_vehicle(car.pk, corrections={}, is_vin_sure=True, actor="user:1", now=NOW)

    car.refresh_from_db()
    assert (car.vin, car.is_vin_suspect, "vin" in car.missing) == (WRONG, False, False)
    change = FieldChange.objects.get(field="is_vin_suspect")
    assert (change.before, change.after, change.actor) == ("True", "False", "user:1")


def test_no_import_doubts_it_again_or_takes_it_for_another_cars(car: Vehicle) -> None:
    correct(car, WRONG, is_sure=True)
    import_visit("RO2", f"{WRONG[:-1]}8", plate="桂A12345")

    counts = import_rows(exports.row(number="RO3", vin=WRONG), now=importing.NOW)

    assert vins()[0] == (WRONG, False)
    assert RepairOrder.objects.get(number="RO3").vehicle_id == car.pk
    assert counts.warned["vin_check_digit"] == 0


def test_what_somebody_wrote_since_is_not_called_right_unseen(car: Vehicle) -> None:
    correct(car, RIGHT)

    with pytest.raises(history.FileChangedMeanwhile):
        operations.correct_vehicle(
            car.pk, corrections={}, is_vin_sure=True, seen_at=NOW - timedelta(minutes=1), actor="user:2", now=LATER
        )


def test_a_region_without_check_digits_asks_nothing(car: Vehicle) -> None:
    correct(car, exports.VIN_SPAIN)

    assert vins() == [(exports.VIN_SPAIN, False)]


def test_another_cars_vin_is_refused_and_the_car_named(car: Vehicle) -> None:
    import_visit("RO2", RIGHT, plate="桂B54321")
    other = Vehicle.objects.get(vin=RIGHT)

    with pytest.raises(identity.VinTaken) as refused:
        correct(car, RIGHT)

    assert refused.value.about == {"vehicle": other.pk}
    assert not FieldChange.objects.filter(field="vin").exists()


def test_a_vin_of_another_dealer_is_nobodys_here(car: Vehicle, south: DealerRef) -> None:
    with dealer_scope(south):
        import_visit("RO2", RIGHT)

    correct(car, RIGHT)

    assert vins() == [(RIGHT, False)]
    with dealer_scope(south):
        import_visit("RO3", WRONG, plate="桂C11111")
        assert vins() == [(RIGHT, False), (WRONG, True)]


def test_put_back_it_is_as_the_import_had_it(car: Vehicle) -> None:
    correct(car, RIGHT)

    reverting.revert(FieldChange.objects.get(field="vin").pk, actor="user:2", now=LATER)

    car.refresh_from_db()
    assert (car.vin, car.is_vin_suspect, "vin" in car.missing) == (WRONG, True, True)


def test_a_vin_that_another_car_has_by_now_is_not_put_back(car: Vehicle) -> None:
    correct(car, RIGHT)
    taker = Vehicle.objects.create(vin=WRONG, created_at=NOW, updated_at=NOW)

    with pytest.raises(identity.VinTaken) as refused:
        reverting.revert(FieldChange.objects.get(field="vin").pk, actor="user:2", now=LATER)

    assert refused.value.about == {"vehicle": taker.pk}


@pytest.mark.parametrize("vin", [WRONG, RIGHT])
def test_an_import_finds_the_corrected_car_by_either_vin(vin: str, car: Vehicle) -> None:
    correct(car, exports.VIN_SPAIN)
    correct(car, RIGHT, now=LATER)

    import_visit("RO2", vin)

    assert vins() == [(RIGHT, False)]
    assert set(RepairOrder.objects.values_list("vehicle", flat=True)) == {car.pk}


def test_what_a_person_wrote_in_between_is_another_cars(car: Vehicle) -> None:
    correct(car, exports.VIN_SPAIN)
    correct(car, RIGHT, now=LATER)

    import_visit("RO2", exports.VIN_SPAIN, plate="1234BCD")

    assert vins() == [(RIGHT, False), (exports.VIN_SPAIN, False)]


def test_a_file_that_brings_both_vins_makes_one_car(car: Vehicle) -> None:
    correct(car, RIGHT)

    import_rows(exports.row(number="RO2", vin=WRONG), exports.row(number="RO3", vin=RIGHT), now=importing.NOW)

    assert vins() == [(RIGHT, False)]
    assert RepairOrder.objects.filter(vehicle=car).count() == 3
