"""What new facts do to work already planned: it stops, is freed, or more is planned.

The log is read from where the last turn stopped. What this misses, the release finds when it looks again:
reacting makes it visible at once, and keeps what is queued from leaving.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from core.events import kinds
from notifications.due.models import Due
from notifications.outbox.operations import cancel_messages
from notifications.planning import operations as planning
from notifications.planning.kinds import ReminderKind, shipped

CURSOR = {"rule": "EVENTS", "subject_kind": "dealer", "subject_id": 0, "occurrence": "cursor"}

OVERLAP = timedelta(minutes=2)
"""Events are numbered when written and seen when committed: those of a slower transaction appear below
the newest. Each turn therefore reads the last minutes again; everything here does no harm twice."""

# Only one turn reacts at a time: two would write the same rows in different orders.
TAKE_CURSOR = """
SELECT (data ->> 'after_id')::bigint, (data ->> 'newest_id')::bigint FROM notifications_due
WHERE rule = 'EVENTS' AND subject_kind = 'dealer' AND subject_id = 0 AND occurrence = 'cursor'
FOR UPDATE SKIP LOCKED
"""
SEEN = """
SELECT kind, max(id), coalesce(max(id) FILTER (WHERE recorded_at < now() - %(overlap)s), 0) FROM core_event
WHERE id > %(after_id)s GROUP BY kind
"""
NEWS = """
SELECT 1 FROM core_event WHERE kind = ANY(%(kinds)s) AND id > coalesce((
    SELECT (data ->> 'newest_id')::bigint FROM notifications_due
    WHERE rule = 'EVENTS' AND subject_kind = 'dealer' AND subject_id = 0 AND occurrence = 'cursor'
), 0) LIMIT 1
"""
MOVE_CURSOR = """
UPDATE notifications_due
SET data = jsonb_build_object('after_id', %(after_id)s::bigint, 'newest_id', %(newest_id)s::bigint)
WHERE rule = 'EVENTS' AND subject_kind = 'dealer' AND subject_id = 0 AND occurrence = 'cursor'
"""

# Each finds due rows that a kind of event has made pointless; they and their queued messages are cancelled.
# A row that was done may still have a message waiting: both states are looked at.
BOOKED = """
SELECT due.id, 'already_booked' FROM core_event e
JOIN notifications_due due ON due.vehicle_id = e.vehicle_id AND due.rule = ANY(%(stopped_by_visit)s)
WHERE e.id > %(after_id)s AND e.kind = 'appointment.booked' AND e.at >= due.created_at
"""
SERVICED = """
SELECT due.id, 'already_serviced' FROM core_event e
JOIN notifications_due due ON due.vehicle_id = e.vehicle_id AND due.rule = ANY(%(stopped_by_visit)s)
JOIN core_repairorder ro ON ro.id = e.subject_id
WHERE e.id > %(after_id)s AND e.kind = 'repair_order.opened'
  AND (ro.opened_date > (due.data ->> 'last_seen')::date OR ro.opened_at >= due.created_at)
"""
VISIT_CHANGED = """
SELECT due.id, 'over' FROM core_event e
JOIN notifications_due due ON due.rule = ANY(%(notices)s)
    AND due.subject_kind = 'appointment' AND due.subject_id = e.subject_id
JOIN core_appointment a ON a.id = e.subject_id
WHERE e.id > %(after_id)s AND e.kind IN ('appointment.moved', 'appointment.cancelled', 'appointment.arrived')
  AND due.occurrence <> 'no_show'
  AND (a.state NOT IN ('BOOKED', 'CONFIRMED')
       OR to_char(a.starts_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MI') <> due.occurrence)
"""
OPTED_OUT = """
SELECT due.id, 'no_consent' FROM core_event e
JOIN notifications_due due ON due.customer_id = e.customer_id
JOIN unnest(%(rules)s::text[], %(purposes)s::text[], %(need_consent)s::boolean[]) AS kind (rule, purpose, needs)
    ON kind.rule = due.rule
WHERE e.id > %(after_id)s AND e.kind = 'consent.changed' AND e.at >= due.created_at
  AND e.data ->> 'is_granted' = 'false' AND coalesce(e.data ->> 'channel', '') = ''
  AND (e.data ->> 'purpose' = kind.purpose OR coalesce(e.data ->> 'purpose', '') = '' AND kind.needs)
  AND coalesce((e.data ->> 'vehicle_id')::bigint, e.vehicle_id, due.vehicle_id) IS NOT DISTINCT FROM due.vehicle_id
"""
STOPS: Mapping[str, tuple[str, ...]] = {
    kinds.APPOINTMENT_BOOKED: (BOOKED,),
    kinds.REPAIR_ORDER_OPENED: (SERVICED,),
    kinds.APPOINTMENT_MOVED: (VISIT_CHANGED,),
    kinds.APPOINTMENT_CANCELLED: (VISIT_CHANGED,),
    kinds.APPOINTMENT_ARRIVED: (VISIT_CHANGED,),
    kinds.CONSENT_CHANGED: (OPTED_OUT,),
}
PLANS: Mapping[str, tuple[str, ...]] = {
    kinds.APPOINTMENT_BOOKED: ("APPOINTMENT",),
    kinds.APPOINTMENT_MOVED: ("APPOINTMENT",),
    kinds.APPOINTMENT_NO_SHOW: ("NO_SHOW",),
    kinds.IMPORT_DONE: ("AFTER_SALES", "MAINTENANCE"),
}
"""After which events a population is planned at once, without waiting for the day's plan."""

CANCEL = """
UPDATE notifications_due due SET state = 'CANCELLED', reason = told.reason, finished_at = %(now)s
FROM (SELECT DISTINCT ON (id) id, reason FROM unnest(%(ids)s::bigint[], %(reasons)s::text[]) AS t (id, reason)) told
WHERE due.id = told.id AND due.state IN ('PLANNED', 'HELD')
"""
WAITING_MESSAGES = """
SELECT id FROM notifications_message
WHERE due_id = ANY(%(ids)s) AND state IN ('PLANNED', 'HELD', 'QUEUED')
"""
FREE = """
UPDATE notifications_due due SET due_at = %(now)s
FROM core_event e
WHERE e.id > %(after_id)s AND e.kind = 'complaint.closed' AND due.customer_id = e.customer_id
  AND due.state = 'HELD' AND due.reason = 'complaint_open'
"""


@dataclass(frozen=True)
class Reacted:
    """What a turn did: due rows and messages it stopped, kinds it planned."""

    cancelled: int = 0
    messages: int = 0
    planned: tuple[str, ...] = ()


def react(*, now: datetime) -> Reacted:
    """This function will bring planned work in line with what the log has learnt since the last turn."""
    with transaction.atomic():
        cursor = _take_cursor(now=now)
        seen = _seen(cursor.after_id) if cursor else []
        if cursor is None or not seen:
            return Reacted()
        cancelled, messages = _stop({one.kind for one in seen}, after_id=cursor.after_id, now=now)
        _execute(FREE, {"after_id": cursor.after_id, "now": now})
        planned = _plan({one.kind for one in seen if one.newest_id > cursor.newest_id}, now=now)
        _execute(
            MOVE_CURSOR,
            {
                "after_id": max(cursor.after_id, *(one.settled_id for one in seen)),
                "newest_id": max(cursor.newest_id, *(one.newest_id for one in seen)),
            },
        )
    return Reacted(cancelled=cancelled, messages=messages, planned=planned)


def has_news() -> bool:
    """This function will say whether the log has learnt anything that a turn would react to."""
    listened_to = [*STOPS, *PLANS, kinds.COMPLAINT_CLOSED]
    return bool(_execute(NEWS, {"kinds": listened_to}))


@dataclass(frozen=True)
class _Cursor:
    """All events up to after_id are dealt with; newest_id has been seen, what lies between is read again."""

    after_id: int
    newest_id: int


@dataclass(frozen=True)
class _Seen:
    """A kind of event in the part read: the newest, and the newest that no slower transaction can precede."""

    kind: str
    newest_id: int
    settled_id: int


def _take_cursor(*, now: datetime) -> _Cursor | None:
    """Return where the last turn stopped; None while another turn reacts."""
    rows = _execute(TAKE_CURSOR, {})
    if not rows:
        # Here for the first time; a conflict means that it is there and held.
        times = {"planned_at": now, "due_at": now, "created_at": now, "finished_at": now}
        start = Due(**CURSOR, **times, state=Due.State.DONE, data={"after_id": 0, "newest_id": 0})
        Due.objects.bulk_create([start], ignore_conflicts=True)
        rows = _execute(TAKE_CURSOR, {})
    return _Cursor(*rows[0]) if rows else None


def _seen(after_id: int) -> list[_Seen]:
    return [_Seen(*row) for row in _execute(SEEN, {"after_id": after_id, "overlap": OVERLAP})]


def _stop(seen: set[str], *, after_id: int, now: datetime) -> tuple[int, int]:
    statements = {statement for kind in seen for statement in STOPS.get(kind, ())}
    values = {"after_id": after_id, **_kinds()}
    stopped = [row for statement in sorted(statements) for row in _execute(statement, values)]
    if not stopped:
        return 0, 0
    ids, reasons = [row[0] for row in stopped], [row[1] for row in stopped]
    waiting = [row[0] for row in _execute(WAITING_MESSAGES, {"ids": ids})]
    messages = cancel_messages(waiting, reason="STOPPED", now=now)
    with connection.cursor() as cursor:
        cursor.execute(CANCEL, {"ids": ids, "reasons": reasons, "now": now})
        return cursor.rowcount, messages


def _plan(seen: set[str], *, now: datetime) -> tuple[str, ...]:
    populations = {population for kind in seen for population in PLANS.get(kind, ())}
    chosen = [kind for kind in shipped().kinds.values() if kind.population in populations]
    if chosen:
        planning.plan(planning.as_of_now(now), kinds=chosen)
    return tuple(kind.rule for kind in chosen)


def _kinds() -> dict[str, Any]:
    table: list[ReminderKind] = list(shipped().kinds.values())
    return {
        "stopped_by_visit": [kind.rule for kind in table if kind.population in ("MAINTENANCE", "LAPSED")],
        "notices": [kind.rule for kind in table if kind.population == "APPOINTMENT"],
        "rules": [kind.rule for kind in table],
        "purposes": [kind.purpose.value for kind in table],
        "need_consent": [kind.purpose.value != "SERVICE" for kind in table],
    }


def _execute(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
