"""Work for people that a dialogue makes."""

from datetime import datetime, timedelta

from core.tasks import operations as tasks
from core.tasks.models import Task
from notifications.effects.context import Context

# A call without a wished time is made within this; the house's figure.
CALL_WITHIN = timedelta(hours=4)


def ask(context: Context, *, reason: str, wished_at: datetime | None = None) -> None:
    """This function will have a person call about the run, at the wished time if there is one."""
    tasks.open_task(
        kind=Task.Kind.CALL,
        customer_id=context.customer_id,
        vehicle_id=context.vehicle_id,
        complaint_id=context.case_id("complaint"),
        reason=reason,
        due_at=wished_at or context.now + CALL_WITHIN,
        promised_at=wished_at,
        now=context.now,
        key=f"call:{reason}:{context.conversation.pk}:{context.message_id or context.now.isoformat()}".lower(),
        conversation_id=context.conversation.pk,
        message_id=context.message_id,
    )
