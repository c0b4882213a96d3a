"""A visit by its link: pick a time, see it, put it into the calendar, move it, give it up. Plain forms, no script."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.http import HttpResponse
from django.utils.translation import gettext as _

from core.appointments.calendar_file import MEDIA_TYPE, Entry, calendar_file, key_of
from core.appointments.models import Appointment
from core.appointments.rules import Slot
from core.calendar.rules import at_local
from frontend.pages.owners import names
from frontend.pages.owners.opened import Opened
from notifications.flows import wording
from notifications.links import visits
from notifications.links.operations import LinkOver
from notifications.links.visits import BookedMeanwhile, Matter, SlotGone

# As long as any day may be looked at; the workshop's own horizon ends what is free.
FURTHEST = timedelta(days=60)
MINUTES = "%Y%m%dT%H%M"


def page(opened: Opened) -> HttpResponse:
    """Show the visit or the times to pick from, or do what a form says. Raises: LinkOver."""
    if opened.request.method == "POST":
        return _done(opened)
    found = visits.matter(opened.owned, now=opened.now)
    if not found.is_ahead or opened.asked("do") == "move":
        return _times(opened, found)
    return _giving_up(opened, found) if opened.asked("do") == "cancel" else _visit(opened, found)


def calendar(opened: Opened) -> HttpResponse:
    """Give the visit for the owner's calendar; one given up is taken out again. Raises: LinkOver."""
    visit = visits.matter(opened.owned, now=opened.now).visit
    if visit is None:
        raise LinkOver("NO_VISIT")
    entry = Entry(
        key=key_of(dealer_id=opened.dealer.id, visit_id=visit.pk),
        sequence=visit.sequence,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        made_at=opened.now,
        title=_("Visit to {dealer}").format(dealer=opened.dealer.shown_name),
        place=opened.dealer.shown_name,
        is_cancelled=visit.state == Appointment.State.CANCELLED,
    )
    answer = HttpResponse(calendar_file(entry), content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="visit.ics"'
    return opened.sealed(answer)


def _done(opened: Opened) -> HttpResponse:
    act = ACTS.get(opened.said("do"))
    if act is None:
        return opened.back()
    try:
        return opened.back(told=act(opened))
    except SlotGone:
        moving = {"do": "move"} if opened.said("do") == "move" else {}
        return opened.back(told="gone", day=opened.said("at")[:8], **moving)
    except BookedMeanwhile:
        return opened.back(told="already")


def _book(opened: Opened) -> str:
    car = opened.said("car")
    vehicle_id = int(car) if car.isascii() and car.isdigit() and len(car) < 19 else None
    visits.book(opened.owned, start_at=_moment(opened), vehicle_id=vehicle_id, now=opened.now)
    return "booked"


def _move(opened: Opened) -> str:
    visits.move(opened.owned, start_at=_moment(opened), now=opened.now)
    return "moved"


def _cancel(opened: Opened) -> str:
    visits.cancel(opened.owned, now=opened.now)
    return ""


def _confirm(opened: Opened) -> str:
    visits.confirm(opened.owned, now=opened.now)
    return "confirmed"


ACTS: Mapping[str, Callable[[Opened], str]] = {"book": _book, "move": _move, "cancel": _cancel, "confirm": _confirm}


def _moment(opened: Opened) -> datetime:
    """The time that was picked. Raises: SlotGone for what is no time of ours."""
    try:
        return datetime.strptime(opened.said("at"), MINUTES).replace(tzinfo=UTC)
    except ValueError:
        raise SlotGone from None


def _visit(opened: Opened, found: Matter) -> HttpResponse:
    visit = _booked(found)
    return opened.show(
        "visit",
        heading=_("Your visit"),
        when=opened.day_and_time(visit.starts_at),
        car=names.car(visit.vehicle) if visit.vehicle else "",
        is_confirmed=visit.state == Appointment.State.CONFIRMED,
        told=_told(opened),
        move=opened.address(do="move"),
        cancel=opened.address(do="cancel"),
    )


def _giving_up(opened: Opened, found: Matter) -> HttpResponse:
    when = opened.day_and_time(_booked(found).starts_at)
    return opened.show("visit_cancel", heading=_("Give up your visit?"), when=when)


def _times(opened: Opened, found: Matter) -> HttpResponse:
    """The days with free times, and the times of one of them."""
    from_at = _from(opened)
    by_day = _by_day(visits.free_slots(found, from_at=from_at, now=opened.now), opened)
    chosen = next((day for day in by_day if f"{day:%Y%m%d}" == opened.asked("day")), next(iter(by_day), None))
    moving = {"do": "move"} if found.is_ahead else {}
    return opened.show(
        "times",
        heading=_("Choose a time"),
        told=_told(opened) or _stands(opened, found),
        days=[_day(opened, day, is_chosen=day == chosen, **moving) for day in by_day],
        chosen=wording.day(chosen, language=opened.language) if chosen else "",
        times=[_time(opened, slot) for slot in by_day.get(chosen, ())] if chosen else [],
        cars=[(car.pk, names.car(car)) for car in found.cars] if not found.is_ahead else [],
        later=_later(opened, from_at, **moving),
        do="move" if found.is_ahead else "book",
    )


def _booked(found: Matter) -> Appointment:
    if found.visit is None:
        raise LinkOver("NO_VISIT")
    return found.visit


def _stands(opened: Opened, found: Matter) -> str:
    """How the visit stands that a time is picked for, or instead of."""
    if found.visit is None:
        return ""
    when = opened.day_and_time(found.visit.starts_at)
    if found.is_ahead:
        return _("Your visit on {when} stays as it is until you choose.").format(when=when)
    if found.visit.state == Appointment.State.CANCELLED:
        return _("Your visit on {when} has been given up. You may pick another time.").format(when=when)
    return _("You couldn't come on {when}. You may pick another time.").format(when=when)


def _told(opened: Opened) -> str:
    return {
        "booked": _("You're booked. See you then!"),
        "moved": _("Your visit has been moved."),
        "confirmed": _("Thank you, we look forward to seeing you."),
        "gone": _("That time has just been taken. These are still free:"),
        "already": _("You have a visit already. You can move it here."),
    }.get(opened.asked("told"), "")


def _from(opened: Opened) -> datetime:
    """The first day to look at, within what may be booked."""
    try:
        day = datetime.strptime(opened.asked("from"), "%Y%m%d").date()  # noqa: DTZ007  # a date has no zone
    except ValueError:
        return opened.now
    return min(max(at_local(day, time(0), timezone=opened.zone), opened.now), opened.now + FURTHEST)


def _by_day(slots: Sequence[Slot], opened: Opened) -> dict[date, list[Slot]]:
    by_day: dict[date, list[Slot]] = defaultdict(list)
    for slot in slots:
        by_day[slot.start_at.astimezone(opened.zone).date()].append(slot)
    return dict(by_day)


def _day(opened: Opened, day: date, *, is_chosen: bool, **query: str) -> tuple[str, str, bool]:
    kept = {"from": opened.asked("from")} if opened.asked("from") else {}
    address = opened.address(day=f"{day:%Y%m%d}", **kept, **query)
    return wording.day(day, language=opened.language), address, is_chosen


def _time(opened: Opened, slot: Slot) -> tuple[str, str]:
    return f"{slot.start_at.astimezone(UTC):{MINUTES}}", f"{slot.start_at.astimezone(opened.zone):%H:%M}"


def _later(opened: Opened, from_at: datetime, **query: str) -> str:
    """The address of the next two weeks; empty where nothing may be booked any more."""
    after = from_at + visits.SHOWN_AHEAD
    if after >= opened.now + FURTHEST:
        return ""
    return opened.address(**{"from": f"{after.astimezone(opened.zone):%Y%m%d}"}, **query)
