"""Every message out and in, with its state, and why it was sent or was not."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api import explaining
from api.allowing import allowed
from api.resource import ReadResource
from channels_app.media import Why
from notifications.conversations import reasons
from notifications.models import Decision, Message, MessageFile


class ButtonShape(serializers.Serializer[dict[str, str]]):
    label = serializers.CharField()  # type: ignore[assignment]  # a field named as an attribute of the base
    payload = serializers.CharField()


class MessageFileShape(serializers.ModelSerializer[MessageFile]):
    """A file that came or went with a message; `document` is what opens it, while there is one."""

    why = serializers.ChoiceField(choices=[(why.value, why.value) for why in Why], allow_blank=True, read_only=True)
    size_bytes = serializers.IntegerField(source="document.size_bytes", default=None, allow_null=True, read_only=True)
    allowed = serializers.SerializerMethodField()

    class Meta:
        model = MessageFile
        fields = ["id", "state", "why", "name", "media_type", "size_bytes", "document", "allowed"]
        read_only_fields = fields

    def get_allowed(self, file: MessageFile) -> list[str]:
        """Return what may be done with it: it is opened as its document is."""
        document = file.document
        is_there = document is not None and document.removed_at is None
        return allowed(self.context, {"open": "documents.read"} if is_there else {})


class MessageShape(serializers.ModelSerializer[Message]):
    buttons = ButtonShape(many=True, read_only=True)
    # Why it has not arrived, or not yet; empty where all is well.
    trouble = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields = [
            "id",
            "direction",
            "state",
            "conversation",
            "customer",
            "vehicle",
            "due",
            "run",
            "case_kind",
            "case_id",
            "purpose",
            "is_proactive",
            "address",
            "subject",
            "text",
            "buttons",
            "language",
            "actor",
            "created_at",
            "not_before_at",
            "expires_at",
            "attempts",
            "segments",
            "price_minor",
            "currency",
            "charged_minor",
            "charged_currency",
            "error",
            "trouble",
            "sent_at",
            "delivered_at",
            "read_at",
            "ended_at",
        ]
        read_only_fields = fields

    def get_trouble(self, message: Message) -> str:
        """Return the reason in words."""
        return explaining.failure_of(message)


class SpokenMessageShape(MessageShape):
    """A message in its conversation, with its files; the context knows the request and colleagues' names."""

    files = MessageFileShape(many=True, read_only=True)
    # Who of the centre wrote it; empty where a flow or the house did.
    author = serializers.SerializerMethodField()

    class Meta(MessageShape.Meta):
        fields = [*MessageShape.Meta.fields, "files", "author"]
        read_only_fields = fields

    def get_author(self, message: Message) -> str:
        """Return the writer's name."""
        return str(self.context["names"].get(message.actor, ""))


class DecisionInWordsShape(serializers.ModelSerializer[Decision]):
    rule_text = serializers.SerializerMethodField()
    facts_text = serializers.SerializerMethodField()

    class Meta:
        model = Decision
        fields = ["id", "action", "rule", "rule_text", "facts_text", "not_before_at", "decided_at", "message"]
        read_only_fields = fields

    def get_rule_text(self, decision: Decision) -> str:
        """Return the rule in words."""
        return explaining.in_words(explaining.RULES, decision.rule)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_facts_text(self, decision: Decision) -> list[str]:
        """Return the facts it rested on, a sentence each."""
        return explaining.facts_in_words(decision)


class MessageReasonShape(serializers.Serializer[reasons.MessageReason]):
    message = MessageShape()
    decisions = DecisionInWordsShape(many=True)
    walls = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_walls(self, reason: reasons.MessageReason) -> list[str]:
        """Return what stopped it, a sentence each."""
        return explaining.walls_in_words(reason.walls)


class Messages(ReadResource[Message]):
    """Every message out and in, with its state."""

    subject, model = "messages", Message
    serializer_class = MessageShape
    filterset_fields: ClassVar = {
        "direction": ["exact"],
        "state": ["exact"],
        "customer": ["exact"],
        "conversation": ["exact"],
        "purpose": ["exact"],
        "case_kind": ["exact"],
        "case_id": ["exact"],
        "created_at": ["gte", "lt"],
    }

    @extend_schema(responses=MessageReasonShape, filters=False)
    @action(detail=True, pagination_class=None)
    def reasons(self, request: Request, pk: str) -> Response:
        """Say why a message was sent, waits, or was stopped: rule, facts and time, in the reader's language."""
        return Response(MessageReasonShape(reasons.of_message(self.get_object())).data)
