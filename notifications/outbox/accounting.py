"""The outbox's books: every message accepted is delivered, failed, expired, opted out, cancelled or still due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from channels_app import registry
from notifications.costs import queries as costs
from notifications.costs.queries import Spent
from notifications.outbox.models import Message
from notifications.outbox.rules import State

# In which column of the books a state stands. One sent waits for its receipt, one unconfirmed for an answer.
COLUMNS: Mapping[str, tuple[State, ...]] = {
    "delivered": (State.DELIVERED, State.READ),
    "failed": (State.FAILED, State.UNDELIVERABLE),
    "expired": (State.EXPIRED,),
    "opted_out": (State.OPTED_OUT,),
    "cancelled": (State.CANCELLED,),
    "still_due": (State.PLANNED, State.HELD, State.QUEUED, State.SENDING, State.UNCONFIRMED, State.SENT),
}
# How many unconfirmed ones are named; their number is never cut.
NAMED = 100


@dataclass(frozen=True)
class Accounting:
    """The columns; what "still due" is made of, by state; failures by reason; the unconfirmed by id; what was spent."""

    accepted: int
    delivered: int
    failed: int
    expired: int
    opted_out: int
    cancelled: int
    still_due: int
    still_due_by_state: dict[str, int]
    failed_by_reason: dict[str, int]
    unconfirmed: list[int]
    spent: list[Spent]

    @property
    def is_balanced(self) -> bool:
        """Whether every accepted message stands in exactly one column."""
        listed: int = sum(getattr(self, column) for column in COLUMNS)
        return self.accepted == listed


def accounting(*, from_at: datetime | None = None, until_at: datetime | None = None) -> Accounting:
    """This function will draw up the current dealer's books for messages accepted in [from_at, until_at)."""
    messages = _accepted(from_at=from_at, until_at=until_at)
    # One statement, since messages move while we count; the total does not know the columns, so that a
    # state which nobody gave a column shows as an imbalance.
    counts = messages.aggregate(
        accepted=Count("id"), **{column: Count("id", filter=_is_in(column)) for column in COLUMNS}
    )
    unconfirmed = messages.filter(state=State.UNCONFIRMED).order_by("id").values_list("id", flat=True)
    return Accounting(
        **counts,
        still_due_by_state=_tally(messages.filter(_is_in("still_due")), by="state"),
        failed_by_reason=_tally(messages.filter(_is_in("failed")), by="error"),
        unconfirmed=list(unconfirmed[:NAMED]),
        spent=costs.spent(_accepted(from_at=from_at, until_at=until_at)),
    )


def _accepted(*, from_at: datetime | None, until_at: datetime | None) -> QuerySet[Message]:
    messages = Message.objects.filter(direction=Message.Direction.OUT)
    if from_at is not None:
        messages = messages.filter(created_at__gte=from_at)
    if until_at is not None:
        messages = messages.filter(created_at__lt=until_at)
    return messages


def _is_in(column: str) -> Q:
    """Where no receipt will ever come, having been sent is all that can be known of a delivery."""
    is_silent = Q(state=State.SENT, account__kind__in=_kinds_without_receipts())
    is_listed = Q(state__in=COLUMNS[column])
    if column == "delivered":
        return is_listed | is_silent
    return is_listed & ~is_silent


def _kinds_without_receipts() -> list[str]:
    return [kind for kind, _ in registry.kinds() if not registry.get(kind).capabilities.receipts]


def _tally(messages: QuerySet[Message], *, by: str) -> dict[str, int]:
    rows = messages.values_list(by).annotate(count=Count("id")).order_by(by)
    return {name or "UNKNOWN": count for name, count in rows}
