"""Answers to 'may we?', and what may be sent to a person by them."""

from datetime import UTC, datetime
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import actor_of
from api.allowing import allowed
from api.files import ConsentShape
from api.outgoing import SuppressionShape
from api.reading import KnownId, queried, valid
from api.resource import ReadResource
from api.texts import Line, Text
from core.customers import operations
from core.models import Consent, Customer, Vehicle
from notifications.models import Suppression
from notifications.policy import matrix
from notifications.timeline.entries import actor_names


class NewConsent(serializers.Serializer[dict[str, object]]):
    customer = KnownId(Customer)
    vehicle = KnownId(Vehicle, allow_null=True, default=None)
    purpose = serializers.ChoiceField(choices=Consent.Purpose.choices, allow_blank=True, default="")
    channel = Line(max_length=20, allow_blank=True, default="")
    is_granted = serializers.BooleanField()
    # What was asked, word for word: a consent without it proves nothing.
    wording = Text(max_length=300)


class WhoseMatrix(serializers.Serializer[dict[str, object]]):
    customer = KnownId(Customer)


class CellShape(serializers.Serializer[matrix.Cell]):
    # None: all cars.
    vehicle_id = serializers.IntegerField(allow_null=True)
    purpose = serializers.CharField()
    channel = serializers.CharField()
    is_allowed = serializers.BooleanField()
    answer_id = serializers.IntegerField(allow_null=True)
    suppression_id = serializers.IntegerField(allow_null=True)


class ProofShape(ConsentShape):
    """An answer with the name of who recorded it."""

    actor_name = serializers.SerializerMethodField()

    class Meta(ConsentShape.Meta):
        fields = [*ConsentShape.Meta.fields, "actor_name"]

    def get_actor_name(self, answer: Consent) -> str:
        """Return the name of a person or program; the owner and the house have none."""
        names: dict[str, str] = self.context.get("names", {})
        return names.get(answer.actor, "")


class WallShape(SuppressionShape):
    allowed = serializers.SerializerMethodField()

    class Meta(SuppressionShape.Meta):
        fields = [*SuppressionShape.Meta.fields, "allowed"]
        read_only_fields = fields

    def get_allowed(self, wall: Suppression) -> list[str]:
        """Return whether people may take it down: what the owner put up, only the owner does."""
        is_ours = wall.source == Suppression.Source.PERSON and wall.lifted_at is None
        return allowed(self.context, {"lift": "consents.write"} if is_ours else {})


class MatrixShape(serializers.Serializer[matrix.Matrix]):
    purposes = serializers.ListField(child=serializers.CharField())
    channels = serializers.ListField(child=serializers.CharField())
    cells = CellShape(many=True)
    answers = ProofShape(many=True)
    suppressions = WallShape(many=True)
    allowed = serializers.SerializerMethodField()

    def get_allowed(self, _matrix: matrix.Matrix) -> list[str]:
        """Return whether the caller may add what a person said."""
        return allowed(self.context, {"answer": "consents.write"})


class Consents(ReadResource[Consent]):
    """Answers to 'may we?', newest first; for one subject the newest counts."""

    subject, model = "customers", Consent
    serializer_class = ConsentShape
    verbs: ClassVar = {"create": "consents.write"}
    filterset_fields: ClassVar = ["customer", "vehicle", "purpose", "channel"]

    @extend_schema(request=NewConsent, responses={201: ConsentShape})
    def create(self, request: Request) -> Response:
        """Add what a person said; a no stops what waits to be sent."""
        asked = valid(NewConsent, request.data)
        answer = operations.Answer(
            customer_id=asked["customer"],
            vehicle_id=asked["vehicle"],
            purpose=asked["purpose"],
            channel=asked["channel"],
            is_granted=asked["is_granted"],
            wording=asked["wording"],
        )
        consent = operations.answer_consent(answer, actor=actor_of(request), now=datetime.now(UTC))
        return Response(ConsentShape(consent).data, status=status.HTTP_201_CREATED)

    @extend_schema(parameters=[WhoseMatrix], responses=MatrixShape, filters=False)
    @action(detail=False, pagination_class=None)
    def matrix(self, request: Request) -> Response:
        """Show what may be sent to a person, by purpose and channel, and the proofs."""
        customer_id = queried(WhoseMatrix, request.query_params)["customer"]
        found = matrix.matrix_of(customer_id, now=datetime.now(UTC))
        names = actor_names(answer.actor for answer in found.answers)
        context = {**self.get_serializer_context(), "names": names}
        return Response(MatrixShape(found, context=context).data)
