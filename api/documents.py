"""Documents of a file: uploaded, listed, opened by links that end, marked as removed."""

from datetime import UTC, datetime
from typing import IO, Any, ClassVar

from django.conf import settings
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.access import MayAct, actor_of, address_of, person_of
from api.actors import ActorName, NamedActors
from api.allowing import allowed
from api.exporting import SavedFile
from api.reading import Files, Json, KnownId, TooLarge, valid
from api.resource import ReadResource
from api.texts import Text
from core.documents import operations, rules
from core.models import Customer, Document, RepairOrder, Vehicle

# The form's own words around the file.
FORM_BYTES = 64 * 1024
# Whatever a browser makes of the content, it runs nothing and loads nothing.
CONTENT_SECURITY_POLICY = "default-src 'none'; sandbox"
# What owners send is kept by itself.
UPLOADED = [choice for choice in Document.Kind.choices if choice[0] != Document.Kind.FROM_OWNER]


class OneFile(Files):
    """The form of an upload: one file of the size that may be kept, and a few words."""

    longest = settings.DOCUMENT_MOST_BYTES + FORM_BYTES

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:  # noqa: ANN401  # the framework's call
        """Return fields and file. Raises: rules.TooLong, which says how long one may be; ParseError."""
        try:
            return super().parse(stream, media_type, parser_context)
        except TooLarge as error:
            raise rules.TooLong(rules.in_megabytes(settings.DOCUMENT_MOST_BYTES)) from error


class DocumentShape(serializers.ModelSerializer[Document]):
    actor_name = ActorName()
    allowed = serializers.SerializerMethodField()

    class Meta:
        model = Document
        list_serializer_class = NamedActors
        fields = [
            "id",
            "kind",
            "customer",
            "vehicle",
            "repair_order",
            "conversation_id",
            "name",
            "media_type",
            "size_bytes",
            "added_at",
            "actor",
            "actor_name",
            "removed_at",
            "removed_by",
            "removed_reason",
            "allowed",
        ]
        read_only_fields = fields

    def get_allowed(self, document: Document) -> list[str]:
        """Return what may be done with it; with a removed one nothing."""
        words = {} if document.removed_at else {"open": "documents.read", "remove": "documents.remove"}
        return allowed(self.context, words)


class DocumentUpload(serializers.Serializer[dict[str, object]]):
    file = serializers.FileField(allow_empty_file=True)
    kind = serializers.ChoiceField(choices=UPLOADED, default=Document.Kind.OTHER)
    customer = KnownId(Customer, allow_null=True, default=None)
    vehicle = KnownId(Vehicle, allow_null=True, default=None)
    repair_order = KnownId(RepairOrder, allow_null=True, default=None)


class Removal(serializers.Serializer[dict[str, object]]):
    reason = Text(max_length=200)


class LinkShape(serializers.Serializer[dict[str, object]]):
    # Good for a few minutes, for this person.
    url = serializers.CharField()


class Documents(ReadResource[Document]):
    """Contracts, checklists, invoices and the like; nothing is deleted."""

    subject, model = "documents", Document
    verbs: ClassVar = {"remove": "documents.remove", "link": "documents.read"}
    serializer_class = DocumentShape
    parser_classes = (OneFile, Json)
    throttle_scope = "uploads"
    filterset_fields: ClassVar = {
        "customer": ["exact"],
        "vehicle": ["exact"],
        "repair_order": ["exact"],
        "conversation_id": ["exact"],
        "kind": ["exact"],
        "removed_at": ["isnull"],
    }

    @extend_schema(request={"multipart/form-data": DocumentUpload}, responses={201: DocumentShape})
    def create(self, request: Request) -> Response:
        """Keep a file: looked at, under a name made by chance."""
        asked = valid(DocumentUpload, request.data)
        file = asked["file"]
        new = operations.NewDocument(
            kind=asked["kind"],
            name=file.name,
            content=file.read(),
            customer_id=asked["customer"],
            vehicle_id=asked["vehicle"],
            repair_order_id=asked["repair_order"],
        )
        document = operations.add_document(new, by=_by(request), now=datetime.now(UTC))
        return Response(self.get_serializer(document).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=LinkShape)
    @action(detail=True, methods=["post"])
    def link(self, request: Request, pk: str) -> Response:
        """Make a link that opens the document, for the caller alone and for a few minutes."""
        word = operations.link_to(self.get_object().pk, user_id=person_of(request), now=datetime.now(UTC))
        return Response({"url": reverse("document-content", kwargs={"word": word})})

    @extend_schema(request=Removal, responses=DocumentShape)
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, pk: str) -> Response:
        """Mark a document as removed, with a reason; it is opened no more, and stays listed."""
        reason = valid(Removal, request.data)["reason"]
        document = operations.remove_document(
            self.get_object().pk, reason=reason, by=_by(request), now=datetime.now(UTC)
        )
        return Response(self.get_serializer(document).data)


class DocumentContent(APIView):
    """What stands in a document, behind a link."""

    subject = "documents"
    permission_classes = (MayAct,)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, word: str) -> SavedFile:
        """Send the file to be saved; a browser is told not to show or run it."""
        document, content = operations.open_linked(word, user_id=person_of(request), now=datetime.now(UTC))
        response = SavedFile(content, as_attachment=True, filename=document.name, content_type=document.media_type)
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response["Cache-Control"] = "private, no-store"
        return response


def _by(request: Request) -> operations.By:
    return operations.By(actor_of(request), address_of(request))
