"""Booking, moving, confirming and cancelling visits, and marking who came and who did not.

Two bookings of one bay and time can't both stand: the exclusion constraint refuses the second. On top of
it bookings of one date are made one after the other (an advisory lock): the walk-in share and the people
are sums over the date, which no constraint can hold, and rows that check each other in an exclusion
constraint at the same instant answer with a deadlock rather than a refusal.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from core.appointments import queries, rules, table
from core.appointments.models import Appointment
from core.appointments.rules import Slot, WorkKind, Workshop
from core.calendar import rules as calendar_rules
from core.calendar.rules import Period
from core.events import kinds
from core.events import operations as events
from core.events.operations import Fact
from core.transactions import waking

# One statement of the sweep; a larger backlog is taken up at once by the next call.
SWEEP = 500


class KindUnknown(ValueError):
    """The workshop sells no such work."""


class SlotTaken(Exception):
    """Somebody else has the last bay for that time."""


class SlotNotOffered(ValueError):
    """The time lies in the past, past the horizon, off the grid or outside the hours."""


class AppointmentOver(Exception):
    """The visit has arrived, been cancelled or been missed; the message names its state."""


def kind_named(name: str) -> WorkKind:
    """Return a kind of work. Raises: KindUnknown."""
    try:
        return table.shipped().kinds[name]
    except KeyError:
        raise KindUnknown(name) from None


def free_slots(*, kind: str, from_at: datetime, until_at: datetime, limit: int, but: int = 0) -> list[Slot]:
    """Return the next free slots that start in [from_at, until_at), one per time, earliest first.

    `but` leaves out one appointment, to move it. Raises: KindUnknown.
    """
    work, shop = kind_named(kind), queries.workshop(now=from_at)
    period = Period(from_at, min(until_at, from_at + table.shipped().horizon))
    busy = queries.busy_between(period, timezone=shop.calendar.timezone, but=but)
    return list(rules.free_slots(workshop=shop, kind=work, period=period, busy=busy, limit=limit))


def book(
    *,
    customer_id: int,
    vehicle_id: int | None,
    kind: str,
    slot: Slot,
    origin: str,
    now: datetime,
    channel: str = "",
    advisor_id: int | None = None,
    note: str = "",
    actor: str = "system",
) -> Appointment:
    """Book the slot's time, in its bay or in another that is free then; the same booking twice is one.

    Raises: KindUnknown; SlotNotOffered; SlotTaken.
    """
    with waking(now=now):
        work, shop = kind_named(kind), queries.workshop(now=now)
        _check_offered(slot, work=work, shop=shop, now=now)
        _take_turns(slot, shop=shop)
        booked = _same_booking(customer_id=customer_id, vehicle_id=vehicle_id, slot=slot)
        if booked is not None:
            return booked
        appointment = Appointment(
            customer_id=customer_id,
            vehicle_id=vehicle_id,
            bay_id=_free_bay(slot, work=work, shop=shop),
            kind=work.name,
            starts_at=slot.start_at,
            ends_at=slot.end_at,
            origin=origin,
            channel=channel,
            advisor_id=advisor_id,
            note=note,
            booked_at=now,
        )
        _save(appointment)
        _record(kinds.APPOINTMENT_BOOKED, appointment, at=now, actor=actor)
        return appointment


def reschedule(*, appointment_id: int, slot: Slot, now: datetime, actor: str = "system") -> Appointment:
    """Move a visit to another slot; its old time is free at once. It waits for confirmation anew.

    Raises: SlotNotOffered; SlotTaken; AppointmentOver; Appointment.DoesNotExist.
    """
    with waking(now=now):
        appointment = _locked(appointment_id, states=queries.AHEAD)
        if appointment.starts_at == slot.start_at:
            return appointment
        work, shop = kind_named(appointment.kind), queries.workshop(now=now)
        _check_offered(slot, work=work, shop=shop, now=now)
        _take_turns(slot, shop=shop)
        before = appointment.starts_at
        appointment.bay_id = _free_bay(slot, work=work, shop=shop, but=appointment.pk)
        appointment.starts_at, appointment.ends_at = slot.start_at, slot.end_at
        appointment.state, appointment.confirmed_at = Appointment.State.BOOKED, None
        appointment.sequence += 1
        _save(appointment)
        _record(kinds.APPOINTMENT_MOVED, appointment, at=now, actor=actor, before=before.isoformat())
        return appointment


def confirm(*, appointment_id: int, now: datetime, actor: str = "system") -> Appointment:
    """Note that the owner will come; again changes nothing. Raises: AppointmentOver; Appointment.DoesNotExist."""
    with waking(now=now):
        appointment = _locked(appointment_id, states=queries.AHEAD)
        if appointment.state == Appointment.State.CONFIRMED:
            return appointment
        appointment.confirmed_at = now
        return _move(appointment, Appointment.State.CONFIRMED, kinds.APPOINTMENT_CONFIRMED, now=now, actor=actor)


def cancel(*, appointment_id: int, now: datetime, actor: str = "system", reason: str = "") -> Appointment:
    """Cancel a visit and free its bay; again changes nothing.

    Raises: AppointmentOver when the car is already there or was missed; Appointment.DoesNotExist.
    """
    with waking(now=now):
        appointment = _locked(appointment_id, states=(*queries.AHEAD, Appointment.State.CANCELLED))
        if appointment.state == Appointment.State.CANCELLED:
            return appointment
        appointment.closed_at = now
        appointment.sequence += 1
        return _move(
            appointment,
            Appointment.State.CANCELLED,
            kinds.APPOINTMENT_CANCELLED,
            now=now,
            actor=actor,
            reason=reason,
        )


def mark_arrived(*, appointment_id: int, now: datetime, actor: str = "system") -> Appointment:
    """Note that the car is there, also after it was marked as missed; again changes nothing.

    Raises: SlotTaken when it comes late and its bay was sold; AppointmentOver; Appointment.DoesNotExist.
    """
    with waking(now=now):
        states = (*queries.AHEAD, Appointment.State.NO_SHOW, Appointment.State.ARRIVED)
        appointment = _locked(appointment_id, states=states)
        if appointment.state == Appointment.State.ARRIVED:
            return appointment
        appointment.arrived_at, appointment.closed_at = now, None
        return _move(appointment, Appointment.State.ARRIVED, kinds.APPOINTMENT_ARRIVED, now=now, actor=actor)


def complete(*, appointment_id: int, repair_order_id: int | None, now: datetime, actor: str = "system") -> Appointment:
    """Note that the work is done and free the bay; again changes nothing.

    Raises: AppointmentOver; Appointment.DoesNotExist.
    """
    with waking(now=now):
        states = (Appointment.State.ARRIVED, Appointment.State.COMPLETED)
        appointment = _locked(appointment_id, states=states)
        if appointment.state == Appointment.State.COMPLETED:
            return appointment
        appointment.repair_order_id = repair_order_id
        appointment.closed_at = now
        return _move(appointment, Appointment.State.COMPLETED, kinds.APPOINTMENT_COMPLETED, now=now, actor=actor)


def mark_no_shows(*, now: datetime) -> int:
    """Mark visits that have not arrived in time, and return how many; safe to run at any time, by many."""
    late = Appointment.objects.filter(state__in=queries.AHEAD, starts_at__lte=now - table.shipped().no_show_after)
    if not late.exists():
        return 0
    with waking(now=now):
        # Skip locked: a visit somebody is just moving or checking in is not late yet.
        missed = list(late.order_by("starts_at").select_for_update(skip_locked=True)[:SWEEP])
        Appointment.objects.filter(id__in=[visit.pk for visit in missed]).update(
            state=Appointment.State.NO_SHOW, closed_at=now
        )
        events.record_many(_fact(kinds.APPOINTMENT_NO_SHOW, visit, at=now, actor="system") for visit in missed)
        return len(missed)


def _check_offered(slot: Slot, *, work: WorkKind, shop: Workshop, now: datetime) -> None:
    if not rules.is_bookable(slot, workshop=shop, kind=work, now=now, horizon=table.shipped().horizon):
        raise SlotNotOffered(slot.start_at.isoformat())


def _take_turns(slot: Slot, *, shop: Workshop) -> None:
    """Wait until no other booking of that date is under way; the lock ends with the transaction."""
    day = calendar_rules.local_date(slot.start_at, timezone=shop.calendar.timezone)
    with connection.cursor() as cursor:
        # Advisory locks know no schemas: the dealer is part of the key.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema()), %s)", [day.toordinal()])


def _free_bay(slot: Slot, *, work: WorkKind, shop: Workshop, but: int = 0) -> int:
    """Return the slot's bay if it is free, else another that is. Raises: SlotTaken."""
    timezone = shop.calendar.timezone
    day = calendar_rules.local_date(slot.start_at, timezone=timezone)
    busy = queries.busy_between(slot.period, timezone=timezone, but=but)
    free = [bay.id for bay in rules.free_bays(slot.period, workshop=shop, kind=work, busy=busy)]
    if not free or not rules.has_capacity(day, workshop=shop, kind=work, busy=busy):
        raise SlotTaken
    return slot.bay_id if slot.bay_id in free else free[0]


def _same_booking(*, customer_id: int, vehicle_id: int | None, slot: Slot) -> Appointment | None:
    mine = Appointment.objects.filter(customer_id=customer_id, starts_at=slot.start_at, state__in=queries.HOLDING)
    if vehicle_id is None:
        return mine.filter(vehicle__isnull=True).first()
    return mine.filter(vehicle_id=vehicle_id).first()


def _locked(appointment_id: int, *, states: tuple[str, ...]) -> Appointment:
    """Return the visit, held until the transaction ends. Raises: AppointmentOver; Appointment.DoesNotExist."""
    appointment = Appointment.objects.select_for_update().get(id=appointment_id)
    if appointment.state not in states:
        raise AppointmentOver(appointment.state)
    return appointment


def _move(
    appointment: Appointment, state: Appointment.State, kind: str, *, now: datetime, actor: str, **data: Any
) -> Appointment:
    """Change the state and record it."""
    appointment.state = state
    _save(appointment)
    _record(kind, appointment, at=now, actor=actor, **data)
    return appointment


def _save(appointment: Appointment) -> None:
    """Write the row. Raises: SlotTaken when the exclusion constraint refuses it."""
    try:
        with transaction.atomic():
            appointment.save()
    except IntegrityError as error:
        if "appointment_bay_free" in str(error):
            raise SlotTaken from error
        raise


def _record(kind: str, appointment: Appointment, *, at: datetime, actor: str, **data: Any) -> None:
    events.record_many([_fact(kind, appointment, at=at, actor=actor, **data)])


def _fact(kind: str, appointment: Appointment, *, at: datetime, actor: str, **data: Any) -> Fact:
    return Fact(
        kind=kind,
        subject_kind="appointment",
        subject_id=appointment.pk,
        at=at,
        customer_id=appointment.customer_id,
        vehicle_id=appointment.vehicle_id,
        data={
            "starts_at": appointment.starts_at.isoformat(),
            "kind": appointment.kind,
            "origin": appointment.origin,
            "channel": appointment.channel,
            "sequence": appointment.sequence,
            **data,
        },
        actor=actor,
    )
