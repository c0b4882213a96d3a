"""A person's whole file, and a car's, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from core.customers import completeness, operations
from core.customers.completeness import Completeness
from core.customers.models import Consent, ContactPoint, Customer, FieldChange, FileMerge
from core.repair_orders.models import RepairOrder
from core.vehicles import operations as vehicles
from core.vehicles.models import Ownership, Vehicle

# The newest of what may be long; the rest is paged.
NEWEST = 50
# More cars than a fleet's page shows at once; lists show the rest.
MOST_CARS = 200
# Of each person in a list of people: fifty fleets have thousands.
MOST_CARS_LISTED = 5


@dataclass(frozen=True)
class CustomerFile:
    """All that is known of one person, files merged into theirs included; newest first.

    `members` are the others of the household or fleet.
    """

    customer: Customer
    merged: tuple[Customer, ...]
    merges: tuple[FileMerge, ...]
    members: tuple[Customer, ...]
    contact_points: tuple[ContactPoint, ...]
    consents: tuple[Consent, ...]
    ownerships: tuple[Ownership, ...]
    repair_orders: tuple[RepairOrder, ...]
    changes: tuple[FieldChange, ...]
    completeness: Completeness

    @property
    def present_vehicle_ids(self) -> list[int]:
        """The cars held at present."""
        return [held.vehicle_id for held in self.ownerships if held.to_date is None]


@dataclass(frozen=True)
class VehicleFile:
    """All that is known of one car; newest first."""

    vehicle: Vehicle
    ownerships: tuple[Ownership, ...]
    repair_orders: tuple[RepairOrder, ...]
    changes: tuple[FieldChange, ...]
    completeness: Completeness


def files_of(customer_id: int) -> tuple[int, ...]:
    """Return the ids of all files of a person, the kept one first, whichever of them was asked for.

    Raises: Customer.DoesNotExist.
    """
    asked = Customer.objects.get(pk=customer_id)
    kept_id = asked.merged_into_id or asked.pk
    merged = Customer.objects.filter(merged_into_id=kept_id).order_by("pk")
    return (kept_id, *merged.values_list("pk", flat=True))


def customer_file(customer_id: int) -> CustomerFile:
    """Return a person's file; the id of a merged file gives the file it belongs to.

    Raises: Customer.DoesNotExist.
    """
    ids = files_of(customer_id)
    files = Customer.objects.select_related("household").in_bulk(ids)
    customer = files.pop(ids[0])
    ownerships = Ownership.objects.filter(customer_id__in=ids).select_related("vehicle")
    held = tuple(ownerships.order_by("-from_date", "-id")[:MOST_CARS])
    present = [row.vehicle_id for row in held if row.to_date is None]
    orders = RepairOrder.objects.filter(customer_id__in=ids).select_related("vehicle", "advisor")
    return CustomerFile(
        customer=customer,
        merged=tuple(files.values()),
        merges=tuple(
            FileMerge.objects.filter(other_id__in=ids, undone_at__isnull=True)
            .select_related("kept", "other")
            .order_by("-at")
        ),
        members=_members(customer),
        contact_points=tuple(ContactPoint.objects.filter(customer_id__in=ids).order_by("kind", "id")),
        consents=tuple(Consent.objects.filter(customer_id__in=ids).order_by("-at", "-id")[:NEWEST]),
        ownerships=held,
        repair_orders=tuple(orders.prefetch_related("lines").order_by("-opened_at", "-id")[:NEWEST]),
        changes=tuple(history_of("customer", ids).order_by("-at", "-id")[:NEWEST]),
        completeness=completeness.of_customer(customer, files=ids, vehicle_ids=present),
    )


def vehicle_file(vehicle_id: int) -> VehicleFile:
    """Return a car's file.

    Raises: Vehicle.DoesNotExist.
    """
    vehicle = Vehicle.objects.get(pk=vehicle_id)
    orders = RepairOrder.objects.filter(vehicle_id=vehicle_id).select_related("customer", "advisor")
    newest = tuple(orders.prefetch_related("lines").order_by("-opened_at", "-id")[:NEWEST])
    owners = Ownership.objects.filter(vehicle_id=vehicle_id).select_related("customer")
    last_visit_date = newest[0].opened_date if newest else None
    return VehicleFile(
        vehicle=vehicle,
        ownerships=tuple(owners.order_by("-from_date", "-id")),
        repair_orders=newest,
        changes=tuple(history_of("vehicle", [vehicle_id]).order_by("-at", "-id")[:NEWEST]),
        completeness=completeness.of_vehicle(vehicle_id, last_visit_date=last_visit_date),
    )


def holders_of(model: str) -> QuerySet[Ownership, Any]:
    """Return who holds a car of a model at present, as ids to filter by."""
    return Ownership.objects.filter(vehicle__model=model, to_date__isnull=True).values("customer_id")


def cars_listed() -> QuerySet[Ownership]:
    """Return the cars held at present, the first few of each holder, each with `total`: how many its holder has."""
    holder = "customer_id"
    held = Ownership.objects.filter(to_date__isnull=True).annotate(
        place=Window(RowNumber(), partition_by=holder, order_by="id"), total=Window(Count("*"), partition_by=holder)
    )
    # Not joined: the cars of fifty fleets would be read to show a few of each.
    return held.filter(place__lte=MOST_CARS_LISTED).prefetch_related("vehicle").order_by("id")


def history_of(subject_kind: str, ids: Sequence[int]) -> QuerySet[FieldChange]:
    """Return the changes of files, each with whether it is the last of its field: only that one can be taken back."""
    return with_last(FieldChange.objects.filter(subject_kind=subject_kind, subject_id__in=ids))


def with_last(changes: QuerySet[FieldChange]) -> QuerySet[FieldChange]:
    """Return the changes with `is_last`: nothing has changed the same field since."""
    later = FieldChange.objects.filter(
        subject_kind=OuterRef("subject_kind"), subject_id=OuterRef("subject_id"), field=OuterRef("field")
    ).filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), id__gt=OuterRef("id")))
    return changes.annotate(is_last=~Exists(later))


def is_revertible(change: FieldChange) -> bool:
    """Return whether a change read by `with_last` can be taken back."""
    fields = {"customer": operations.EDITABLE, "vehicle": frozenset(vehicles.CORRECTABLE)}
    return bool(getattr(change, "is_last", False)) and change.field in fields.get(change.subject_kind, frozenset())


def _members(customer: Customer) -> tuple[Customer, ...]:
    together = Customer.objects.filter(household_id=customer.household_id or 0, merged_into__isnull=True)
    return tuple(together.exclude(pk=customer.pk).order_by("name", "pk")[:MOST_CARS])
