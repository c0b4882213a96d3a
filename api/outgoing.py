"""Why something is or is not sent: what is due, what policy said of it, whom nothing may reach; and the books."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.access import MayAct, actor_of
from api.idempotency import idempotent
from api.reading import Day, KnownId, Moment, queried, valid
from api.resource import ReadResource
from api.texts import Line, Text
from core.models import Consent, Customer, Vehicle
from notifications.due import people
from notifications.models import Decision, Due, Suppression
from notifications.outbox import operations as outbox
from notifications.planning import operations as planning
from notifications.planning import report
from notifications.policy import walls
from tenants import scope


class DecisionShape(serializers.ModelSerializer[Decision]):
    class Meta:
        model = Decision
        fields = [
            "id",
            "due",
            "message",
            "customer",
            "purpose",
            "action",
            "rule",
            "not_before_at",
            "facts",
            "decided_at",
        ]
        read_only_fields = fields


class DueShape(serializers.ModelSerializer[Due]):
    class Meta:
        model = Due
        fields = [
            "id",
            "rule",
            "subject_kind",
            "subject_id",
            "occurrence",
            "customer",
            "vehicle",
            "priority",
            "planned_at",
            "due_at",
            "expires_at",
            "state",
            "reason",
            "created_at",
            "finished_at",
        ]
        read_only_fields = fields


class SuppressionShape(serializers.ModelSerializer[Suppression]):
    class Meta:
        model = Suppression
        fields = [
            "id",
            "customer",
            "vehicle",
            "purpose",
            "channel",
            "reason",
            "source",
            "wording",
            "at",
            "lifted_at",
            "lifted_reason",
        ]
        read_only_fields = fields


class NewWall(serializers.Serializer[dict[str, object]]):
    customer = KnownId(Customer)
    vehicle = KnownId(Vehicle, allow_null=True, default=None)
    purpose = serializers.ChoiceField(choices=Consent.Purpose.choices, allow_blank=True, default="")
    channel = Line(max_length=20, allow_blank=True, default="")
    # What the owner said, in their words.
    wording = Text(max_length=300)


class Lifting(serializers.Serializer[dict[str, object]]):
    reason = Line(max_length=40)


class Later(serializers.Serializer[dict[str, object]]):
    until_at = Moment()


class Between(serializers.Serializer[dict[str, object]]):
    # Accepted in [from_at, until_at); left out: from the first, to the last.
    from_at = Moment(required=False, default=None)
    until_at = Moment(required=False, default=None)


class Preview(serializers.Serializer[dict[str, object]]):
    # Left out: today.
    as_of = Day(required=False, default=None)


class Decisions(ReadResource[Decision]):
    """What policy said of a message or of something due, and by which rule."""

    subject, model = "messages", Decision
    serializer_class = DecisionShape
    filterset_fields: ClassVar = ["due", "message", "customer", "action", "rule"]


class Dues(ReadResource[Due]):
    """What will be done when, and what became of it."""

    subject, model = "reminders", Due
    serializer_class = DueShape
    filterset_fields: ClassVar = {
        "rule": ["exact"],
        "state": ["exact"],
        "customer": ["exact"],
        "vehicle": ["exact"],
        "due_at": ["gte", "lt"],
    }

    @extend_schema(request=Later, responses=DueShape)
    @action(detail=True, methods=["post"])
    def put_off(self, request: Request, pk: str) -> Response:
        """Hold the work until a time; it is judged anew then."""
        until_at = valid(Later, request.data)["until_at"]
        due = people.put_off(int(pk), until_at=until_at, actor=actor_of(request), now=datetime.now(UTC))
        return Response(DueShape(due).data)

    @extend_schema(request=None, responses=DueShape)
    @action(detail=True, methods=["post"])
    def call_off(self, request: Request, pk: str) -> Response:
        """Cancel the work before it begins."""
        due = people.call_off(int(pk), actor=actor_of(request), now=datetime.now(UTC))
        return Response(DueShape(due).data)


class Suppressions(ReadResource[Suppression]):
    """Whom nothing may reach, and since when."""

    subject, model = "messages", Suppression
    verbs: ClassVar = dict.fromkeys(("create", "lift"), "consents.write")
    serializer_class = SuppressionShape
    filterset_fields: ClassVar = {"customer": ["exact"], "purpose": ["exact"], "lifted_at": ["isnull"]}

    @extend_schema(request=NewWall, responses={201: SuppressionShape})
    @idempotent
    def create(self, request: Request) -> Response:
        """Keep messages from an owner who asked for it; what waits is stopped."""
        asked = valid(NewWall, request.data)
        wall = walls.Wall(
            customer_id=asked["customer"],
            vehicle_id=asked["vehicle"],
            purpose=asked["purpose"],
            channel=asked["channel"],
            wording=asked["wording"],
        )
        row = walls.put_up(wall, actor=actor_of(request), now=datetime.now(UTC))
        return Response(SuppressionShape(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=Lifting, responses=SuppressionShape)
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, pk: str) -> Response:
        """Take down what a person put up; an owner's own no only the owner lifts."""
        reason = valid(Lifting, request.data)["reason"]
        row = walls.lift(int(pk), reason=reason, actor=actor_of(request), now=datetime.now(UTC))
        return Response(SuppressionShape(row).data)


class Books(APIView):
    """What became of every message."""

    subject = "messages"
    permission_classes = (MayAct,)

    @extend_schema(parameters=[Between], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Count messages by what became of them; every accepted one stands in one column."""
        books = outbox.accounting(**queried(Between, request.query_params))
        return Response({**asdict(books), "is_balanced": books.is_balanced})


class PlanPreview(APIView):
    """What planning would find."""

    subject = "reminders"
    permission_classes = (MayAct,)

    @extend_schema(parameters=[Preview], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Count whom a day's planning would concern, by kind and reason, and write nothing."""
        now = datetime.now(UTC)
        day = queried(Preview, request.query_params)["as_of"] or planning.as_of_now(now).today
        as_of = planning.as_of_day(day, now=now, is_dry_run=True)
        plans = planning.plan(as_of, is_dry_run=True)
        return Response(report.as_object(plans, dealer=scope.current_dealer().name, as_of=as_of, is_dry_run=True))
