"""Canned answers: offered to everybody who writes, kept by the centre's heads."""

from datetime import UTC, datetime
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import actor_of
from api.paging import OldestFirst
from api.reading import LANGUAGES, valid
from api.resource import ReadResource
from api.texts import Line, Text
from notifications.canned import operations
from notifications.canned.operations import Wording
from notifications.models import CannedAnswer


class CannedAnswerShape(serializers.ModelSerializer[CannedAnswer]):
    class Meta:
        model = CannedAnswer
        fields = ["id", "language", "shortcut", "text", "updated_at", "actor"]
        read_only_fields = fields


class NewAnswer(serializers.Serializer[dict[str, object]]):
    language = serializers.ChoiceField(choices=LANGUAGES)
    # What is typed after the slash.
    shortcut = Line(max_length=30)
    # Placeholders: {name} {plate} {dealer} {agent}.
    text = Text(max_length=1600)


class AnswerChanges(serializers.Serializer[dict[str, object]]):
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)
    shortcut = Line(max_length=30, required=False)
    text = Text(max_length=1600, required=False)


class CannedAnswers(ReadResource[CannedAnswer]):
    """Answers kept ready, by language and what is typed after the slash."""

    subject, model = "canned_answers", CannedAnswer
    serializer_class = CannedAnswerShape
    pagination_class = OldestFirst
    filterset_fields: ClassVar = {"language": ["exact"], "shortcut": ["istartswith"]}

    @extend_schema(request=NewAnswer, responses={201: CannedAnswerShape})
    def create(self, request: Request) -> Response:
        """Keep a new answer."""
        asked = valid(NewAnswer, request.data)
        answer = operations.add(Wording(**asked), actor=actor_of(request), now=datetime.now(UTC))
        return Response(CannedAnswerShape(answer).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AnswerChanges, responses=CannedAnswerShape)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change an answer; what was sent with it stays as it was."""
        changes = valid(AnswerChanges, request.data)
        answer = operations.change(self.get_object().pk, changes, actor=actor_of(request), now=datetime.now(UTC))
        return Response(CannedAnswerShape(answer).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Remove an answer."""
        operations.remove(self.get_object().pk)
        return Response(status=status.HTTP_204_NO_CONTENT)
