"""Days as owners name them: "后天", "el jueves", "next Friday", "25/11". The patterns are the languages'."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from notifications.flows import languages
from notifications.flows.grammar import normal, numbers


@dataclass(frozen=True)
class Days:
    """A run of days, [from, until)."""

    from_date: date
    until_date: date


@dataclass(frozen=True)
class Hearing:
    """What a day is read against: today in the owner's zone, and whether the month comes before the day."""

    today: date
    is_month_first: bool


@dataclass(frozen=True)
class Found:
    """Days found in a text, and where; is_weekday if the weekday alone was named."""

    start: int
    until: int
    days: Days | None
    is_weekday: bool = False


# Of all languages together; no word may mean two days or two months.
WEEKDAYS = {
    name: number
    for code in languages.codes()
    for number, names in enumerate(languages.table(code)["days"]["weekdays"])
    for name in names
}
MONTHS = {
    name: number
    for code in languages.codes()
    for number, names in enumerate(languages.table(code)["days"]["months"], 1)
    for name in names
}

Reader = Callable[[re.Match[str], Hearing], Days | None]


def find(text: str, hearing: Hearing) -> Iterator[Found]:
    """Yield every day named in a folded text, the most telling form first, none twice."""
    left = text
    for pattern, reader in _FORMS:
        while found := pattern.search(left):
            yield Found(found.start(), found.end(), _safely(reader, found, hearing), reader is _coming)
            left = left[: found.start()] + " " * (found.end() - found.start()) + left[found.end() :]


def meant(named: Sequence[Found]) -> set[Days | None]:
    """Return the different days meant; a weekday beside a date that falls on it says no other day."""
    dates = {found.days for found in named if not found.is_weekday}
    weekdays = {found.days for found in named if found.is_weekday}
    return dates | {day for day in weekdays if not any(_is_on_weekday(one, day) for one in dates)}


def _is_on_weekday(one: Days | None, weekday: Days | None) -> bool:
    return one is not None and weekday is not None and one.from_date.weekday() == weekday.from_date.weekday()


def _safely(reader: Reader, found: re.Match[str], hearing: Hearing) -> Days | None:
    """The 31st of a short month, or a year out of range, is no day."""
    try:
        return reader(found, hearing)
    except (ValueError, OverflowError):
        return None


def one_day(day: date) -> Days:
    """Return the run that holds just this day."""
    return Days(day, day + timedelta(days=1))


def _in_days(count: int) -> Reader:
    return lambda _found, hearing: one_day(hearing.today + timedelta(days=count))


def _counted(found: re.Match[str], hearing: Hearing) -> Days | None:
    count = numbers.number_of(found["count"])
    return None if count is None else one_day(hearing.today + timedelta(days=count))


def _full_date(found: re.Match[str], hearing: Hearing) -> Days:
    return one_day(date(int(found["year"]), int(found["month"]), int(found["day"])))


def _month_and_day(found: re.Match[str], hearing: Hearing) -> Days | None:
    month, day = MONTHS.get(found["month"], numbers.number_of(found["month"])), numbers.number_of(found["day"])
    return None if month is None or day is None else _next_date(month, day, hearing.today)


def _slashed(found: re.Match[str], hearing: Hearing) -> Days:
    first, second = int(found["first"]), int(found["second"])
    is_month_first = second > _MONTHS_A_YEAR or (hearing.is_month_first and first <= _MONTHS_A_YEAR)
    month, day = (first, second) if is_month_first else (second, first)
    if found["year"]:
        return one_day(date(_full_year(int(found["year"])), month, day))
    return _next_date(month, day, hearing.today)


def _day_of_month(found: re.Match[str], hearing: Hearing) -> Days | None:
    day = numbers.number_of(found["day"])
    if day is None or not 1 <= day <= _LONGEST_MONTH:
        return None
    first = hearing.today.replace(day=1) if day >= hearing.today.day else _month_after(hearing.today)
    while day > monthrange(first.year, first.month)[1]:
        first = _month_after(first)
    return one_day(first.replace(day=day))


def _coming(found: re.Match[str], hearing: Hearing) -> Days:
    """ "周三", "el jueves", "Fri": the nearest such day, today included."""
    return one_day(hearing.today + timedelta(days=(WEEKDAYS[found["weekday"]] - hearing.today.weekday()) % 7))


def _strictly_coming(found: re.Match[str], hearing: Hearing) -> Days:
    """ "El próximo viernes" is the nearest one that is not today."""
    ahead = (WEEKDAYS[found["weekday"]] - hearing.today.weekday() - 1) % 7 + 1
    return one_day(hearing.today + timedelta(days=ahead))


def _of_this_week(found: re.Match[str], hearing: Hearing) -> Days:
    return one_day(_monday(hearing) + timedelta(days=WEEKDAYS[found["weekday"]]))


def _of_next_week(found: re.Match[str], hearing: Hearing) -> Days:
    """ "下周三", "next Friday": that day of the week that begins on the coming Monday; 下下周 one later."""
    return one_day(_monday(hearing) + timedelta(days=7 * _weeks(found) + WEEKDAYS[found["weekday"]]))


def _weeks(found: re.Match[str]) -> int:
    return 2 if found.groupdict().get("twice") else 1


def _next_week(found: re.Match[str], hearing: Hearing) -> Days:
    return Days(_monday(hearing) + timedelta(days=7), _monday(hearing) + timedelta(days=14))


def _this_week(found: re.Match[str], hearing: Hearing) -> Days:
    return Days(hearing.today, _monday(hearing) + timedelta(days=7))


def _weekend(found: re.Match[str], hearing: Hearing) -> Days:
    saturday = _monday(hearing) + timedelta(days=5)
    return Days(max(saturday, hearing.today), saturday + timedelta(days=2))


def _weekend_after(found: re.Match[str], hearing: Hearing) -> Days:
    saturday = _monday(hearing) + timedelta(days=7 * _weeks(found) + 5)
    return Days(saturday, saturday + timedelta(days=2))


def _monday(hearing: Hearing) -> date:
    return hearing.today - timedelta(days=hearing.today.weekday())


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _next_date(month: int, day: int, today: date) -> Days:
    """A date said without its year is the next one to come; 29 February may be years away."""
    if day > monthrange(_LEAP_YEAR, month)[1]:
        raise ValueError(day)
    year = today.year
    while day > monthrange(year, month)[1] or date(year, month, day) < today:
        year += 1
    return one_day(date(year, month, day))


def _full_year(year: int) -> int:
    return year + 2000 if year < _MONTHS_A_YEAR * 8 else year


_MONTHS_A_YEAR = 12
_LONGEST_MONTH = 31
_LEAP_YEAR = 2028

# Dates in figures are the same everywhere.
_FULL_DATE = re.compile(r"(?P<year>20\d\d)\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})(?!\d)\s*[日号]?")
_SLASHED = re.compile(
    r"(?<![\d:/.-])(?P<first>\d{1,2})[/-](?P<second>\d{1,2})(?:[/-](?P<year>20\d\d|\d\d))?(?![\d:/点时])"
)

# Each form's patterns are the languages'. The order matters: "pasado mañana" before "mañana", "下周三" before "周三".
_SPOKEN: tuple[tuple[str, Reader], ...] = (
    ("in_three_days", _in_days(3)),
    ("in_two_days", _in_days(2)),
    ("in_days", _counted),
    ("weekday_next_week", _of_next_week),
    ("weekday_not_today", _strictly_coming),
    ("weekday_this_week", _of_this_week),
    ("weekend_after", _weekend_after),
    ("weekend", _weekend),
    ("weekday", _coming),
    ("next_week", _next_week),
    ("this_week", _this_week),
    ("today", _in_days(0)),
    ("tomorrow", _in_days(1)),
    ("day_of_month", _day_of_month),
)


def _spoken(form: str) -> Iterator[re.Pattern[str]]:
    for code in languages.codes():
        words = languages.table(code)["days"]
        for pattern in words[form]:
            yield re.compile(normal.bounded(_filled(pattern, words)))


def _filled(pattern: str, words: Mapping[str, list[list[str]]]) -> str:
    holes = {
        "{weekday}": f"(?P<weekday>{_names(words['weekdays'])})",
        "{month}": f"(?P<month>{_names(words['months'])})",
        "{day}": r"(?P<day>\d{1,2})",
        "{count}": r"(?P<count>\d{1,2}|\w+)",
        "{han}": numbers.HAN_NUMBER,
    }
    for hole, meant in holes.items():
        pattern = pattern.replace(hole, meant)
    return pattern


def _names(listed: list[list[str]]) -> str:
    return numbers.one_of(name for names in listed for name in names)


_FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (_FULL_DATE, _full_date),
    *((pattern, _month_and_day) for pattern in _spoken("month_and_day")),
    (_SLASHED, _slashed),
    *((pattern, reader) for form, reader in _SPOKEN for pattern in _spoken(form)),
)
