"""Visits find their repair orders."""

from datetime import datetime

import pytest

from core.appointments import matching, operations
from core.appointments.models import Appointment
from core.appointments.rules import Slot
from core.events.models import Event
from core.repair_orders.models import RepairOrder
from core.vehicles.models import Vehicle
from tenants.scope import DealerRef, dealer_scope
from tests.core.appointments.test_operations import HOUR, slot_at
from tests.core.making import NOW, local, make_customer, make_vehicle

LATER = local("2026-03-04 12:00")


def visit_of(car: Vehicle, start: str) -> Appointment:
    """Book Anna's car."""
    slot: Slot = slot_at(start)
    return operations.book(
        customer_id=make_customer().pk, vehicle_id=car.pk, kind="MAINTENANCE", slot=slot, origin="INBOUND", now=NOW
    )


def order_of(car: Vehicle, opened: str, closed: datetime | None = None, *, number: str = "A1") -> RepairOrder:
    """Open a repair order of the car."""
    opened_at = local(opened)
    return RepairOrder.objects.create(
        number=number,
        opened_date=opened[:10],
        opened_at=opened_at,
        closed_at=closed,
        vehicle=car,
        customer=make_customer(),
        created_at=NOW,
        updated_at=NOW,
    )


@pytest.mark.parametrize("closed", [False, True], ids=["still there", "done"])
def test_a_repair_order_of_the_day_means_the_car_came(in_north: DealerRef, *, closed: bool) -> None:
    car = make_vehicle()
    visit = visit_of(car, "2026-03-03 09:00")
    order = order_of(car, "2026-03-03 09:12", local("2026-03-03 11:00") if closed else None)

    assert matching.match_repair_orders(now=LATER) == 1

    visit.refresh_from_db()
    assert visit.state == ("COMPLETED" if closed else "ARRIVED")
    assert (visit.repair_order_id, visit.arrived_at) == (order.pk, order.opened_at)
    assert Event.objects.filter(subject_kind="appointment").latest("id").actor == "import"


def test_matching_again_changes_nothing_until_the_order_is_closed(in_north: DealerRef) -> None:
    car = make_vehicle()
    visit = visit_of(car, "2026-03-03 09:00")
    order = order_of(car, "2026-03-03 09:12")

    found = [matching.match_repair_orders(now=LATER) for _ in range(2)]
    RepairOrder.objects.filter(pk=order.pk).update(closed_at=order.opened_at + HOUR)
    found += [matching.match_repair_orders(now=LATER) for _ in range(2)]

    kinds = Event.objects.filter(subject_id=visit.pk, subject_kind="appointment").order_by("id")
    assert found == [1, 0, 1, 0]
    assert [event.kind for event in kinds] == ["appointment.booked", "appointment.arrived", "appointment.completed"]


def test_a_visit_marked_as_missed_too_early_is_put_right(in_north: DealerRef) -> None:
    car = make_vehicle()
    visit = visit_of(car, "2026-03-03 09:00")
    operations.mark_no_shows(now=local("2026-03-03 09:30"))
    order_of(car, "2026-03-03 09:12")

    matching.match_repair_orders(now=LATER)

    visit.refresh_from_db()
    assert visit.state == Appointment.State.COMPLETED


@pytest.mark.parametrize("opened", ["2026-03-02 17:00", "2026-03-04 09:00"])
def test_another_day_is_another_visit(in_north: DealerRef, opened: str) -> None:
    car = make_vehicle()
    visit_of(car, "2026-03-03 09:00")
    order_of(car, opened)

    assert matching.match_repair_orders(now=LATER) == 0


def test_one_order_is_one_visit(in_north: DealerRef) -> None:
    car = make_vehicle()
    first, second = visit_of(car, "2026-03-03 09:00"), visit_of(car, "2026-03-03 14:00")
    order_of(car, "2026-03-03 09:12")

    matching.match_repair_orders(now=LATER)
    matching.match_repair_orders(now=LATER)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("ARRIVED", "BOOKED")


def test_norths_orders_match_no_visit_of_souths(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(north):
        car = make_vehicle()
        visit_of(car, "2026-03-03 09:00")
        order_of(car, "2026-03-03 09:12")
    with dealer_scope(south):
        assert matching.match_repair_orders(now=LATER) == 0
