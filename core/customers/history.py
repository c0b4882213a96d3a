"""The history of files: each change field by field, whoever made it; and going back to what stood before.

What an import changes is written by core.repair_orders.imports into the same history, so that a screen shows one.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from core.customers.models import FieldChange
from core.events import kinds
from core.events import operations as events

CUSTOMER, VEHICLE = "customer", "vehicle"
Source = FieldChange.Source


class FileChangedMeanwhile(Exception):
    """Somebody, or an import, changed the same fields since the caller looked; the message names them."""


def note(
    subject_kind: str,
    subject_id: int,
    *,
    before: Mapping[str, object],
    after: Mapping[str, object],
    actor: str,
    now: datetime,
    source: str = Source.PERSON,
) -> list[FieldChange]:
    """Write the history field by field, and one fact that the file changed; call it in the change's transaction."""
    changes = FieldChange.objects.bulk_create(
        FieldChange(
            subject_kind=subject_kind,
            subject_id=subject_id,
            field=field,
            before=as_text(before[field]),
            after=as_text(value),
            source=source,
            actor=actor,
            at=now,
        )
        for field, value in after.items()
    )
    events.record(
        kinds.FILE_UPDATED,
        subject_kind=subject_kind,
        subject_id=subject_id,
        at=now,
        customer_id=subject_id if subject_kind == CUSTOMER else None,
        vehicle_id=subject_id if subject_kind == VEHICLE else None,
        data={"fields": sorted(after), "changes": [change.pk for change in changes]},
        actor=actor,
    )
    return changes


def refuse_if_changed(subject_kind: str, subject_id: int, *, fields: Collection[str], seen_at: datetime | None) -> None:
    """Let a change pass only where the same fields stand as the caller saw them; without `seen_at` any passes.

    Other fields may have changed: two people who mend different lines of a file do not hinder each other.
    Raises: FileChangedMeanwhile.
    """
    if seen_at is None:
        return
    later = FieldChange.objects.filter(
        subject_kind=subject_kind, subject_id=subject_id, field__in=fields, at__gt=seen_at
    )
    changed = sorted(set(later.values_list("field", flat=True)))
    if changed:
        raise FileChangedMeanwhile(", ".join(changed))


def as_text(value: object) -> str:
    """Return a value as the history keeps it."""
    return "" if value is None else str(value)
