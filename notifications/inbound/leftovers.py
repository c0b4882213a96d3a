"""What nobody came back for: messages whose task was lost, and parts whose others did not come."""

from datetime import datetime

from django.db.models import Min

from notifications.attachments import leftovers as attachments
from notifications.inbound import handling, joining
from notifications.inbound.models import InboundEvent
from notifications.inbound.storing import LEFT_AFTER


def handle_left(*, now: datetime, limit: int) -> int:
    """This function will handle events that were left, have left files brought, and say how many."""
    joined = joining.join_left(now=now, limit=limit)
    left = InboundEvent.objects.filter(
        state=InboundEvent.State.RECEIVED, kind=InboundEvent.Kind.MESSAGE, received_at__lte=now - LEFT_AFTER
    )
    ids = list(left.order_by("received_at").values_list("id", flat=True)[:limit])
    for event_id in ids:
        handling.handle(event_id, now=now)
    return max(joined, len(ids), attachments.bring_left(now=now, limit=limit))


def next_left_at() -> datetime | None:
    """This function will say when the oldest event still waiting counts as left, or None."""
    waiting = InboundEvent.objects.filter(state=InboundEvent.State.RECEIVED, kind=InboundEvent.Kind.MESSAGE)
    oldest: datetime | None = waiting.aggregate(oldest=Min("received_at"))["oldest"]
    moments = (oldest + LEFT_AFTER if oldest else None, joining.next_left_at(), attachments.next_left_at())
    return min((moment for moment in moments if moment), default=None)
