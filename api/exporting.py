"""Lists carried away: what was asked for, column by column, as one file; who did so is in the audit.

A file is made whole on disk before the first byte leaves: a failure is told in words, the audit knows how many rows
went, and no query outlives the call that knows its dealer. Rows come through a cursor of the database, so that memory
stays the same, however many there are.
"""

import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import islice
from typing import IO, Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo

from asgiref.sync import sync_to_async
from django.db.models import Model, Prefetch, QuerySet
from django.http import FileResponse
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from api.access import by, require, require_confirmation
from api.filtering import Backend
from api.ordering import ORDER, OrderedPages, whole, words
from api.reading import valid
from api.resource import M, ReadResource
from api.tables import CSV, Cell, write_csv
from api.texts import Line
from api.workbooks import XLSX, write_xlsx
from tenants import scope
from tenants.accounts import audited

EXPORT = "exports.create"
# What a sheet of Excel holds, but for its head. Source: Excel specifications and limits.
MOST_ROWS = 2**20 - 1
# Rows in memory at a time; each such lot takes the same few queries.
LOT = 1_000
PIECE = 64 * 1024
# Said in the audit in the place of words that somebody typed: nobody knows what they are.
TYPED = "*"
FORMS: Mapping[str, tuple[str, Callable[[Iterable[Sequence[Cell]], IO[bytes]], int]]] = {
    "csv": (CSV, write_csv),
    "xlsx": (XLSX, write_xlsx),
}
FILES = {(HTTPStatus.OK.value, kind): OpenApiTypes.BINARY for kind in ("text/csv", XLSX)}

Names = Mapping[str, str]
V = TypeVar("V", bound="Exported[Any]")


@dataclass(frozen=True)
class Column:
    """One column of a list: its heading, and what of a row stands in it."""

    key: str
    heading: str
    # Of a row and of the names that its lot was given.
    cell: Callable[[Any, Names], Cell]
    # What must be fetched along with a lot; made anew for each call, as it belongs to a dealer.
    need: "Callable[[], Prefetch[Any, Any, Any]] | None" = None


class FileWishes(serializers.Serializer[dict[str, object]]):
    form = serializers.ChoiceField(choices=list(FORMS), default="csv")
    # In this order; left out: all of them.
    columns = serializers.ListField(child=Line(max_length=40), required=False, allow_empty=False)


class SavedFile(FileResponse):
    """A file sent piece by piece: Django would gather all pieces of one before it sends the first."""

    block_size = PIECE

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self)
        further = sync_to_async(lambda: next(pieces, None), thread_sensitive=False)
        while (piece := await further()) is not None:
            yield piece


class Exported(ReadResource[M]):
    """A list that can be carried away: its `file_columns`, and what the file is called.

    `verbs` of the resource say that `export` is the action EXPORT.
    """

    file_columns: ClassVar[Sequence[Column]]
    file_name: ClassVar[str]
    pagination_class: type[OrderedPages]
    # Filters that take whatever is typed.
    typed: ClassVar[frozenset[str]] = frozenset()

    @property
    def throttle_scope(self) -> str:
        """Return what a call is counted as: files are scarce."""
        return "exports" if self.action == "export" else "calls"

    def names(self, rows: Sequence[M]) -> Names:
        """Return what rows are named with, for a whole lot at once."""
        return {}

    @action(detail=False, methods=["post"], pagination_class=None)
    def export(self, request: Request) -> FileResponse:
        """Save the list as it is narrowed and ordered, minutes after confirming that it is oneself."""
        require(request, f"{self.subject}.read")
        rows = self.filter_queryset(self.get_queryset())
        return exported(
            whole(rows, type(self).pagination_class().order_of(request)),
            request,
            columns=self.file_columns,
            names=self.names,
            list_name=self.file_name,
            asked=self._asked(request),
        )

    def _asked(self, request: Request) -> dict[str, str]:
        """Return what the list was asked for, as the audit may keep it."""
        known = Backend().get_filterset_class(self, self.get_queryset())
        asked = {name: request.query_params.get(name, "") for name in (*known.base_filters, ORDER)}
        return {name: TYPED if name in self.typed else word for name, word in asked.items() if word}


def described(resource: type[V]) -> type[V]:
    """Describe the call in the API's schema: which columns and orders there are, and what comes back."""
    orders = words(resource.pagination_class.orders)
    drawn = extend_schema(
        request=FileWishes,
        responses=FILES,
        parameters=[OpenApiParameter(ORDER, str, enum=orders)],
        filters=True,
        description=f"Columns: {', '.join(column.key for column in resource.file_columns)}.",
    )
    drawn_view: type[V] = extend_schema_view(export=drawn)(resource)
    return drawn_view


def exported(
    rows: QuerySet[Any],
    request: Request,
    *,
    columns: Sequence[Column],
    names: Callable[[Sequence[Any]], Names],
    list_name: str,
    asked: Mapping[str, str],
) -> FileResponse:
    """Return the rows as a file, and note that they left.

    Raises: ValidationError for a column that is none; ConfirmationNeeded; PermissionDenied for a program.
    """
    wishes, who, now = valid(FileWishes, request.data), by(request), datetime.now(UTC)
    chosen = _chosen(columns, wishes.get("columns"))
    require_confirmation(request)
    kind, write = FORMS[wishes["form"]]
    told = {"asked": dict(asked), "columns": [column.key for column in chosen], "form": wishes["form"]}
    file = tempfile.TemporaryFile()  # noqa: SIM115  # sent, and closed, when this call is over
    try:
        lines = _lines(rows, chosen, names=names)
        # The head is no row.
        audited.taken_out(list_name, write=lambda: write(lines, file) - 1, told=told, by=who, now=now)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    answer = SavedFile(file, as_attachment=True, filename=f"{list_name}.{wishes['form']}", content_type=kind)
    answer["Cache-Control"] = "no-store"
    return answer


def _chosen(columns: Sequence[Column], keys: Sequence[str] | None) -> list[Column]:
    by_key = {column.key: column for column in columns}
    if unknown := set(keys or ()) - set(by_key):
        raise ValidationError({"columns": [", ".join(sorted(unknown))]})
    return [by_key[key] for key in dict.fromkeys(keys or by_key)]


def _lines(
    rows: QuerySet[Any], columns: Sequence[Column], *, names: Callable[[Sequence[Any]], Names]
) -> Iterator[list[Cell]]:
    yield [gettext(column.heading) for column in columns]
    zone = ZoneInfo(scope.current_dealer().timezone)
    # Only what the chosen columns show is fetched.
    needs = [column.need() for column in columns if column.need]
    found = rows.prefetch_related(None).prefetch_related(*needs)
    for lot in _lots(found[:MOST_ROWS].iterator(chunk_size=LOT)):
        named = names(lot)
        for row in lot:
            yield [_local(column.cell(row, named), zone) for column in columns]


def _lots(rows: Iterator[Model]) -> Iterator[list[Model]]:
    while lot := list(islice(rows, LOT)):
        yield lot


def _local(cell: Cell, zone: ZoneInfo) -> Cell:
    if isinstance(cell, datetime):
        return cell.astimezone(zone).replace(tzinfo=None, microsecond=0)
    return cell
