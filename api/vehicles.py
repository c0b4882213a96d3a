"""Vehicles, their owners over time, and how often they want maintenance."""

from datetime import UTC, datetime
from typing import ClassVar

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import actor_of, require
from api.customers import ForecastShape
from api.files import OwnershipShape, VehicleFileShape, VehicleShape
from api.filtering import Filters
from api.reading import Day, KnownId, Moment, valid
from api.resource import ReadResource
from api.texts import Line
from api.timeline import EntryShape, TimelinePages
from core.customers import queries
from core.models import Customer, MaintenanceSchedule, Ownership, Vehicle
from core.vehicles import operations
from notifications.planning import forecast
from notifications.timeline import pages


class MaintenanceScheduleShape(serializers.ModelSerializer[MaintenanceSchedule]):
    class Meta:
        model = MaintenanceSchedule
        fields = ["id", "model", "interval_months", "interval_km"]
        read_only_fields = fields


class Corrections(serializers.Serializer[dict[str, object]]):
    vin = Line(max_length=30, required=False)
    # Somebody compared it with the car: it stands there as written, whatever its check digit says.
    is_vin_sure = serializers.BooleanField(required=False, default=False)
    plate = Line(max_length=20, allow_blank=True, required=False)
    model = Line(max_length=80, allow_blank=True, required=False)
    purchase_date = Day(allow_null=True, required=False)
    warranty_end_date = Day(allow_null=True, required=False)
    services_wanted = Line(max_length=300, allow_blank=True, required=False)
    # `updated_at` of the file as the caller saw it.
    seen_at = Moment(required=False, allow_null=True)


class HandOver(serializers.Serializer[dict[str, object]]):
    customer = KnownId(Customer)
    # The first day of the new owner.
    on_date = Day()


class GivenUp(serializers.Serializer[dict[str, object]]):
    # The first day on which the owner has it no more.
    on_date = Day()


class VehicleFilters(Filters):
    """What a list of cars is narrowed by."""

    is_incomplete = filters.BooleanFilter(method="lacking")

    class Meta:
        model = Vehicle
        fields = ["model", "is_vin_suspect"]

    def lacking(self, rows: QuerySet[Vehicle], _name: str, is_lacking: bool) -> QuerySet[Vehicle]:  # the library's call
        """Keep the files that lack something required, or those that lack nothing."""
        return rows.exclude(missing=[]) if is_lacking else rows.filter(missing=[])


class Vehicles(ReadResource[Vehicle]):
    """Every car with a file here."""

    subject, model = "vehicles", Vehicle
    serializer_class = VehicleShape
    prefetched = ("ownerships__customer",)
    filterset_class = VehicleFilters

    @extend_schema(request=Corrections, responses=VehicleShape)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Correct a car's file; its history keeps what stood there."""
        asked = valid(Corrections, request.data)
        seen_at, is_vin_sure = asked.pop("seen_at", None), asked.pop("is_vin_sure", False)
        corrections = {field: "" if value is None else str(value) for field, value in asked.items()}
        operations.correct_vehicle(
            self.get_object().pk,
            corrections=corrections,
            seen_at=seen_at,
            is_vin_sure=is_vin_sure,
            now=datetime.now(UTC),
            actor=actor_of(request),
        )
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=HandOver, responses={201: OwnershipShape})
    @action(detail=True, methods=["post"])
    def hand_over(self, request: Request, pk: str) -> Response:
        """Note that the car belongs to another customer from a day on."""
        asked = valid(HandOver, request.data)
        held = operations.hand_over(
            vehicle_id=self.get_object().pk,
            customer_id=asked["customer"],
            on_date=asked["on_date"],
            actor=actor_of(request),
            now=datetime.now(UTC),
        )
        return Response(OwnershipShape(held).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=GivenUp, responses=OwnershipShape)
    @action(detail=True, methods=["post"])
    def give_up(self, request: Request, pk: str) -> Response:
        """Note that the owner has the car no more, and nobody knows who has."""
        held = operations.give_up(
            vehicle_id=self.get_object().pk,
            on_date=valid(GivenUp, request.data)["on_date"],
            actor=actor_of(request),
            now=datetime.now(UTC),
        )
        return Response(OwnershipShape(held).data)

    @extend_schema(responses=VehicleFileShape, filters=False)
    @action(detail=True, pagination_class=None)
    def file(self, request: Request, pk: str) -> Response:
        """Show the whole file of a car; of what may be long, the newest."""
        require(request, "customers.read", "repair_orders.read")
        file = queries.vehicle_file(int(pk))
        return Response(VehicleFileShape(file, context=self.get_serializer_context()).data)

    @extend_schema(responses=ForecastShape(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def maintenance(self, request: Request, pk: str) -> Response:
        """Say when the car will want maintenance next; nothing where nothing is known yet."""
        require(request, "repair_orders.read")
        found = forecast.next_maintenance([self.get_object().pk])
        return Response([{"vehicle": vehicle_id, **vars(one)} for vehicle_id, one in found.items()])

    @extend_schema(responses=EntryShape(many=True), parameters=TimelinePages.parameters, filters=False)
    @action(detail=True, pagination_class=TimelinePages)
    def timeline(self, request: Request, pk: str) -> Response:
        """List everything that happened with a car, newest first."""
        return TimelinePages().answer(pages.of_vehicle, int(pk), request)


class Ownerships(ReadResource[Ownership]):
    """Who held which car from when to when."""

    subject, model = "vehicles", Ownership
    serializer_class = OwnershipShape
    filterset_fields: ClassVar = ["vehicle", "customer"]


class MaintenanceSchedules(ReadResource[MaintenanceSchedule]):
    """Intervals by model; an empty model is every other one."""

    subject, model = "vehicles", MaintenanceSchedule
    serializer_class = MaintenanceScheduleShape
