"""What a replayed day came to, as one object and as a table."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from core.appointments.models import Appointment
from core.complaints.models import Complaint
from core.followups.models import FollowUp, Survey
from core.tasks.models import Task
from deploy.replay.day import Played
from deploy.replay.proof import Check
from notifications.due.models import Due
from notifications.inbound.models import InboundEvent
from notifications.outbox import operations as outbox
from notifications.planning import operations as planning
from notifications.planning.kinds import shipped
from notifications.policy.models import Decision, Suppression
from tenants import scope

WIDTH = 34


def as_object(played: Played, checks: Iterable[Check], *, seconds: float) -> dict[str, Any]:
    """Return the day's figures as plain values, the checks last."""
    return {
        "dealer": scope.current_dealer().name,
        "as_of": played.wish.day.isoformat(),
        "seed": played.wish.seed,
        "seconds": round(seconds, 1),
        "steps": played.steps,
        **figures(played),
        "checks": [asdict(check) for check in checks],
    }


def figures(played: Played) -> dict[str, Any]:
    """Return what happened: the same for the same files, day and seed."""
    wrote, answered = len(played.phones.written_to), len(played.phones.replied)
    return {
        "planned": _tally(_within(_planned(), "created_at", played), by="rule"),
        "not_planned": _not_planned(played),
        "decided": _tally(_within(Decision.objects.all(), "decided_at", played), by="action", then="rule"),
        "messages_sent": len(played.phones.left),
        "messages_heard": _tally(
            _within(InboundEvent.objects.filter(kind="MESSAGE"), "received_at", played), by="matched_by"
        ),
        "owners_written_to": wrote,
        "owners_who_answered": answered,
        "answered_share": round(answered / wrote, 3) if wrote else None,
        "bookings": _within(Appointment.objects.all(), "booked_at", played).count(),
        "complaints": _within(Complaint.objects.all(), "opened_at", played).count(),
        "surveys": _tally(_within(Survey.objects.all(), "opened_at", played), by="state"),
        "follow_ups": _tally(_within(FollowUp.objects.all(), "created_at", played), by="state"),
        "opt_outs": _within(Suppression.objects.all(), "at", played).count(),
        "tasks": _tally(_within(Task.objects.all(), "created_at", played), by="kind"),
        "accounting": _books(played),
    }


def as_text(told: Mapping[str, Any]) -> str:
    """Return the same as lines for people: one a figure, one a check."""
    lines = [f"{told['dealer']} on {told['as_of']}, seed {told['seed']}: {told['steps']} steps, {told['seconds']} s"]
    for name, value in told.items():
        if name not in ("dealer", "as_of", "seed", "steps", "seconds", "checks"):
            lines.append(f"{name.replace('_', ' '):<{WIDTH}} {_shown(value)}")
    for check in told["checks"]:
        lines.append(f"{'holds ' if check['holds'] else 'FAILS '} {check['name']:<{WIDTH}} {_shown(check['figures'])}")
    return "\n".join(lines)


def _planned() -> QuerySet[Due, Due]:
    """Return due work without the rows that an answer wrote only to close what was never planned."""
    return Due.objects.filter(rule__in=shipped().kinds).exclude(state=Due.State.CANCELLED, finished_at=F("created_at"))


def _not_planned(played: Played) -> dict[str, dict[str, int]]:
    """Whom planning left out by the day's end, by reason."""
    as_of = planning.as_of_day(played.wish.day, now=played.end)
    return {plan.rule: dict(plan.excluded) for plan in planning.plan(as_of, is_dry_run=True) if plan.excluded}


def _books(played: Played) -> dict[str, Any]:
    books = asdict(outbox.accounting(from_at=played.start, until_at=played.end))
    return {name: value for name, value in books.items() if name != "unconfirmed"}


def _within(rows: QuerySet[Any, Any], field: str, played: Played) -> QuerySet[Any, Any]:
    """What is dated to the day; its end counts, since the evening's plan is made then."""
    return rows.filter(Q(**{f"{field}__gte": played.start, f"{field}__lte": played.end}))


def _tally(rows: QuerySet[Any, Any], *, by: str, then: str = "") -> dict[str, int]:
    names = (by, then) if then else (by,)
    counted = rows.order_by().values_list(*names).annotate(count=Count("pk")).order_by(*names)
    return {" ".join(name or "-" for name in row[:-1]): row[-1] for row in counted}


def _shown(value: object) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    return ", ".join(f"{name} {_inner(part)}" for name, part in value.items()) or "-"


def _inner(value: object) -> str:
    return f"({_shown(value)})" if isinstance(value, Mapping) else str(value)
