"""What stands beside a conversation, as callers see it: the person, notes, what flows do, what was planned."""

from typing import Any

from rest_framework import serializers

from api import explaining
from api.messages import DecisionInWordsShape
from api.texts import Text
from core.models import Appointment, Complaint, Customer, RepairOrder, Survey
from notifications.conversations.dialogues import Dialogue
from notifications.conversations.panel import Car, Panel
from notifications.flows.showing import Next
from notifications.models import Due, FlowRun, Note


class NoteShape(serializers.ModelSerializer[Note]):
    # The context knows colleagues' names; those who have left have none.
    author = serializers.SerializerMethodField()

    class Meta:
        model = Note
        fields = ["id", "author_id", "author", "text", "at"]
        read_only_fields = fields

    def get_author(self, note: Note) -> str:
        """Return the writer's name."""
        return str(self.context["names"].get(f"user:{note.author_id}", ""))


class PanelOwnerShape(serializers.ModelSerializer[Customer]):
    class Meta:
        model = Customer
        fields = ["id", "kind", "name", "language", "lifecycle", "is_member", "preferred_from", "preferred_until"]
        read_only_fields = fields


class PanelCarShape(serializers.Serializer[Car]):
    id = serializers.IntegerField()
    plate = serializers.CharField()
    model = serializers.CharField()
    vin = serializers.CharField()
    odometer_km = serializers.IntegerField(allow_null=True)
    last_visit_at = serializers.DateTimeField(allow_null=True)


class PanelVisitShape(serializers.ModelSerializer[RepairOrder]):
    plate = serializers.CharField(source="vehicle.plate", read_only=True)

    class Meta:
        model = RepairOrder
        fields = ["id", "number", "kind", "opened_at", "closed_at", "odometer_km", "plate"]
        read_only_fields = fields


class OpenComplaintShape(serializers.ModelSerializer[Complaint]):
    class Meta:
        model = Complaint
        fields = ["id", "number", "category", "step", "level", "opened_at", "next_clock_at"]
        read_only_fields = fields


class VisitAheadShape(serializers.ModelSerializer[Appointment]):
    plate = serializers.CharField(source="vehicle.plate", read_only=True, default="")

    class Meta:
        model = Appointment
        fields = ["id", "kind", "state", "starts_at", "ends_at", "plate"]
        read_only_fields = fields


class OpenSurveyShape(serializers.ModelSerializer[Survey]):
    kind = serializers.CharField(source="follow_up.kind", read_only=True)

    class Meta:
        model = Survey
        fields = ["id", "kind", "state", "opened_at"]
        read_only_fields = fields


class PanelShape(serializers.Serializer[Panel]):
    # Null: nobody we know, or several people share the address.
    customer = PanelOwnerShape(allow_null=True)
    cars = PanelCarShape(many=True)
    last_visit = PanelVisitShape(allow_null=True)
    complaints = OpenComplaintShape(many=True)
    appointments = VisitAheadShape(many=True)
    surveys = OpenSurveyShape(many=True)


class DialogueShape(serializers.Serializer[Dialogue]):
    """One run of a flow, in the reader's language; what it said itself stays in the owner's."""

    run = serializers.IntegerField(source="run.pk")
    flow = serializers.CharField(source="run.flow_version.key")
    version = serializers.IntegerField()
    title = serializers.CharField(source="shown.title")
    status = serializers.ChoiceField(choices=FlowRun.Status.choices, source="run.status")
    outcome = serializers.CharField(source="run.outcome")
    started_at = serializers.DateTimeField(source="run.started_at")
    ended_at = serializers.DateTimeField(source="run.ended_at", allow_null=True)
    case_kind = serializers.CharField(source="run.case_kind")
    case_id = serializers.IntegerField(source="run.case_id", allow_null=True)
    question = serializers.CharField(source="shown.question")
    answers = serializers.ListField(child=serializers.CharField(), source="shown.answers")
    expires_at = serializers.DateTimeField(allow_null=True)
    asked_message_id = serializers.IntegerField(allow_null=True)
    # What comes of itself, and when; a resting run's time may have passed.
    then = serializers.ChoiceField(choices=[*Next], source="shown.then")
    then_at = serializers.DateTimeField(source="run.wake_at", allow_null=True)
    then_text = serializers.SerializerMethodField()

    def get_then_text(self, dialogue: Dialogue) -> str:
        """Return what is said then, or what is done."""
        return dialogue.shown.then_text or explaining.in_words(explaining.EFFECTS, dialogue.shown.then_effect)


class PlannedShape(serializers.ModelSerializer[Due]):
    """One thing that was due, and what was decided of it, the newest first."""

    occasion = serializers.SerializerMethodField()
    plate = serializers.CharField(source="vehicle.plate", read_only=True, default="")
    reason_text = serializers.SerializerMethodField()
    decisions = DecisionInWordsShape(many=True, read_only=True)

    class Meta:
        model = Due
        fields = [
            "id",
            "rule",
            "occasion",
            "plate",
            "state",
            "reason",
            "reason_text",
            "planned_at",
            "due_at",
            "finished_at",
            "decisions",
        ]
        read_only_fields = fields

    def get_occasion(self, due: Due) -> str:
        """Return what it was about, in words."""
        return explaining.in_words(explaining.OCCASIONS, due.rule)

    def get_reason_text(self, due: Due) -> str:
        """Return why it ended as it did, or waits."""
        return explaining.in_words(explaining.RULES, due.reason)


class NewNote(serializers.Serializer[dict[str, object]]):
    text = Text(max_length=4000)


class Chosen(serializers.Serializer[dict[str, object]]):
    # The canned answer.
    answer = serializers.IntegerField(min_value=1)


class FilledShape(serializers.Serializer[Any]):
    text = serializers.CharField()
    # Placeholders of which nothing is known; a gap stands in the text for each.
    missing = serializers.ListField(child=serializers.CharField())
