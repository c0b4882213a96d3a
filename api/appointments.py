"""Visits: free slots, booking, moving, cancelling, arriving, and the bays they are on."""

from datetime import UTC, date, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import actor_of
from api.idempotency import idempotent
from api.reading import LARGEST_ID, Day, KnownId, Moment, queried, valid
from api.resource import ReadResource
from api.texts import Line, Text
from core.appointments import operations, queries
from core.appointments.rules import Slot
from core.calendar.rules import Period
from core.models import Appointment, Bay, Customer, RepairOrder, Vehicle
from tenants import scope

# As many as one message or one screen offers at once.
MOST_SLOTS = 50
LOOK_AHEAD = timedelta(days=14)
MINUTE = timedelta(minutes=1)


class BayShape(serializers.ModelSerializer[Bay]):
    class Meta:
        model = Bay
        fields = ["id", "name", "kinds", "is_active", "is_walk_in"]
        read_only_fields = fields


class AppointmentShape(serializers.ModelSerializer[Appointment]):
    class Meta:
        model = Appointment
        fields = [
            "id",
            "customer",
            "vehicle",
            "bay",
            "kind",
            "starts_at",
            "ends_at",
            "state",
            "origin",
            "channel",
            "advisor",
            "repair_order",
            "note",
            "sequence",
            "booked_at",
            "confirmed_at",
            "arrived_at",
            "closed_at",
        ]
        read_only_fields = fields


class SlotShape(serializers.Serializer[Slot]):
    kind = Line(max_length=20)
    # A wish: another free bay is as good.
    bay_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    start_at = Moment()
    end_at = Moment()


class SlotsAsked(serializers.Serializer[dict[str, object]]):
    kind = Line(max_length=20)
    from_at = Moment(required=False)
    until_at = Moment(required=False)
    limit = serializers.IntegerField(min_value=1, max_value=MOST_SLOTS, default=10)


class Booking(serializers.Serializer[dict[str, object]]):
    customer = KnownId(Customer)
    vehicle = KnownId(Vehicle, allow_null=True, default=None)
    slot = SlotShape()
    origin = serializers.ChoiceField(choices=Appointment.Origin.choices, default=Appointment.Origin.INBOUND)
    note = Text(max_length=500, allow_blank=True, default="")


class Move(serializers.Serializer[dict[str, object]]):
    slot = SlotShape()


class Cancelling(serializers.Serializer[dict[str, object]]):
    reason = Text(max_length=200, allow_blank=True, default="")


class Completion(serializers.Serializer[dict[str, object]]):
    repair_order = KnownId(RepairOrder, allow_null=True, default=None)


class DayAsked(serializers.Serializer[dict[str, object]]):
    day = Day()


class VisitShape(AppointmentShape):
    """A visit with what a list for people shows of it."""

    customer_name = serializers.CharField(source="customer.name", read_only=True)
    plate = serializers.CharField(source="vehicle.plate", default="", read_only=True)
    car_model = serializers.CharField(source="vehicle.model", default="", read_only=True)
    bay_name = serializers.CharField(source="bay.name", read_only=True)
    advisor_name = serializers.CharField(source="advisor.name", default="", read_only=True)

    class Meta(AppointmentShape.Meta):
        fields = [*AppointmentShape.Meta.fields, "customer_name", "plate", "car_model", "bay_name", "advisor_name"]
        read_only_fields = fields


class PeriodShape(serializers.Serializer[Period]):
    from_at = serializers.DateTimeField()
    until_at = serializers.DateTimeField()


class BoardShape(serializers.Serializer[queries.DayBoard]):
    day = serializers.DateField()
    bays = BayShape(many=True)
    appointments = VisitShape(many=True)
    open_periods = PeriodShape(many=True)
    sold_minutes = serializers.SerializerMethodField()
    capacity_minutes = serializers.SerializerMethodField()

    def get_sold_minutes(self, board: queries.DayBoard) -> int:
        """Return what is sold of the day."""
        return board.sold // MINUTE

    def get_capacity_minutes(self, board: queries.DayBoard) -> int:
        """Return what can be sold of the day, the share for walk-ins taken off."""
        return board.capacity // MINUTE


class Appointments(ReadResource[Appointment]):
    """Visits agreed for a bay and a time."""

    subject, model = "appointments", Appointment
    serializer_class = AppointmentShape
    throttle_scope = "bookings"
    filterset_fields: ClassVar = {
        "state": ["exact"],
        "customer": ["exact"],
        "vehicle": ["exact"],
        "bay": ["exact"],
        "starts_at": ["gte", "lt"],
    }

    @extend_schema(request=Booking, responses={201: AppointmentShape})
    @idempotent
    def create(self, request: Request) -> Response:
        """Book a slot; the same booking twice is one."""
        asked = valid(Booking, request.data)
        booked = operations.book(
            customer_id=asked["customer"],
            vehicle_id=asked["vehicle"],
            kind=asked["slot"]["kind"],
            slot=Slot(**asked["slot"]),
            origin=asked["origin"],
            note=asked["note"],
            channel="console",
            now=datetime.now(UTC),
            actor=actor_of(request),
        )
        return Response(AppointmentShape(booked).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[SlotsAsked, OpenApiParameter("kind", str)], responses=SlotShape(many=True), filters=False
    )
    @action(detail=False, pagination_class=None)
    def slots(self, request: Request) -> Response:
        """List the next free slots for a kind of work, earliest first."""
        now = datetime.now(UTC)
        asked = queried(SlotsAsked, request.query_params)
        from_at = max(asked.get("from_at", now), now)
        found = operations.free_slots(
            kind=asked["kind"],
            from_at=from_at,
            until_at=asked.get("until_at", from_at + LOOK_AHEAD),
            limit=asked["limit"],
        )
        return Response(SlotShape(found, many=True).data)  # type: ignore[arg-type]  # the stubs do not know many

    @extend_schema(request=Move, responses=AppointmentShape)
    @action(detail=True, methods=["post"])
    @idempotent
    def move(self, request: Request, pk: str) -> Response:
        """Move a visit to another slot."""
        slot = Slot(**valid(Move, request.data)["slot"])
        moved = operations.reschedule(appointment_id=int(pk), slot=slot, now=datetime.now(UTC), actor=actor_of(request))
        return Response(AppointmentShape(moved).data)

    @extend_schema(request=Cancelling, responses=AppointmentShape)
    @action(detail=True, methods=["post"])
    @idempotent
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel a visit and free its slot."""
        reason = valid(Cancelling, request.data)["reason"]
        cancelled = operations.cancel(
            appointment_id=int(pk), reason=reason, now=datetime.now(UTC), actor=actor_of(request)
        )
        return Response(AppointmentShape(cancelled).data)

    @extend_schema(request=None, responses=AppointmentShape)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Note that the owner will come."""
        confirmed = operations.confirm(appointment_id=int(pk), now=datetime.now(UTC), actor=actor_of(request))
        return Response(AppointmentShape(confirmed).data)

    @extend_schema(request=None, responses=AppointmentShape)
    @action(detail=True, methods=["post"])
    def arrive(self, request: Request, pk: str) -> Response:
        """Note that the car is here."""
        arrived = operations.mark_arrived(appointment_id=int(pk), now=datetime.now(UTC), actor=actor_of(request))
        return Response(AppointmentShape(arrived).data)

    @extend_schema(request=Completion, responses=AppointmentShape)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        """Note that the work is done; the repair order it became may be named."""
        order_id = valid(Completion, request.data)["repair_order"]
        done = operations.complete(
            appointment_id=int(pk), repair_order_id=order_id, now=datetime.now(UTC), actor=actor_of(request)
        )
        return Response(AppointmentShape(done).data)

    @extend_schema(responses=VisitShape(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def preparation(self, request: Request) -> Response:
        """List the visits of the next two working days, for which parts and people are made ready."""
        now = datetime.now(UTC)
        visits = queries.preparation_list(today=_today(now), now=now)
        return Response(VisitShape(visits, many=True).data)

    @extend_schema(parameters=[DayAsked], responses=BoardShape, filters=False)
    @action(detail=False, pagination_class=None)
    def board(self, request: Request) -> Response:
        """Show a day of the workshop: its bays, the visits on them, and what is sold of it."""
        board = queries.day_board(queried(DayAsked, request.query_params)["day"], now=datetime.now(UTC))
        return Response(BoardShape(board).data)

    @extend_schema(parameters=[DayAsked], responses=VisitShape(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def master_list(self, request: Request) -> Response:
        """List all visits of a day in the order of their times, whatever became of them."""
        day = queried(DayAsked, request.query_params)["day"]
        visits = queries.master_list(day, timezone=ZoneInfo(scope.current_dealer().timezone))
        return Response(VisitShape(visits, many=True).data)


class Bays(ReadResource[Bay]):
    """The workshop's places."""

    subject, model = "appointments", Bay
    serializer_class = BayShape
    filterset_fields: ClassVar = ["is_active", "is_walk_in"]


def _today(now: datetime) -> date:
    return now.astimezone(ZoneInfo(scope.current_dealer().timezone)).date()
