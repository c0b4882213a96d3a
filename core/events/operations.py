"""Recording facts, in the transaction that makes them so. The database refuses to change or delete them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models.functions import Now

from core.events.models import Event
from tenants.announcing import MOST_TOLD, News, announce, announce_news

# Who did what an import's rows say, where nobody stood by.
IMPORT = "import"
# Rows of one INSERT; larger ones gain nothing and hold more memory.
BATCH = 1000
# The rows as one JSON text: one parameter whatever their number, where VALUES would have one for each cell, at
# five times the cost.
INSERT = """
INSERT INTO core_event (kind, subject_kind, subject_id, customer_id, vehicle_id, at, recorded_at, actor, data)
SELECT kind, subject_kind, subject_id, customer_id, vehicle_id, at, statement_timestamp(), actor, data
FROM jsonb_to_recordset(%(facts)s) AS fact (
    kind text, subject_kind text, subject_id bigint, customer_id bigint, vehicle_id bigint, at timestamptz,
    actor text, data jsonb
)
"""
INSERT_AND_SAY = f"{INSERT} RETURNING id, kind, subject_kind, subject_id, customer_id"


@dataclass(frozen=True)
class Fact:
    """What is to be recorded; `data` holds ids, names of states and figures, never an owner's words."""

    kind: str
    subject_kind: str
    subject_id: int
    at: datetime
    customer_id: int | None = None
    vehicle_id: int | None = None
    data: Mapping[str, object] = field(default_factory=dict)
    actor: str = "system"


def record(
    kind: str,
    *,
    subject_kind: str,
    subject_id: int,
    at: datetime,
    customer_id: int | None = None,
    vehicle_id: int | None = None,
    data: Mapping[str, object] | None = None,
    actor: str = "system",
) -> Event:
    """Record that something happened `at` that moment; call it inside the operation's transaction."""
    fact = Fact(kind, subject_kind, subject_id, at, customer_id, vehicle_id, data or {}, actor)
    row = _row(fact)
    row.save(force_insert=True)
    announce_news([News(kind, subject_kind, subject_id, customer_id, row.pk)])
    return row


def record_many(facts: Iterable[Fact]) -> int:
    """Record many facts in few statements; return how many. Of very many only the kinds are announced."""
    listed = list(facts)
    if len(listed) > MOST_TOLD:
        for first in range(0, len(listed), BATCH):
            with connection.cursor() as cursor:
                cursor.execute(INSERT, {"facts": _as_json(listed[first : first + BATCH])})
        announce({fact.kind for fact in listed})
    elif listed:
        announce_news(_inserted(listed))
    return len(listed)


def _inserted(facts: Sequence[Fact]) -> list[News]:
    with connection.cursor() as cursor:
        cursor.execute(INSERT_AND_SAY, {"facts": _as_json(facts)})
        return [
            News(kind, subject_kind, subject_id, customer_id, event_id)
            for event_id, kind, subject_kind, subject_id, customer_id in cursor.fetchall()
        ]


def _as_json(facts: Sequence[Fact]) -> str:
    return json.dumps([{**vars(fact), "at": fact.at.isoformat()} for fact in facts])


def _row(fact: Fact) -> Event:
    return Event(
        kind=fact.kind,
        subject_kind=fact.subject_kind,
        subject_id=fact.subject_id,
        customer_id=fact.customer_id,
        vehicle_id=fact.vehicle_id,
        at=fact.at,
        # The database's clock: when we learnt of it is no argument of anybody's.
        recorded_at=Now(),
        actor=fact.actor,
        data=dict(fact.data),
    )
