"""Files that may be one person's: suggestions, what merging would come to, merges and their undoing."""

from datetime import UTC, datetime
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import actor_of, address_of
from api.allowing import allowed
from api.files import ContactPointShape, FileMergeShape, HeadShape, HoldingShape, PlainCustomerShape
from api.reading import KnownId, valid
from api.resource import ReadResource
from core.customers import merging, previewing
from core.models import Customer, FileMerge, MergeSuggestion


class MergeSuggestionShape(serializers.ModelSerializer[MergeSuggestion]):
    first_file = HeadShape(source="first", read_only=True)
    second_file = HeadShape(source="second", read_only=True)
    allowed = serializers.SerializerMethodField()

    class Meta:
        model = MergeSuggestion
        fields = ["id", "first", "second", "first_file", "second_file", "reason", "state", "created_at", "allowed"]
        read_only_fields = fields

    def get_allowed(self, row: MergeSuggestion) -> list[str]:
        """Return what a person may decide."""
        is_open = row.state == MergeSuggestion.State.OPEN
        return allowed(self.context, dict.fromkeys(("merge", "dismiss"), "customers.merge") if is_open else {})


class Pair(serializers.Serializer[dict[str, object]]):
    kept = KnownId(Customer)
    other = KnownId(Customer)


class SideShape(serializers.Serializer[previewing.Side]):
    customer = PlainCustomerShape()
    contact_points = ContactPointShape(many=True)
    ownerships = HoldingShape(many=True)


class FieldPairShape(serializers.Serializer[previewing.FieldPair]):
    field = serializers.CharField()
    kept = serializers.CharField()
    other = serializers.CharField()
    is_same = serializers.BooleanField()


class AnswerPairShape(serializers.Serializer[previewing.AnswerPair]):
    purpose = serializers.CharField()
    channel = serializers.CharField()
    vehicle_id = serializers.IntegerField(allow_null=True)
    kept = serializers.BooleanField(allow_null=True)
    other = serializers.BooleanField(allow_null=True)
    result = serializers.BooleanField()


class PreviewShape(serializers.Serializer[previewing.Preview]):
    kept = SideShape()
    other = SideShape()
    fields_of_both = FieldPairShape(source="fields", many=True)
    answers = AnswerPairShape(many=True)
    # What comes along from the other file, by kind; of none is left out.
    coming = serializers.DictField(child=serializers.IntegerField())


class PartingShape(serializers.Serializer[previewing.Parting]):
    merge = FileMergeShape()
    fields_back = serializers.ListField(child=serializers.CharField())
    # Somebody has changed these since: they stay as they are.
    fields_staying = serializers.ListField(child=serializers.CharField())
    # What was added to the kept file since, by kind: it stays there, whichever of the two it was meant for.
    staying = serializers.DictField(child=serializers.IntegerField())


class MergeSuggestions(ReadResource[MergeSuggestion]):
    """Pairs of files that may be one person; a person decides, never the system.

    For those who decide: whoever may not merge would see two people's addresses side by side for nothing.
    """

    subject, model = "customers", MergeSuggestion
    verbs: ClassVar = dict.fromkeys(("list", "retrieve", "dismiss", "preview"), "customers.merge")
    serializer_class = MergeSuggestionShape
    related = ("first", "second")
    prefetched = (
        "first__contact_points",
        "first__ownerships__vehicle",
        "second__contact_points",
        "second__ownerships__vehicle",
    )
    filterset_fields: ClassVar = ["state", "reason"]

    @extend_schema(request=None, responses=MergeSuggestionShape)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        """Say that these are two people; the pair is not suggested again."""
        merging.dismiss_suggestion(self.get_object().pk)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=Pair, responses=PreviewShape)
    @action(detail=False, methods=["post"], pagination_class=None)
    def preview(self, request: Request) -> Response:
        """Show two files side by side and what merging them would come to; nothing is changed."""
        asked = valid(Pair, request.data)
        preview = previewing.preview_merge(kept_id=asked["kept"], other_id=asked["other"])
        return Response(PreviewShape(preview, context=self.get_serializer_context()).data)


class FileMerges(ReadResource[FileMerge]):
    """What was merged, by whom; each can be undone."""

    subject, model = "customers", FileMerge
    verbs: ClassVar = dict.fromkeys(("undo", "parting"), "customers.merge")
    serializer_class = FileMergeShape
    related = ("kept", "other")
    filterset_fields: ClassVar = {"kept": ["exact"], "other": ["exact"], "undone_at": ["isnull"]}

    @extend_schema(responses=PartingShape, filters=False)
    @action(detail=True, pagination_class=None)
    def parting(self, request: Request, pk: str) -> Response:
        """Show what undoing would come to: what is put back, and what cannot be."""
        parting = previewing.preview_undo(int(pk))
        return Response(PartingShape(parting, context=self.get_serializer_context()).data)

    @extend_schema(request=None, responses=FileMergeShape)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Part the two files again; `stayed` names what somebody has changed since."""
        by = merging.By(actor_of(request), address_of(request))
        merge = merging.undo_merge(int(pk), by=by, now=datetime.now(UTC))
        return Response(self.get_serializer(merge).data)
