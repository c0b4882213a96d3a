"""Imports of repair orders: a file is kept, its columns named, tried, imported in the background, taken back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import FileResponse, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api import import_columns
from api.access import actor_of, address_of, by
from api.exporting import EXPORT, FILES, Exported, FileWishes, described, exported
from api.import_rows import LONGEST_HEADER, InFileOrder, as_table, file_page
from api.import_shapes import (
    IMPORT,
    MEND,
    ColumnsShape,
    RetriedShape,
    RollbackShape,
    RowShape,
    RunDetail,
    RunShape,
    VerdictShape,
)
from api.naming import names_of
from api.ordering import OrderedPages
from api.reading import Day, Files, Json, queried, valid
from api.tables import csv_answer
from api.texts import Verbatim
from core.models import ImportRow, ImportRun, ImportVerdict
from core.repair_orders.imports import queueing, retries, rollback, uploads
from tenants import scope
from tenants.accounts import audited

State = ImportRow.State


class Upload(serializers.Serializer[dict[str, object]]):
    file = serializers.FileField(allow_empty_file=True)
    as_of = Day(required=False, default=None, allow_null=True)
    # Import it at once, unless a person must name its columns first: for programs.
    start = serializers.BooleanField(default=False)


class NamedColumns(serializers.Serializer[dict[str, object]]):
    # Field -> header; empty where the file has no such column.
    mapping = serializers.DictField(child=Verbatim(max_length=LONGEST_HEADER, allow_blank=True))


class Dismissal(serializers.Serializer[dict[str, object]]):
    state = serializers.ChoiceField(choices=[State.REFUSED, State.WARNED])


OF_STATE = OpenApiParameter("state", str, enum=State.values, default=State.REFUSED)
OF_KIND = OpenApiParameter("kind", str, enum=ImportVerdict.Kind.values)
WITH_WARNINGS = OpenApiParameter("is_warned", bool)


class WhichRows(serializers.Serializer[dict[str, object]]):
    state = serializers.ChoiceField(choices=State.choices, default=State.REFUSED)


class WhichVerdicts(serializers.Serializer[dict[str, object]]):
    kind = serializers.ChoiceField(choices=ImportVerdict.Kind.choices, required=False)
    is_warned = serializers.BooleanField(default=False)


class ImportPages(OrderedPages):
    """The newest first, or by the file's name. Ids are given as files come in."""

    usual = "-begun"
    orders: ClassVar = {"begun": ("id",), "file": ("file_name", "id")}


@described
class Imports(Exported[ImportRun]):
    """Every file that came in, with what became of it."""

    subject, model = "imports", ImportRun
    file_columns, file_name = import_columns.HISTORY, "imports"
    verbs: ClassVar = {
        "export": EXPORT,
        "export_verdicts": EXPORT,
        **dict.fromkeys(
            ("create", "name_columns", "check", "start", "stop", "discard", "roll_back", "roll_back_preview"), IMPORT
        ),
        "retry_rows": MEND,
        "dismiss_rows": MEND,
        "rows_as_csv": "exports.create",
    }
    serializer_class = RunShape
    parser_classes = (Files, Json)
    filterset_fields: ClassVar = ["state"]
    pagination_class = ImportPages

    @property
    def throttle_scope(self) -> str:
        """Return what a call is counted as: uploads and files are scarce."""
        scarce = {"create": "imports", "export": "exports", "export_verdicts": "exports"}
        return scarce.get(self.action, "calls")

    def get_queryset(self) -> QuerySet[ImportRun]:
        """Return the files; rows that came in later belong to theirs."""
        waiting = ImportRow.objects.filter(run=OuterRef("pk"), state=State.REFUSED).order_by().values("run")
        count = Subquery(waiting.annotate(count=Count("*")).values("count"))
        return super().get_queryset().filter(parent__isnull=True).annotate(waiting=Coalesce(count, 0))

    def list(self, request: Request) -> Response:
        """Show the history, newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(RunShape(page, many=True, context=self._context(page)).data)

    @extend_schema(responses=RunDetail)
    def retrieve(self, request: Request, pk: str) -> Response:
        """Show one, with what became of its rows."""
        return self._show(self.get_object())

    @extend_schema(request={"multipart/form-data": Upload}, responses={201: RunDetail})
    def create(self, request: Request) -> Response:
        """Keep a file and recognise its columns; nothing is imported yet, unless `start` is asked for."""
        asked, now = valid(Upload, request.data), datetime.now(UTC)
        file, actor = asked["file"], actor_of(request)
        as_of_date = asked["as_of"] or _today(now)
        run = uploads.receive_file(file, file_name=file.name, as_of_date=as_of_date, now=now, actor=actor)
        if asked["start"]:
            run = uploads.start(run, now=now, actor=actor, address=address_of(request))
        return self._show(self._again(run), code=status.HTTP_201_CREATED)

    @extend_schema(responses=ColumnsShape)
    @action(detail=True, methods=["get"])
    def columns(self, request: Request, pk: str) -> Response:
        """Show the top of a kept file and which column was recognised as which."""
        return Response(ColumnsShape(self.get_object()).data)

    @extend_schema(request=NamedColumns, responses=RunDetail)
    @columns.mapping.put
    def name_columns(self, request: Request, pk: str) -> Response:
        """Say which column is which; remembered for files with the same headers."""
        mapping = valid(NamedColumns, request.data)["mapping"]
        return self._show(
            self._again(uploads.name_columns(self.get_object().pk, mapping=mapping, now=datetime.now(UTC)))
        )

    @extend_schema(request=None, responses=RunDetail)
    @action(detail=True, methods=["post"])
    def check(self, request: Request, pk: str) -> Response:
        """Have a verdict given on each row, and nothing changed."""
        return self._show(self._again(queueing.ask_to_check(self.get_object().pk, now=datetime.now(UTC))))

    @extend_schema(
        parameters=[OF_KIND, WITH_WARNINGS],
        responses=VerdictShape(many=True),
        filters=False,
    )
    @action(detail=True, methods=["get"], pagination_class=InFileOrder, filterset_fields=[])
    def verdicts(self, request: Request, pk: str) -> Response:
        """Show the rows of the last dry run."""
        rows, _asked = self._verdicts(request)
        return file_page(rows, request, shape=VerdictShape, context={})

    @extend_schema(parameters=[OF_KIND, WITH_WARNINGS], request=FileWishes, responses=FILES, filters=False)
    @action(detail=True, methods=["post"], pagination_class=None, filterset_fields=[])
    def export_verdicts(self, request: Request, pk: str) -> FileResponse:
        """Save the rows of the last dry run, minutes after confirming that it is oneself."""
        rows, asked = self._verdicts(request)
        return exported(
            rows.order_by("row_number", "pk"),
            request,
            columns=import_columns.VERDICT,
            names=lambda _rows: {},
            list_name="verdicts",
            asked={name: str(word) for name, word in asked.items() if word} | {"import": pk},
        )

    @extend_schema(request=None, responses=RunDetail)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        """Import a kept file in the background; one that was stopped is read anew."""
        run = queueing.ask_to_start(
            self.get_object().pk, now=datetime.now(UTC), actor=actor_of(request), address=address_of(request)
        )
        return self._show(self._again(run))

    @extend_schema(request=None, responses=RunDetail)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: str) -> Response:
        """Ask a running import to stop; nothing of it is merged then."""
        return self._show(self._again(queueing.ask_to_stop(self.get_object().pk, now=datetime.now(UTC))))

    @extend_schema(request=None, responses=RunDetail)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Put a file away that nobody wants imported; it is deleted."""
        return self._show(self._again(queueing.discard(self.get_object().pk, now=datetime.now(UTC))))

    @extend_schema(responses=RollbackShape)
    @action(detail=True, methods=["get"])
    def roll_back_preview(self, request: Request, pk: str) -> Response:
        """Say what taking the import back would take away."""
        would = rollback.preview_rollback(self.get_object().pk, now=datetime.now(UTC))
        return Response(RollbackShape(would).data)

    @extend_schema(request=None, responses=RollbackShape)
    @action(detail=True, methods=["post"])
    def roll_back(self, request: Request, pk: str) -> Response:
        """Take an import back; what it replaced stands again."""
        undone = rollback.roll_back_import(
            self.get_object().pk, now=datetime.now(UTC), actor=actor_of(request), address=address_of(request)
        )
        return Response(RollbackShape(undone).data)

    @extend_schema(parameters=[OF_STATE], responses=RowShape(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=InFileOrder, filterset_fields=[])
    def rows(self, request: Request, pk: str) -> Response:
        """Show the rows set aside, in file order."""
        return file_page(self._rows(request), request, shape=RowShape, context=self.get_serializer_context())

    @extend_schema(parameters=[OF_STATE], responses={(200, "text/csv"): OpenApiTypes.BINARY}, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None, filterset_fields=[])
    def rows_as_csv(self, request: Request, pk: str) -> HttpResponse:
        """Save the rows set aside, to be mended in a spreadsheet and dropped here again."""
        run, who, now = self.get_object(), by(request), datetime.now(UTC)
        table = list(as_table(run, self._rows(request)))
        told = {"import": run.pk}
        audited.taken_out("import_rows", write=lambda: len(table) - 1, told=told, by=who, now=now)
        return csv_answer(table, file_name=f"import-{run.pk}-rows.csv")

    @extend_schema(request=None, responses=RetriedShape)
    @action(detail=True, methods=["post"])
    def retry_rows(self, request: Request, pk: str) -> Response:
        """Import all rows that were corrected and can be kept now."""
        retried = retries.retry_corrected(self.get_object().pk, now=datetime.now(UTC), actor=actor_of(request))
        return Response(RetriedShape(retried).data)

    @extend_schema(request=Dismissal, responses=RunDetail)
    @action(detail=True, methods=["post"])
    def dismiss_rows(self, request: Request, pk: str) -> Response:
        """Put all rows away that wait in one state."""
        run = self.get_object()
        retries.dismiss_rows(run.pk, state=valid(Dismissal, request.data)["state"])
        return self._show(self._again(run))

    def names(self, rows: Sequence[ImportRun]) -> Mapping[str, str]:
        """Return who began some imports."""
        return names_of(run.actor for run in rows)

    def _verdicts(self, request: Request) -> tuple[QuerySet[ImportVerdict], dict[str, Any]]:
        """Return the rows of a dry run that are asked for, and what was asked."""
        asked = queried(WhichVerdicts, request.query_params)
        rows = ImportVerdict.objects.filter(run=self.get_object().pk)
        if "kind" in asked:
            rows = rows.filter(kind=asked["kind"])
        if asked["is_warned"]:
            rows = rows.filter(is_warned=True)
        return rows, asked

    def _rows(self, request: Request) -> QuerySet[ImportRow]:
        state = queried(WhichRows, request.query_params)["state"]
        return ImportRow.objects.filter(run=self.get_object().pk, state=state).select_related("run")

    def _again(self, run: ImportRun) -> ImportRun:
        """Return the run with its figures as they stand now."""
        return self.get_queryset().get(pk=run.pk)

    def _show(self, run: ImportRun, *, code: int = status.HTTP_200_OK) -> Response:
        return Response(RunDetail(run, context=self._context([run])).data, status=code)

    def _context(self, runs: Iterable[ImportRun]) -> dict[str, Any]:
        return {**self.get_serializer_context(), "names": names_of(run.actor for run in runs)}


def _today(now: datetime) -> date:
    return now.astimezone(ZoneInfo(scope.current_dealer().timezone)).date()
