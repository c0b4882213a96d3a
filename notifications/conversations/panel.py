"""What stands beside a conversation: the person, their cars, what is open with them; in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import DateTimeField, OuterRef, Q, QuerySet, Subquery

from core.appointments.models import Appointment
from core.appointments.queries import AHEAD
from core.complaints.models import Complaint
from core.customers.models import Customer
from core.followups.models import Survey
from core.repair_orders.models import RepairOrder
from core.vehicles.models import Ownership
from notifications.conversations.models import Conversation

# More of a kind is rare, and the person's file has the rest.
MOST = 10


@dataclass(frozen=True)
class Car:
    """A car the person holds, with its last visit here."""

    id: int
    plate: str
    model: str
    vin: str
    odometer_km: int | None
    last_visit_at: datetime | None


@dataclass(frozen=True)
class Panel:
    """All of it; without a customer the address is nobody's, or several people's."""

    customer: Customer | None
    cars: tuple[Car, ...] = ()
    last_visit: RepairOrder | None = None
    complaints: tuple[Complaint, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    surveys: tuple[Survey, ...] = ()


def panel_of(conversation: Conversation, *, now: datetime) -> Panel:
    """This function will gather what a person wants to know of whom they write to; newest first."""
    asked = conversation.customer
    if asked is None:
        return Panel(customer=None)
    customer = asked.merged_into or asked
    # By number, so that each table is read by its own index.
    merged = Customer.objects.filter(merged_into=customer).values_list("id", flat=True)
    files = Q(customer__in=[customer.pk, *merged])
    orders = RepairOrder.objects.filter(files).select_related("vehicle").order_by("-opened_at", "-id")
    complaints = Complaint.objects.filter(files, closed_at__isnull=True).order_by("-opened_at")
    visits = Appointment.objects.filter(files, state__in=AHEAD, ends_at__gt=now).select_related("vehicle")
    surveys = Survey.objects.filter(files, state=Survey.State.OPEN).select_related("follow_up").order_by("-id")
    return Panel(
        customer=customer,
        cars=tuple(_car(held) for held in _held(files)[:MOST]),
        last_visit=orders.first(),
        complaints=tuple(complaints[:MOST]),
        appointments=tuple(visits.order_by("starts_at", "id")[:MOST]),
        surveys=tuple(surveys[:MOST]),
    )


def _held(files: Q) -> QuerySet[Ownership]:
    came = RepairOrder.objects.filter(vehicle=OuterRef("vehicle")).order_by("-opened_at").values("opened_at")
    last = Subquery(came[:1], output_field=DateTimeField())
    held = Ownership.objects.filter(files, to_date__isnull=True).select_related("vehicle")
    return held.annotate(last_visit_at=last).order_by("-from_date", "-id")


def _car(held: Ownership) -> Car:
    car = held.vehicle
    return Car(
        id=car.pk,
        plate=car.plate,
        model=car.model,
        vin=car.vin,
        odometer_km=car.odometer_km,
        last_visit_at=held.last_visit_at,  # type: ignore[attr-defined]  # annotated above
    )
