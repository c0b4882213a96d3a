"""Customers with their addresses, and one person's whole file."""

from datetime import UTC, datetime
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.db.models import CharField, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api import customer_columns
from api.access import actor_of, address_of, require
from api.exporting import EXPORT, Exported, described
from api.files import ContactPointShape, CustomerFileShape, FileMergeShape, ListedCustomerShape
from api.filtering import Filters
from api.keepers import Kept
from api.ordering import OrderedPages
from api.reading import LANGUAGES, LARGEST_ID, KnownId, Moment, valid
from api.resource import ReadResource
from api.texts import Line, Name, Pasted
from api.timeline import EntryShape, TimelinePages
from core.customers import addresses, merging, operations, queries
from core.models import ContactPoint, Customer
from notifications.planning import forecast
from notifications.timeline import pages

HALF_A_TIME = _("A preferred time has a beginning and an end.")


class Changes(serializers.ModelSerializer[Customer]):
    serializer_field_mapping: ClassVar = {**serializers.ModelSerializer.serializer_field_mapping, CharField: Line}
    name = Name(max_length=200)
    # Empty: the dealer's.
    language = serializers.ChoiceField(choices=LANGUAGES, allow_blank=True)
    # `updated_at` of the file as the caller saw it: who has changed the same fields since is not overruled unseen.
    seen_at = Moment(required=False, default=None, allow_null=True)

    class Meta:
        model = Customer
        fields = [*sorted(operations.EDITABLE), "seen_at"]

    def validate_timezone(self, value: str) -> str:
        """Take only what a clock can be set by; empty is the dealer's."""
        if value and value not in available_timezones():
            raise serializers.ValidationError(_("There is no such time zone."))
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take a preferred time whole or not at all."""
        ends = [attrs.get(name, getattr(self.instance, name, None)) for name in ("preferred_from", "preferred_until")]
        if (ends[0] is None) != (ends[1] is None):
            raise serializers.ValidationError({"preferred_from": [HALF_A_TIME], "preferred_until": [HALF_A_TIME]})
        return attrs


class NewContactPoint(serializers.Serializer[dict[str, object]]):
    customer = KnownId(Customer)
    kind = serializers.ChoiceField(choices=[ContactPoint.Kind.PHONE, ContactPoint.Kind.EMAIL])
    value = Pasted(max_length=254)


class Replacement(serializers.Serializer[dict[str, object]]):
    value = Pasted(max_length=254)


class Merge(serializers.Serializer[dict[str, object]]):
    # The file that is the same person's and goes into this one.
    other = KnownId(Customer)
    # Fields in which the other file wins; in all others this one.
    take = serializers.MultipleChoiceField(choices=sorted(operations.EDITABLE), required=False, default=set())


class Mark(serializers.Serializer[dict[str, object]]):
    # False: somebody else's; never written to again.
    is_right = serializers.BooleanField()


class ForecastShape(serializers.Serializer[forecast.Forecast]):
    vehicle = serializers.IntegerField()
    due_date = serializers.DateField()
    by_odometer = serializers.BooleanField()
    last_date = serializers.DateField()
    interval_months = serializers.IntegerField()
    interval_km = serializers.IntegerField()


class CustomerFilters(Filters):
    """What a list of customers is narrowed by."""

    is_incomplete = filters.BooleanFilter(method="lacking")
    # Who holds a car of this model.
    model = filters.CharFilter(method="holding")
    # Named, not looked up: the library would keep a query of whoever asked first.
    household = filters.NumberFilter(field_name="household_id", min_value=1, max_value=LARGEST_ID)

    class Meta:
        model = Customer
        fields = ["kind", "lifecycle", "value_group", "consenting", "is_member"]

    def lacking(self, rows: QuerySet[Customer], _name: str, is_lacking: bool) -> QuerySet[Customer]:
        """Keep the files that lack something required, or those that lack nothing."""
        return rows.exclude(missing=[]) if is_lacking else rows.filter(missing=[])

    def holding(self, rows: QuerySet[Customer], _name: str, model: str) -> QuerySet[Customer]:
        """Keep who holds a car of the model at present."""
        return rows.filter(pk__in=queries.holders_of(model))


class CustomerPages(OrderedPages):
    """Newest files first, or by name, last visit, last change. Ids are given as files are made."""

    usual = "-created"
    orders: ClassVar = {
        "created": ("id",),
        "name": ("name_key", "id"),
        "seen": ("last_visit_date", "id"),
        "updated": ("updated_at", "id"),
    }


@described
class Customers(Kept, Exported[Customer]):
    """Everyone of whom this dealer keeps a file; files merged into another stand in that one."""

    subject, model = "customers", Customer
    verbs: ClassVar = {"merge": "customers.merge", "unmerge": "customers.merge", "export": EXPORT}
    file_columns, file_name, typed = customer_columns.COLUMNS, "customers", frozenset({"model"})
    serializer_class = ListedCustomerShape
    prefetched = ("contact_points",)
    filterset_class = CustomerFilters
    pagination_class = CustomerPages

    def get_queryset(self) -> QuerySet[Customer]:
        """Return all files for looking at one, and those that stand by themselves for the list."""
        rows = super().get_queryset().prefetch_related(Prefetch("ownerships", queries.cars_listed()))
        return rows.filter(merged_into__isnull=True) if self.action in {"list", "export"} else rows

    @extend_schema(request=Changes(partial=True), responses=ListedCustomerShape)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change fields of a file; its history keeps what stood there."""
        customer = self.get_object()
        changes = valid(Changes, request.data, changed=customer)
        operations.edit_customer(
            customer_id=customer.pk,
            seen_at=changes.pop("seen_at", None),
            changes=changes,
            actor=actor_of(request),
            now=datetime.now(UTC),
        )
        return self._shown()

    @extend_schema(request=None, responses=ListedCustomerShape)
    @action(detail=True, methods=["post"])
    def leave_household(self, request: Request, pk: str) -> Response:
        """Take a person out of household or fleet."""
        operations.leave_household(customer_id=self.get_object().pk, actor=actor_of(request), now=datetime.now(UTC))
        return self._shown()

    @extend_schema(responses=CustomerFileShape, filters=False)
    @action(detail=True, pagination_class=None)
    def file(self, request: Request, pk: str) -> Response:
        """Show the whole file, those merged into it included; of what may be long, the newest."""
        require(request, "vehicles.read", "repair_orders.read")
        file = queries.customer_file(int(pk))
        return Response(CustomerFileShape(file, context=self.get_serializer_context()).data)

    @extend_schema(responses=ForecastShape(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def maintenance(self, request: Request, pk: str) -> Response:
        """List when the person's cars will want maintenance next; of some nothing is known yet."""
        require(request, "vehicles.read", "repair_orders.read")
        found = forecast.of_customer(int(pk))
        return Response([{"vehicle": vehicle_id, **vars(one)} for vehicle_id, one in found.items()])

    @extend_schema(responses=EntryShape(many=True), parameters=TimelinePages.parameters, filters=False)
    @action(detail=True, pagination_class=TimelinePages)
    def timeline(self, request: Request, pk: str) -> Response:
        """List everything that happened with a person, newest first."""
        return TimelinePages().answer(pages.of_customer, int(pk), request)

    @extend_schema(request=Merge, responses=FileMergeShape)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """Say that another file is this same person's; nothing of either is lost, and it can be undone."""
        asked = valid(Merge, request.data)
        by = merging.By(actor_of(request), address_of(request))
        merge = merging.merge_customers(
            kept_id=int(pk), other_id=asked["other"], take=asked["take"], by=by, now=datetime.now(UTC)
        )
        return Response(FileMergeShape(merge, context=self.get_serializer_context()).data)

    @extend_schema(request=None, responses=FileMergeShape)
    @action(detail=True, methods=["post"])
    def unmerge(self, request: Request, pk: str) -> Response:
        """Take this file out of the one it was merged into."""
        by = merging.By(actor_of(request), address_of(request))
        merge = merging.unmerge_customer(customer_id=int(pk), by=by, now=datetime.now(UTC))
        return Response(FileMergeShape(merge, context=self.get_serializer_context()).data)

    def _shown(self) -> Response:
        return Response(self.get_serializer(self.get_object()).data)


class ContactPoints(ReadResource[ContactPoint]):
    """Phones, e-mail addresses and chat identities."""

    subject, model = "customers", ContactPoint
    serializer_class = ContactPointShape
    filterset_fields: ClassVar = ["customer", "kind"]

    @extend_schema(request=NewContactPoint, responses={201: ContactPointShape})
    def create(self, request: Request) -> Response:
        """Add a phone or an e-mail address to a file."""
        asked = valid(NewContactPoint, request.data)
        point = addresses.add_contact_point(
            customer_id=asked["customer"],
            kind=asked["kind"],
            value=asked["value"],
            actor=actor_of(request),
            now=datetime.now(UTC),
        )
        return Response(self.get_serializer(point).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=Replacement, responses=ContactPointShape)
    @action(detail=True, methods=["post"])
    def replace(self, request: Request, pk: str) -> Response:
        """Put another number or address in the place of this one, which stays in the history."""
        point = addresses.replace_contact_point(
            contact_point_id=self.get_object().pk,
            value=valid(Replacement, request.data)["value"],
            actor=actor_of(request),
            now=datetime.now(UTC),
        )
        return Response(self.get_serializer(point).data)

    @extend_schema(request=Mark, responses=ContactPointShape)
    @action(detail=True, methods=["post"])
    def mark(self, request: Request, pk: str) -> Response:
        """Note that the address is right, or that it is somebody else's."""
        point = addresses.mark_contact_point(
            contact_point_id=self.get_object().pk,
            is_right=valid(Mark, request.data)["is_right"],
            actor=actor_of(request),
            now=datetime.now(UTC),
        )
        return Response(self.get_serializer(point).data)

    @extend_schema(request=None, responses=ContactPointShape)
    @action(detail=True, methods=["post"])
    def prefer(self, request: Request, pk: str) -> Response:
        """Note that the person wants to be reached here first."""
        point = addresses.prefer_contact_point(
            contact_point_id=self.get_object().pk, actor=actor_of(request), now=datetime.now(UTC)
        )
        return Response(self.get_serializer(point).data)
