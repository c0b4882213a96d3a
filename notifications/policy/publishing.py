"""A manufacturer publishes a standard, a dealer tightens it: both are read as what they will be used for first."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from core.calendar import changing
from notifications.policy import operations
from notifications.policy.standard import StandardInvalid, parse_standard
from notifications.policy.tightening import tighten
from tenants import scope
from tenants.accounts.staff import By
from tenants.models import Manufacturer, Standard

# What a standard may hold, and how each part is read.
PARTS = {"contact_policy": parse_standard}


class StandardBackdated(ValueError):
    """A standard comes into force today or later: what was decided under another stays so."""


def publish(*, manufacturer_id: int, data: Mapping[str, Any], in_force_from: date, today: date) -> Standard:
    """This function will add a version of the manufacturer's standard, in force from a date.

    Raises: StandardInvalid, StandardBackdated; Manufacturer.DoesNotExist.
    """
    if in_force_from < today:
        raise StandardBackdated(str(in_force_from))
    if unknown := set(data) - set(PARTS):
        raise StandardInvalid(f"standard: no part is called {', '.join(sorted(unknown))}")
    for name, table in data.items():
        PARTS[name](table)
    with scope.public_scope(), transaction.atomic():
        # The manufacturer's row is the lock: versions are counted without a gap and never twice.
        maker = Manufacturer.objects.select_for_update().get(pk=manufacturer_id)
        last = Standard.objects.filter(manufacturer=maker).aggregate(last=Max("version"))["last"] or 0
        return Standard.objects.create(
            manufacturer=maker, version=last + 1, in_force_from=in_force_from, data=dict(data)
        )


@transaction.atomic
def set_own_policy(changes: Mapping[str, Any], *, today: date, by: By, now: datetime) -> None:
    """This function will keep the current dealer's stricter values, in the place of those before.

    Raises: StandardLoosened, StandardInvalid, DealerNotSetUp.
    """
    tighten(operations.published_standard(today=today), changes)
    settings = changing.locked_settings()
    before, settings.policy = settings.policy, dict(changes)
    settings.save(update_fields=["policy"])
    changing.note("settings.policy_changed", before=before, after=settings.policy, by=by, now=now)
