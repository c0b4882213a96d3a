"""Figures of a dealer: staffing by intake, and the counts a day was rolled up to."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.access import MayAct
from api.reading import queried
from api.resource import ReadResource, is_schema_drawn
from core.kpis import rules, table
from core.staffing import operations, report
from tenants import scope
from tenants.models import BenchmarkFact


class StaffingAsked(serializers.Serializer[dict[str, object]]):
    intake = serializers.DecimalField(max_digits=7, decimal_places=2, min_value=0, required=False, default=None)


class FactShape(serializers.ModelSerializer[BenchmarkFact]):
    class Meta:
        model = BenchmarkFact
        fields = ["day", "metric", "numerator", "denominator", "exclusions", "covered", "computed_at"]
        read_only_fields = fields


class Staffing(APIView):
    """How many people the centre needs."""

    subject = "staffing"
    permission_classes = (MayAct,)

    @extend_schema(parameters=[StaffingAsked], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Answer by the standard and by workload, from the imported intake or a given one."""
        asked = queried(StaffingAsked, request.query_params)["intake"]
        answer = operations.staffing(
            dealer=scope.current_dealer().name,
            intake=None if asked is None else Fraction(asked),
            now=datetime.now(UTC),
        )
        return Response(report.as_json(answer))


class Metrics(APIView):
    """What is counted, and how."""

    subject = "figures"
    permission_classes = (MayAct,)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """List every metric with its numerator and denominator in words."""
        return Response({"metrics": [_definition(metric) for metric in table.metrics()]})


class Facts(ReadResource[BenchmarkFact]):
    """Counts by day and metric, as they went to the manufacturer: no person is in them."""

    subject, model = "figures", BenchmarkFact
    serializer_class = FactShape
    filterset_fields: ClassVar = {"metric": ["exact"], "day": ["exact", "gte", "lt"]}

    def get_queryset(self) -> QuerySet[BenchmarkFact]:
        """Return this dealer's own rows; row security says so a second time."""
        rows = super().get_queryset()
        return rows if is_schema_drawn(self) else rows.filter(dealer_id=scope.current_dealer().id)


def _definition(metric: rules.Metric) -> dict[str, object]:
    return {
        "metric": metric.key,
        "name": dict(metric.name),
        "numerator": metric.numerator,
        "denominator": metric.denominator,
        "exclusions": dict(metric.exclusions),
        "scale": metric.scale,
        "direction": metric.direction,
    }
