"""Times of day as owners name them: "下午3点半", "a las 9 y media", "3pm", "por la mañana", "after 5"."""

import re
from dataclasses import dataclass, replace
from datetime import time, timedelta

from notifications.flows import languages
from notifications.flows.grammar import normal, numbers

_DAY = 24 * 60


@dataclass(frozen=True)
class Hours:
    """Minutes of the day, [from, until); exact if a clock time was said."""

    from_minute: int
    until_minute: int
    is_exact: bool = False

    def covers(self, moment: time) -> bool:
        """Say whether a time of day lies inside."""
        return self.from_minute <= moment.hour * 60 + moment.minute < self.until_minute


@dataclass(frozen=True)
class Found:
    """Hours found in a text, and what is left of it."""

    hours: Hours | None
    left: str


# How long after an exact time a slot still fits.
EXACT_FOR = timedelta(hours=1)

# Parts of the day in hours; broad on purpose, the dealer's own hours narrow them.
_SPANS = (("morning", 6, 12), ("noon", 11, 14), ("afternoon", 12, 20), ("evening", 18, 24), ("all_day", 0, 24))
PARTS: tuple[tuple[re.Pattern[str], Hours], ...] = tuple(
    (re.compile(normal.bounded(pattern)), Hours(start * 60, until * 60))
    for name, start, until in _SPANS
    for pattern in languages.every("hours", name)
)


def _any(name: str) -> str:
    """Return a pattern for any language's words of a list, which may be none."""
    listed = sorted((normal.fold(word) for word in languages.every("hours", name)), key=len, reverse=True)
    return "(?:" + "|".join(normal.bounded(re.escape(word)) for word in listed) + ")" if listed else "(?!)"


# Patterns of the parts; `h` is the international sign of hours.
_MARK = rf"(?:{_any('mark')}|h\b)"
_AT = rf"(?:{_any('at')}|@)"
_HALF, _QUARTER = _any("half"), _any("quarter")
_MINUTES = rf"(?!{_HALF}|{_QUARTER})(?P<spoken>{numbers.HAN_NUMBER})\s*{_any('minute')}?"
_CLOCKS = re.compile(
    rf"(?:(?P<marked>{numbers.HAN_NUMBER})\s*{_any('mark')}(?:{_MINUTES})?"
    rf"|(?:{_AT}\s*)?(?P<hour>\d{{1,2}})[:.h](?P<minute>\d\d)\s*(?P<ap1>[ap])?\.?\s?(?:m\b\.?)?"
    r"|(?P<bare>\d{1,2})\s*(?P<ap2>[ap])\.?\s?m\b\.?"
    rf"|{_AT}\s*(?P<said>\d{{1,2}}|[^\W\d_]+)(?!\s*/)(?:\s*{_any('mark')})?\b"
    rf"|(?P<past>{_any('half_past')})\s*(?P<half_past>\d{{1,2}}|[^\W\d_]+)"
    r"|(?P<plain>\d{1,2})\s*h\b)"
    rf"(?:\s*(?:(?P<half>{_HALF})|(?P<quarter>{_QUARTER})))?"
)
_FROM = _any("from")
_RANGE = re.compile(
    rf"(?:{_FROM} )?(?<![\d/:-])(?P<low>\d{{1,2}})\s*(?:{_MARK}|:00)?"
    rf"\s*(?:[-–—~]|{_any('to')})\s*(?P<high>\d{{1,2}})\s*(?:{_MARK}|:00)?"
    r"\s*(?P<ap>[ap])?\.?(?:m\b\.?)?(?![\d/:-])"
)
_SURE = re.compile(rf"{_MARK}|:|{_FROM}|{_AT}")
_AFTER = re.compile(_any("after"))
_BEFORE = re.compile(_any("before"))


def read(text: str) -> Found:
    """Return the time of day named in a folded text with the text that is left without it."""
    part, left = _part(text)
    span = _range(left, part)
    clock = span or _clock(left, part)
    if clock is None:
        return Found(part, left)
    return _bounded(clock)


def _part(text: str) -> tuple[Hours | None, str]:
    for pattern, hours in PARTS:
        if found := pattern.search(text):
            return hours, _cut(text, found)
    return None, text


def _range(text: str, part: Hours | None) -> Found | None:
    found = _RANGE.search(text)
    if found is None or not _looks_like_hours(found, part):
        return None
    low, high = (_hour(int(found[side]), found["ap"], part) for side in ("low", "high"))
    return Found(Hours(low, high), _cut(text, found)) if low < high <= _DAY else None


def _looks_like_hours(found: re.Match[str], part: Hours | None) -> bool:
    """ "9-11" alone could be a date; a clock word, a preposition or a part of the day makes it hours."""
    return bool(part or found["ap"] or _SURE.search(found[0]))


def _clock(text: str, part: Hours | None) -> Found | None:
    for found in _CLOCKS.finditer(text):
        minute = _minute_of(found, part)
        if minute is not None and 0 <= minute < _DAY:
            until = min(_DAY, minute + int(EXACT_FOR.total_seconds() // 60))
            return Found(Hours(minute, until, is_exact=True), _cut(text, found))
    return None


def _minute_of(found: re.Match[str], part: Hours | None) -> int | None:
    said = next(found[name] for name in _HOUR_GROUPS if found[name])
    number = numbers.number_of(said)
    if number is None:
        return None
    return _hour(number, found["ap1"] or found["ap2"], part) + _minutes(found)


def _minutes(found: re.Match[str]) -> int:
    if found["half"] or found["past"]:
        return 30
    if found["quarter"]:
        return 15
    said = found["spoken"] or found["minute"]
    return min((numbers.number_of(said) or 0) if said else 0, 59)


def _hour(number: int, half_day: str | None, part: Hours | None) -> int:
    """A bare 1 to 6 is the afternoon: no workshop opens before seven."""
    is_late = half_day == "p" or (half_day is None and _is_late(number, part))
    if is_late and number < _NOON:
        return (number + _NOON) * 60
    return 0 if half_day == "a" and number == _NOON else number * 60


def _is_late(number: int, part: Hours | None) -> bool:
    if part is None or part == Hours(0, _DAY):
        return 1 <= number <= _EARLIEST
    if part.from_minute >= _NOON * 60:
        return True
    return part.from_minute == (_NOON - 1) * 60 and number < _EARLIEST


def _bounded(clock: Found) -> Found:
    hours = clock.hours
    if hours is None or not hours.is_exact:
        return clock
    if found := _AFTER.search(clock.left):
        return Found(replace(hours, until_minute=_DAY, is_exact=False), _cut(clock.left, found))
    if found := _BEFORE.search(clock.left):
        return Found(Hours(0, hours.from_minute), _cut(clock.left, found))
    return clock


def _cut(text: str, found: re.Match[str]) -> str:
    return text[: found.start()] + " " + text[found.end() :]


_HOUR_GROUPS = ("marked", "hour", "bare", "said", "half_past", "plain")
_NOON = 12
_EARLIEST = 6
