"""Repair orders with their lines, and the advisors named on them."""

from typing import ClassVar

from rest_framework import serializers

from api.resource import ReadResource
from core.models import RepairOrder, RepairOrderLine, ServiceAdvisor


class LineShape(serializers.ModelSerializer[RepairOrderLine]):
    class Meta:
        model = RepairOrderLine
        fields = ["position", "kind", "text", "part_number", "quantity", "amount_minor"]
        read_only_fields = fields


class RepairOrderShape(serializers.ModelSerializer[RepairOrder]):
    lines = LineShape(many=True, read_only=True)

    class Meta:
        model = RepairOrder
        fields = [
            "id",
            "number",
            "opened_date",
            "opened_at",
            "closed_at",
            "vehicle",
            "customer",
            "advisor",
            "kind",
            "odometer_km",
            "total_minor",
            "may_contact",
            "lines",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


class AdvisorShape(serializers.ModelSerializer[ServiceAdvisor]):
    class Meta:
        model = ServiceAdvisor
        fields = ["id", "name"]
        read_only_fields = fields


class RepairOrders(ReadResource[RepairOrder]):
    """Visits to the workshop; without closing time the car is still there."""

    subject, model = "repair_orders", RepairOrder
    serializer_class = RepairOrderShape
    prefetched = ("lines",)
    filterset_fields: ClassVar = {
        "number": ["exact"],
        "vehicle": ["exact"],
        "customer": ["exact"],
        "kind": ["exact"],
        "opened_date": ["exact", "gte", "lt"],
        "closed_at": ["isnull", "gte", "lt"],
    }


class Advisors(ReadResource[ServiceAdvisor]):
    """Service advisors as the DMS names them."""

    subject, model = "repair_orders", ServiceAdvisor
    serializer_class = AdvisorShape
