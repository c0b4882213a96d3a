"""A visit as a calendar file. Pure. Source: RFC 5545 (iCalendar) and RFC 5546 (its methods)."""

from dataclasses import dataclass
from datetime import UTC, datetime

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Aftercare//Visits//EN"
# Source: RFC 5545, section 3.1; octets, the line's end left out.
LONGEST_LINE = 75


@dataclass(frozen=True)
class Entry:
    """What stands in the calendar: `key` is the visit's for ever, `sequence` grows with its changes."""

    key: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    title: str
    place: str
    is_cancelled: bool = False


def key_of(*, dealer_id: int, visit_id: int) -> str:
    """Return what names a visit in every file of it, wherever it is got from."""
    return f"visit-{dealer_id}-{visit_id}@aftercare"


def calendar_file(entry: Entry) -> bytes:
    """Return the file; one of a cancelled visit takes it out of the calendar again.

    Times are in UTC, so that a telephone shows its own owner's and no rules of a time zone must be carried along.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if entry.is_cancelled else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{_text(entry.key)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_moment(entry.made_at)}",
        f"DTSTART:{_moment(entry.starts_at)}",
        f"DTEND:{_moment(entry.ends_at)}",
        f"SUMMARY:{_text(entry.title)}",
        f"LOCATION:{_text(entry.place)}",
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode(errors="replace")


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    """Escape what has a meaning of its own; a control character has none and is left out."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(mark for mark in plain if mark == "\n" or mark.isprintable())
    for mark, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        shown = shown.replace(mark, escaped)
    return shown


def _folded(line: str) -> str:
    """Break a long line between characters, never within one's bytes."""
    parts, room, part = [], LONGEST_LINE, ""
    for mark in line:
        size = len(mark.encode(errors="replace"))
        if size > room:
            parts.append(part)
            # A continued line begins with a space, which counts.
            room, part = LONGEST_LINE - 1, ""
        part += mark
        room -= size
    return "\r\n ".join([*parts, part])
