"""The sweep over complaints whose clocks have run out."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min, Prefetch

from core.complaints import clocks, record
from core.complaints.models import Complaint, ComplaintEscalation
from core.complaints.record import Rise
from core.complaints.rules import Actor
from core.transactions import waking

# One turn of the sweep; a larger backlog is taken up at once by the next call.
SWEEP = 500
SYSTEM = Actor("system")


def escalate_overdue(*, now: datetime) -> int:
    """Raise each complaint by one level for every clock it has missed, and tell that level.

    Returns how many clocks were missed. A clock raises once: safe to run at any time, by many. The number
    of statements does not grow with the number of complaints.
    """
    if not Complaint.objects.filter(next_clock_at__lte=now).exists():
        return 0
    with waking(now=now):
        rises = [rise for complaint in _overdue(now=now) for rise in _raise_for_missed(complaint, now=now)]
        if not rises:
            return 0
        risen = {rise.complaint.pk: rise.complaint for rise in rises}
        Complaint.objects.bulk_update(risen.values(), ["level", "next_clock_at", *_kept_columns()])
        record.risen(rises, now=now, actor=SYSTEM)
        return len(rises)


def next_clock_at() -> datetime | None:
    """Return when the next clock of any complaint runs out."""
    first: datetime | None = Complaint.objects.filter(next_clock_at__isnull=False).aggregate(
        first=Min("next_clock_at")
    )["first"]
    return first


def _overdue(*, now: datetime) -> Iterable[Complaint]:
    # Skip locked: a complaint somebody is just acting on is looked at in the next turn.
    missed = ComplaintEscalation.objects.exclude(clock="")
    found = Complaint.objects.filter(next_clock_at__lte=now).order_by("next_clock_at")
    return found.select_for_update(skip_locked=True).prefetch_related(
        Prefetch("escalations", queryset=missed, to_attr="missed")
    )[:SWEEP]


def _raise_for_missed(complaint: Complaint, *, now: datetime) -> list[Rise]:
    known = {escalation.clock for escalation in complaint.missed}  # type: ignore[attr-defined]  # prefetched
    labels = [
        label
        for name, due_at in sorted(clocks.running(complaint), key=lambda clock: clock[1])
        if due_at <= now and (label := clocks.label(complaint, name)) not in known
    ]
    rises = [record.rise(complaint, by=1, reason="MISSED_CLOCK", clock=label) for label in labels]
    clocks.stop(complaint, action=None, now=now, missed=frozenset({*known, *labels}))
    return rises


def _kept_columns() -> list[str]:
    return [kept for _, kept in clocks.COLUMNS.values()]
