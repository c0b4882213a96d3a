"""The log of facts; timelines of people and cars are api.timeline."""

from typing import ClassVar

from rest_framework import serializers

from api.actors import ActorName, NamedActors
from api.resource import ReadResource
from core.models import Event


class EventShape(serializers.ModelSerializer[Event]):
    # Empty for the house and for owners.
    actor_name = ActorName()

    class Meta:
        model = Event
        list_serializer_class = NamedActors
        fields = [
            "id",
            "kind",
            "subject_kind",
            "subject_id",
            "customer_id",
            "vehicle_id",
            "at",
            "recorded_at",
            "actor",
            "actor_name",
            "data",
        ]
        read_only_fields = fields


class Events(ReadResource[Event]):
    """Everything that happened, newest first."""

    subject, model = "events", Event
    serializer_class = EventShape
    filterset_fields: ClassVar = {
        "kind": ["exact"],
        "customer_id": ["exact"],
        "vehicle_id": ["exact"],
        "subject_kind": ["exact"],
        "subject_id": ["exact"],
        "at": ["gte", "lt"],
        "id": ["gt"],
    }
