"""What a visit's link is good for: a time to pick, and then the visit to move, confirm or give up.

Page, chat and console book by the same core operations under the same lock; who comes second is told so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.appointments import operations as appointments
from core.appointments.models import Appointment
from core.appointments.operations import AppointmentOver, SlotNotOffered, SlotTaken
from core.appointments.queries import AHEAD
from core.appointments.rules import Slot
from core.transactions import waking
from core.vehicles.models import Ownership, Vehicle
from notifications.effects import people, visits
from notifications.effects.context import Context
from notifications.flows import store
from notifications.flows.models import FlowRun
from notifications.links import operations as links
from notifications.links.models import OwnerLink
from notifications.links.operations import LinkOver
from notifications.runs import pages

APPOINTMENT = "appointment"
PAGE = "page"
# Two weeks fit a small page; who wants later asks for the next two.
SHOWN_AHEAD = timedelta(days=14)
MOST_SHOWN = 1_000
# A time on a page that was open for a while may be nearer now than what is offered anew.
PAGE_OPEN_FOR = timedelta(minutes=30)


class SlotGone(Exception):
    """Somebody else has that time now, or it is too near by now."""


class BookedMeanwhile(Exception):
    """A visit was already booked by this link, for another time."""


@dataclass(frozen=True)
class Matter:
    """What a visit's link is about: the visit, if one is booked, the cars it may be for, and the kind of work."""

    visit: Appointment | None
    cars: tuple[Vehicle, ...]
    kind: str

    @property
    def is_ahead(self) -> bool:
        """Whether the visit can still be moved or given up."""
        return self.visit is not None and self.visit.state in AHEAD

    @property
    def is_done(self) -> bool:
        """Whether the car came, so that nothing is left to do."""
        return self.visit is not None and self.visit.state in (Appointment.State.ARRIVED, Appointment.State.COMPLETED)


def matter(link: OwnerLink, *, now: datetime) -> Matter:
    """This function will return what the link is about. Raises: LinkOver when the car came, or is somebody else's."""
    visit = _visit(link)
    cars = _cars(link, visit)
    found = Matter(visit, cars, visit.kind if visit else visits.USUAL_KIND)
    has_missed_it = found.is_ahead and visit is not None and visit.ends_at <= now
    if link.customer is None or found.is_done or has_missed_it:
        raise LinkOver("VISIT_OVER")
    if not cars and _had_cars(link, visit):
        raise LinkOver("CAR_SOLD")
    return found


def free_slots(found: Matter, *, from_at: datetime, now: datetime) -> list[Slot]:
    """This function will return the times to choose from in the two weeks from a moment on, earliest first."""
    earliest = max(from_at, now + visits.SOONEST)
    but = found.visit.pk if found.visit and found.is_ahead else 0
    return appointments.free_slots(
        kind=found.kind, from_at=earliest, until_at=earliest + SHOWN_AHEAD, limit=MOST_SHOWN, but=but
    )


def book(link: OwnerLink, *, start_at: datetime, vehicle_id: int | None, now: datetime) -> Appointment:
    """This function will book the time for one of the link's cars; the same again changes nothing.

    Raises: SlotGone; BookedMeanwhile; LinkOver.
    """
    with waking(now=now):
        run = pages.hold(link.run_id)
        found = _held(link, now=now)
        if found.visit is not None and found.is_ahead:
            return _same(found.visit, start_at=start_at)
        visit = _book(link, found, _car(found, vehicle_id), run, start_at=start_at, now=now)
        OwnerLink.objects.filter(pk=link.pk).update(case_kind=APPOINTMENT, case_id=visit.pk, used_at=now)
        link.case_kind, link.case_id = APPOINTMENT, visit.pk
        if run is not None:
            _settle(run, found, now=now)
        return visit


def move(link: OwnerLink, *, start_at: datetime, now: datetime) -> Appointment:
    """This function will move the visit; its old time stays its own until then. Raises: SlotGone; LinkOver."""
    with waking(now=now):
        found = _held(link, now=now)
        try:
            moved = appointments.reschedule(
                appointment_id=_ahead(found).pk,
                slot=_slot(found, start_at=start_at, now=now),
                now=now,
                actor="owner",
            )
        except (SlotTaken, SlotNotOffered):
            raise SlotGone from None
        except AppointmentOver:
            raise LinkOver("VISIT_OVER") from None
        links.note_use(link, now=now)
        return moved


def confirm(link: OwnerLink, *, now: datetime) -> Appointment:
    """This function will note that the owner will come. Raises: LinkOver."""
    with waking(now=now):
        visit = _ahead(_held(link, now=now))
        try:
            confirmed = appointments.confirm(appointment_id=visit.pk, now=now, actor="owner")
        except AppointmentOver:
            raise LinkOver("VISIT_OVER") from None
        links.note_use(link, now=now)
        return confirmed


def cancel(link: OwnerLink, *, now: datetime) -> Appointment:
    """This function will give the visit up and free its time; again changes nothing. Raises: LinkOver."""
    with waking(now=now):
        # The dialogues about it first: an answer in the chat holds its run, and then wants the visit.
        if link.case_kind == APPOINTMENT and link.case_id:
            pages.end_runs(case_kind=APPOINTMENT, case_id=link.case_id, now=now)
        found = _held(link, now=now)
        if found.visit is None:
            raise LinkOver("NO_VISIT")
        cancelled = _cancel(found.visit, now=now)
        links.note_use(link, now=now)
        return cancelled


def _visit(link: OwnerLink) -> Appointment | None:
    if link.case_kind != APPOINTMENT or link.case_id is None:
        return None
    return Appointment.objects.select_related("vehicle").filter(pk=link.case_id).first()


def _cars(link: OwnerLink, visit: Appointment | None) -> tuple[Vehicle, ...]:
    """The cars that the message spoke of and the owner still holds."""
    ids = _car_ids(link, visit)
    person = {file for file in (link.customer_id, link.customer and link.customer.merged_into_id) if file}
    held = Ownership.objects.filter(vehicle__in=ids, customer__in=person, to_date__isnull=True)
    cars = {one.vehicle_id: one.vehicle for one in held.select_related("vehicle")}
    return tuple(cars[car_id] for car_id in ids if car_id in cars)


def _car_ids(link: OwnerLink, visit: Appointment | None) -> list[int]:
    if visit is not None:
        return [visit.vehicle_id] if visit.vehicle_id else []
    if link.run is None:
        return []
    known = link.run.state.get("values", {}).get("vehicle_ids") or []
    return [int(car_id) for car_id in known] or ([link.run.vehicle_id] if link.run.vehicle_id else [])


def _had_cars(link: OwnerLink, visit: Appointment | None) -> bool:
    """A visit ahead is its owner's, whoever holds the car in the file: relatives bring it too."""
    return bool(_car_ids(link, visit)) and (visit is None or visit.state not in AHEAD)


def _held(link: OwnerLink, *, now: datetime) -> Matter:
    """What the link is about, while nobody else uses the link."""
    fresh = OwnerLink.objects.select_for_update().only("case_kind", "case_id").get(pk=link.pk)
    link.case_kind, link.case_id = fresh.case_kind, fresh.case_id
    return matter(link, now=now)


def _ahead(found: Matter) -> Appointment:
    if found.visit is None or not found.is_ahead:
        raise LinkOver("VISIT_OVER")
    return found.visit


def _same(visit: Appointment, *, start_at: datetime) -> Appointment:
    if visit.starts_at != start_at:
        raise BookedMeanwhile
    return visit


def _car(found: Matter, vehicle_id: int | None) -> int | None:
    """The car that was chosen, else the first; what is not the owner's is not chosen."""
    own = [car.pk for car in found.cars]
    return vehicle_id if vehicle_id in own else next(iter(own), None)


def _slot(found: Matter, *, start_at: datetime, now: datetime) -> Slot:
    if start_at < now + visits.SOONEST - PAGE_OPEN_FOR:
        raise SlotGone
    but = found.visit.pk if found.visit and found.is_ahead else 0
    free: Sequence[Slot] = appointments.free_slots(
        kind=found.kind, from_at=start_at, until_at=start_at + timedelta.resolution, limit=1, but=but
    )
    if not free:
        raise SlotGone
    return free[0]


def _book(
    link: OwnerLink, found: Matter, vehicle_id: int | None, run: FlowRun | None, *, start_at: datetime, now: datetime
) -> Appointment:
    person_id = links.person_of(link)
    if person_id is None:
        raise LinkOver("NOBODY")
    try:
        return appointments.book(
            customer_id=person_id,
            vehicle_id=vehicle_id,
            kind=found.kind,
            slot=_slot(found, start_at=start_at, now=now),
            origin=visits.origin_of(run.purpose if run else ""),
            channel=PAGE,
            now=now,
            actor="owner",
        )
    except (SlotTaken, SlotNotOffered):
        raise SlotGone from None


def _settle(run: FlowRun, found: Matter, *, now: datetime) -> None:
    """The dialogue has what it asked for; a person books the other cars, as after a reply."""
    pages.end_run(run.pk, now=now)
    if len(found.cars) > 1:
        flow = store.version(run.flow_version_id).flow
        people.ask(Context(run=run, conversation=run.conversation, flow=flow, now=now), reason="MORE_CARS_TO_BOOK")


def _cancel(visit: Appointment, *, now: datetime) -> Appointment:
    try:
        return appointments.cancel(appointment_id=visit.pk, now=now, actor="owner", reason="OWNER")
    except AppointmentOver:
        raise LinkOver("VISIT_OVER") from None
