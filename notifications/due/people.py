"""What people do to work that is still to come: put it off, or call it off."""

from datetime import datetime

from django.db.models import Q

from core.tasks import rules
from core.transactions import waking
from notifications.due.models import Due

OPEN = (Due.State.PLANNED, Due.State.HELD)
REASON = "by_person"


class DueOver(Exception):
    """The work is done, dropped or no longer valid by then; the message names its state."""


def put_off(due_id: int, *, until_at: datetime, actor: str, now: datetime) -> Due:
    """This function will have the work judged again at that time and not before.

    Raises: TimeOver, TimeTooFar; DueOver, also where the work goes stale before; Due.DoesNotExist.
    """
    rules.check_time(until_at, now=now)
    lasts = Q(expires_at__isnull=True) | Q(expires_at__gt=until_at)
    values = {"state": Due.State.HELD, "due_at": until_at, "reason": REASON}
    return _move(due_id, Q(state__in=OPEN) & lasts, values=values, actor=actor, now=now)


def call_off(due_id: int, *, actor: str, now: datetime) -> Due:
    """This function will cancel work that has not begun. Raises: DueOver; Due.DoesNotExist."""
    values = {"state": Due.State.CANCELLED, "finished_at": now, "reason": REASON}
    return _move(due_id, Q(state__in=OPEN), values=values, actor=actor, now=now)


def _move(due_id: int, allowed: Q, *, values: dict[str, object], actor: str, now: datetime) -> Due:
    with waking(now=now):
        # Only people's own affairs: rows without a customer are the house's clocks.
        due = Due.objects.select_for_update().get(pk=due_id, customer__isnull=False)
        # The release takes rows by conditional claims too: whoever comes second finds the state moved.
        if not Due.objects.filter(allowed, pk=due_id).update(**values, data={**due.data, "actor": actor}):
            raise DueOver(due.state)
        due.refresh_from_db()
        return due
