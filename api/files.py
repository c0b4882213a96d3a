"""What files look like: customers, vehicles, and everything known of one of them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.actors import ActorName, NamedActors
from api.allowing import allowed
from api.repair_orders import RepairOrderShape
from core.customers.completeness import Completeness, Gap
from core.customers.queries import CustomerFile, VehicleFile, is_revertible
from core.models import Consent, ContactPoint, Customer, FieldChange, FileMerge, Household, Ownership, Vehicle
from core.repair_orders.imports import winners
from notifications.timeline.entries import Change, changes_shown

# Words of a file's buttons, each with the action of the role table that it is.
CUSTOMER_WORDS = {
    "edit": "customers.write",
    "consent": "consents.write",
    "note": "touches.write",
    "document": "documents.write",
    "merge": "customers.merge",
}
VEHICLE_WORDS = {"edit": "vehicles.write", "hand_over": "vehicles.write", "document": "documents.write"}


class ContactPointShape(serializers.ModelSerializer[ContactPoint]):
    allowed = serializers.SerializerMethodField()

    class Meta:
        model = ContactPoint
        fields = [
            "id",
            "customer",
            "kind",
            "chat_channel",
            "value",
            "is_landline",
            "is_preferred",
            "source",
            "verified_at",
            "bounced_at",
            "blocked_at",
            "replaced_by_id",
            "updated_at",
            "allowed",
        ]
        read_only_fields = fields

    def get_allowed(self, point: ContactPoint) -> list[str]:
        """Return what may be done with the address as it stands."""
        words = {"mark_right": "customers.write"}
        if point.blocked_at is None:
            words["mark_wrong"] = "customers.write"
            if point.kind != ContactPoint.Kind.CHAT:
                words["replace"] = "customers.write"
            if not point.is_preferred:
                words["prefer"] = "customers.write"
        return allowed(self.context, words)


class AddressShape(serializers.ModelSerializer[ContactPoint]):
    """An address as a list shows it."""

    class Meta:
        model = ContactPoint
        fields = ["id", "kind", "value", "is_preferred", "verified_at", "blocked_at"]
        read_only_fields = fields


class HeadShape(serializers.ModelSerializer[Customer]):
    """A file as somebody tells it from another at a glance."""

    phones = serializers.SerializerMethodField()
    plates = serializers.SerializerMethodField()

    class Meta:
        model = Customer
        fields = ["id", "kind", "name", "address", "lifecycle", "last_visit_date", "merged_into", "phones", "plates"]
        read_only_fields = fields

    def get_phones(self, customer: Customer) -> list[str]:
        """Return the numbers that are still theirs."""
        points = customer.contact_points.all()
        return [row.value for row in points if row.kind == ContactPoint.Kind.PHONE and row.blocked_at is None]

    def get_plates(self, customer: Customer) -> list[str]:
        """Return the plates of the cars held at present; the VIN where there is none."""
        held = [row.vehicle for row in customer.ownerships.all() if row.to_date is None]
        return [car.plate or car.vin for car in held]


class HeldCarShape(serializers.ModelSerializer[Ownership]):
    """A car as the list of its owner shows it."""

    id = serializers.IntegerField(source="vehicle_id", read_only=True)
    plate = serializers.CharField(source="vehicle.plate", read_only=True)
    car_model = serializers.CharField(source="vehicle.model", read_only=True)

    class Meta:
        model = Ownership
        fields = ["id", "plate", "car_model"]


class CustomerShape(serializers.ModelSerializer[Customer]):
    contact_points = serializers.SerializerMethodField()
    cars = serializers.SerializerMethodField()
    value_group = serializers.ChoiceField(choices=Customer.Value.choices, allow_blank=True, read_only=True)
    allowed = serializers.SerializerMethodField()

    class Meta:
        model = Customer
        fields = [
            "id",
            "kind",
            "name",
            "household",
            "lifecycle",
            "value_group",
            "consenting",
            "missing",
            "last_visit_date",
            "language",
            "timezone",
            "address",
            "preferred_channel",
            "preferred_from",
            "preferred_until",
            "is_member",
            "merged_into",
            "contact_points",
            "cars",
            "created_at",
            "updated_at",
            "allowed",
        ]
        read_only_fields = fields

    # Plain values here and below: a page has hundreds of them, and a nested shape costs more than reading them.
    @extend_schema_field(AddressShape(many=True))
    def get_contact_points(self, customer: Customer) -> list[dict[str, object]]:
        """Return how the person is reached."""
        return [
            {name: getattr(row, name) for name in AddressShape.Meta.fields} for row in customer.contact_points.all()
        ]

    @extend_schema_field(HeldCarShape(many=True))
    def get_cars(self, customer: Customer) -> list[dict[str, object]]:
        """Return the cars held at present."""
        held = [row.vehicle for row in customer.ownerships.all() if row.to_date is None]
        return [{"id": car.pk, "plate": car.plate, "car_model": car.model} for car in held]

    def get_allowed(self, customer: Customer) -> list[str]:
        """Return what may be done with the file; with one that is part of another, nothing but parting."""
        words = {"unmerge": "customers.merge"} if customer.merged_into_id else CUSTOMER_WORDS
        return allowed(self.context, words)


class ListedCustomerShape(CustomerShape):
    """A customer as the list shows them: with a few of their cars, and how many there are."""

    cars_total = serializers.SerializerMethodField()

    class Meta(CustomerShape.Meta):
        fields = [*CustomerShape.Meta.fields, "cars_total"]
        read_only_fields = fields

    def get_cars_total(self, customer: Customer) -> int:
        """Return how many cars are held at present."""
        return next((int(getattr(row, "total", 0)) for row in customer.ownerships.all()), 0)


class ConsentShape(serializers.ModelSerializer[Consent]):
    # Empty: all purposes.
    purpose = serializers.ChoiceField(choices=Consent.Purpose.choices, allow_blank=True, read_only=True)

    class Meta:
        model = Consent
        fields = [
            "id",
            "customer",
            "vehicle",
            "purpose",
            "channel",
            "is_granted",
            "source",
            "wording",
            "at",
            "recorded_at",
            "actor",
        ]
        read_only_fields = ["id", "source", "at", "recorded_at", "actor"]


class HistoryOfChanges(NamedActors):
    """Looks up for all rows at once what stands behind ids in them."""

    def to_representation(self, data: Any) -> list[Any]:  # noqa: ANN401  # the library's call
        """Return the rows with numbers and addresses in the place of ids."""
        rows = list(data)
        written = super().to_representation(rows)
        return [_shown(row, change) for row, change in zip(written, changes_shown(rows), strict=True)]


class FieldChangeShape(serializers.ModelSerializer[FieldChange]):
    actor_name = ActorName()
    allowed = serializers.SerializerMethodField()

    class Meta:
        model = FieldChange
        list_serializer_class = HistoryOfChanges
        fields = [
            "id",
            "subject_kind",
            "subject_id",
            "field",
            "before",
            "after",
            "source",
            "actor",
            "actor_name",
            "at",
            "allowed",
        ]
        read_only_fields = fields

    def to_representation(self, instance: FieldChange) -> dict[str, Any]:
        """Return the change with numbers and addresses in the place of ids; a list's are looked up together."""
        row: dict[str, Any] = super().to_representation(instance)
        return row if isinstance(self.parent, HistoryOfChanges) else _shown(row, changes_shown([instance])[0])

    def get_allowed(self, change: FieldChange) -> list[str]:
        """Return whether the change can be taken back."""
        action = "vehicles.write" if change.subject_kind == "vehicle" else "customers.write"
        return allowed(self.context, {"revert": action} if is_revertible(change) else {})


class OwnershipShape(serializers.ModelSerializer[Ownership]):
    class Meta:
        model = Ownership
        fields = ["id", "vehicle", "customer", "from_date", "to_date"]
        read_only_fields = fields


class PlainVehicleShape(serializers.ModelSerializer[Vehicle]):
    class Meta:
        model = Vehicle
        fields = [
            "id",
            "vin",
            "plate",
            "model",
            "is_vin_suspect",
            "purchase_date",
            "warranty_end_date",
            "services_wanted",
            "odometer_km",
            "odometer_at",
            "sold_at",
            "missing",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


class OwnerShape(OwnershipShape):
    customer_name = serializers.CharField(source="customer.name", read_only=True)

    class Meta(OwnershipShape.Meta):
        fields = [*OwnershipShape.Meta.fields, "customer_name"]
        read_only_fields = fields


class VehicleShape(PlainVehicleShape):
    ownerships = OwnerShape(many=True, read_only=True)
    allowed = serializers.SerializerMethodField()

    class Meta(PlainVehicleShape.Meta):
        fields = [*PlainVehicleShape.Meta.fields, "ownerships", "allowed"]
        read_only_fields = fields

    def get_allowed(self, vehicle: Vehicle) -> list[str]:
        """Return what may be done with the car's file."""
        is_held = any(held.to_date is None for held in vehicle.ownerships.all())
        return allowed(self.context, VEHICLE_WORDS | ({"give_up": "vehicles.write"} if is_held else {}))


class PlainCustomerShape(CustomerShape):
    contact_points = None  # type: ignore[assignment]  # how the framework leaves out an inherited field
    cars = None  # type: ignore[assignment]

    class Meta(CustomerShape.Meta):
        fields = [name for name in CustomerShape.Meta.fields if name not in {"contact_points", "cars"}]
        read_only_fields = fields


class HoldingShape(OwnershipShape):
    vehicle = PlainVehicleShape(read_only=True)


class HolderShape(OwnershipShape):
    customer = PlainCustomerShape(read_only=True)


class HouseholdShape(serializers.ModelSerializer[Household]):
    class Meta:
        model = Household
        fields = ["id", "kind", "name", "created_at"]
        read_only_fields = fields


class FileMergeShape(serializers.ModelSerializer[FileMerge]):
    kept_name = serializers.CharField(source="kept.name", read_only=True)
    other_name = serializers.CharField(source="other.name", read_only=True)
    actor_name = ActorName()
    taken_fields = serializers.SerializerMethodField()
    allowed = serializers.SerializerMethodField()

    class Meta:
        model = FileMerge
        list_serializer_class = NamedActors
        fields = [
            "id",
            "kept",
            "kept_name",
            "other",
            "other_name",
            "taken_fields",
            "at",
            "actor",
            "actor_name",
            "undone_at",
            "undone_by",
            "stayed",
            "allowed",
        ]
        read_only_fields = fields

    def get_taken_fields(self, merge: FileMerge) -> list[str]:
        """Return the fields that came from the other file."""
        return sorted(merge.taken)

    def get_allowed(self, merge: FileMerge) -> list[str]:
        """Return whether it can still be undone."""
        return allowed(self.context, {} if merge.undone_at else {"undo": "customers.merge"})


class GapShape(serializers.Serializer[Gap]):
    key = serializers.CharField()
    is_required = serializers.BooleanField()
    vehicle_id = serializers.IntegerField(allow_null=True)


class CompletenessShape(serializers.Serializer[Completeness]):
    gaps = GapShape(many=True)
    held = serializers.IntegerField()
    expected = serializers.IntegerField()
    is_complete = serializers.BooleanField()
    due_date = serializers.DateField(allow_null=True)


class CustomerFileShape(serializers.Serializer[CustomerFile]):
    customer = PlainCustomerShape()
    household = HouseholdShape(source="customer.household", allow_null=True)
    members = PlainCustomerShape(many=True)
    merged = PlainCustomerShape(many=True)
    merges = FileMergeShape(many=True)
    contact_points = ContactPointShape(many=True)
    consents = ConsentShape(many=True)
    ownerships = HoldingShape(many=True)
    repair_orders = RepairOrderShape(many=True)
    changes = FieldChangeShape(many=True)
    completeness = CompletenessShape()


class VehicleFileShape(serializers.Serializer[VehicleFile]):
    vehicle = PlainVehicleShape()
    ownerships = HolderShape(many=True)
    repair_orders = RepairOrderShape(many=True)
    changes = FieldChangeShape(many=True)
    completeness = CompletenessShape()
    # Fields in which the next import overwrites what a person writes.
    overwritten = serializers.SerializerMethodField()
    allowed = serializers.SerializerMethodField()

    def get_overwritten(self, _file: VehicleFile) -> list[str]:
        """Return the fields in which the dealer's system wins."""
        return winners.systems_fields("vehicle")

    def get_allowed(self, file: VehicleFile) -> list[str]:
        """Return what may be done with the car's file; what is noted is noted of its holder."""
        is_held = any(held.to_date is None for held in file.ownerships)
        of_held = {"give_up": "vehicles.write", "note": "touches.write"} if is_held else {}
        return allowed(self.context, VEHICLE_WORDS | of_held)


def _shown(row: dict[str, Any], change: Change) -> dict[str, Any]:
    return row | {"before": change.before, "after": change.after}
