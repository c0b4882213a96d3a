"""The manufacturer's resources, on the public host: dealers, standard, benchmark. Counts only, no people."""

from datetime import UTC, datetime
from typing import Any, ClassVar, TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.access import MayAct
from api.idempotency import idempotent
from api.reading import Day, queried, valid
from api.resource import ReadResource, is_schema_drawn
from api.texts import Line, Name
from core.kpis import benchmark, report
from notifications.policy import publishing
from tenants import provisioning
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.models import Dealer, Manufacturer, Region, Standard


class DealerShape(serializers.ModelSerializer[Dealer]):
    region = serializers.CharField(source="region.name", default=None, read_only=True)

    class Meta:
        model = Dealer
        fields = ["id", "name", "shown_name", "country", "timezone", "language", "region", "opened_at", "suspended_at"]
        read_only_fields = fields


class RegionShape(serializers.ModelSerializer[Region]):
    class Meta:
        model = Region
        fields = ["id", "name"]
        read_only_fields = fields


class StandardShape(serializers.ModelSerializer[Standard]):
    class Meta:
        model = Standard
        fields = ["id", "version", "in_force_from", "data"]
        read_only_fields = fields


class NewDealer(serializers.Serializer[dict[str, object]]):
    # Part of its host name and its schema's.
    name = Line(max_length=30)
    shown_name = Name(max_length=120)
    country = Line(min_length=2, max_length=2)
    # Left out: the country's.
    timezone = Line(max_length=64, required=False, default=None)
    language = Line(max_length=10, required=False, default=None)
    # The name of one of the manufacturer's regions.
    region = Line(max_length=80, required=False, default=None)
    # For operators only: the name of the manufacturer; its own people open dealers of their own.
    manufacturer = Line(max_length=30, required=False, default=None)


class Brand(serializers.ModelSerializer[Manufacturer]):
    class Meta:
        model = Manufacturer
        fields = ["name", "shown_name", "accent"]
        read_only_fields = fields


class BrandChanges(serializers.Serializer[dict[str, object]]):
    # The colour of the console's screens at this manufacturer and its dealers, #rrggbb.
    accent = Line(max_length=7)


class NewStandard(serializers.Serializer[dict[str, object]]):
    in_force_from = Day()
    # By part: {"contact_policy": {...}}.
    data = serializers.DictField(child=serializers.DictField())  # type: ignore[assignment]  # named as of the base


class Period(serializers.Serializer[dict[str, object]]):
    # Whole days, both counted in.
    first = Day()
    last = Day()


class Dealers(ReadResource[Dealer]):
    """The manufacturer's dealers; a regional manager's only."""

    subject, model = "dealers", Dealer
    serializer_class = DealerShape
    related = ("region",)
    filterset_fields: ClassVar = ["country", "region"]

    def get_queryset(self) -> QuerySet[Dealer]:
        """Return the dealers this person may see; operators see all."""
        user, rows = self.request.user, super().get_queryset()
        if is_schema_drawn(self):
            return rows
        if getattr(user, "role", "") == Role.OPERATOR:
            return rows
        rows = rows.filter(manufacturer=_manufacturer_id(self.request))
        return rows.filter(region=user.region_id) if is_regional(user) else rows

    @extend_schema(request=NewDealer, responses={201: DealerShape})
    @idempotent
    def create(self, request: Request) -> Response:
        """Open a dealer with its host, its files and its defaults."""
        asked = valid(NewDealer, request.data)
        asked["manufacturer"] = _maker_of_new(request, asked["manufacturer"])
        dealer = provisioning.open_dealer(**asked, now=datetime.now(UTC))
        return Response(DealerShape(dealer).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=DealerShape)
    @action(detail=True, methods=["post"])
    def suspend(self, request: Request, pk: str) -> Response:
        """Stop all work for a dealer; its data stay."""
        dealer = provisioning.suspend_dealer(name=self.get_object().name, now=datetime.now(UTC))
        return Response(DealerShape(dealer).data)

    @extend_schema(request=None, responses=DealerShape)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Take up a suspended dealer's work again."""
        dealer = provisioning.resume_dealer(name=self.get_object().name, now=datetime.now(UTC))
        return Response(DealerShape(dealer).data)


class OwnManufacturer(APIView):
    """The caller's manufacturer, as its dealers' screens show it."""

    subject = "dealers"
    permission_classes = (MayAct,)

    @extend_schema(responses=Brand)
    def get(self, request: Request) -> Response:
        """Show the brand."""
        return Response(Brand(Manufacturer.objects.get(pk=_own_manufacturer(request))).data)

    @extend_schema(request=BrandChanges, responses=Brand)
    def patch(self, request: Request) -> Response:
        """Choose the brand's colour."""
        maker = provisioning.set_accent(_own_manufacturer(request), **valid(BrandChanges, request.data))
        return Response(Brand(maker).data)


class Regions(ReadResource[Region]):
    """The manufacturer's regions."""

    subject, model = "dealers", Region
    serializer_class = RegionShape

    def get_queryset(self) -> QuerySet[Region]:
        """Return the caller's own manufacturer's regions; operators see all."""
        rows = super().get_queryset()
        if is_schema_drawn(self) or getattr(self.request.user, "role", "") == Role.OPERATOR:
            return rows
        return rows.filter(manufacturer=_manufacturer_id(self.request))


class Standards(ReadResource[Standard]):
    """The standard by version, in force from a date."""

    subject, model = "standards", Standard
    serializer_class = StandardShape

    def get_queryset(self) -> QuerySet[Standard]:
        """Return the caller's own manufacturer's versions."""
        rows = super().get_queryset()
        return rows if is_schema_drawn(self) else rows.filter(manufacturer=_manufacturer_id(self.request))

    @extend_schema(request=NewStandard, responses={201: StandardShape})
    @idempotent
    def create(self, request: Request) -> Response:
        """Publish a version, in force from a date; earlier ones stay as they were."""
        asked = valid(NewStandard, request.data)
        standard = publishing.publish(
            manufacturer_id=_manufacturer_id(request), today=datetime.now(UTC).date(), **asked
        )
        return Response(StandardShape(standard).data, status=status.HTTP_201_CREATED)


class Benchmark(APIView):
    """Dealers side by side, by counts."""

    subject = "benchmark"
    permission_classes = (MayAct,)

    @extend_schema(parameters=[Period], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Compare the manufacturer's dealers over whole days; incomplete and small ones are said to be so."""
        asked = queried(Period, request.query_params)
        own = Manufacturer.objects.get(pk=_manufacturer_id(request))
        found = benchmark.benchmark(manufacturer=own.name, first=asked["first"], last=asked["last"])
        shown = report.as_json(found)
        return Response(_of_region(shown, request.user) if is_regional(request.user) else shown)


def is_regional(user: User | AnonymousUser) -> TypeGuard[User]:
    """Return whether this person sees one region only."""
    return isinstance(user, User) and user.role == Role.REGIONAL_MANAGER


def _own_manufacturer(request: Request) -> int:
    """Return the caller's manufacturer. Raises: Http404 for operators, who have none."""
    manufacturer_id = getattr(request.user, "manufacturer_id", None)
    if manufacturer_id is None:
        raise Http404
    return int(manufacturer_id)


def _manufacturer_id(request: Request) -> int:
    user = request.user
    if not isinstance(user, User) or user.manufacturer_id is None:
        raise PermissionDenied
    return user.manufacturer_id


def _maker_of_new(request: Request, asked: str | None) -> str | None:
    """Return whose the new dealer will be: operators say it, a manufacturer's people open their own."""
    if getattr(request.user, "role", "") == Role.OPERATOR:
        return asked
    return Manufacturer.objects.get(pk=_manufacturer_id(request)).name


def _of_region(shown: dict[str, Any], user: User) -> dict[str, Any]:
    """Leave only the dealers of the person's region; ranks and peers stay those of all."""
    own = set(Dealer.objects.filter(region=user.region_id).values_list("name", flat=True))
    metrics = [
        {**metric, "dealers": [line for line in metric["dealers"] if line["dealer"] in own]}
        for metric in shown["metrics"]
    ]
    return {**shown, "dealers": [name for name in shown["dealers"] if name in own], "metrics": metrics}
