"""The list of customers as a file: its columns, which the console's list shows by the same keys."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_noop as _

from api.exporting import Column
from api.list_words import CONSENTING, LIFECYCLES, VALUES, said
from core.models import ContactPoint, Customer, Ownership


def points() -> "Prefetch[str, Any, str]":
    """Return how to fetch the addresses that are still somebody's."""
    return Prefetch("contact_points", ContactPoint.objects.filter(blocked_at__isnull=True).order_by("id"))


def cars() -> "Prefetch[str, Any, str]":
    """Return how to fetch the cars held at present, all of them."""
    held = Ownership.objects.filter(to_date__isnull=True).select_related("vehicle")
    return Prefetch("ownerships", held.order_by("id"))


def _reach(customer: Customer) -> str:
    return "; ".join(point.value for point in customer.contact_points.all())


def _cars(customer: Customer) -> str:
    held = [row.vehicle for row in customer.ownerships.all()]
    return "; ".join(" ".join(filter(None, (car.plate or car.vin, car.model))) for car in held)


COLUMNS = (
    Column("name", _("Name"), lambda row, _names: row.name),
    Column("reach", _("Reached at"), lambda row, _names: _reach(row), need=points),
    Column("cars", _("Cars"), lambda row, _names: _cars(row), need=cars),
    Column("stage", _("Stage"), lambda row, _names: said(LIFECYCLES, row.lifecycle)),
    Column("consenting", _("May we write?"), lambda row, _names: said(CONSENTING, row.consenting)),
    Column("seen", _("Last visit"), lambda row, _names: row.last_visit_date),
    Column("gaps", _("Missing in the file"), lambda row, _names: len(row.missing)),
    Column("value", _("Value"), lambda row, _names: said(VALUES, row.value_group)),
    Column("address", _("Address"), lambda row, _names: row.address),
    Column("updated", _("File changed"), lambda row, _names: row.updated_at),
    Column("created", _("File since"), lambda row, _names: row.created_at),
)
