"""How dates, times and the standing phrases are written in each language."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from notifications.flows import languages, templates


def phrase(name: str, *, language: str, values: Mapping[str, str]) -> str:
    """Return a standing phrase with its variables filled in."""
    return templates.fill(languages.table(language)["phrases"][name], values)


def subject(flow: str, steps: Iterable[str], *, language: str, values: Mapping[str, str]) -> str:
    """Return what a mail is headed with: by the first step that has a word of its own, else by flow."""
    headed = languages.table(language)["subjects"]
    of_flow = headed.get(flow, {})
    own = next((of_flow[step] for step in steps if step in of_flow), of_flow.get("other", headed["other"]))
    return templates.fill(own, values)


def reason(purpose: str, *, language: str, values: Mapping[str, str]) -> str:
    """Return why a message of this purpose came; nothing where it has none, as a test of the channel."""
    return templates.fill(languages.table(language)["reasons"].get(purpose, ""), values)


def term(name: str, *, language: str) -> str:
    """Return a standing term: "Another time", "car"."""
    return str(languages.table(language)["terms"][name])


def day(moment: date, *, language: str) -> str:
    """Return a date without its year as an owner would say it: "11月25日（周三）", "mié 25 nov"."""
    dates = languages.table(language)["dates"]
    form: str = dates["date"]
    return form.format(
        weekday=dates["weekdays"][moment.weekday()],
        day=moment.day,
        # Where months are numbers they have no names.
        month=dates["months"][moment.month - 1] if dates["months"] else moment.month,
        month_number=moment.month,
    )


def day_and_time(moment: datetime, *, language: str, zone: ZoneInfo) -> str:
    """Return the owner's wall time: "11月25日（周三）10:00", "mié 25 nov, 10:00"."""
    local = moment.astimezone(zone)
    form: str = languages.table(language)["dates"]["date_and_time"]
    return form.format(date=day(local.date(), language=language), time=local.strftime("%H:%M"))


def shown(value: object, kind: str, *, language: str, zone: ZoneInfo) -> str:
    """Return a value of a run as text: a date or datetime is read from ISO, all else is itself."""
    if kind == "datetime":
        return day_and_time(datetime.fromisoformat(str(value)), language=language, zone=zone)
    if kind == "date":
        return day(date.fromisoformat(str(value)[:10]), language=language)
    return str(value)
