"""Pages whose order the caller chooses from a list; the cursor fits the order it was made in."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import F, Model, QuerySet
from django.db.models.expressions import OrderBy
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from api.paging import NewestFirst, Schema, after

ORDER = "order"


class OrderedPages(NewestFirst):
    """Rows by one of the `orders`, which go the other way round behind a "-"; `usual` is taken where none is asked for.

    Only the first field of an order may be empty: such rows come last, whichever way it goes.
    """

    orders: ClassVar[Mapping[str, tuple[str, ...]]]
    usual: ClassVar[str]

    def paginate_queryset(  # type: ignore[override]  # a page is a question to the database, never of a list
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        """Return one page. Raises: ValidationError for an order, cursor or size that is none.

        One query, and a second where the rows that have the field are at their end: each goes by the index, which
        one that asks for both could not.
        """
        self.ordering = self.order_of(request)
        self.may_lack = lacking(queryset.model, self.ordering)
        if not self.may_lack:
            return super().paginate_queryset(queryset, request, view)
        rows = queryset.order_by(*self.ordering)
        size, last = self.asked(request, rows)
        page: list[Any] = []
        if last is None or last[self.may_lack] is not None:
            having = rows.filter(**{f"{self.may_lack}__isnull": False})
            page = list((having.filter(after(self.ordering, last)) if last else having)[: size + 1])
            last = None
        if len(page) <= size:
            bare = rows.filter(**{f"{self.may_lack}__isnull": True})
            page += (bare.filter(after(self.ordering[1:], last)) if last else bare)[: size + 1 - len(page)]
        return self.cut(page, size=size, request=request)

    def order_of(self, request: Request) -> tuple[str, ...]:
        """Return the order that was asked for, by fields. Raises: ValidationError for one that is none."""
        word = request.query_params.get(ORDER) or self.usual
        if word not in words(self.orders):
            raise ValidationError({ORDER: [", ".join(words(self.orders))]})
        fields = self.orders[word.removeprefix("-")]
        return tuple(f"-{field}" for field in fields) if word.startswith("-") else fields

    def get_schema_operation_parameters(self, view: APIView) -> list[Schema]:
        """Describe the parameters."""
        order = {"type": "string", "enum": words(self.orders), "default": self.usual}
        return [
            *super().get_schema_operation_parameters(view),
            {"name": ORDER, "in": "query", "required": False, "schema": order},
        ]


def words(orders: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return what can be asked for: each order, there and back."""
    return [word for name in orders for word in (name, f"-{name}")]


def lacking(model: type[Model], ordering: tuple[str, ...]) -> str:
    """Return the first field of an order where rows may lack it; empty where none does."""
    first = ordering[0].removeprefix("-")
    return first if getattr(model._meta.get_field(first), "null", False) else ""


def whole(rows: QuerySet[Any], ordering: tuple[str, ...]) -> QuerySet[Any]:
    """Return all rows in an order, those without its first field last, as the pages have them."""
    first, *rest = ordering
    name = first.removeprefix("-")
    column = OrderBy(F(name), descending=first.startswith("-"), nulls_last=bool(lacking(rows.model, ordering)) or None)
    return rows.order_by(column, *rest)
