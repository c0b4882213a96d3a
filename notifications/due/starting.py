"""What a message that may go becomes: a request for the dialogue to start."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from core.repair_orders.models import RepairOrder
from notifications.due.deciding import Judged
from notifications.due.gathering import Batch, Question
from notifications.runs.requests import Begun, RunRequest
from tenants.scope import DealerRef

BUSY_FOR = timedelta(minutes=30)
"""A reminder that met a running dialogue looks again after this."""


class Starter(Protocol):
    """Starts dialogues within the caller's transaction and says each one's fate, in the order asked."""

    def __call__(self, requests: Sequence[RunRequest], *, now: datetime) -> list[Begun]: ...


def requests_of(judged: Iterable[Judged[Question]], batch: Batch, *, dealer: DealerRef) -> list[RunRequest]:
    """This function will say how to start each message of the batch that may go, in one statement."""
    chosen = list(judged)
    orders = RepairOrder.objects.in_bulk(
        {one.question.lead.subject_id for one in chosen if one.question.lead.subject_kind == "repair_order"}
    )
    return [_request(one, batch, orders, dealer=dealer) for one in chosen]


def _request(
    judged: Judged[Question], batch: Batch, orders: Mapping[int, RepairOrder], *, dealer: DealerRef
) -> RunRequest:
    question, verdict = judged.question, judged.verdict
    case_kind, case_id = _case(question)
    return RunRequest(
        flow=question.kind.flow,
        entry=question.kind.entry,
        account_id=batch.accounts[verdict.channel],
        address=batch.addresses[verdict.address_id or 0].value,
        language=question.customer.language or dealer.language,
        timezone=question.facts.timezone.key,
        customer_id=question.customer.pk,
        vehicle_ids=verdict.vehicle_ids,
        case_kind=case_kind,
        case_id=case_id,
        due_id=question.lead.pk,
        is_proactive=question.kind.is_proactive,
        priority=question.lead.priority,
        expires_at=question.facts.expires_at,
        values=_dates(question, orders),
    )


def _case(question: Question) -> tuple[str, int | None]:
    """What the dialogue is about: the follow-up whose survey it asks, else the subject itself."""
    lead = question.lead
    if lead.subject_kind == "repair_order":
        return "follow_up", lead.data.get("follow_up_id")
    return lead.subject_kind, lead.subject_id


def _dates(question: Question, orders: Mapping[int, RepairOrder]) -> dict[str, Any]:
    """The one date that a kind speaks of, as the texts' variables are written: ISO."""
    lead, order = question.lead, orders.get(question.lead.subject_id)
    if lead.subject_kind == "repair_order":
        return {"visit_date": order.opened_date.isoformat()} if order else {}
    return {"due_date": lead.data["due_date"]} if "due_date" in lead.data else {}
