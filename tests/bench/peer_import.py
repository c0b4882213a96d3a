"""The same export by django-import-export as its documentation recommends for speed: bulk mode, no diffs.

It makes customers, contact points, vehicles and orders. Consents, ownerships, events and the record of
the import, which ours makes too, are left out in its favour.
"""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from import_export import fields, resources, widgets
from tablib import Dataset

from core.customers.models import ContactPoint, Customer
from core.repair_orders.models import RepairOrder, ServiceAdvisor
from core.vehicles.models import Vehicle
from deploy.demo.dialects import COLUMNS, DIALECTS
from tests.bench import dealers, exports

HEADERS = dict(zip(COLUMNS, DIALECTS[exports.DIALECT].headers, strict=True))
ZONE = ZoneInfo("Asia/Shanghai")


class LocalTime(widgets.Widget):  # type: ignore[misc]  # ships no types
    """A wall time of the dealer."""

    def clean(self, value: str, row: Any = None, **_kwargs: Any) -> datetime | None:
        if not value:
            return None
        naive = datetime.strptime(value, DIALECTS[exports.DIALECT].datetime_format)  # noqa: DTZ007 - made aware next
        return naive.replace(tzinfo=ZONE).astimezone(UTC)


class Orders(resources.ModelResource):  # type: ignore[misc]  # ships no types
    """Orders with what they refer to, found or made row by row."""

    number = fields.Field("number", HEADERS["ro_number"])
    opened_date = fields.Field("opened_date", "opened_date", widget=widgets.DateWidget())
    opened_at = fields.Field("opened_at", HEADERS["opened_at"], widget=LocalTime())
    closed_at = fields.Field("closed_at", HEADERS["closed_at"], widget=LocalTime())
    odometer_km = fields.Field("odometer_km", HEADERS["odometer"], widget=widgets.IntegerWidget())

    class Meta:
        model = RepairOrder
        import_id_fields = ("number", "opened_date")
        fields = ("number", "opened_date", "opened_at", "closed_at", "odometer_km")
        use_bulk = True
        batch_size = 1000
        skip_diff = True
        use_transactions = True

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        self.advisors: dict[str, ServiceAdvisor] = {}
        place = dataset.headers.index(HEADERS["opened_at"])
        dataset.append_col(lambda row: row[place][:10].replace("/", "-"), header="opened_date")

    def before_save_instance(self, instance: RepairOrder, row: Any, **kwargs: Any) -> None:
        now = dealers.NOW
        instance.vehicle, _ = Vehicle.objects.get_or_create(
            vin=row[HEADERS["vin"]],
            defaults={
                "plate": row[HEADERS["plate"]],
                "model": row[HEADERS["model"]],
                "created_at": now,
                "updated_at": now,
            },
        )
        instance.customer = self._customer(row, now=now)
        name = row[HEADERS["advisor"]]
        if name not in self.advisors:
            self.advisors[name], _ = ServiceAdvisor.objects.get_or_create(name=name)
        instance.advisor = self.advisors[name]
        instance.may_contact = row[HEADERS["consent"]] == "是"
        instance.total_minor = round(float(row[HEADERS["amount"]].replace(",", "")) * 100)
        instance.created_at = instance.updated_at = now

    def _customer(self, row: Any, *, now: datetime) -> Customer:
        name, phone = row[HEADERS["customer_name"]], row[HEADERS["phone"]]
        known = Customer.objects.filter(name_key=name, contact_points__value=phone).first()
        if known is not None:
            return known
        customer = Customer.objects.create(name=name, name_key=name, created_at=now, updated_at=now)
        ContactPoint.objects.create(customer=customer, kind="PHONE", value=phone, created_at=now, updated_at=now)
        return customer


def import_once(size: int) -> int:
    """Import the export of that size and return its rows."""
    text = exports.export(size).read_bytes().decode(DIALECTS[exports.DIALECT].encoding)
    result = Orders().import_data(Dataset().load(text, format="csv"), raise_errors=True)
    return int(result.total_rows)
