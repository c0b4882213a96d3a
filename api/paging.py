"""Pages of lists: by the last row shown, so that no page is missed or repeated while rows come in.

REST framework's own cursor counts rows that share the first value of the order, and gives up at a
thousand of them; a morning's calls are due at one time. Ours names the last row by every value of a
total order.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from django.core.exceptions import ValidationError as ValueUnusable
from django.db.models import Field, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

CURSOR, SIZE = "cursor", "page_size"
USUAL_SIZE, LARGEST_SIZE = 50, 500
# More than any order of ours needs; a longer one is nobody's.
LONGEST_CURSOR = 400
NO_PLACE = _("This is no place in the list. Begin again with its first page.")

Schema = dict[str, Any]


class NewestFirst(BasePagination):
    """Rows by falling id. Orders end with the id, so that they are total, and hold no empty values."""

    ordering: tuple[str, ...] = ("-id",)
    # A field of the order that may be empty, where a paginator of its own knows what to do about it.
    may_lack: str = ""
    next_link: str | None = None

    def order_of(self, request: Request) -> tuple[str, ...]:
        """Return the order that rows are wanted in. Raises: ValidationError where one can be chosen and is unknown."""
        return self.ordering

    def paginate_queryset(  # type: ignore[override]  # a page is a question to the database, never of a list
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        """Return one page in one query. Raises: ValidationError for a cursor or size that is none."""
        rows = queryset.order_by(*self.ordering)
        size, last = self.asked(request, rows)
        if last is not None:
            rows = rows.filter(after(self.ordering, last))
        return self.cut(list(rows[: size + 1]), size=size, request=request)

    def asked(self, request: Request, rows: QuerySet[Any]) -> tuple[int, dict[str, Any] | None]:
        """Return how many rows are asked for, and the values of the last row shown before, if there was one.

        Raises: ValidationError.
        """
        size, cursor = size_of(request), request.query_params.get(CURSOR, "")
        return size, _read(cursor, self.ordering, rows=rows, may_lack=self.may_lack) if cursor else None

    def cut(self, rows: list[Any], *, size: int, request: Request) -> list[Any]:
        """Return a page of rows of which one more than `size` was read, to see whether there is a next."""
        shown = rows[:size]
        self.next_link = self._link(request, shown[-1]) if len(rows) > size else None
        return shown

    def get_paginated_response(self, data: Any) -> Response:  # noqa: ANN401  # whatever was serialized
        """Return the rows and the address of the next page; none at the end."""
        return Response({"next": self.next_link, "results": data})

    def get_paginated_response_schema(self, schema: Schema) -> Schema:
        """Describe the answer."""
        link = {"type": "string", "nullable": True, "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {"next": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[Schema]:
        """Describe the two parameters."""
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": USUAL_SIZE}
        cursor = {"type": "string", "maxLength": LONGEST_CURSOR}
        return [
            {"name": CURSOR, "in": "query", "required": False, "schema": cursor, "description": "From `next`."},
            {"name": SIZE, "in": "query", "required": False, "schema": size},
        ]

    def _link(self, request: Request, last: Model) -> str:
        values = [getattr(last, name.removeprefix("-")) for name in self.ordering]
        text = json.dumps(values, default=lambda value: value.isoformat())
        cursor = urlsafe_b64encode(text.encode()).decode().rstrip("=")
        return replace_query_param(request.build_absolute_uri(), CURSOR, cursor)


class ByTime(NewestFirst):
    """What happened last comes first, whenever it was learnt of."""

    ordering = ("-at", "-id")


class OldestFirst(NewestFirst):
    """Rows by rising id."""

    ordering = ("id",)


def size_of(request: Request) -> int:
    asked = request.query_params.get(SIZE, str(USUAL_SIZE))
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 5 and 1 <= int(asked) <= LARGEST_SIZE):
        raise ValidationError({SIZE: [f"1-{LARGEST_SIZE}"]})
    return int(asked)


def _read(cursor: str, ordering: tuple[str, ...], *, rows: QuerySet[Any], may_lack: str) -> dict[str, Any]:
    """Return the last row's values by field. Raises: ValidationError."""
    names = [name.removeprefix("-") for name in ordering]
    try:
        values = json.loads(urlsafe_b64decode(cursor[:LONGEST_CURSOR] + "=="))
        pairs = zip(names, values, strict=True)
        read = {name: _field(rows, name).to_python(value) for name, value in pairs}
    except (ValueError, TypeError, AttributeError, ArithmeticError, RecursionError, ValueUnusable) as error:
        raise ValidationError({CURSOR: [NO_PLACE]}) from error
    if any(value is None and name != may_lack for name, value in read.items()):
        raise ValidationError({CURSOR: [NO_PLACE]})
    return read


def _field(rows: QuerySet[Any], name: str) -> "Field[Any, Any]":
    """Return the field that a name of the order stands for: a column's, or that of a value computed for each row."""
    computed = rows.query.annotations.get(name)
    field = computed.output_field if computed is not None else rows.model._meta.get_field(name)
    if not isinstance(field, Field):
        raise TypeError(name)
    return field


def after(ordering: tuple[str, ...], last: dict[str, Any]) -> Q:
    """Return what lies behind the last row: equal in the first values, and further on in the next."""
    further, equal = Q(), Q()
    for name in ordering:
        field = name.removeprefix("-")
        further |= equal & Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": last[field]})
        equal &= Q(**{field: last[field]})
    # What the rest implies, said once more in a form that an index on the first field can use.
    first = ordering[0].removeprefix("-")
    bound = Q(**{f"{first}__{'lte' if ordering[0].startswith('-') else 'gte'}": last[first]})
    return bound & further
