"""Effects on an owner's file: calls asked for, reminders put off, cars sold, wishes, opt-outs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.customers.models import Customer
from core.events import kinds
from core.events import operations as events
from core.vehicles.models import Ownership
from notifications.due.models import Due
from notifications.effects import people
from notifications.effects.context import Args, Context
from notifications.flows.engine import Result
from notifications.outbox.models import Message
from notifications.planning.kinds import shipped
from notifications.policy import suppressing

MAINTENANCE = "MAINTENANCE"
# A reminder put off is still worth sending this long after its day.
STILL_FRESH = timedelta(days=14)

# What an owner may set by reply: the name in a flow, the file's field.
PREFERENCES = {"language": "language", "channel": "preferred_channel"}


class PreferenceUnknown(ValueError):
    """A flow sets a preference that no file has."""


def phone_task(context: Context, args: Args) -> Result:
    """Have a person call, at the wished time if one was named."""
    window = args.get("window")
    wished_at = datetime.fromisoformat(window["from_at"]) if isinstance(window, Mapping) else None
    people.ask(context, reason=str(args["reason"]), wished_at=wished_at)
    return Result()


def record_reason(context: Context, args: Args) -> Result:
    """Keep why somebody stays away; the words themselves stay in the conversation."""
    events.record(
        kinds.WIN_BACK_ANSWERED,
        subject_kind="vehicle" if context.vehicle_id else "customer",
        subject_id=context.vehicle_id or context.customer_id or 0,
        at=context.now,
        customer_id=context.customer_id,
        vehicle_id=context.vehicle_id,
        data={"reason": str(args["reason"]), "has_words": bool(args.get("text"))},
        actor="owner",
    )
    return Result()


def remind_later(context: Context, args: Args) -> Result:
    """Put the maintenance reminder off: the touches still to come give way to one on the wished day."""
    later_at = context.now + timedelta(days=int(args["days"]))
    for due in _dues(context):
        _close_touches(due, reason="LATER", now=context.now)
        _plan_later(due, later_at=later_at, now=context.now)
    suppressing.wake_at(later_at)
    return Result()


def mark_done_elsewhere(context: Context, args: Args) -> Result:
    """Stop this round of reminders, and note the visit that went to somebody else."""
    for due in _dues(context):
        _close_touches(due, reason="DONE_ELSEWHERE", now=context.now)
    _record(kinds.MAINTENANCE_DONE_ELSEWHERE, context)
    return Result()


def mark_sold(context: Context, args: Args) -> Result:
    """End the owner's holding of the car; the car itself stays, somebody else drives it."""
    if context.vehicle_id is None or context.customer_id is None:
        return Result()
    if len(context.vehicle_ids) > 1:
        # One message spoke of several cars: which of them is gone, a person asks.
        people.ask(context, reason="WHICH_CAR_IS_SOLD")
        return Result()
    today = context.now.astimezone(ZoneInfo(context.zone)).date()
    held = Ownership.objects.filter(
        vehicle_id=context.vehicle_id, customer_id=context.customer_id, to_date__isnull=True
    )
    if held.update(to_date=today):
        _record(kinds.OWNERSHIP_ENDED, context)
    return Result()


def set_preference(context: Context, args: Args) -> Result:
    """Write a wish into the file. Raises: PreferenceUnknown."""
    field = PREFERENCES.get(str(args["name"]))
    if field is None:
        raise PreferenceUnknown(args["name"])
    if context.customer_id is None:
        return Result()
    Customer.objects.filter(id=context.customer_id).update(**{field: str(args["value"]), "updated_at": context.now})
    return Result()


def opt_out(context: Context, args: Args) -> Result:
    """Take the owner's no for one purpose; nothing of it leaves from here on."""
    suppressing.opt_out(
        address=context.conversation.address,
        customer_id=context.customer_id,
        purpose=str(args["purpose"]),
        wording=f"flow:{context.flow.key}",
        now=context.now,
    )
    return Result()


def _dues(context: Context) -> list[Due]:
    """What the run began with, and the same for the other cars it speaks of."""
    first = Message.objects.filter(run_id=context.run.pk, due__isnull=False).order_by("id").first()
    if first is None or first.due is None:
        return []
    others = [vehicle_id for vehicle_id in context.vehicle_ids if vehicle_id != first.due.subject_id]
    newest = Due.objects.filter(rule=first.due.rule, subject_kind="vehicle", subject_id__in=others)
    return [first.due, *newest.order_by("subject_id", "-id").distinct("subject_id")]


def _plan_later(due: Due, *, later_at: datetime, now: datetime) -> None:
    Due.objects.get_or_create(
        rule=due.rule,
        subject_kind=due.subject_kind,
        subject_id=due.subject_id,
        occurrence=f"{_maintained(due)}:later:{later_at:%Y%m%d}",
        defaults={
            "customer_id": due.customer_id,
            "vehicle_id": due.vehicle_id,
            "priority": due.priority,
            "planned_at": later_at,
            "due_at": later_at,
            "expires_at": later_at + STILL_FRESH,
            "data": due.data,
            "created_at": now,
        },
    )


def _maintained(due: Due) -> str:
    return due.occurrence.partition(":")[0]


def _close_touches(due: Due, *, reason: str, now: datetime) -> None:
    """Planned ones are cancelled; ones yet to be planned are entered as cancelled, so that planning finds them."""
    if due.rule != MAINTENANCE:
        return
    numbers = [touch.number for touch in shipped().kinds[MAINTENANCE].touches]
    rows = [
        Due(
            rule=due.rule,
            subject_kind=due.subject_kind,
            subject_id=due.subject_id,
            occurrence=f"{_maintained(due)}:{number}",
            customer_id=due.customer_id,
            vehicle_id=due.vehicle_id,
            planned_at=now,
            due_at=now,
            state=Due.State.CANCELLED,
            reason=reason,
            created_at=now,
            finished_at=now,
        )
        for number in numbers
    ]
    open_ones = Due.objects.filter(
        rule=due.rule,
        subject_kind=due.subject_kind,
        subject_id=due.subject_id,
        occurrence__startswith=f"{_maintained(due)}:",
        state__in=[Due.State.PLANNED, Due.State.HELD],
    )
    open_ones.update(state=Due.State.CANCELLED, reason=reason, finished_at=now)
    # The unique occurrence keeps those that are there as they are.
    Due.objects.bulk_create(rows, ignore_conflicts=True)


def _record(kind: str, context: Context) -> None:
    events.record(
        kind,
        subject_kind="vehicle" if context.vehicle_id else "customer",
        subject_id=context.vehicle_id or context.customer_id or 0,
        at=context.now,
        customer_id=context.customer_id,
        vehicle_id=context.vehicle_id,
        actor="owner",
    )
