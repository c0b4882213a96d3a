"""What stands beside a conversation: its messages and notes, the person, the flow's state, why things were sent."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime

from django.db.models import Prefetch
from django.utils.translation import get_language
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api import naming
from api.access import person_of
from api.conversation_shapes import ColleagueShape
from api.messages import SpokenMessageShape
from api.paging import NewestFirst, OldestFirst
from api.panel_shapes import Chosen, DialogueShape, FilledShape, NewNote, NoteShape, PanelShape, PlannedShape
from api.reading import LANGUAGES, valid
from api.resource import Resource
from notifications.canned import operations as canned
from notifications.conversations import colleagues, dialogues, notes, panel, reasons
from notifications.models import Conversation, Message, MessageFile, Note


class Beside(Resource[Conversation]):
    """The parts of one conversation; what is done to it as a whole is in api.conversations."""

    filterset_class: type[FilterSet] | None = None

    @extend_schema(responses=SpokenMessageShape(many=True), filters=False)
    @action(detail=True, filterset_class=None)
    def messages(self, request: Request, pk: str) -> Response:
        """List the messages of one conversation, newest first."""
        files = Prefetch("files", MessageFile.objects.select_related("document").order_by("number"))
        rows = Message.objects.filter(conversation=self.get_object()).prefetch_related(files)
        page = NewestFirst()
        shown = page.paginate_queryset(rows, request, view=self)
        context = {"names": naming.names_of(message.actor for message in shown), "request": request}
        return page.get_paginated_response(SpokenMessageShape(shown, many=True, context=context).data)

    @extend_schema(methods=["GET"], responses=NoteShape(many=True), filters=False)
    @extend_schema(methods=["POST"], request=NewNote, responses={201: NoteShape})
    @action(detail=True, methods=["get", "post"], filterset_class=None)
    def notes(self, request: Request, pk: str) -> Response:
        """List what the centre noted here, newest first, or add to it; the owner never sees it."""
        talk = self.get_object()
        if request.method == "POST":
            text = valid(NewNote, request.data)["text"]
            note = notes.add(conversation_id=talk.pk, text=text, author_id=person_of(request), now=datetime.now(UTC))
            return Response(NoteShape(note, context=_authors([note])).data, status=status.HTTP_201_CREATED)
        page = NewestFirst()
        shown = page.paginate_queryset(Note.objects.filter(conversation=talk), request, view=self)
        return page.get_paginated_response(NoteShape(shown, many=True, context=_authors(shown)).data)

    @extend_schema(responses=PanelShape, filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def panel(self, request: Request, pk: str) -> Response:
        """Show the person, their cars and what is open with them."""
        beside = panel.panel_of(self.get_object(), now=datetime.now(UTC))
        return Response(PanelShape(beside).data)

    @extend_schema(responses=DialogueShape(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def dialogues(self, request: Request, pk: str) -> Response:
        """Say what the flows do here, or did last, in the reader's language."""
        listed = dialogues.of_conversation(self.get_object(), language=_language())
        return Response([DialogueShape(one).data for one in listed])

    @extend_schema(responses=PlannedShape(many=True), filters=False)
    @action(detail=True, filterset_class=None)
    def reasons(self, request: Request, pk: str) -> Response:
        """List what was due for this owner, newest first, and why it was sent or was not."""
        page = NewestFirst()
        shown = page.paginate_queryset(reasons.planned_for(self.get_object()), request, view=self)
        return page.get_paginated_response(PlannedShape(shown, many=True).data)

    @extend_schema(request=Chosen, responses=FilledShape)
    @action(detail=True, methods=["post"])
    def fill(self, request: Request, pk: str) -> Response:
        """Fill a canned answer for this owner, to be read over and sent; nothing is sent by this."""
        answer = valid(Chosen, request.data)["answer"]
        filled = canned.fill(answer, conversation_id=self.get_object().pk, user_id=person_of(request))
        return Response(FilledShape(asdict(filled)).data)

    @extend_schema(responses=ColleagueShape(many=True), filters=False)
    @action(detail=False, filterset_class=None)
    def colleagues(self, request: Request) -> Response:
        """List who may be given a conversation."""
        page = OldestFirst()
        shown = page.paginate_queryset(colleagues.answering(), request, view=self)
        return page.get_paginated_response(ColleagueShape(shown, many=True).data)


def _authors(notes: Iterable[Note]) -> dict[str, Mapping[str, str]]:
    return {"names": naming.names_of(f"user:{note.author_id}" for note in notes)}


def _language() -> str:
    spoken = get_language() or ""
    return spoken if spoken in LANGUAGES else "en"
