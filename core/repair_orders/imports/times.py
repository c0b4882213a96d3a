"""Dates and times of foreign cells, as wall time of the dealer.

Wall times are texts, `2026-11-20 16:53:00`: they sort as the times do, cost no objects in a file of
a million rows, and become moments in the dealer's zone in one place, where they are merged.
"""

import re
from datetime import date, timedelta
from functools import lru_cache

from core.repair_orders.imports import words
from core.repair_orders.imports.conventions import DAY_FIRST

_THREE = re.compile(r"^(\d{1,4})\s?[-/.\s]\s?(\d{1,2})\s?[-/.\s]\s?(\d{1,4})\.?$")
_CHINESE = re.compile(r"^(\d{2,4})年(\d{1,2})月(\d{1,2})日?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_NAMED_DAY_FIRST = re.compile(r"^(\d{1,2})[-/.\s]*(?:de\s+)?([^\W\d]+)\.?[-/.,\s]*(?:de[l]?\s+)?(\d{2,4})$")
_NAMED_MONTH_FIRST = re.compile(r"^([^\W\d]+)\.?[-/.\s]*(\d{1,2})(?:st|nd|rd|th)?[-/.,\s]+(\d{2,4})$")
_CLOCK = re.compile(
    r"^(?P<before>[^\W\d]+)?\s*(?P<hour>\d{1,2})\s*[:.h时點点]\s*(?P<minute>\d{2})\s*分?"
    r"(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<after>[^\d]+)?$"
)
# Day and time apart; a day may hold spaces (20 nov 2026), a time too (04:53 PM).
_APART = re.compile(r"^(?P<day>.*?\d\D?)(?:\s+|T|(?<=日))(?P<time>\D{0,4}\d{1,2}\s*[:.h时點点]\d{2}.*)$")
_SERIAL = re.compile(r"^\d{5}(?:\.\d+)?$")
# Excel's first day, with its leap year of 1900 that never was.
_SERIAL_START = date(1899, 12, 30)
# Two-digit years below this are of this century.
_CENTURY_TURN = 70


def wall_time(text: str, order: str) -> str | None:
    """Return the wall time of a cell, midnight where it names a day only, or None if unreadable."""
    day_text, _, time_text = text.partition(" ")
    day = day_of(day_text, order)
    clock = clock_of(time_text) if time_text else "00:00:00"
    if day is None or clock is None:
        return _odd_wall_time(text, order=order)
    return f"{day} {clock}"


def _odd_wall_time(text: str, *, order: str) -> str | None:
    """Read what the one space in the middle did not part."""
    if _SERIAL.match(text):
        return _serial(float(text))
    apart = _APART.match(text)
    day = day_of(apart["day"].rstrip(" ,T") if apart else text, order)
    clock = clock_of(apart["time"]) if apart else "00:00:00"
    return f"{day} {clock}" if day and clock else None


def _serial(number: float) -> str:
    seconds = round((number % 1) * 86_400)
    day = _SERIAL_START + timedelta(days=int(number), seconds=0)
    if seconds == 86_400:
        day, seconds = day + timedelta(days=1), 0
    return f"{day} {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


@lru_cache(maxsize=4_096)
def day_of(text: str, order: str) -> str | None:
    """Return a day as `2026-11-20`, or None where no calendar has it."""
    parts = _day_parts(text, order=order)
    if parts is None:
        return None
    year, month, day = parts
    if year < 100:
        year += 2000 if year < _CENTURY_TURN else 1900
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _day_parts(text: str, *, order: str) -> tuple[int, int, int] | None:
    if found := _THREE.match(text):
        return _ordered(found.groups(), order=order)
    if found := _CHINESE.match(text) or _COMPACT.match(text):
        year, month, day = map(int, found.groups())
        return year, month, day
    if found := _NAMED_DAY_FIRST.match(text):
        return _named(day=found[1], month=found[2], year=found[3])
    if found := _NAMED_MONTH_FIRST.match(text):
        return _named(day=found[2], month=found[1], year=found[3])
    return None


def _ordered(groups: tuple[str, ...], *, order: str) -> tuple[int, int, int] | None:
    first, second, third = groups
    if len(first) > 2:
        return int(first), int(second), int(third)
    if len(third) == 1 or len(third) == 3:
        return None
    day, month = (first, second) if order == DAY_FIRST else (second, first)
    return int(third), int(month), int(day)


def _named(*, day: str, month: str, year: str) -> tuple[int, int, int] | None:
    number = words.table("months").get(words.folded(month))
    return (int(year), int(number), int(day)) if number else None


@lru_cache(maxsize=4_096)
def clock_of(text: str) -> str | None:
    """Return a time of day as `16:53:00`, or None where no clock shows it."""
    found = _CLOCK.match(text.strip())
    if found is None:
        return None
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    half = words.folded(found["before"] or found["after"] or "")
    if half in words.listed("afternoon"):
        hour += 12 if hour < 12 else 0
    elif half in words.listed("morning"):
        hour = 0 if hour == 12 else hour
    elif half:
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    return f"{hour:02}:{minute:02}:{second:02}"
