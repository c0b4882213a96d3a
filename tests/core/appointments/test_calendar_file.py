"""A calendar file as the norm wants it, read by a reader of our own."""

from datetime import UTC, datetime

import pytest

from core.appointments.calendar_file import LONGEST_LINE, Entry, calendar_file

STARTS_AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def entry(**wishes: object) -> Entry:
    ready: dict[str, object] = {
        "key": "visit-1-7@aftercare",
        "sequence": 0,
        "starts_at": STARTS_AT,
        "ends_at": STARTS_AT.replace(hour=3),
        "made_at": datetime(2026, 11, 18, 2, 0, tzinfo=UTC),
        "title": "Visit to North Motors",
        "place": "North Motors",
    }
    return Entry(**{**ready, **wishes})  # type: ignore[arg-type]  # wishes are the entry's own fields


def read(file: bytes) -> dict[str, str]:
    """Unfold the lines and return the properties, texts unescaped; RFC 5545, sections 3.1 and 3.3.11."""
    lines = file.decode().replace("\r\n ", "").split("\r\n")
    pairs = dict(line.split(":", 1) for line in lines if line)
    return {name: _unescaped(value) for name, value in pairs.items()}


def _unescaped(value: str) -> str:
    marks = {"n": "\n", "N": "\n", ";": ";", ",": ",", "\\": "\\"}
    text, rest = "", iter(value)
    for mark in rest:
        text += marks[next(rest)] if mark == "\\" else mark
    return text


def test_it_holds_what_the_norm_demands() -> None:
    lines = calendar_file(entry()).decode().split("\r\n")

    assert [lines[0], *lines[-3:]] == ["BEGIN:VCALENDAR", "END:VEVENT", "END:VCALENDAR", ""]
    for wanted in ("VERSION:2.0", "METHOD:PUBLISH", "UID:visit-1-7@aftercare", "SEQUENCE:0", "STATUS:CONFIRMED"):
        assert lines.count(wanted) == 1
    assert "DTSTAMP:20261118T020000Z" in lines
    assert ("DTSTART:20261123T023000Z" in lines, "DTEND:20261123T033000Z" in lines) == (True, True)
    assert sum(line.startswith("PRODID:") for line in lines) == 1


def test_a_visit_moved_is_the_same_entry_with_a_higher_sequence() -> None:
    before, after = read(calendar_file(entry())), read(calendar_file(entry(sequence=1)))

    assert before["UID"] == after["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])


def test_a_visit_given_up_is_taken_out_again() -> None:
    file = read(calendar_file(entry(is_cancelled=True, sequence=2)))

    assert (file["METHOD"], file["STATUS"], file["SEQUENCE"]) == ("CANCEL", "CANCELLED", "2")


@pytest.mark.parametrize(
    "title",
    [
        "Café; bar, \\ and\nsecond line",
        "到店：" + "北方汽车服务中心" * 20,
        "x" * 300,
        "🚗" * 60,
        "\r\nBEGIN:VALARM\r\nTRIGGER:-PT1M",
    ],
    ids=["marks with a meaning", "long Chinese", "long", "four bytes each", "a line smuggled in"],
)
def test_any_title_stays_one_property_in_short_lines(title: str) -> None:
    file = calendar_file(entry(title=title))

    assert all(len(line) <= LONGEST_LINE for line in file.split(b"\r\n"))
    assert read(file)["SUMMARY"] == title.replace("\r\n", "\n")
    assert b"\nTRIGGER" not in file


def test_control_characters_and_half_surrogates_do_no_harm() -> None:
    file = calendar_file(entry(title="a\x00b\x07c \ud83d"))

    assert read(file)["SUMMARY"].startswith("abc")
