"""Files to plan for: plain functions that write one owner, one car, one visit."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.appointments.models import Appointment, Bay
from core.customers.models import Consent, ContactPoint, Customer
from core.repair_orders.models import RepairOrder
from core.vehicles.models import Ownership, Vehicle

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def at(day: str, clock: str = "12:00", zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), tzinfo=zone).astimezone(UTC)


def make_owner(name: str = "Anna", *, consents: bool | None = True, phone: str | None = "+8613900000001") -> Customer:
    owner = Customer.objects.create(name=name, created_at=LONG_AGO, updated_at=LONG_AGO)
    if consents is not None:
        make_consent(owner, is_granted=consents, given_at=LONG_AGO)
    if phone:
        ContactPoint.objects.create(customer=owner, kind="PHONE", value=phone, created_at=LONG_AGO, updated_at=LONG_AGO)
    return owner


def make_consent(owner: Customer, *, is_granted: bool, given_at: datetime, purpose: str = "") -> Consent:
    return Consent.objects.create(
        customer=owner, is_granted=is_granted, purpose=purpose, source="PERSON", at=given_at, recorded_at=given_at
    )


def make_car(owner: Customer, *, model: str = "Star", number: int | None = None) -> Vehicle:
    number = number or Vehicle.objects.count() + 1
    car = Vehicle.objects.create(
        vin=f"LZWP0FUH1LK{number:06}", plate=f"B{number:05}", model=model, created_at=LONG_AGO, updated_at=LONG_AGO
    )
    Ownership.objects.create(vehicle=car, customer=owner, from_date=LONG_AGO.date())
    return car


def make_visit(
    car: Vehicle,
    owner: Customer,
    day: str,
    *,
    closed: str | None = "",
    km: int | None = None,
    kind: str = "MAINTENANCE",
    may_contact: bool | None = None,
) -> RepairOrder:
    """closed: another day, None while the car is still there; else two hours after it came."""
    opened_at = at(day, "09:00")
    closed_at = opened_at + timedelta(hours=2) if closed == "" else closed and at(closed, "17:00")
    return RepairOrder.objects.create(
        number=f"RO{RepairOrder.objects.count() + 1:05}",
        opened_date=date.fromisoformat(day),
        opened_at=opened_at,
        closed_at=closed_at,
        vehicle=car,
        customer=owner,
        kind=kind,
        odometer_km=km,
        may_contact=may_contact,
        created_at=opened_at,
        updated_at=opened_at,
    )


def make_booking(
    owner: Customer, car: Vehicle, *, starts_at: datetime, booked_at: datetime, state: str = "BOOKED"
) -> Appointment:
    bay, _ = Bay.objects.get_or_create(name="1")
    return Appointment.objects.create(
        customer=owner,
        vehicle=car,
        bay=bay,
        kind="MAINTENANCE",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        state=state,
        origin="INBOUND",
        booked_at=booked_at,
    )
