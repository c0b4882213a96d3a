"""Follow-ups, the surveys sent for them, and the answers; also those given by phone."""

from datetime import UTC, datetime
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import actor_of
from api.idempotency import idempotent
from api.reading import LANGUAGES, valid
from api.resource import ReadResource
from api.texts import Line, Text
from core.followups import operations, phoning
from core.models import FollowUp, Questionnaire, Survey, SurveyAnswer, Task

# More than any questionnaire has questions.
MOST_ANSWERS = 50


class FollowUpShape(serializers.ModelSerializer[FollowUp]):
    class Meta:
        model = FollowUp
        fields = [
            "id",
            "kind",
            "customer",
            "vehicle",
            "repair_order",
            "occurrence",
            "from_at",
            "due_at",
            "expires_at",
            "state",
            "excluded_reason",
            "carried_out_at",
            "successful_at",
        ]
        read_only_fields = fields


class AnswerShape(serializers.ModelSerializer[SurveyAnswer]):
    class Meta:
        model = SurveyAnswer
        fields = ["item", "value", "score", "text", "at"]
        read_only_fields = fields


class SurveyShape(serializers.ModelSerializer[Survey]):
    answers = AnswerShape(many=True, read_only=True)

    class Meta:
        model = Survey
        fields = [
            "id",
            "follow_up",
            "customer",
            "vehicle",
            "questionnaire",
            "state",
            "channel",
            "language",
            "opened_at",
            "completed_at",
            "score",
            "score_max",
            "intention",
            "is_dissatisfied",
            "answer_due_at",
            "answered_at",
            "answers",
        ]
        read_only_fields = fields


class QuestionnaireShape(serializers.ModelSerializer[Questionnaire]):
    class Meta:
        model = Questionnaire
        fields = ["id", "key", "version", "data", "in_force_date"]
        read_only_fields = fields


class Said(serializers.Serializer[dict[str, object]]):
    item = Line(max_length=40)
    # Of the item's scale; empty where words alone are added.
    value = Line(max_length=40, allow_blank=True, default="")
    text = Text(max_length=2000, allow_blank=True, default="")


class Call(serializers.Serializer[dict[str, object]]):
    outcome = serializers.ChoiceField(choices=Task.Outcome.choices)
    answers = serializers.ListField(child=Said(), max_length=MOST_ANSWERS, default=list)
    # The one spoken; it decides in which the questions would be sent again.
    language = serializers.ChoiceField(choices=LANGUAGES, default="en")


class Answers(serializers.Serializer[dict[str, object]]):
    answers = serializers.ListField(child=Said(), max_length=MOST_ANSWERS)
    # Whether nothing more will come: the survey is scored and closed.
    is_last = serializers.BooleanField(default=False)


class FollowUps(ReadResource[FollowUp]):
    """Who must be asked, and how far it came; exclusions carry their reason."""

    subject, model = "followups", FollowUp
    serializer_class = FollowUpShape
    filterset_fields: ClassVar = {
        "kind": ["exact"],
        "state": ["exact"],
        "customer": ["exact"],
        "vehicle": ["exact"],
        "repair_order": ["exact"],
        "due_at": ["gte", "lt"],
    }

    @extend_schema(request=Call, responses=FollowUpShape)
    @action(detail=True, methods=["post"])
    @idempotent
    def call(self, request: Request, pk: str) -> Response:
        """Note what came of a call, with the answers given in it."""
        asked = valid(Call, request.data)
        done = phoning.record_phone_call(
            follow_up_id=int(pk),
            outcome=asked["outcome"],
            answers=[phoning.Said(**said) for said in asked["answers"]],
            language=asked["language"],
            now=datetime.now(UTC),
            actor=actor_of(request),
        )
        return Response(FollowUpShape(done).data)

    @extend_schema(request=None, responses=FollowUpShape)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """Note that the person does not want to be asked."""
        refused = operations.refuse(follow_up_id=int(pk), now=datetime.now(UTC), actor=actor_of(request))
        return Response(FollowUpShape(refused).data)


class Surveys(ReadResource[Survey]):
    """Questionnaires sent, with what was answered."""

    subject, model = "followups", Survey
    serializer_class = SurveyShape
    prefetched = ("answers",)
    filterset_fields: ClassVar = {
        "state": ["exact"],
        "customer": ["exact"],
        "is_dissatisfied": ["exact"],
        "completed_at": ["gte", "lt"],
        "answer_due_at": ["gte", "lt"],
    }

    @extend_schema(request=Answers, responses=SurveyShape)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """Keep answers that were told to a person; the last ones close the survey."""
        asked = valid(Answers, request.data)
        phoning.record_answers(
            survey_id=int(pk),
            answers=[phoning.Said(**said) for said in asked["answers"]],
            is_last=asked["is_last"],
            now=datetime.now(UTC),
        )
        return Response(SurveyShape(self.get_object()).data)


class Questionnaires(ReadResource[Questionnaire]):
    """Questions by version; a survey keeps the one it was sent with."""

    subject, model = "followups", Questionnaire
    serializer_class = QuestionnaireShape
    filterset_fields: ClassVar = ["key"]
