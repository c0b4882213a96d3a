"""Check 3: is this an hour and a day for it, where the person lives?

Wall time is compared, instants are returned. A clock put forward skips wall times, one put back
repeats them: every candidate is turned into an instant and read back as wall time before use.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.calendar.rules import is_open_day
from notifications.policy.case import Case, verdict, with_seen
from notifications.policy.facts import Action, Verdict, Window
from notifications.policy.standard import QuietHours

MIDNIGHT = time(0)
HORIZON_DAYS = 60
"""How far to look for an open day; a dealer closed for longer is looked at again after that."""


def check(case: Case) -> Case | Verdict:
    """This function will defer a proactive message to the next moment that is free for it."""
    if not case.facts.is_proactive:
        return case
    free_at = next_free(case, from_at=case.now)
    local = case.now.astimezone(case.facts.timezone)
    case = with_seen(
        case,
        local_time=local.isoformat(timespec="minutes"),
        timezone=case.facts.timezone.key,
        windows=[f"{window.from_time:%H:%M}-{window.until_time:%H:%M}" for window in _windows(case)],
        is_rest_day=is_rest_day(case, local.date()),
    )
    if free_at <= case.now:
        return case
    return verdict(case, Action.DEFER, rule=_rule(case, local), not_before=free_at)


def next_free(case: Case, *, from_at: datetime) -> datetime:
    """This function will return the first moment from `from_at` on that is neither quiet nor rest."""
    first = from_at.astimezone(case.facts.timezone).date()
    if _is_free(case, from_at):
        return from_at
    for offset in range(HORIZON_DAYS):
        starts = _starts(case, first + timedelta(days=offset))
        found = [at for at in starts if at >= from_at and _is_free(case, at)]
        if found:
            return min(found)
    return from_at + timedelta(days=HORIZON_DAYS)


def is_rest_day(case: Case, day: date) -> bool:
    """This function will say whether the dealer rests on a day."""
    calendar = case.facts.calendar
    return calendar is not None and not is_open_day(day, calendar=calendar)


def allowed_windows(quiet: QuietHours) -> tuple[Window, ...]:
    """This function will return the hours outside the quiet ones, in order."""
    quiet_from, quiet_until = quiet.from_time, quiet.until_time
    if quiet_from > quiet_until:
        return (Window(from_time=quiet_until, until_time=quiet_from),)
    windows = (
        Window(from_time=MIDNIGHT, until_time=quiet_from),
        Window(from_time=quiet_until, until_time=MIDNIGHT),
    )
    return tuple(window for window in windows if window.from_time != window.until_time)


def narrowed(windows: tuple[Window, ...], preferred: tuple[Window, ...]) -> tuple[Window, ...]:
    """This function will return the hours that lie in both; the first ones where none do."""
    wishes = [part for wish in preferred for part in _days_parts(wish)]
    common = tuple(
        Window(from_time=start, until_time=end)
        for window in windows
        for wish in wishes
        for start, end in [_overlap(window, wish)]
        if _minute_of_end(end) > _minute(start)
    )
    return common or windows


def _days_parts(wish: Window) -> tuple[Window, ...]:
    """A wish over midnight, such as 20:00 to 10:00, is two parts of one day."""
    if _minute(wish.from_time) < _minute_of_end(wish.until_time):
        return (wish,)
    return (
        Window(from_time=MIDNIGHT, until_time=wish.until_time),
        Window(from_time=wish.from_time, until_time=MIDNIGHT),
    )


def _windows(case: Case) -> tuple[Window, ...]:
    windows = allowed_windows(case.quiet_hours)
    if not case.purpose.keeps_preferred_time:
        return windows
    return narrowed(windows, case.facts.preferred_windows)


def _overlap(one: Window, other: Window) -> tuple[time, time]:
    return (
        max(one.from_time, other.from_time),
        min(one.until_time, other.until_time, key=_minute_of_end),
    )


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _minute_of_end(at: time) -> int:
    return _minute(at) or 24 * 60


def _is_free(case: Case, at: datetime) -> bool:
    local = at.astimezone(case.facts.timezone)
    if case.purpose.keeps_rest_days and is_rest_day(case, local.date()):
        return False
    minute = local.hour * 60 + local.minute
    return any(_minute(window.from_time) <= minute < _minute_of_end(window.until_time) for window in _windows(case))


def _starts(case: Case, day: date) -> Iterator[datetime]:
    """The instants at which a day's windows open, both of them where the clock is put back.

    A window that opens in a skipped hour opens when the clock has jumped.
    """
    for window in _windows(case):
        for fold in (0, 1):
            yield instant(day, window.from_time, zone=case.facts.timezone, fold=fold)


def instant(day: date, at: time, *, zone: ZoneInfo, fold: int = 0) -> datetime:
    """This function will return the instant of a wall time; of a skipped one, the jump's far side."""
    return datetime.combine(day, at.replace(fold=fold), tzinfo=zone).astimezone(UTC)


def _rule(case: Case, local: datetime) -> str:
    if case.purpose.keeps_rest_days and is_rest_day(case, local.date()):
        return "rest_day"
    minute = local.hour * 60 + local.minute
    is_quiet = not any(
        _minute(window.from_time) <= minute < _minute_of_end(window.until_time)
        for window in allowed_windows(case.quiet_hours)
    )
    return "quiet_hours" if is_quiet else "preferred_time"
