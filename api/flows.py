"""Dialogues: the shipped flows, a dealer's versions, runs, and the questions still open."""

from dataclasses import asdict
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.access import MayAct
from api.reading import valid
from api.resource import ReadResource
from notifications.flows import checking, shelf
from notifications.models import Expectation, FlowRun, FlowVersion


class FlowVersionShape(serializers.ModelSerializer[FlowVersion]):
    class Meta:
        model = FlowVersion
        fields = ["id", "key", "version", "definition", "created_at", "actor"]
        read_only_fields = fields


class FlowRunShape(serializers.ModelSerializer[FlowRun]):
    class Meta:
        model = FlowRun
        fields = [
            "id",
            "flow_version",
            "conversation",
            "customer",
            "vehicle",
            "case_kind",
            "case_id",
            "purpose",
            "status",
            "state",
            "wake_at",
            "outcome",
            "started_at",
            "ended_at",
        ]
        read_only_fields = fields


class ExpectationShape(serializers.ModelSerializer[Expectation]):
    class Meta:
        model = Expectation
        fields = ["id", "conversation", "run", "message", "grammar", "priority", "state", "created_at", "expires_at"]
        read_only_fields = fields


class Draft(serializers.Serializer[dict[str, object]]):
    # A flow as a table, such as the library shows.
    definition = serializers.DictField()


class FaultShape(serializers.Serializer[dict[str, str]]):
    flow = serializers.CharField()
    step = serializers.CharField(allow_blank=True)
    field = serializers.CharField(allow_blank=True)
    language = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class Verdict(serializers.Serializer[dict[str, object]]):
    is_sound = serializers.BooleanField()
    faults = FaultShape(many=True)


class FlowVersions(ReadResource[FlowVersion]):
    """Flows by version, as runs began with them."""

    subject, model = "conversations", FlowVersion
    serializer_class = FlowVersionShape
    filterset_fields: ClassVar = ["key", "version"]


class FlowRuns(ReadResource[FlowRun]):
    """Dialogues, running and ended."""

    subject, model = "conversations", FlowRun
    serializer_class = FlowRunShape
    filterset_fields: ClassVar = ["status", "conversation", "customer", "case_kind", "case_id"]


class Expectations(ReadResource[Expectation]):
    """Questions still open, and what would answer them."""

    subject, model = "conversations", Expectation
    serializer_class = ExpectationShape
    filterset_fields: ClassVar = ["state", "conversation", "run"]


class Library(APIView):
    """The flows that ship with the house."""

    subject = "conversations"
    permission_classes = (MayAct,)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """List every shipped flow with its definition."""
        return Response({"flows": [_shown(key) for key in shelf.names()]})


class FlowCheck(APIView):
    """Looking for faults in a flow before it is kept."""

    permission_classes = (MayAct,)
    verbs: ClassVar = {"post": "conversations.read"}

    @extend_schema(request=Draft, responses=Verdict)
    def post(self, request: Request) -> Response:
        """Say everything that is wrong with a flow, each fault with its place; nothing is kept."""
        faults = checking.faults(valid(Draft, request.data)["definition"])
        return Response({"is_sound": not faults, "faults": [asdict(fault) for fault in faults]})


def _shown(key: str) -> dict[str, Any]:
    flow = shelf.shipped(key)
    return {"key": key, "version": flow.version, "purpose": flow.purpose, "definition": shelf.table(key)}
