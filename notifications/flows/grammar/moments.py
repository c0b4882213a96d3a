"""From words to a window of time in the owner's zone: a day, hours of it, or both."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.flows import languages
from notifications.flows.grammar import days, hours, lexicon, normal, spotting

# "As soon as possible" and "any day" mean the next two weeks.
ANY_DAY_WITHIN = timedelta(days=14)

# A day and a part of it in one word, such as 今早; spelt out so that both are heard.
SHORT_FORMS = {short: full for code in languages.codes() for short, full in languages.table(code)["spelt_out"].items()}


@dataclass(frozen=True)
class Said:
    """What was said about time: days, hours, either may be missing; whole if nothing else was said."""

    days: days.Days | None
    hours: hours.Hours | None
    is_any: bool
    is_whole: bool


@dataclass(frozen=True)
class Window:
    """A stretch of time in UTC, [from, until)."""

    from_at: datetime
    until_at: datetime


def listen(text: str, *, now: datetime, zone: ZoneInfo, language: str) -> Said | None:
    """Return what a message says about time, or None if it says nothing or two different days."""
    heard = _spelt_out(normal.fold(text))
    hearing = days.Hearing(now.astimezone(zone).date(), languages.table(language)["days"]["is_month_first"])
    clock = hours.read(_without_any(heard))
    named = list(days.find(clock.left, hearing))
    meant = days.meant(named)
    if None in meant or len(meant) > 1:
        return None
    is_any = _without_any(heard) != heard
    if not (named or clock.hours or is_any):
        return None
    return Said(next(iter(meant), None), clock.hours, is_any, _is_whole(clock.left, named))


def window(said: Said, *, now: datetime, zone: ZoneInfo) -> Window | None:
    """Return the stretch of time meant, cut at `now`; None if all of it has passed."""
    today = now.astimezone(zone).date()
    if said.days is None and said.hours is None:
        return Window(now, now + ANY_DAY_WITHIN)
    run = said.days or days.one_day(today)
    meant = _between(run, said.hours, now=now, zone=zone)
    if meant is None and said.days is None:
        return _between(days.one_day(today + timedelta(days=1)), said.hours, now=now, zone=zone)
    return meant


def local_time(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return a minute of a local day in UTC; a time that a clock change skips moves on by the gap."""
    midnight = datetime.combine(day, time(), tzinfo=zone)
    return (midnight + timedelta(minutes=minute)).astimezone(ZoneInfo("UTC"))


def _between(run: days.Days, part: hours.Hours | None, *, now: datetime, zone: ZoneInfo) -> Window | None:
    part = part or hours.Hours(0, 24 * 60)
    first = local_time(run.from_date, part.from_minute, zone)
    until = local_time(run.until_date - timedelta(days=1), part.until_minute, zone)
    return Window(max(first, now), until) if until > now else None


def _spelt_out(heard: str) -> str:
    for short, full in SHORT_FORMS.items():
        heard = heard.replace(short, full)
    return heard


def _without_any(heard: str) -> str:
    return _ANY.sub(" ", heard)


def _is_whole(left: str, named: list[days.Found]) -> bool:
    marks = list(left)
    for found in named:
        marks[found.start : found.until] = " " * (found.until - found.start)
    rest = normal.words("".join(marks))
    padding = spotting.spots(rest, _PADDING)
    return not spotting.rest_after(rest, padding)


_PADDING = lexicon.meaning("", "time_padding")
_ANY = re.compile(
    "|".join(
        rf"(?<![a-z]){re.escape(normal.fold(word))}(?![a-z])"
        for word in sorted(lexicon.listed("any_time"), key=len, reverse=True)
    )
)
