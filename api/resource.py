"""What every resource has in common: who may, how pages go, how fields are asked for."""

from collections.abc import Mapping
from typing import ClassVar, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.viewsets import GenericViewSet

from api.paging import NewestFirst

M = TypeVar("M", bound=Model)


def is_schema_drawn(view: object) -> bool:
    """Return whether the view is only asked for its shape, without caller and dealer; it must show no rows then."""
    return bool(getattr(view, "swagger_fake_view", False))


class Resource(GenericViewSet[M]):
    """A resource of the dealer in scope.

    `subject` and, where it differs, `verbs` (view action -> action of the role table) say
    who may. `model` is what is listed; its manager knows the dealer.
    """

    subject: ClassVar[str]
    verbs: ClassVar[Mapping[str, str]] = {}
    model: type[M]
    related: ClassVar[tuple[str, ...]] = ()
    prefetched: ClassVar[tuple[str, ...]] = ()
    pagination_class = NewestFirst
    # As many digits as an id can have: a longer one is no address.
    lookup_value_regex = r"[0-9]{1,19}"

    def get_queryset(self) -> QuerySet[M]:
        """Return the rows with all they are shown with, in a constant number of queries."""
        rows = self.model._default_manager.all()
        if is_schema_drawn(self):
            return rows.none()
        if self.related:
            rows = rows.select_related(*self.related)
        return rows.prefetch_related(*self.prefetched)


class ReadResource(ListModelMixin, RetrieveModelMixin, Resource[M]):
    """A resource that is listed and looked at; what changes it is an action of its own."""
