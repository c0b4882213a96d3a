"""When a dealer has work next: one look at every table that a moment can make due.

Nothing polls: the answer is kept as the dealer's wake-up, and a dealer without work costs nothing.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from core.calendar.rules import at_local, local_date
from core.customers.tasks import stand_files
from core.kpis.tasks import roll_up_lately
from notifications.costs.tasks import ask_providers
from notifications.due.models import Due
from notifications.planning import operations as planning
from notifications.planning.kinds import shipped
from tenants import scope
from tenants.tasks import send_after_commit

PLAN_RULE = "DAILY_PLAN"
LIST_RULE = "MONTHLY_LIST"

# Reads one end of a partial index for each priority that is in use.
NEXT_DUE = """
SELECT min(first.due_at)
FROM (VALUES (10), (20), (30), (40), (50), (60), (100)) AS lane (priority)
CROSS JOIN LATERAL (
    SELECT due_at FROM notifications_due
    WHERE state IN ('PLANNED', 'HELD') AND priority = lane.priority AND rule = ANY(%(rules)s)
    ORDER BY due_at LIMIT 1
) first
"""
PLAN_PRIORITY = 100
"""Behind all messages: what is due goes out before more is planned."""


def next_due_at() -> datetime | None:
    """This function will say when the next due row of any kind wants a look, or None."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_DUE, {"rules": [*shipped().kinds, PLAN_RULE]})
        at: datetime | None = cursor.fetchone()[0]
    return at


def plan_day(*, now: datetime) -> bool:
    """This function will make the day's plan once it is time, and set the clock for the next; it says if it did.

    The dealer's first plan is made at once, whatever the hour.
    """
    with transaction.atomic():
        today = local_date(now, timezone=_zone())
        waiting = Due.objects.filter(rule=PLAN_RULE, state=Due.State.PLANNED)
        # Skip locked: another turn is planning this very day.
        due = waiting.order_by("due_at").select_for_update(skip_locked=True).first()
        if due is None and Due.objects.filter(rule=PLAN_RULE).exists():
            return False
        if due is not None and due.due_at > now:
            return False
        _plan(today, now=now)
        if due is not None:
            Due.objects.filter(pk=due.pk).update(state=Due.State.DONE, finished_at=now)
        _set_clock(today, now=now)
        send_after_commit(stand_files)
        send_after_commit(ask_providers)
        send_after_commit(roll_up_lately)
    return True


def _plan(today: date, *, now: datetime) -> None:
    """A monthly kind is planned by the month's first plan: whoever enters its list makes it."""
    kinds = list(shipped().kinds.values())
    if not _enter(LIST_RULE, f"{today:%Y-%m}", now=now):
        kinds = [kind for kind in kinds if not kind.is_monthly]
    planning.plan(planning.as_of_now(now), kinds=kinds)


def _set_clock(today: date, *, now: datetime) -> None:
    zone, clock = _zone(), shipped().plan_clock
    days = (today + timedelta(days=step) for step in range(2))
    next_at, day = next((at, day) for day in days if (at := at_local(day, clock, timezone=zone)) > now)
    _enter(PLAN_RULE, f"{day}", now=now, due_at=next_at)


def _enter(rule: str, occurrence: str, *, now: datetime, due_at: datetime | None = None) -> bool:
    """Write down a plan, made or to be made; say whether it was not there yet."""
    _, is_new = Due.objects.get_or_create(
        rule=rule,
        subject_kind="dealer",
        subject_id=0,
        occurrence=occurrence,
        defaults={
            "priority": PLAN_PRIORITY,
            "planned_at": due_at or now,
            "due_at": due_at or now,
            "state": Due.State.PLANNED if due_at else Due.State.DONE,
            "finished_at": None if due_at else now,
            "created_at": now,
        },
    )
    return is_new


def _zone() -> ZoneInfo:
    return ZoneInfo(scope.current_dealer().timezone)
