"""What time alone makes true in core: missed visits, clocks run out, surveys nobody answered, imports left behind.

The loop that turns time into work calls `run` when `next_at` has come; both cost a few queries.
"""

from datetime import datetime

from core.appointments import matching
from core.appointments import operations as appointments
from core.appointments import queries as appointment_queries
from core.complaints import escalation
from core.followups import operations as follow_ups
from core.followups import queries as follow_up_queries
from core.repair_orders.imports import queueing as imports


def run(*, now: datetime) -> dict[str, int]:
    """Do what is due by now in the dealer's scope, and return how much of each; safe to run at any time, by many."""
    # Cars that came are found before visits are called missed.
    matched = matching.match_repair_orders(now=now)
    expired = follow_ups.expire_overdue(now=now)
    return {
        "visits_matched": matched,
        "no_shows": appointments.mark_no_shows(now=now),
        "clocks_missed": escalation.escalate_overdue(now=now),
        "surveys_closed": expired.surveys,
        "follow_ups_expired": expired.follow_ups,
        "imports_looked_at": imports.look_after(now=now),
    }


def next_at() -> datetime | None:
    """Return when `run` will have something to do, as far as is known now."""
    moments = (
        appointment_queries.next_no_show_at(),
        escalation.next_clock_at(),
        follow_up_queries.next_expiry_at(),
        imports.next_look_at(),
    )
    return min((moment for moment in moments if moment), default=None)
