"""Which contact policy is in force for the dealer in scope: the manufacturer's, tightened by the dealer."""

from datetime import date, timedelta
from time import monotonic
from typing import Any

from core.calendar.models import DealerSettings
from notifications.policy.standard import PolicyStandard, parse_standard, shipped_standard
from notifications.policy.tightening import in_force
from tenants import scope
from tenants.models import Standard

KEPT = timedelta(seconds=30)
"""A published standard is in force from a date; half a minute's delay after publishing is not noticed."""

_kept: dict[tuple[int, date], tuple[float, PolicyStandard]] = {}


def standard_in_force(*, today: date) -> PolicyStandard:
    """This function will return the policy that binds the current dealer on a day.

    Raises: StandardInvalid if what was stored is not a policy.
    """
    changes = DealerSettings.objects.filter(id=1).values_list("policy", flat=True).first() or {}
    return in_force(published_standard(today=today), changes)


def published_standard(*, today: date) -> PolicyStandard:
    """This function will return the manufacturer's policy of a day, else the shipped one. Raises: StandardInvalid."""
    manufacturer_id = scope.current_dealer().manufacturer_id
    if manufacturer_id is None:
        return shipped_standard()
    read_at, standard = _kept.get((manufacturer_id, today), (0.0, None))
    if standard is None or monotonic() - read_at > KEPT.total_seconds():
        table = _newest(manufacturer_id, today=today)
        standard = parse_standard(table) if table else shipped_standard()
        _kept.clear()
        _kept[manufacturer_id, today] = (monotonic(), standard)
    return standard


def _newest(manufacturer_id: int, *, today: date) -> dict[str, Any] | None:
    with scope.public_scope():
        standard = (
            Standard.objects.filter(manufacturer_id=manufacturer_id, in_force_from__lte=today)
            .order_by("-in_force_from", "-version")
            .first()
        )
    return standard.data.get("contact_policy") if standard else None
