"""Makes the rows that tests of core stand on."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core.customers.models import Customer
from core.vehicles.models import Vehicle

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(text: str, *, timezone: ZoneInfo = SHANGHAI) -> datetime:
    """Read a wall time as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=timezone).astimezone(UTC)


# A Monday morning at both dealers.
NOW = local("2026-03-02 09:00")


def make_customer(*, name: str = "Anna", now: datetime = NOW) -> Customer:
    """Make a customer."""
    return Customer.objects.create(name=name, name_key=name.casefold(), created_at=now, updated_at=now)


def make_vehicle(*, vin: str = "LSGTC52U96Y000017", now: datetime = NOW) -> Vehicle:
    """Make a vehicle."""
    return Vehicle.objects.create(vin=vin, created_at=now, updated_at=now)
