"""Effects on visits: offering times, booking, moving, confirming, giving up. A lost slot is an outcome, no error."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.appointments import operations as visits
from core.appointments.models import Appointment
from core.appointments.operations import AppointmentOver, SlotNotOffered, SlotTaken
from core.appointments.rules import Slot
from notifications.due.models import Due
from notifications.effects import people
from notifications.effects.context import Args, Context
from notifications.flows import grammars
from notifications.flows.engine import Result

USUAL_KIND = "MAINTENANCE"
# Nobody can be at the workshop sooner; the house's figure.
SOONEST = timedelta(hours=2)
OFFERED_AHEAD = timedelta(days=14)
# Two a day on several days say more than five half hours of one morning.
A_DAY = 2
# Read enough to see several days past one empty workshop's half hours.
READ = 120

GONE = Result("GONE")
TAKEN = Result("SLOT_TAKEN")


def offer_slots(context: Context, args: Args) -> Result:
    """The next free slots, or those in the window the owner named; what was named and is gone is offered around."""
    kind = _kind(context, args)
    window = args.get("window")
    earliest = context.now + SOONEST
    if isinstance(window, Mapping):
        from_at = max(datetime.fromisoformat(window["from_at"]), earliest)
        until_at = datetime.fromisoformat(window["until_at"])
        slots = _free(kind, from_at, until_at, limit=grammars.MOST_SLOTS) if from_at < until_at else []
    else:
        slots = spread(_free(kind, earliest, earliest + OFFERED_AHEAD, limit=READ), zone=ZoneInfo(context.zone))
    return Result(values={"slots": [as_value(slot) for slot in slots]}) if slots else Result("NONE")


def book(context: Context, args: Args) -> Result:
    """Book the slot for the run's car; a slot lost to somebody else is SLOT_TAKEN."""
    if context.customer_id is None:
        return TAKEN
    try:
        visit = visits.book(
            customer_id=context.customer_id,
            vehicle_id=context.vehicle_id,
            kind=_kind(context, args),
            slot=as_slot(args["slot"]),
            origin=origin_of(context.run.purpose),
            channel=context.channel,
            now=context.now,
            actor="owner",
        )
    except (SlotTaken, SlotNotOffered):
        return TAKEN
    if len(context.vehicle_ids) > 1:
        people.ask(context, reason="MORE_CARS_TO_BOOK")
    return _agreed(visit, context)


def move(context: Context, args: Args) -> Result:
    """Move the visit the run is about; one that is over meanwhile is GONE."""
    visit_id = context.case_id("appointment")
    if visit_id is None:
        return GONE
    try:
        visit = visits.reschedule(appointment_id=visit_id, slot=as_slot(args["slot"]), now=context.now, actor="owner")
    except (SlotTaken, SlotNotOffered):
        return TAKEN
    except (AppointmentOver, Appointment.DoesNotExist):
        return GONE
    return _agreed(visit, context)


def confirm_visit(context: Context, args: Args) -> Result:
    """Note that the owner will come."""
    try:
        visits.confirm(appointment_id=context.case_id("appointment") or 0, now=context.now, actor="owner")
    except (AppointmentOver, Appointment.DoesNotExist):
        return GONE
    return Result()


def cancel_visit(context: Context, args: Args) -> Result:
    """Free the slot as the owner can't come."""
    try:
        visits.cancel(
            appointment_id=context.case_id("appointment") or 0, now=context.now, actor="owner", reason="OWNER"
        )
    except (AppointmentOver, Appointment.DoesNotExist):
        return GONE
    return Result()


def origin_of(purpose: str) -> str:
    """Return who asked for a visit: a reminder that led to it made it an outbound one."""
    is_ours = purpose in ("REMINDER", "MARKETING")
    return Appointment.Origin.OUTBOUND if is_ours else Appointment.Origin.INBOUND


def spread(slots: Iterable[Slot], *, zone: ZoneInfo) -> list[Slot]:
    """Return a few slots over several days: the first of each morning and of each afternoon."""
    chosen: list[Slot] = []
    seen: dict[date, set[bool]] = {}
    for slot in slots:
        local = slot.start_at.astimezone(zone)
        halves = seen.setdefault(local.date(), set())
        is_afternoon = local.hour >= _NOON
        if is_afternoon not in halves and len(halves) < A_DAY:
            halves.add(is_afternoon)
            chosen.append(slot)
    return chosen[: grammars.MOST_SLOTS]


def as_value(slot: Slot) -> dict[str, Any]:
    """Return a slot as a run's state keeps it."""
    return {
        "kind": slot.kind,
        "bay_id": slot.bay_id,
        "start_at": slot.start_at.isoformat(),
        "end_at": slot.end_at.isoformat(),
    }


def as_slot(value: Mapping[str, Any]) -> Slot:
    """Return a kept slot as core knows it."""
    return Slot(
        kind=str(value["kind"]),
        bay_id=int(value["bay_id"]),
        start_at=datetime.fromisoformat(value["start_at"]),
        end_at=datetime.fromisoformat(value["end_at"]),
    )


def _free(kind: str, from_at: datetime, until_at: datetime, *, limit: int) -> Sequence[Slot]:
    return visits.free_slots(kind=kind, from_at=from_at, until_at=until_at, limit=limit)


def _kind(context: Context, args: Args) -> str:
    """What the flow says, else what the visit is for, else maintenance."""
    if args.get("kind"):
        return str(args["kind"])
    visit_id = context.case_id("appointment")
    known = Appointment.objects.filter(id=visit_id).values_list("kind", flat=True).first() if visit_id else None
    return known or USUAL_KIND


def _agreed(visit: Appointment, context: Context) -> Result:
    _say_no_more(visit, now=context.now)
    # The number is for the link that leads to the visit; no text may speak of it.
    return Result(values={"appointment_at": visit.starts_at.isoformat(), "appointment_id": visit.pk})


def _say_no_more(visit: Appointment, *, now: datetime) -> None:
    """The dialogue itself confirms the visit: the planned confirmation is done before it is planned."""
    Due.objects.get_or_create(
        rule="APPOINTMENT_CONFIRMATION",
        subject_kind="appointment",
        subject_id=visit.pk,
        occurrence=visit.starts_at.strftime("%Y%m%d%H%M"),
        defaults={
            "customer_id": visit.customer_id,
            "vehicle_id": visit.vehicle_id,
            "planned_at": now,
            "due_at": now,
            "state": Due.State.DONE,
            "reason": "SAID_IN_DIALOGUE",
            "created_at": now,
            "finished_at": now,
        },
    )


_NOON = 12
