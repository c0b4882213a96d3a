"""Who belongs together: households and fleets; and the history of files."""

from datetime import UTC, datetime
from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import actor_of, require
from api.files import FieldChangeShape, HouseholdShape
from api.reading import LARGEST_ID, KnownId, valid
from api.resource import ReadResource
from api.texts import Name
from core.customers import operations, queries, reverting
from core.models import Customer, FieldChange, Household


class NewHousehold(serializers.Serializer[dict[str, object]]):
    kind = serializers.ChoiceField(choices=Household.Kind.choices)
    name = Name(max_length=200)
    customers = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID), min_length=1, max_length=1000
    )


class Joining(serializers.Serializer[dict[str, object]]):
    customer = KnownId(Customer)


class Households(ReadResource[Household]):
    """Families and fleets whose messages are merged."""

    subject, model = "customers", Household
    serializer_class = HouseholdShape
    filterset_fields: ClassVar = ["kind"]

    @extend_schema(request=NewHousehold, responses={201: HouseholdShape})
    def create(self, request: Request) -> Response:
        """Put people or companies together whose messages are merged."""
        asked = valid(NewHousehold, request.data)
        household = operations.form_household(
            name=asked["name"],
            kind=asked["kind"],
            customer_ids=asked["customers"],
            actor=actor_of(request),
            now=datetime.now(UTC),
        )
        return Response(HouseholdShape(household).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=Joining, responses=HouseholdShape)
    @action(detail=True, methods=["post"])
    def join(self, request: Request, pk: str) -> Response:
        """Add a person to the household or fleet."""
        household = operations.join_household(
            household_id=self.get_object().pk,
            customer_id=valid(Joining, request.data)["customer"],
            actor=actor_of(request),
            now=datetime.now(UTC),
        )
        return Response(HouseholdShape(household).data)


class FieldChanges(ReadResource[FieldChange]):
    """The history of files, field by field."""

    subject, model = "customers", FieldChange
    serializer_class = FieldChangeShape
    filterset_fields: ClassVar = {
        "subject_kind": ["exact"],
        # Several: files that were merged into one.
        "subject_id": ["exact", "in"],
        "field": ["exact"],
        "source": ["exact"],
    }

    def get_queryset(self) -> QuerySet[FieldChange]:
        """Return the changes with whether each is the last of its field."""
        return queries.with_last(super().get_queryset())

    @extend_schema(request=None, responses=FieldChangeShape)
    @action(detail=True, methods=["post"])
    def revert(self, request: Request, pk: str) -> Response:
        """Put back what stood in the field before; the history keeps both."""
        change = self.get_object()
        if change.subject_kind == "vehicle":
            require(request, "vehicles.write")
        reverting.revert(change.pk, actor=actor_of(request), now=datetime.now(UTC))
        return Response(self.get_serializer(self.get_object()).data)
