"""The touch log: what was said with owners by phone, letter, visit; notes; corrections appended."""

from datetime import UTC, datetime
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import actor_of
from api.allowing import allowed
from api.paging import ByTime
from api.reading import KnownId, Moment, valid
from api.resource import ReadResource
from api.texts import Line, Link, Text
from core.models import Customer, Touch, Vehicle
from core.touches import operations


class TouchShape(serializers.ModelSerializer[Touch]):
    direction = serializers.ChoiceField(choices=Touch.Direction.choices, allow_blank=True, read_only=True)
    # The entry that says what should have stood here.
    corrected_by = serializers.SerializerMethodField()
    allowed = serializers.SerializerMethodField()

    class Meta:
        model = Touch
        fields = [
            "id",
            "customer",
            "vehicle",
            "kind",
            "direction",
            "channel",
            "subject",
            "said",
            "promise",
            "next_step",
            "next_at",
            "recording_url",
            "at",
            "recorded_at",
            "actor",
            "corrects",
            "corrected_by",
            "allowed",
        ]
        read_only_fields = fields

    def get_corrected_by(self, touch: Touch) -> int | None:
        """Return the correction's id."""
        return next((row.pk for row in touch.corrections.all()), None)

    def get_allowed(self, touch: Touch) -> list[str]:
        """Return whether it can be corrected: once, its correction then."""
        return allowed(self.context, {} if touch.corrections.all() else {"correct": "touches.write"})


class NewTouch(serializers.Serializer[dict[str, object]]):
    customer = KnownId(Customer)
    vehicle = KnownId(Vehicle, allow_null=True, default=None)
    kind = serializers.ChoiceField(choices=Touch.Kind.choices)
    direction = serializers.ChoiceField(choices=Touch.Direction.choices, allow_blank=True, default="")
    channel = Line(max_length=20, allow_blank=True, default="")
    subject = Line(max_length=200)
    said = Text(max_length=5000, allow_blank=True, default="")
    promise = Text(max_length=500, allow_blank=True, default="")
    next_step = Text(max_length=500, allow_blank=True, default="")
    # Opens a task for that moment.
    next_at = Moment(required=False, default=None, allow_null=True)
    recording_url = Link(max_length=500, allow_blank=True, default="")
    # Left out: now.
    at = Moment(required=False, default=None, allow_null=True)


class Touches(ReadResource[Touch]):
    """What was said with owners, newest first."""

    subject, model = "touches", Touch
    serializer_class = TouchShape
    prefetched = ("corrections",)
    pagination_class = ByTime
    filterset_fields: ClassVar = ["customer", "vehicle", "kind", "direction"]

    @extend_schema(request=NewTouch, responses={201: TouchShape})
    def create(self, request: Request) -> Response:
        """Note what was said; a dated next step becomes a task."""
        now = datetime.now(UTC)
        touch = operations.note_touch(_read(request, now=now), actor=actor_of(request), now=now)
        return Response(self.get_serializer(touch).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=NewTouch, responses={201: TouchShape})
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str) -> Response:
        """Append what should have been noted."""
        now, wrong = datetime.now(UTC), self.get_object()
        new = _read(request, now=now)
        touch = operations.correct_touch(wrong.pk, new=new, actor=actor_of(request), now=now)
        return Response(self.get_serializer(touch).data, status=status.HTTP_201_CREATED)


def _read(request: Request, *, now: datetime) -> operations.NewTouch:
    asked = valid(NewTouch, request.data)
    at = asked.pop("at") or now
    return operations.NewTouch(customer_id=asked.pop("customer"), vehicle_id=asked.pop("vehicle"), at=at, **asked)
