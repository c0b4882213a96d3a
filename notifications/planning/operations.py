"""Planning: what is due to whom as of a moment becomes rows of due work, one statement a kind.

Only facts that stood at that moment count, so that any day can be planned again with the same result.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from core.appointments import table as appointments
from core.calendar.rules import at_local, local_date
from core.followups import table as follow_ups
from notifications.planning import populations
from notifications.planning.kinds import ReminderKind, ReminderTable, shipped
from notifications.policy.operations import standard_in_force
from notifications.policy.standard import PolicyStandard
from tenants import scope, wakeup

PLAN_MEMORY_MB = 64
"""PostgreSQL's default of 4 MB would put the groups of a large dealer on disk, and double the time."""

NOT_EXCLUDED = ("planned", "already_planned", "merged")


class AsOfInFuture(ValueError):
    """A day that has not begun can be looked at, not planned."""


@dataclass(frozen=True, kw_only=True)
class AsOf:
    """A moment to plan for: facts before `at` count, `today` is the dealer's date."""

    at: datetime
    today: date


@dataclass(frozen=True, kw_only=True)
class KindPlan:
    """What planning one kind came to; found = planned + already planned + merged + all excluded.

    people: how many persons the planned rows concern. excluded: reason -> how many.
    """

    rule: str
    found: int
    planned: int
    people: int
    already_planned: int
    merged: int
    excluded: Mapping[str, int]
    first_due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One car, order or visit that planning looked at, and what came of it."""

    subject_kind: str
    subject_id: int
    occurrence: str
    customer_id: int | None
    vehicle_id: int | None
    outcome: str
    due_at: datetime
    expires_at: datetime


def as_of_now(now: datetime) -> AsOf:
    """This function will return the running moment of the current dealer."""
    return AsOf(at=now, today=local_date(now, timezone=_zone()))


def as_of_day(day: date, *, now: datetime, is_dry_run: bool = False) -> AsOf:
    """This function will return a day's end, or now where the day is still running.

    Raises: AsOfInFuture for a day yet to come, unless it is only looked at.
    """
    zone = _zone()
    if day > local_date(now, timezone=zone) and not is_dry_run:
        raise AsOfInFuture(f"{day} has not begun; --dry-run shows what would be planned")
    ends_at = at_local(day + timedelta(days=1), time(0), timezone=zone)
    return AsOf(at=min(ends_at, now) if now >= at_local(day, time(0), timezone=zone) else ends_at, today=day)


def plan(as_of: AsOf, *, kinds: Iterable[ReminderKind] | None = None, is_dry_run: bool = False) -> tuple[KindPlan, ...]:
    """This function will plan every kind, or those named, and say per kind what it came to.

    A dry run finds and counts the same and writes nothing.
    """
    table = shipped()
    with transaction.atomic():
        _give_room()
        standard = standard_in_force(today=as_of.today)
        plans = tuple(
            _plan_kind(kind, table, standard, as_of=as_of, is_dry_run=is_dry_run)
            for kind in (table.kinds.values() if kinds is None else kinds)
        )
        first = min((done.first_due_at for done in plans if done.first_due_at), default=None)
        if first is not None:
            wakeup.wake(at=first)
    return plans


def candidates(kind: ReminderKind, *, as_of: AsOf) -> list[Candidate]:
    """This function will list whom a kind concerns and what planning makes of each, ordered by subject."""
    standard = standard_in_force(today=as_of.today)
    values = parameters(kind, shipped(), standard, as_of=as_of, is_dry_run=True)
    with connection.cursor() as cursor:
        cursor.execute(populations.listing_statement(kind), values)
        names = [column.name for column in cursor.description]
        return [Candidate(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def _give_room() -> None:
    """Let a hundred thousand cars be grouped and sorted in memory, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{PLAN_MEMORY_MB}MB'")


def _plan_kind(
    kind: ReminderKind, table: ReminderTable, standard: PolicyStandard, *, as_of: AsOf, is_dry_run: bool
) -> KindPlan:
    values = parameters(kind, table, standard, as_of=as_of, is_dry_run=is_dry_run)
    with connection.cursor() as cursor:
        cursor.execute(populations.planning_statement(kind), values)
        rows = cursor.fetchall()
    counts = {outcome: count for outcome, count, _, _ in rows}
    return KindPlan(
        rule=kind.rule,
        found=sum(counts.values()),
        planned=counts.get("planned", 0),
        people=next((people for outcome, _, people, _ in rows if outcome == "planned"), 0),
        already_planned=counts.get("already_planned", 0),
        merged=counts.get("merged", 0),
        excluded={reason: counts[reason] for reason in sorted(counts) if reason not in NOT_EXCLUDED},
        first_due_at=rows[0][3] if rows else None,
    )


def parameters(
    kind: ReminderKind, table: ReminderTable, standard: PolicyStandard, *, as_of: AsOf, is_dry_run: bool
) -> dict[str, Any]:
    """This function will return the values that a kind's statement asks for."""
    purpose = standard.purposes[kind.purpose]
    return {
        "rule": kind.rule,
        "purpose": kind.purpose.value,
        "as_of_at": as_of.at,
        "today": as_of.today,
        "zone": scope.current_dealer().timezone,
        "is_dry_run": is_dry_run,
        "is_proactive": kind.is_proactive,
        "is_once_a_person": kind.is_once_a_person,
        "priority": standard.topics[kind.topic].rank * 10,
        "needs_consent": purpose.needs_consent,
        "waits_for_complaint": purpose.waits_for_complaint or bool(kind.follow_up),
        "per_window": standard.per_window,
        "window_days": standard.window_days,
        "least_days": table.least_reading_days,
        "numbers": [touch.number for touch in kind.touches],
        "from_days": [touch.from_day for touch in kind.touches],
        "until_days": [touch.until_day for touch in kind.touches],
        "are_calls": [touch.is_call for touch in kind.touches],
        "expires_days": [touch.expires_days for touch in kind.touches],
        "follow_up": kind.follow_up,
        **_follow_up_days(kind),
        **_notice_hours(kind),
    }


def _follow_up_days(kind: ReminderKind) -> dict[str, Any]:
    days = follow_ups.kinds().get(kind.follow_up)
    if days is None:
        return {}
    return {"from_day": days.from_day, "due_day": days.due_day, "expires_day": days.expires_day}


def _notice_hours(kind: ReminderKind) -> dict[str, Any]:
    for notice in appointments.shipped().notices:
        if notice.name == kind.notice:
            return {
                "notice_at": notice.at,
                "clock": notice.clock or time(0),
                "before": notice.before or timedelta(0),
                "margin": notice.not_if_booked_within or timedelta(0),
            }
    return {}


def _zone() -> ZoneInfo:
    return ZoneInfo(scope.current_dealer().timezone)
