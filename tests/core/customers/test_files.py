"""Two files of one person become one and can be parted again; a file is read whole; a car changes hands."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.customers import merging, operations, queries
from core.customers.models import Customer, FieldChange, MergeSuggestion
from core.vehicles import operations as vehicles
from core.vehicles.models import Ownership, Vehicle
from tenants.scope import DealerRef, dealer_scope
from tests.core.repair_orders import exports
from tests.core.repair_orders.exports import row
from tests.core.repair_orders.importing import import_rows, local

CLARA = merging.By("user:7")
LATER = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("in_north")


@pytest.fixture
def anna() -> Customer:
    import_rows(row(opened=local("2026-10-01"), closed=""))
    return Customer.objects.get()


@pytest.fixture
def anna_again(anna: Customer) -> Customer:
    """The same person, kept a second time under another spelling on the same phone."""
    import_rows(row(number="RO2", name="安娜女士", vin=exports.VIN_CHINA_OTHER, plate="B1", answer="否"))
    return Customer.objects.exclude(pk=anna.pk).get()


def test_a_renamed_person_is_still_found_by_the_systems_old_name(anna: Customer) -> None:
    operations.edit_customer(customer_id=anna.pk, changes={"name": "安娜娜"}, actor="clara", now=LATER)

    import_rows(row(number="RO2", opened=local("2026-11-01"), closed=""))

    assert Customer.objects.get().name == "安娜娜"


def test_two_files_become_one_and_are_parted_again(anna: Customer, anna_again: Customer) -> None:
    merging.merge_customers(kept_id=anna.pk, other_id=anna_again.pk, by=CLARA, now=LATER)

    file = queries.customer_file(anna_again.pk)
    assert (file.customer.pk, len(file.repair_orders), len(file.ownerships)) == (anna.pk, 2, 2)
    assert {consent.is_granted for consent in file.consents} == {True, False}
    assert MergeSuggestion.objects.get().state == "MERGED"

    merging.unmerge_customer(customer_id=anna_again.pk, by=CLARA, now=LATER)
    assert len(queries.customer_file(anna_again.pk).repair_orders) == 1


def test_an_import_after_a_merge_goes_to_the_kept_file(anna: Customer, anna_again: Customer) -> None:
    merging.merge_customers(kept_id=anna.pk, other_id=anna_again.pk, by=CLARA, now=LATER)

    later = local("2026-11-19")
    import_rows(row(number="RO3", name="安娜女士", vin=exports.VIN_CHINA_OTHER, plate="B1", opened=later, closed=""))

    assert Customer.objects.count() == 2
    assert anna.repair_orders.filter(number="RO3").exists()


def test_a_merged_file_is_not_merged_again(anna: Customer, anna_again: Customer) -> None:
    merging.merge_customers(kept_id=anna.pk, other_id=anna_again.pk, by=CLARA, now=LATER)

    with pytest.raises(merging.MergeRefused, match="merged already"):
        merging.merge_customers(kept_id=anna_again.pk, other_id=anna.pk, by=CLARA, now=LATER)
    with pytest.raises(merging.MergeRefused, match="itself"):
        merging.merge_customers(kept_id=anna.pk, other_id=anna.pk, by=CLARA, now=LATER)
    with pytest.raises(merging.MergeRefused, match="not merged"):
        merging.unmerge_customer(customer_id=anna.pk, by=CLARA, now=LATER)


def test_a_dismissed_pair_is_not_suggested_again(anna: Customer, anna_again: Customer) -> None:
    assert merging.dismiss_suggestion(MergeSuggestion.objects.get().pk)

    import_rows(row(number="RO5", name="安娜女士", vin=exports.VIN_SPAIN, plate="B5"))

    assert MergeSuggestion.objects.get().state == "DISMISSED"


def test_a_car_handed_over_has_one_present_owner(anna: Customer, anna_again: Customer) -> None:
    car = Vehicle.objects.get(vin=exports.VIN_CHINA)

    vehicles.hand_over(
        vehicle_id=car.pk, customer_id=anna_again.pk, on_date=date(2026, 11, 10), actor="user:7", now=LATER
    )

    assert Ownership.objects.get(vehicle=car, to_date__isnull=True).customer == anna_again
    with pytest.raises(vehicles.TransferRefused, match="already"):
        vehicles.hand_over(
            vehicle_id=car.pk, customer_id=anna_again.pk, on_date=date(2026, 11, 12), actor="user:7", now=LATER
        )
    with pytest.raises(vehicles.TransferRefused, match="later day"):
        vehicles.hand_over(vehicle_id=car.pk, customer_id=anna.pk, on_date=date(2026, 1, 1), actor="user:7", now=LATER)


def test_a_car_handed_over_by_a_person_is_not_taken_back_by_older_orders(anna: Customer, anna_again: Customer) -> None:
    car = Vehicle.objects.get(vin=exports.VIN_CHINA)
    vehicles.hand_over(
        vehicle_id=car.pk, customer_id=anna_again.pk, on_date=date(2026, 11, 10), actor="user:7", now=LATER
    )

    import_rows(row(number="RO9", opened=local("2026-10-20"), closed=""))

    assert Ownership.objects.get(vehicle=car, to_date__isnull=True).customer == anna_again


def test_a_vehicle_is_corrected_with_its_history(anna: Customer) -> None:
    car = Vehicle.objects.get()

    vehicles.correct_vehicle(
        car.pk, corrections={"plate": "桂C·77777", "warranty_end_date": "2028-01-01"}, now=LATER, actor="clara"
    )

    car.refresh_from_db()
    assert (car.plate_key, car.warranty_end_date) == ("桂C77777", date(2028, 1, 1))
    assert FieldChange.objects.filter(subject_kind="vehicle", source="PERSON").count() == 2
    with pytest.raises(vehicles.FieldUncorrectable):
        vehicles.correct_vehicle(car.pk, corrections={"odometer_km": "1"}, now=LATER, actor="clara")


def test_a_file_takes_a_fixed_number_of_queries(anna: Customer) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            queries.customer_file(anna.pk)
            queries.vehicle_file(Vehicle.objects.get(vin=exports.VIN_CHINA).pk)
        return len(captured)

    few = asked()
    import_rows(*[row(number=f"N{at}", work="a；b", opened=local("2026-11-02"), closed="") for at in range(20)])

    assert asked() == few


def test_another_dealers_file_cannot_be_asked_for(anna: Customer, south: DealerRef) -> None:
    with dealer_scope(south), pytest.raises(Customer.DoesNotExist):
        queries.customer_file(anna.pk)
