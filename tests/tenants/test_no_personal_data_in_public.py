"""What dealers share tells nothing about an owner."""

from datetime import UTC, datetime

from core.customers.models import ContactPoint, Customer
from core.events.operations import record
from core.vehicles.models import Vehicle
from tenants.accounts.models import User
from tenants.models import Standard
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.markers import tables_with

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
NAME, PHONE, PLATE = "Anna-Marker-7Q", "+8613912345670", "MARK7Q8"
MARKERS = (NAME, PHONE, PLATE)


def make_anna() -> None:
    customer = Customer.objects.create(name=NAME, created_at=NOW, updated_at=NOW)
    ContactPoint.objects.create(customer=customer, kind="PHONE", value=PHONE, created_at=NOW, updated_at=NOW)
    vehicle = Vehicle.objects.create(plate=PLATE, created_at=NOW, updated_at=NOW)
    record(
        "repair_order.closed",
        subject_kind="repair_order",
        subject_id=1,
        customer_id=customer.pk,
        vehicle_id=vehicle.pk,
        at=NOW,
    )


def test_a_dealers_work_leaves_no_mark_in_public(north: DealerRef, south: DealerRef, clara: User) -> None:
    with dealer_scope(north):
        make_anna()

    assert tables_with([*MARKERS, clara.email]) == []
    assert tables_with(MARKERS, schema=south.schema) == []
    assert tables_with(MARKERS, schema="dealer_template") == []


def test_the_search_finds_what_is_there(north: DealerRef) -> None:
    with dealer_scope(north):
        make_anna()
    with public_scope():
        Standard.objects.create(
            manufacturer_id=north.manufacturer_id or 0, version=1, in_force_from=NOW, data={"deep": [{"x": NAME}]}
        )

    assert tables_with([NAME.upper()]) == [("tenants_standard", NAME.upper())]
    found = {table for table, _marker in tables_with(MARKERS, schema=north.schema)}
    assert found >= {"core_customer", "core_contactpoint", "core_vehicle"}
