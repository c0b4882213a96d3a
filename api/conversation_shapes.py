"""Conversations as callers see them: a row of the list, and one looked at, with what may be done."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from api import explaining
from api.access import may, user_id_of
from channels_app import registry
from core.customers.standing import today_of
from core.deputies import queries as deputies
from core.models import Customer
from notifications.conversations import colleagues, languages, queries, rules
from notifications.costs import queries as costs
from notifications.models import Conversation, Message

# A row shows how a message begins.
SNIPPET = 160


class PersonShape(serializers.ModelSerializer[Customer]):
    class Meta:
        model = Customer
        fields = ["id", "name", "language"]
        read_only_fields = fields


class ColleagueShape(serializers.Serializer[Any]):
    """Somebody of the dealer who answers owners."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class LastMessageShape(serializers.ModelSerializer[Message]):
    text = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields = ["id", "direction", "state", "text", "actor", "created_at"]
        read_only_fields = fields

    def get_text(self, message: Message) -> str:
        """Return how it begins."""
        return message.text[:SNIPPET]


class ConversationShape(serializers.ModelSerializer[Conversation]):
    """A row of queries.as_seen_by; see context_of."""

    customer = PersonShape(read_only=True, allow_null=True)
    channel = serializers.CharField(source="account.kind", read_only=True)
    mode = serializers.SerializerMethodField()
    assignee_name = serializers.SerializerMethodField()
    last_message = serializers.SerializerMethodField()
    # Since when the owner waits for a person's word, why, and until when the centre means to answer.
    waits_since_at = serializers.DateTimeField(read_only=True, allow_null=True)
    waits_because = serializers.SerializerMethodField()
    answer_due_at = serializers.DateTimeField(read_only=True, allow_null=True)
    # The last message the caller has read; null where they have never been here.
    read_up_to = serializers.IntegerField(read_only=True, allow_null=True)
    is_new_to_me = serializers.SerializerMethodField()

    class Meta:
        model = Conversation
        fields = [
            "id",
            "channel",
            "address",
            "customer",
            "mode",
            "assignee_id",
            "assignee_name",
            "unread_count",
            "read_up_to",
            "is_new_to_me",
            "waits_since_at",
            "waits_because",
            "answer_due_at",
            "last_message",
            "last_message_at",
            "last_inbound_at",
            "created_at",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=Conversation.Mode.choices))
    def get_mode(self, row: Conversation) -> str:
        """Return who has it; never closed while the owner waits."""
        return rules.shown_mode(row.mode, is_waiting=getattr(row, "waits_since_at", None) is not None)

    def get_assignee_name(self, row: Conversation) -> str:
        """Return who has it; empty where nobody does."""
        return str(self.context["names"].get(row.assignee_id, ""))

    @extend_schema_field(LastMessageShape(allow_null=True))
    def get_last_message(self, row: Conversation) -> dict[str, Any] | None:
        """Return the beginning of what was said last."""
        message = self.context["last_messages"].get(row.pk)
        return dict(self._last_message_shape.to_representation(message)) if message else None

    @cached_property
    def _last_message_shape(self) -> LastMessageShape:
        # One for the whole list: its fields made anew for each row were half of the answer's time.
        return LastMessageShape()

    def get_waits_because(self, row: Conversation) -> str:
        """Return why a person is asked, in words."""
        return explaining.in_words(explaining.ASKED_FOR, str(getattr(row, "waits_reason", "")))

    def get_is_new_to_me(self, row: Conversation) -> bool:
        """Return whether something came in since the caller was here; who never was goes by the centre."""
        if getattr(row, "read_up_to", None) is None:
            return row.unread_count > 0
        return bool(getattr(row, "has_new_message", False))


class TextingShape(serializers.Serializer[Any]):
    """What a segment of an SMS costs; without a price none is known."""

    segment_minor = serializers.DecimalField(max_digits=12, decimal_places=4, allow_null=True)
    # A segment holds 70 or 67 characters, whatever the letters.
    is_wide = serializers.BooleanField()
    # What the provider puts before the text and counts.
    signature = serializers.CharField(allow_blank=True)
    currency = serializers.CharField(allow_blank=True)


class WholeConversationShape(ConversationShape):
    """One conversation looked at."""

    # What the caller may do now; see notifications.conversations.rules.
    allowed = serializers.SerializerMethodField()
    # Why the owner may not be written to; empty where they may.
    refusal = serializers.SerializerMethodField()
    # The language spoken here: canned answers are offered in it.
    language = serializers.SerializerMethodField()
    longest_text = serializers.SerializerMethodField()
    # Where texts travel as SMS: what a segment costs. Null where they do not.
    texting = serializers.SerializerMethodField()

    class Meta(ConversationShape.Meta):
        fields = [*ConversationShape.Meta.fields, "allowed", "refusal", "language", "longest_text", "texting"]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=[*rules.Verb])))
    def get_allowed(self, row: Conversation) -> list[str]:
        """Return the verbs in the order in which they are offered."""
        request = self.context["request"]
        standing = queries.standing_of(
            row,
            # Who is away may still answer what was theirs.
            people=people_of(request) | {request.user.pk},
            is_refused=bool(self.context["refusals"]),
            may_move=may(request, "conversations.write"),
            may_send=may(request, "messages.send"),
        )
        return [verb.value for verb in rules.allowed(standing)]

    def get_refusal(self, row: Conversation) -> str:
        """Return the first wall in words."""
        return explaining.in_words(explaining.WALLS, next(iter(self.context["refusals"]), ""))

    def get_language(self, row: Conversation) -> str:
        """Return the language's code."""
        return languages.language_of(row)

    def get_longest_text(self, row: Conversation) -> int:
        """Return how many characters the channel takes at once."""
        return registry.get(row.account.kind).capabilities.max_length

    @extend_schema_field(TextingShape(allow_null=True))
    def get_texting(self, row: Conversation) -> dict[str, Any] | None:
        """Return what a segment costs here; its currency is empty where no price is known."""
        account, can = row.account, registry.get(row.account.kind).capabilities
        if not can.is_sms:
            return None
        today = today_of(datetime.now(UTC))
        price = costs.price_here(row.address, kind=account.kind, account_id=account.pk, on=today)
        return TextingShape(
            {
                "segment_minor": price and price.price_minor,
                "currency": price.currency if price else "",
                "is_wide": can.is_wide,
                "signature": can.counted("", address=account.address),
            }
        ).data


class FoundConversationShape(ConversationShape):
    """A conversation found, and by what."""

    found_by = serializers.SerializerMethodField()
    found_text = serializers.SerializerMethodField()

    class Meta(ConversationShape.Meta):
        fields = [*ConversationShape.Meta.fields, "found_by", "found_text"]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=["NAME", "ADDRESS", "PLATE", "WORDS"]))
    def get_found_by(self, row: Conversation) -> str:
        """Return the kind of word by which it was found."""
        return str(self.context["found"][row.pk].found_by)

    def get_found_text(self, row: Conversation) -> str:
        """Return the message that holds the words; empty where another kind of word found it."""
        return str(self.context["texts"].get(self.context["found"][row.pk].message_id, ""))


def people_of(request: Request) -> frozenset[int]:
    """Return whose conversations are as good as the caller's own."""
    return deputies.people_of(user_id_of(request), now=datetime.now(UTC))


def context_of(rows: Sequence[Conversation]) -> dict[str, Any]:
    """Return what rows are shown with, in two queries."""
    return {"last_messages": queries.last_messages(list(rows)), "names": colleagues.names()}
