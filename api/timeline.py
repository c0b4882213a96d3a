"""Timelines as callers read them: entries of many kinds, newest first, each with what it is about."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection
from datetime import datetime
from typing import ClassVar

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from api.access import may
from api.files import ConsentShape
from api.paging import CURSOR, LONGEST_CURSOR, NO_PLACE, NewestFirst, Schema, size_of
from api.reading import LARGEST_ID
from api.repair_orders import RepairOrderShape
from api.touches import TouchShape
from core.models import Appointment, Complaint, Document, FileMerge, FollowUp, Ownership, Survey, Task
from notifications.models import Message, Note, Suppression
from notifications.timeline import entries
from notifications.timeline.kinds import Group
from notifications.timeline.pages import CHANGE, EVENT, Place, Spot

GROUPS = "groups"
Find = Callable[..., list[Spot]]


class MessageBrief(serializers.ModelSerializer[Message]):
    channel = serializers.CharField(source="account.kind")
    # Left out for roles that do not read messages.
    text = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields = ["id", "conversation", "direction", "state", "channel", "purpose", "text", "actor", "error"]
        read_only_fields = fields

    def get_text(self, message: Message) -> str | None:
        """Return what was written, for whoever may read it."""
        return message.text if may(self.context["request"], "messages.read") else None


class NoteBrief(serializers.ModelSerializer[Note]):
    # Left out for roles that do not read conversations.
    text = serializers.SerializerMethodField()

    class Meta:
        model = Note
        fields = ["id", "conversation", "text"]
        read_only_fields = fields

    def get_text(self, note: Note) -> str | None:
        """Return what was written, for whoever may read it."""
        return note.text if may(self.context["request"], "conversations.read") else None


class TaskBrief(serializers.ModelSerializer[Task]):
    outcome = serializers.ChoiceField(choices=Task.Outcome.choices, allow_blank=True)

    class Meta:
        model = Task
        fields = ["id", "kind", "reason", "state", "outcome", "note", "due_at", "promised_at"]
        read_only_fields = fields


class RepairOrderBrief(RepairOrderShape):
    advisor_name = serializers.CharField(source="advisor.name", default="", read_only=True)

    class Meta(RepairOrderShape.Meta):
        fields = [*RepairOrderShape.Meta.fields, "advisor_name"]
        read_only_fields = fields


class AppointmentBrief(serializers.ModelSerializer[Appointment]):
    class Meta:
        model = Appointment
        fields = ["id", "kind", "starts_at", "ends_at", "state", "origin", "note"]
        read_only_fields = fields


class FollowUpBrief(serializers.ModelSerializer[FollowUp]):
    class Meta:
        model = FollowUp
        fields = ["id", "kind", "state", "due_at", "excluded_reason"]
        read_only_fields = fields


class SurveyBrief(serializers.ModelSerializer[Survey]):
    questionnaire = serializers.CharField(source="questionnaire.key")
    # What the owner wrote, item by item.
    said = serializers.SerializerMethodField()

    class Meta:
        model = Survey
        fields = [
            "id",
            "questionnaire",
            "state",
            "channel",
            "score",
            "score_max",
            "intention",
            "is_dissatisfied",
            "said",
        ]
        read_only_fields = fields

    def get_said(self, survey: Survey) -> list[str]:
        """Return the owner's own words, in the order in which they were given."""
        answers = sorted(survey.answers.all(), key=lambda answer: (answer.at, answer.pk))
        return [answer.text for answer in answers if answer.text]


class ComplaintBrief(serializers.ModelSerializer[Complaint]):
    class Meta:
        model = Complaint
        fields = ["id", "number", "category", "step", "level", "text"]
        read_only_fields = fields


class DocumentBrief(serializers.ModelSerializer[Document]):
    class Meta:
        model = Document
        fields = ["id", "kind", "name", "size_bytes", "removed_at", "removed_reason"]
        read_only_fields = fields


class SuppressionBrief(serializers.ModelSerializer[Suppression]):
    class Meta:
        model = Suppression
        fields = ["id", "purpose", "channel", "reason", "wording", "at", "lifted_at"]
        read_only_fields = fields


class FileMergeBrief(serializers.ModelSerializer[FileMerge]):
    other_name = serializers.CharField(source="other.name")

    class Meta:
        model = FileMerge
        fields = ["id", "other", "other_name", "undone_at"]
        read_only_fields = fields


class OwnershipBrief(serializers.ModelSerializer[Ownership]):
    customer_name = serializers.CharField(source="customer.name")

    class Meta:
        model = Ownership
        fields = ["id", "customer", "customer_name", "from_date", "to_date"]
        read_only_fields = fields


class ChangeBrief(serializers.Serializer[entries.Change]):
    id = serializers.IntegerField()
    field = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # the history's word, taken by the framework too


class EntryShape(serializers.Serializer[entries.Entry]):
    """One entry; of what it may be about one at most is there."""

    key = serializers.CharField()
    kind = serializers.CharField()
    group = serializers.ChoiceField(choices=[group.value for group in Group])
    at = serializers.DateTimeField()
    # "user:5", "key:2", "owner" or "system"; people and programs with their name.
    actor = serializers.CharField()
    actor_name = serializers.CharField()
    vehicle_id = serializers.IntegerField(allow_null=True)
    plate = serializers.CharField()
    # Ids, states and figures that the log holds of the fact itself.
    facts = serializers.DictField()
    changes = ChangeBrief(many=True)
    message = MessageBrief(source="about.message", allow_null=True)
    note = NoteBrief(source="about.note", allow_null=True)
    task = TaskBrief(source="about.task", allow_null=True)
    touch = TouchShape(source="about.touch", allow_null=True)
    repair_order = RepairOrderBrief(source="about.repair_order", allow_null=True)
    appointment = AppointmentBrief(source="about.appointment", allow_null=True)
    follow_up = FollowUpBrief(source="about.follow_up", allow_null=True)
    survey = SurveyBrief(source="about.survey", allow_null=True)
    complaint = ComplaintBrief(source="about.complaint", allow_null=True)
    document = DocumentBrief(source="about.document", allow_null=True)
    consent = ConsentShape(source="about.consent", allow_null=True)
    suppression = SuppressionBrief(source="about.suppression", allow_null=True)
    file_merge = FileMergeBrief(source="about.file_merge", allow_null=True)
    ownership = OwnershipBrief(source="about.ownership", allow_null=True)


class TimelinePages(NewestFirst):
    """Pages of a timeline by the last entry shown, whichever source it came from."""

    parameters: ClassVar = [
        OpenApiParameter(GROUPS, enum=[group.value for group in Group], many=True, explode=True, required=False)
    ]

    def answer(self, find: Find, subject_id: int, request: Request) -> Response:
        """Return one page of what `find` finds.

        Raises: ValidationError for a cursor, a size or a group that is none.
        """
        size, cursor = size_of(request), request.query_params.get(CURSOR, "")
        after = _read(cursor) if cursor else None
        spots = find(subject_id, groups=_groups(request.query_params.getlist(GROUPS)), after=after, limit=size)
        shown = spots[:size]
        if len(spots) > size:
            cursor = _written(shown[-1].place)
            self.next_link = replace_query_param(request.build_absolute_uri(), CURSOR, cursor)
        rows = EntryShape(entries.entries_of(shown), many=True, context={"request": request}).data  # type: ignore[arg-type]  # the stubs do not know many
        return self.get_paginated_response(rows)

    def get_schema_operation_parameters(self, view: APIView) -> list[Schema]:
        """Describe the parameters that every list has."""
        return super().get_schema_operation_parameters(view)


def _groups(asked: Collection[str]) -> list[str]:
    known = [group.value for group in Group]
    if any(group not in known for group in asked):
        raise ValidationError({GROUPS: [", ".join(known)]})
    return list(asked)


def _written(place: Place) -> str:
    text = json.dumps([place.at.isoformat(), place.source, place.id])
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> Place:
    try:
        at, source, number = json.loads(urlsafe_b64decode(cursor[:LONGEST_CURSOR] + "=="))
        place = Place(datetime.fromisoformat(at), int(source), int(number))
    except (ValueError, TypeError, RecursionError, OverflowError) as error:
        raise ValidationError({CURSOR: [NO_PLACE]}) from error
    if place.at.tzinfo is None or not (EVENT <= place.source <= CHANGE and 0 <= place.id <= LARGEST_ID):
        raise ValidationError({CURSOR: [NO_PLACE]})
    return place
