"""What the work list, the task in hand and the day look like to the caller."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from api.access import may, user_id_of
from core.customers import calling, masking
from core.models import ContactPoint, Customer, RepairOrder, Task, Vehicle
from core.tasks import desks, rules
from core.tasks.desks import Desk
from notifications.conversations.briefing import Briefing

# What an outcome's key does: end the task, try again after the outcome's pause, ask for a time first, or for the
# language of whoever goes on.
COMPLETE, POSTPONE, ASK, HAND_ON = "complete", "postpone", "ask", "hand_on"


def shown_with() -> tuple[Any, ...]:
    """Return what a page of work is shown with: three queries, however many rows.

    Made for each page: a query that is kept belongs to the dealer who asked first.
    """
    return ("customer", "vehicle", calling.prefetched("customer__"))


def seen_by(request: Request, *, desk: Desk | None, now: datetime) -> dict[str, Any]:
    """Return what the shapes must know of the caller; a program has no desk."""
    return {"user_id": user_id_of(request), "may_write": may(request, "tasks.write"), "desk": desk, "now": now}


# What a task says of the complaint it is about: as it stands, not as it stood when the task was opened.
OF_THE_COMPLAINT = ("number", "level", "category", "alarm")

# What may be done about a task.
STEPS = ["claim", "complete", "postpone", "release"]


class TaskShape(serializers.ModelSerializer[Task]):
    # Empty until it is done.
    outcome = serializers.ChoiceField(choices=Task.Outcome.choices, allow_blank=True, read_only=True)

    class Meta:
        model = Task
        fields = [
            "id",
            "kind",
            "role",
            "customer",
            "vehicle",
            "complaint",
            "conversation_id",
            "message_id",
            "reason",
            "data",
            "priority",
            "due_at",
            "promised_at",
            "not_before_at",
            "attempts",
            "state",
            "assignee_id",
            "claimed_by",
            "claimed_until",
            "outcome",
            "note",
            "created_at",
            "done_at",
            "done_by",
        ]
        read_only_fields = fields

    def to_representation(self, task: Task) -> dict[str, Any]:
        """Show a task, and how the complaint that it is about stands now."""
        shown = super().to_representation(task)
        if task.complaint is not None:
            shown["data"] = {**task.data, **{name: getattr(task.complaint, name) for name in OF_THE_COMPLAINT}}
        return shown


class PutOffShape(TaskShape):
    """A task that comes back: at `not_before_at`, to anybody of the post or to one person."""

    # The name of whom it was given to; empty: whoever is free of its post.
    given_to = serializers.SerializerMethodField()

    class Meta(TaskShape.Meta):
        fields = [*TaskShape.Meta.fields, "given_to"]
        read_only_fields = fields

    def get_given_to(self, task: Task) -> str:
        return "" if task.assignee_id is None else desks.name_of(task.assignee_id)


class WhoShape(serializers.ModelSerializer[Customer]):
    class Meta:
        model = Customer
        fields = ["id", "name", "language"]
        read_only_fields = fields


class CarShape(serializers.ModelSerializer[Vehicle]):
    class Meta:
        model = Vehicle
        fields = ["id", "plate", "model", "odometer_km"]
        read_only_fields = fields


class PhoneShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    # As much of the number as the caller needs: all of it while they hold the task.
    number = serializers.SerializerMethodField()
    # Whether `number` is one that can be called.
    is_whole = serializers.SerializerMethodField()
    is_landline = serializers.BooleanField()
    is_preferred = serializers.BooleanField()

    def get_number(self, phone: ContactPoint) -> str:
        return phone.value if self.context["is_held"] else masking.masked(phone.value)

    def get_is_whole(self, phone: ContactPoint) -> bool:
        return bool(self.context["is_held"])


class OutcomeShape(serializers.Serializer[Mapping[str, Any]]):
    outcome = serializers.ChoiceField(choices=Task.Outcome.choices)
    then = serializers.ChoiceField(choices=[COMPLETE, POSTPONE, ASK, HAND_ON])
    # Asked for once more before it is noted.
    is_grave = serializers.BooleanField()


class WorkShape(TaskShape):
    """A task with whom and which car it is about, and what the caller may do with it."""

    person = WhoShape(source="customer", read_only=True, allow_null=True)
    car = CarShape(source="vehicle", read_only=True, allow_null=True)
    phones = serializers.SerializerMethodField()
    is_held = serializers.SerializerMethodField()
    allowed = serializers.SerializerMethodField()

    class Meta(TaskShape.Meta):
        fields = [*TaskShape.Meta.fields, "person", "car", "phones", "is_held", "allowed"]
        read_only_fields = fields

    @extend_schema_field(PhoneShape(many=True))
    def get_phones(self, task: Task) -> Any:  # noqa: ANN401  # serialized
        phones: list[ContactPoint] = getattr(task.customer, "phones", [])
        ordered = calling.named_first(phones, contact_point_id=task.data.get("contact_point_id"))
        return self._phone_shapes[self.get_is_held(task)].to_representation(ordered)

    @cached_property
    def _phone_shapes(self) -> dict[bool, Any]:
        # Made once for the whole list, not for each row.
        return {is_held: PhoneShape(many=True, context={"is_held": is_held}) for is_held in (True, False)}

    def get_is_held(self, task: Task) -> bool:
        user_id = self.context["user_id"]
        return user_id is not None and task.is_held_by(user_id, now=self.context["now"])

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=STEPS)))
    def get_allowed(self, task: Task) -> list[str]:
        desk: Desk | None = self.context["desk"]
        is_theirs = self.context["may_write"] and desk is not None and desk.covers(task)
        if not is_theirs or not task.is_free_for(self.context["user_id"], now=self.context["now"]):
            return []
        return ["claim", "complete", "postpone", *(["release"] if self.get_is_held(task) else [])]


class SaidShape(serializers.Serializer[Any]):
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a field named as an attribute of the base
        choices=["MESSAGE", "ANSWER", "COMPLAINT"]
    )
    at = serializers.DateTimeField()
    text = serializers.CharField()
    is_ours = serializers.BooleanField()
    item = serializers.CharField()
    value = serializers.CharField()


class LastVisitShape(serializers.ModelSerializer[RepairOrder]):
    class Meta:
        model = RepairOrder
        fields = ["id", "opened_date", "kind", "odometer_km"]
        read_only_fields = fields


class TaskInHand(WorkShape):
    """A task with all that is needed to do it."""

    outcomes = serializers.SerializerMethodField()
    said = serializers.SerializerMethodField()
    last_visit = serializers.SerializerMethodField()
    # When to try again unless the caller says otherwise.
    again_at = serializers.SerializerMethodField()

    class Meta(WorkShape.Meta):
        fields = [*WorkShape.Meta.fields, "outcomes", "said", "last_visit", "again_at"]
        read_only_fields = fields

    @extend_schema_field(OutcomeShape(many=True))
    def get_outcomes(self, task: Task) -> list[Mapping[str, Any]]:
        return [
            {
                "outcome": outcome,
                "then": _then(rules.course_of(outcome, attempts=task.attempts)),
                "is_grave": outcome in rules.GRAVE,
            }
            for outcome in rules.outcomes_of(task.kind, reason=task.reason)
        ]

    @extend_schema_field(SaidShape(many=True))
    def get_said(self, task: Task) -> Any:  # noqa: ANN401  # serialized
        return SaidShape(self._briefing.said, many=True).data

    @extend_schema_field(LastVisitShape(allow_null=True))
    def get_last_visit(self, task: Task) -> Any:  # noqa: ANN401  # serialized
        visit = self._briefing.last_visit
        return None if visit is None else LastVisitShape(visit).data

    def get_again_at(self, task: Task) -> datetime:
        again_at: datetime = self.context["again_at"]
        return again_at

    @property
    def _briefing(self) -> Briefing:
        told: Briefing = self.context["briefing"]
        return told


def _then(course: rules.Course) -> str:
    if course.is_over:
        return COMPLETE
    if course.is_handed_on:
        return HAND_ON
    return ASK if course.again_after is None else POSTPONE


class CallsShape(serializers.Serializer[Any]):
    direction = serializers.ChoiceField(choices=[rules.INBOUND, rules.OUTBOUND])
    done = serializers.IntegerField()
    # Null where the person's post is not there to call.
    least = serializers.IntegerField(allow_null=True)
    most = serializers.IntegerField(allow_null=True)


class DoneShape(serializers.Serializer[Any]):
    by_kind = serializers.DictField(child=serializers.IntegerField())
    calls = CallsShape(many=True)
    # Of the most that one person should do in a day; above 1 is over the norm.
    load = serializers.FloatField()
    has_norm = serializers.BooleanField()


class WorkDayShape(serializers.Serializer[Any]):
    on = serializers.DateField()
    done = DoneShape()
    left = serializers.IntegerField()
    overdue = serializers.IntegerField()
    later = serializers.IntegerField()
    # Names: whose work the caller does today, and who does the caller's.
    stands_in_for = serializers.ListField(child=serializers.CharField())
    stood_in_by = serializers.CharField()


class PersonsDayShape(serializers.Serializer[Any]):
    user_id = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.CharField()
    done = DoneShape()


class BacklogShape(serializers.Serializer[Any]):
    role = serializers.CharField()
    open = serializers.IntegerField()
    overdue = serializers.IntegerField()


class ClockShape(serializers.Serializer[Any]):
    about = serializers.ChoiceField(choices=[Task.Kind.COMPLAINT.value, Task.Kind.DISSATISFIED.value])
    subject_id = serializers.IntegerField()
    due_at = serializers.DateTimeField()
    customer_id = serializers.IntegerField(allow_null=True)
    customer_name = serializers.CharField()
    clock = serializers.CharField()
    number = serializers.IntegerField(allow_null=True)
    level = serializers.IntegerField(allow_null=True)


class CentreShape(serializers.Serializer[Any]):
    on = serializers.DateField()
    people = PersonsDayShape(many=True)
    backlogs = BacklogShape(many=True)
    clocks = ClockShape(many=True)
