"""The visit that a mail speaks of as a calendar file beside it; a text message or a chat leads to it by its link."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from channels_app.contract import Attachment
from core.appointments.calendar_file import Entry, calendar_file, key_of
from core.appointments.models import Appointment
from core.appointments.queries import AHEAD
from notifications.flows import wording
from notifications.links.models import OwnerLink
from notifications.outbox.claiming import Leaving
from notifications.outbox.models import Message
from tenants.scope import current_dealer

FILE_NAME, MEDIA_TYPE = "visit.ics", "text/calendar"
VISIT = "appointment"


@dataclass(frozen=True)
class _Spoken:
    """Which visits a message may speak of: the one it leads to, the one it is about."""

    led_to: int | None
    about: int | None
    written_at: datetime


def with_calendars(leaving: Sequence[Leaving], *, now: datetime) -> list[Leaving]:
    """This function will put a file to each mail that leads to a visit ahead, or tells that one was cancelled.

    It is of the visit as it stands now; a calendar that has it already goes by UID and SEQUENCE.
    """
    spoken = _spoken([one.id for one in leaving])
    wanted = {visit_id for one in spoken.values() for visit_id in (one.led_to, one.about) if visit_id}
    visits = Appointment.objects.in_bulk(wanted) if wanted else {}
    files = {message_id: visit for message_id, one in spoken.items() if (visit := _visit(one, visits)) is not None}
    return [
        replace(one, attachments=(_file(files[one.id], one.language, now=now),)) if one.id in files else one
        for one in leaving
    ]


def _spoken(message_ids: Sequence[int]) -> dict[int, _Spoken]:
    rows = list(
        Message.objects.filter(id__in=message_ids).values_list("id", "link_id", "case_kind", "case_id", "created_at")
    )
    links = OwnerLink.objects.filter(
        id__in={link_id for _, link_id, *_ in rows if link_id}, purpose=OwnerLink.Purpose.VISIT, case_kind=VISIT
    )
    led_to = dict(links.values_list("id", "case_id"))
    return {
        pk: _Spoken(led_to.get(link_id or 0), case_id if case_kind == VISIT else None, written_at)
        for pk, link_id, case_kind, case_id, written_at in rows
    }


def _visit(spoken: _Spoken, visits: dict[int, Appointment]) -> Appointment | None:
    ahead = visits.get(spoken.led_to or 0)
    if ahead is not None and ahead.state in AHEAD:
        return ahead
    about = visits.get(spoken.about or 0)
    # Written in the instant in which it was cancelled, a message tells so; later ones speak of something else.
    is_told = about is not None and about.state == Appointment.State.CANCELLED and about.closed_at == spoken.written_at
    return about if is_told else None


def _file(visit: Appointment, language: str, *, now: datetime) -> Attachment:
    dealer = current_dealer()
    entry = Entry(
        key=key_of(dealer_id=dealer.id, visit_id=visit.pk),
        sequence=visit.sequence,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        made_at=now,
        title=wording.phrase("visit_title", language=language, values={"dealer": dealer.shown_name}),
        place=dealer.shown_name,
        is_cancelled=visit.state == Appointment.State.CANCELLED,
    )
    return Attachment(FILE_NAME, MEDIA_TYPE, calendar_file(entry))
