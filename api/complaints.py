"""Complaints: opened, walked through their steps, looked at with their clocks."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import actor_of
from api.idempotency import idempotent
from api.reading import KnownId, valid
from api.resource import ReadResource
from api.texts import Line, Text
from core.complaints import operations, refining
from core.complaints.rules import Action, Actor
from core.models import Complaint, ComplaintEscalation, ComplaintStep, Customer, RepairOrder, Vehicle

LONGEST_TEXT = 4000
# A cause and a reason are kept beside the record, in short.
LONGEST_BY_ACTION = {Action.INVESTIGATE.value: 500, Action.CLOSE_WITH_REASON.value: 500}


class StepShape(serializers.ModelSerializer[ComplaintStep]):
    class Meta:
        model = ComplaintStep
        fields = ["action", "text", "actor", "at"]
        read_only_fields = fields


class EscalationShape(serializers.ModelSerializer[ComplaintEscalation]):
    class Meta:
        model = ComplaintEscalation
        fields = ["from_level", "to_level", "reason", "clock", "at"]
        read_only_fields = fields


class ComplaintShape(serializers.ModelSerializer[Complaint]):
    steps = StepShape(many=True, read_only=True)
    escalations = EscalationShape(many=True, read_only=True)
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = Complaint
        fields = [
            "id",
            "number",
            "customer",
            "vehicle",
            "repair_order",
            "survey",
            "category",
            "part",
            "channel",
            "text",
            "step",
            "level",
            "alarm",
            "is_founded",
            "cause",
            "department",
            "responsible",
            "opened_at",
            "to_manager_due_at",
            "to_manager_at",
            "first_answer_due_at",
            "first_answer_at",
            "solution_due_at",
            "solution_at",
            "tell_owner_due_at",
            "told_owner_at",
            "carried_out_at",
            "next_clock_at",
            "closed_at",
            "closed_by",
            "close_reason",
            "reopened_count",
            "steps",
            "escalations",
            "allowed_actions",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=[a.value for a in Action])))
    def get_allowed_actions(self, complaint: Complaint) -> list[str]:
        """Return what the caller may do now: screens offer nothing else."""
        return [one.value for one in operations.allowed_actions(complaint, actor=_actor(self.context["request"]))]


class NewComplaint(serializers.Serializer[dict[str, object]]):
    customer = KnownId(Customer, allow_null=True, default=None)
    vehicle = KnownId(Vehicle, allow_null=True, default=None)
    text = Text(max_length=LONGEST_TEXT)
    category = serializers.ChoiceField(choices=Complaint.Category.choices, default=Complaint.Category.OTHER)
    part = Line(max_length=40, allow_blank=True, default="")
    repair_order = KnownId(RepairOrder, allow_null=True, default=None)


class ActionAsked(serializers.Serializer[dict[str, object]]):
    action = serializers.ChoiceField(choices=[one.value for one in Action])
    text = Text(max_length=LONGEST_TEXT, allow_blank=True, default="")
    # Of INVESTIGATE: the text is the cause; of ALARM it is the signal, of CLASSIFY the category.
    department = Line(max_length=80, allow_blank=True, default="")
    responsible = Line(max_length=80, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Hold a text to what its action keeps of it."""
        if len(attrs["text"]) > LONGEST_BY_ACTION.get(attrs["action"], LONGEST_TEXT):
            raise serializers.ValidationError({"text": [f"<= {LONGEST_BY_ACTION[attrs['action']]}"]})
        return attrs


Asked = dict[str, Any]


def _with_text(operation: Callable[..., Complaint]) -> Callable[[Asked, Asked], Complaint]:
    return lambda asked, who: operation(text=asked["text"], **who)


# Action -> the operation, given what was asked and who asks.
OPERATIONS: dict[Action, Callable[[Asked, Asked], Complaint]] = {
    Action.ANSWER: _with_text(operations.answer),
    Action.NOTE: _with_text(operations.note),
    Action.INFORM_MANAGER: _with_text(operations.inform_manager),
    Action.JUDGE_FOUNDED: lambda asked, who: operations.judge(is_founded=True, text=asked["text"], **who),
    Action.JUDGE_UNFOUNDED: lambda asked, who: operations.judge(is_founded=False, text=asked["text"], **who),
    Action.INVESTIGATE: lambda asked, who: operations.investigate(
        cause=asked["text"], department=asked["department"], responsible=asked["responsible"], **who
    ),
    Action.PROPOSE: _with_text(operations.propose),
    Action.SIGN_OFF: _with_text(operations.sign_off),
    Action.SEND_BACK: _with_text(operations.send_back),
    Action.TELL_OWNER: _with_text(operations.tell_owner),
    Action.ACCEPT: _with_text(operations.accept),
    Action.REFUSE: _with_text(operations.refuse),
    Action.SUM_UP: _with_text(operations.sum_up),
    Action.CONFIRM: lambda asked, who: operations.confirm_satisfied(**who),
    Action.CLOSE_WITH_REASON: lambda asked, who: operations.close_with_reason(reason=asked["text"], **who),
    Action.REOPEN: _with_text(operations.reopen),
    Action.RAISE: _with_text(refining.raise_level),
    Action.ALARM: lambda asked, who: refining.sound_alarm(alarm=asked["text"], **who),
    Action.CLASSIFY: lambda asked, who: refining.classify(category=asked["text"], **who),
}


class Complaints(ReadResource[Complaint]):
    """Grievances with their clocks."""

    subject, model = "complaints", Complaint
    verbs: ClassVar = {"create": "complaints.open"}
    serializer_class = ComplaintShape
    prefetched = ("steps", "escalations")
    filterset_fields: ClassVar = {
        "number": ["exact"],
        "step": ["exact"],
        "category": ["exact"],
        "level": ["exact", "gte"],
        "customer": ["exact"],
        "vehicle": ["exact"],
        "next_clock_at": ["isnull", "lt"],
        "opened_at": ["gte", "lt"],
    }

    @extend_schema(request=NewComplaint, responses={201: ComplaintShape})
    @idempotent
    def create(self, request: Request) -> Response:
        """Open a complaint; its clocks start at once."""
        asked = valid(NewComplaint, request.data)
        opened = operations.open_complaint(
            customer_id=asked["customer"],
            vehicle_id=asked["vehicle"],
            repair_order_id=asked["repair_order"],
            text=asked["text"],
            category=asked["category"],
            part=asked["part"],
            channel="console",
            now=datetime.now(UTC),
            actor=_actor(request),
        )
        return self._shown(opened, code=status.HTTP_201_CREATED)

    @extend_schema(request=ActionAsked, responses=ComplaintShape)
    @action(detail=True, methods=["post"])
    @idempotent
    def actions(self, request: Request, pk: str) -> Response:
        """Take a step, answer, or raise the level; what is allowed now comes with the complaint."""
        asked = valid(ActionAsked, request.data)
        who = {"complaint_id": int(pk), "actor": _actor(request), "now": datetime.now(UTC)}
        done = OPERATIONS[Action(asked["action"])](asked, who)
        return self._shown(done)

    def _shown(self, complaint: Complaint, *, code: int = status.HTTP_200_OK) -> Response:
        fresh = self.get_queryset().get(pk=complaint.pk)
        return Response(self.get_serializer(fresh).data, status=code)


def _actor(request: Request) -> Actor:
    return Actor(name=actor_of(request), role=str(getattr(request.user, "role", "")))
