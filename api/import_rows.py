"""Rows set aside: looked at, corrected in place, brought in, put away; and columns remembered by name."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api import import_words, tables
from api.access import actor_of
from api.import_shapes import IMPORT, MEND, MappingShape, RowShape
from api.paging import NewestFirst, OldestFirst
from api.reading import valid
from api.resource import ReadResource
from api.texts import Verbatim
from core.models import ColumnMapping, ImportRow, ImportRun
from core.repair_orders.imports import retries, uploads
from core.repair_orders.imports.columns import FIELDS

LONGEST_HEADER = 200
# Before the file's own columns, which are recognised when the list is dropped here again; these are not.
TABLE_HEADERS = (_("File"), _("Row"), _("Column"), _("Value"), _("Why"))


class RowCorrections(serializers.Serializer[dict[str, object]]):
    # Field -> text, as in the row's cells.
    corrections = serializers.DictField(
        child=Verbatim(max_length=retries.LONGEST_CELL, allow_blank=True, trim_whitespace=False)
    )


class Columns(serializers.Serializer[dict[str, object]]):
    headers = serializers.ListField(child=Verbatim(max_length=LONGEST_HEADER, allow_blank=True), max_length=200)
    # Field -> header.
    mapping = serializers.DictField(child=Verbatim(max_length=LONGEST_HEADER))


class InFileOrder(NewestFirst):
    """Rows as they stand in the file."""

    ordering = ("row_number", "id")


class ImportRows(ReadResource[ImportRow]):
    """Rows set aside or kept with a warning."""

    subject, model = "imports", ImportRow
    verbs: ClassVar = {"partial_update": MEND, "retry": MEND, "dismiss": MEND}
    serializer_class = RowShape
    pagination_class = OldestFirst
    related = ("run",)
    filterset_fields: ClassVar = ["run", "state", "reason"]

    @extend_schema(request=RowCorrections, responses=RowShape)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Write over some cells; nothing is imported yet, but what is still wrong is said at once."""
        corrections = valid(RowCorrections, request.data)["corrections"]
        return self._show(retries.correct_row(self.get_object().pk, corrections=corrections))

    @extend_schema(request=RowCorrections, responses=RowShape)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Import the row, with some more cells corrected."""
        row, corrections = self.get_object(), valid(RowCorrections, request.data)["corrections"]
        retries.retry_row(row.pk, corrections=corrections, now=datetime.now(UTC), actor=actor_of(request))
        return self._show(self.get_object())

    @extend_schema(request=None, responses=RowShape)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        """Put the row away: nobody will fix it."""
        retries.dismiss_row(self.get_object().pk)
        return self._show(self.get_object())

    def _show(self, row: ImportRow) -> Response:
        return Response(RowShape(row, context=self.get_serializer_context()).data)


class ColumnMappings(ReadResource[ColumnMapping]):
    """Columns corrected once, remembered for files with the same headers."""

    subject, model = "imports", ColumnMapping
    verbs: ClassVar = {"create": IMPORT}
    serializer_class = MappingShape

    @extend_schema(request=Columns, responses={201: MappingShape})
    def create(self, request: Request) -> Response:
        """Remember which column is which."""
        asked = valid(Columns, request.data)
        known = uploads.remember_columns(headers=asked["headers"], mapping=asked["mapping"], now=datetime.now(UTC))
        return Response(MappingShape(known).data, status=status.HTTP_201_CREATED)


def file_page(
    rows: QuerySet[Any], request: Request, *, shape: type[serializers.ModelSerializer[Any]], context: Mapping[str, Any]
) -> Response:
    """Return a page of a file's rows, as they stand in it."""
    page = InFileOrder()
    shown = page.paginate_queryset(rows, request)
    return page.get_paginated_response(shape(shown, many=True, context=dict(context)).data)


def as_table(run: ImportRun, rows: QuerySet[ImportRow]) -> Iterator[list[object]]:
    """Yield a header and the rows: where, what and why first, then the file's own columns, corrected cells and all."""
    kept = [field for field in FIELDS if field in run.mapping]
    yield [*(gettext(word) for word in TABLE_HEADERS), *(run.mapping[field] for field in kept)]
    for row in rows.order_by("row_number", "pk")[: tables.MOST_ROWS]:
        cells = {**row.cells, **row.corrections}
        why = import_words.sentence_of(row.reason)
        yield [run.file_name, row.row_number, row.column, row.value, why, *(cells.get(field, "") for field in kept)]
