"""A visit comes as a calendar file with the mail that speaks of it, and one cancelled goes out of the calendar."""

from datetime import UTC, datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest

from core.appointments.models import Appointment
from tenants.scope import dealer_scope
from tests.stories.mailing import Correspondence


def confirmation(mails: Correspondence, *, starts_at: datetime | None = None) -> EmailMessage:
    with dealer_scope(mails.dealer):
        visit = mails.story.visit()
        if starts_at is not None:
            Appointment.objects.filter(pk=visit.pk).update(starts_at=starts_at, ends_at=starts_at.replace(minute=30))
    return mails.start("appointment", entry="confirmation", case_kind="appointment", case_id=visit.pk)


def files(mail: EmailMessage) -> list[dict[str, str]]:
    found = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    texts = [str(part.get_content()).replace("\r\n", "\n").replace("\n ", "") for part in found]
    return [dict(line.split(":", 1) for line in text.split("\n") if line) for text in texts]


def test_a_confirmation_carries_the_visit_in_its_owners_words(anna: Correspondence, boris: Correspondence) -> None:
    [annas], [boris_file] = files(confirmation(anna)), files(confirmation(boris))

    assert (annas["METHOD"], annas["SEQUENCE"], annas["SUMMARY"]) == ("PUBLISH", "0", "到店：North Motors")
    assert boris_file["SUMMARY"] == "Cita en South Motors"
    # Both are the first visit of their dealer.
    assert annas["UID"] != boris_file["UID"]


@pytest.mark.parametrize(
    ("starts_at", "written"),
    [
        # Madrid leaves summer time on 25 October 2026, between these two.
        (datetime(2026, 10, 24, 8, 0, tzinfo=UTC), "20261024T080000Z"),
        (datetime(2026, 10, 26, 9, 0, tzinfo=UTC), "20261026T090000Z"),
    ],
    ids=["10:00 in summer", "10:00 in winter"],
)
def test_the_hour_is_right_on_both_sides_of_the_change_of_clocks(
    boris: Correspondence, starts_at: datetime, written: str
) -> None:
    [file] = files(confirmation(boris, starts_at=starts_at))

    assert file["DTSTART"] == written
    assert starts_at.astimezone(ZoneInfo(boris.dealer.timezone)).hour == 10


def test_one_cancelled_by_answer_is_taken_out_by_the_same_name(boris: Correspondence) -> None:
    mail = confirmation(boris)
    [booked] = files(mail)

    boris.write("3", to=str(mail["Reply-To"]))
    [cancelled] = files(boris.fetch())

    assert (cancelled["METHOD"], cancelled["STATUS"]) == ("CANCEL", "CANCELLED")
    assert cancelled["UID"] == booked["UID"]
    assert int(cancelled["SEQUENCE"]) > int(booked["SEQUENCE"])


def test_one_moved_by_answer_has_a_higher_number(boris: Correspondence) -> None:
    mail = confirmation(boris)
    [booked] = files(mail)

    for answer in ("2", "1"):
        boris.write(answer, to=str(boris.box.mails[-1]["Reply-To"]))
        boris.fetch()
    [moved] = files(boris.box.mails[-1])

    assert moved["METHOD"] == "PUBLISH"
    assert moved["UID"] == booked["UID"]
    assert int(moved["SEQUENCE"]) > int(booked["SEQUENCE"])
    assert moved["DTSTART"] != booked["DTSTART"]


def test_what_speaks_of_no_visit_carries_none(boris: Correspondence) -> None:
    assert files(boris.start("win_back")) == []
