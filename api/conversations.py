"""What owners see: conversations, and what people of the centre do with them."""

from datetime import UTC, datetime
from typing import ClassVar

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import person_of, user_id_of
from api.beside import Beside
from api.conversation_shapes import (
    ConversationShape,
    FoundConversationShape,
    WholeConversationShape,
    context_of,
    people_of,
)
from api.filtering import Filters
from api.idempotency import KEY, idempotent
from api.messages import MessageShape
from api.paging import NewestFirst
from api.reading import LARGEST_ID, valid
from api.resource import ReadResource, is_schema_drawn
from api.texts import Line, Pasted, Text
from notifications.conversations import marks, people, permitting, queries, search
from notifications.conversations.queries import Tab
from notifications.models import Conversation, Message

# A longer word finds less; nobody pages through more.
MOST_FOUND = 50


class NewestTalkFirst(NewestFirst):
    """Conversations by their last message."""

    ordering = ("-last_message_at", "-id")


class ConversationFilter(Filters):
    """By tab, channel, mode and person; names and numbers are asked for in a body, see `search`."""

    tab = filters.ChoiceFilter(choices=[(tab.value, tab.value) for tab in Tab], method="in_tab")
    account_kind = filters.CharFilter(field_name="account__kind")
    # By its number: a filter that offers rows to choose from keeps those of the dealer who asked first.
    customer = filters.NumberFilter(field_name="customer_id")

    class Meta:
        model = Conversation
        fields: ClassVar = ["mode", "assignee_id"]

    def in_tab(self, rows: QuerySet[Conversation], _name: str, tab: str) -> QuerySet[Conversation]:
        """Keep a part of the inbox as the caller sees it."""
        # Only one tab asks whose they are.
        people = people_of(self.request) if tab == Tab.MINE else ()
        return queries.in_tab(rows, Tab(tab), people=people)


class Sought(serializers.Serializer[dict[str, object]]):
    text = Pasted(max_length=100)
    account_kind = Line(max_length=20, allow_blank=True, default="")


class Written(serializers.Serializer[dict[str, object]]):
    text = Text(max_length=2000)


class Taking(serializers.Serializer[dict[str, object]]):
    # The colleague from whom it is taken knowingly; anybody else who has it meanwhile keeps it.
    from_user = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, default=None)


class Assigning(serializers.Serializer[dict[str, object]]):
    # Null: to whoever is free.
    user = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True)


class ReadTo(serializers.Serializer[dict[str, object]]):
    # The last message seen.
    message = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)


class TabCountsShape(serializers.Serializer[dict[str, int]]):
    """How many stand in each tab, and how many are unread; up to a thousand."""

    all = serializers.IntegerField()
    mine = serializers.IntegerField()
    unassigned = serializers.IntegerField()
    waiting = serializers.IntegerField()
    flow = serializers.IntegerField()
    closed = serializers.IntegerField()
    unread = serializers.IntegerField()


class Conversations(Beside, ReadResource[Conversation]):
    """One owner on one channel."""

    subject, model = "conversations", Conversation
    verbs: ClassVar = {
        "messages": "messages.read",
        "reasons": "messages.read",
        "search": "conversations.read",
        "read": "conversations.read",
        "write": "messages.send",
        "fill": "messages.send",
    }
    # Scarcer where something is sent, see the actions.
    throttle_scope = "calls"
    serializer_class = ConversationShape
    filterset_class = ConversationFilter
    related = ("account", "customer__merged_into")
    pagination_class = NewestTalkFirst

    def get_queryset(self) -> QuerySet[Conversation]:
        """Return the conversations as the caller sees them; lists leave out those in which nothing has been said."""
        rows = super().get_queryset()
        if is_schema_drawn(self):
            return rows
        rows = queries.as_seen_by(rows, user_id=user_id_of(self.request))
        return rows if self.detail else rows.filter(last_message_at__isnull=False)

    @extend_schema(responses=ConversationShape(many=True))
    def list(self, request: Request) -> Response:
        """List a part of the inbox, the newest word first."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(ConversationShape(rows, many=True, context=context_of(rows)).data)

    @extend_schema(responses=WholeConversationShape)
    def retrieve(self, request: Request, pk: str) -> Response:
        """Show one conversation, and what the caller may do with it."""
        return self._whole()

    @extend_schema(responses=TabCountsShape, filters=False)
    @action(detail=False, pagination_class=None, filterset_class=None)
    def counts(self, request: Request) -> Response:
        """Count the tabs of the inbox."""
        return Response(TabCountsShape(queries.counts(people=people_of(request))).data)

    @extend_schema(request=Taking, responses=WholeConversationShape)
    @action(detail=True, methods=["post"])
    def take_over(self, request: Request, pk: str) -> Response:
        """Take a conversation; its flows keep still."""
        asked, me = valid(Taking, request.data), person_of(request)
        people.take_over(
            conversation_id=self.get_object().pk, user_id=me, from_user_id=asked["from_user"], now=datetime.now(UTC)
        )
        return self._whole()

    @extend_schema(request=Assigning, responses=WholeConversationShape)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give a conversation to a colleague, or to whoever is free."""
        talk, to_user = self.get_object(), valid(Assigning, request.data)["user"]
        people.assign(conversation_id=talk.pk, to_user_id=to_user, user_id=person_of(request), now=datetime.now(UTC))
        return self._whole()

    @extend_schema(request=Written, responses={201: MessageShape}, parameters=[KEY])
    @action(detail=True, methods=["post"], throttle_scope="sends")
    @idempotent
    def write(self, request: Request, pk: str) -> Response:
        """Write to the owner, taking the conversation over."""
        message = people.write(
            conversation_id=self.get_object().pk,
            text=valid(Written, request.data)["text"],
            user_id=person_of(request),
            now=datetime.now(UTC),
        )
        return Response(MessageShape(message).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=WholeConversationShape)
    @action(detail=True, methods=["post"], throttle_scope="sends")
    def hand_back(self, request: Request, pk: str) -> Response:
        """Give a conversation back to its flows, which put their open questions again."""
        people.hand_back(conversation_id=self.get_object().pk, user_id=person_of(request), now=datetime.now(UTC))
        return self._whole()

    @extend_schema(request=None, responses=WholeConversationShape)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """End a conversation, and what its flows still asked."""
        people.close(conversation_id=self.get_object().pk, user_id=person_of(request), now=datetime.now(UTC))
        return self._whole()

    @extend_schema(request=ReadTo, responses={204: None})
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        """Note that the caller has read up to a message."""
        message = valid(ReadTo, request.data)["message"]
        talk = self.get_object()
        marks.mark_read(conversation_id=talk.pk, message_id=message, user_id=person_of(request), now=datetime.now(UTC))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=Sought, responses=FoundConversationShape(many=True), filters=False)
    @action(detail=False, methods=["post"], filterset_class=None)
    def search(self, request: Request) -> Response:
        """List the newest conversations of the people whose name, number or plate holds the text, or that hold it."""
        asked = valid(Sought, request.data)
        found = {one.conversation_id: one for one in search.find(asked["text"], limit=MOST_FOUND)}
        rows = self.get_queryset().filter(pk__in=found)
        if asked["account_kind"]:
            rows = rows.filter(account__kind=asked["account_kind"])
        shown = list(rows.order_by("-last_message_at", "-id"))
        texts = Message.objects.filter(pk__in=[one.message_id for one in found.values() if one.message_id])
        context = {**context_of(shown), "found": found, "texts": dict(texts.values_list("id", "text"))}
        return Response({"next": None, "results": FoundConversationShape(shown, many=True, context=context).data})

    def _whole(self) -> Response:
        row = self.get_object()
        context = {
            **context_of([row]),
            "request": self.request,
            "refusals": permitting.refusals(row, now=datetime.now(UTC)),
        }
        return Response(WholeConversationShape(row, context=context).data)
