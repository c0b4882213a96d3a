"""What verdicts do: due work changes its state, people get tasks, and every decision is kept."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from core.followups import operations as follow_ups
from core.tasks import operations as tasks
from core.tasks.models import Task
from notifications.due.deciding import SENT, Judged
from notifications.due.gathering import Question
from notifications.due.models import Due
from notifications.due.starting import BUSY_FOR
from notifications.policy.facts import Action
from notifications.policy.models import Decision
from notifications.runs.requests import Begun, Fate

State = Due.State

CALL_WITHIN = timedelta(days=1)
"""A call in place of a message is due within a day, or when the message would have expired."""

STILL_LISTED = frozenset({"over", "expired"})
"""What the list of follow-ups knows by itself: answered or refused otherwise, and out of time."""

# One statement for a batch, whatever became of each row.
MOVE = """
UPDATE notifications_due due SET
    state = told.state, reason = told.reason,
    due_at = coalesce(told.due_at, due.due_at),
    finished_at = CASE WHEN told.state = 'HELD' THEN NULL ELSE %(now)s END,
    data = due.data || told.data
FROM unnest(
    %(ids)s::bigint[], %(states)s::text[], %(reasons)s::text[], %(due_ats)s::timestamptz[], %(datas)s::jsonb[]
) AS told (id, state, reason, due_at, data)
WHERE due.id = told.id
"""


@dataclass(frozen=True, kw_only=True)
class Move:
    """What becomes of one due row; due_at moves only where it is held."""

    due_id: int
    state: str
    reason: str
    due_at: datetime | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def moves_of(judged: Judged[Question], started: Begun | None, *, now: datetime) -> list[Move]:
    """This function will say what becomes of each due row that the message stood for."""
    question, verdict = judged.question, judged.verdict
    state, reason, due_at = _outcome(judged, started, now=now)
    if state == State.HELD:
        return [Move(due_id=due_id, state=state, reason=reason, due_at=due_at) for due_id in question.due_ids]
    moves = []
    for due in question.dues:
        is_dropped = verdict.action is not Action.DROP and due.vehicle_id not in (None, *verdict.vehicle_ids)
        if is_dropped:
            moves.append(Move(due_id=due.pk, state=State.DROPPED, reason="not_needed"))
        elif due is question.lead or verdict.action is Action.DROP:
            moves.append(Move(due_id=due.pk, state=state, reason=reason))
        else:
            moves.append(Move(due_id=due.pk, state=state, reason="merged", data={"merged_into": question.lead.pk}))
    return moves


def move(moves: Sequence[Move], *, now: datetime) -> None:
    """This function will write what became of the due rows."""
    values: dict[str, Any] = {
        "ids": [one.due_id for one in moves],
        "states": [str(one.state) for one in moves],
        "reasons": [one.reason for one in moves],
        "due_ats": [one.due_at for one in moves],
        "datas": [json.dumps(dict(one.data)) for one in moves],
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(MOVE, values)


def keep_decisions(judged: Iterable[Judged[Question]], started: Mapping[int, Begun], *, now: datetime) -> None:
    """This function will keep every verdict with the rule and the facts that made it."""
    Decision.objects.bulk_create(
        Decision(
            due=one.question.lead,
            message_id=started[one.question.lead.pk].message_id if one.question.lead.pk in started else None,
            customer=one.question.customer,
            purpose=one.question.kind.purpose.value,
            action=one.verdict.action.value,
            rule=one.verdict.rule,
            not_before_at=one.verdict.not_before,
            facts={**one.verdict.detail, "vehicles": list(one.verdict.vehicle_ids), "channel": one.verdict.channel},
            decided_at=now,
        )
        for one in judged
    )


def open_calls(judged: Iterable[Judged[Question]], *, now: datetime) -> None:
    """This function will give a person the calls that stand in for messages."""
    tasks.open_tasks((_call(one, now=now) for one in judged if one.verdict.action is Action.PHONE_TASK), now=now)


def note_follow_ups(judged: Iterable[Judged[Question]], started: Mapping[int, Begun], *, now: datetime) -> None:
    """This function will tell the list of follow-ups who was written to and who is left out after all."""
    carried_out: list[int] = []
    excluded: dict[str, list[int]] = defaultdict(list)
    for one in judged:
        listed = [due.data["follow_up_id"] for due in one.question.dues if "follow_up_id" in due.data]
        begun = started.get(one.question.lead.pk)
        if begun is not None and begun.fate is Fate.STARTED:
            carried_out += listed
        elif one.verdict.action is Action.DROP and one.verdict.rule not in STILL_LISTED:
            excluded[one.verdict.rule] += listed
    follow_ups.mark_carried_out(follow_up_ids=carried_out, now=now)
    for reason, ids in excluded.items():
        follow_ups.exclude(follow_up_ids=ids, reason=reason, now=now)


def _call(judged: Judged[Question], *, now: datetime) -> tasks.NewTask:
    lead = judged.question.lead
    return tasks.NewTask(
        kind=Task.Kind.CALL,
        key=f"call:due:{lead.pk}",
        customer_id=judged.question.customer.pk,
        vehicle_id=lead.vehicle_id,
        reason=f"{lead.rule.lower()}_call",
        due_at=min(now + CALL_WITHIN, lead.expires_at or now + CALL_WITHIN),
        priority=lead.priority,
        data={"due_id": lead.pk, "rule": judged.verdict.rule, **lead.data},
    )


def _outcome(judged: Judged[Question], started: Begun | None, *, now: datetime) -> tuple[str, str, datetime | None]:
    verdict = judged.verdict
    if verdict.action is Action.DEFER:
        # At its expiry at the latest it is looked at again, and then dropped by rule.
        return State.HELD, verdict.rule, min(verdict.not_before or now, judged.question.facts.expires_at)
    if verdict.action is Action.PHONE_TASK:
        return State.DONE, "phone_task", None
    if verdict.action in SENT and started is not None:
        return _of_start(started, rule=verdict.rule, now=now)
    return (State.EXPIRED if verdict.rule == "expired" else State.DROPPED), verdict.rule, None


def _of_start(begun: Begun, *, rule: str, now: datetime) -> tuple[str, str, datetime | None]:
    if begun.fate is Fate.WAITS:
        return State.HELD, "dialogue_running", now + BUSY_FOR
    if begun.fate is Fate.SKIPPED:
        return State.DROPPED, "dialogue_running", None
    return State.DONE, rule, None
