"""What the log learns of messages: one fact for each step of their story, in the transaction of the move."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.events import operations as events
from notifications.outbox import rules
from notifications.outbox.rules import State


@dataclass(frozen=True)
class Moved:
    """A message that changed its state, or learnt its provider's id."""

    id: int
    before: str
    after: str
    account_id: int
    customer_id: int | None
    vehicle_id: int | None
    purpose: str
    case_kind: str
    case_id: int | None
    error: str
    is_proactive: bool


def record_moves(moved: Sequence[Moved], *, now: datetime) -> None:
    """This function will record what the moves add to the log; data names purpose, case, account and error."""
    events.record_many(
        events.Fact(
            kind=kind,
            subject_kind="message",
            subject_id=one.id,
            at=now,
            customer_id=one.customer_id,
            vehicle_id=one.vehicle_id,
            data=_data(one),
        )
        for one in moved
        for kind in rules.facts_of(State(one.before), State(one.after))
    )


def _data(moved: Moved) -> dict[str, object]:
    return {
        "purpose": moved.purpose,
        "case_kind": moved.case_kind,
        "case_id": moved.case_id,
        "account_id": moved.account_id,
        "error": moved.error,
        "is_proactive": moved.is_proactive,
    }
