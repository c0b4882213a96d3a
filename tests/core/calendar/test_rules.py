"""Working time over breaks, holidays, make-up days, clock changes and leap days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.calendar import rules
from core.calendar.rules import WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
MADRID = ZoneInfo("Europe/Madrid")
DAY_HOURS = ((time(8, 30), time(18, 0)),)
WITH_BREAK = ((time(8, 30), time(12, 0)), (time(13, 30), time(18, 0)))
HALF_DAY = timedelta(hours=4, minutes=45)


def calendar(
    *,
    hours: rules.Hours = DAY_HOURS,
    days: int = 6,
    timezone: ZoneInfo = SHANGHAI,
    closed: frozenset[date] = frozenset(),
    open_extra: dict[date, rules.Hours] | None = None,
) -> WorkCalendar:
    """Make a calendar open on the first `days` of each week."""
    weekly = dict.fromkeys(range(days), hours)
    return WorkCalendar(timezone, weekly, closed, open_extra or {})


def local(text: str, *, timezone: ZoneInfo = SHANGHAI) -> datetime:
    """Read a wall time as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=timezone).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "amount", "expected"),
    [
        pytest.param("2026-03-02 09:00", HALF_DAY, "2026-03-02 13:45", id="inside a day"),
        pytest.param("2026-03-02 15:00", HALF_DAY, "2026-03-03 10:15", id="over a night"),
        pytest.param("2026-03-02 07:00", HALF_DAY, "2026-03-02 13:15", id="before opening"),
        pytest.param("2026-03-02 23:00", HALF_DAY, "2026-03-03 13:15", id="after closing"),
        pytest.param("2026-03-07 17:00", HALF_DAY, "2026-03-09 12:15", id="over a Sunday"),
        pytest.param("2026-03-08 12:00", HALF_DAY, "2026-03-09 13:15", id="on a Sunday"),
        pytest.param("2026-03-02 08:30", 2 * HALF_DAY, "2026-03-02 18:00", id="a day ends at closing"),
        pytest.param("2026-03-02 18:00", 2 * HALF_DAY, "2026-03-03 18:00", id="from closing time"),
        pytest.param("2026-03-02 19:00", timedelta(0), "2026-03-03 08:30", id="nothing, when closed"),
        pytest.param("2026-03-02 10:00", timedelta(0), "2026-03-02 10:00", id="nothing, when open"),
        pytest.param("2028-02-28 17:00", 2 * HALF_DAY, "2028-02-29 17:00", id="leap day counts"),
    ],
)
def test_working_time_passes_only_while_the_dealer_works(start: str, amount: timedelta, expected: str) -> None:
    assert rules.add_working_time(local(start), amount, calendar=calendar()) == local(expected)


def test_a_break_is_not_working_time() -> None:
    broken = calendar(hours=WITH_BREAK)

    end = rules.add_working_time(local("2026-03-02 11:30"), timedelta(hours=1), calendar=broken)

    assert end == local("2026-03-02 14:00")


def test_half_a_working_day_is_half_of_the_usual_day_and_not_of_a_short_saturday() -> None:
    weekly = {**dict.fromkeys(range(5), WITH_BREAK), 5: ((time(9), time(12)),)}
    mixed = WorkCalendar(SHANGHAI, weekly)

    assert rules.working_day_length(mixed) == timedelta(hours=8)
    assert rules.working_days(0.5, calendar=mixed) == timedelta(hours=4)


def test_of_two_equally_usual_days_the_longer_counts() -> None:
    weekly = {0: DAY_HOURS, 1: DAY_HOURS, 2: ((time(9), time(12)),), 3: ((time(9), time(12)),)}

    assert rules.working_day_length(WorkCalendar(SHANGHAI, weekly)) == 2 * HALF_DAY


def test_holidays_are_skipped_and_make_up_days_are_worked() -> None:
    # The Chinese Dragon Boat week, invented: Friday off, Sunday worked for it.
    friday, sunday = date(2026, 6, 19), date(2026, 6, 21)
    cal = calendar(days=5, closed=frozenset({friday}), open_extra={sunday: DAY_HOURS})

    end = rules.add_working_time(local("2026-06-18 17:00"), 2 * HALF_DAY, calendar=cal)

    assert end == local("2026-06-21 17:00")
    assert not rules.is_open_day(friday, calendar=cal)
    assert rules.is_open_day(sunday, calendar=cal)


def test_a_dealers_own_open_day_beats_a_holiday() -> None:
    day = date(2026, 6, 19)
    cal = calendar(closed=frozenset({day}), open_extra={day: DAY_HOURS})

    assert rules.is_open_day(day, calendar=cal)


def test_a_wall_time_that_the_clock_change_skips_is_counted_on() -> None:
    # Madrid jumps from 02:00 to 03:00 on 29 March 2026.
    night = WorkCalendar(MADRID, {6: ((time(1), time(4)),)})

    (period,) = rules.working_periods(date(2026, 3, 29), calendar=night)

    assert period.length == timedelta(hours=2)
    assert rules.at_local(date(2026, 3, 29), time(2, 30), timezone=MADRID) == local("2026-03-29 03:30", timezone=MADRID)


def test_an_hour_that_comes_twice_is_worked_twice() -> None:
    # Madrid goes from 03:00 back to 02:00 on 25 October 2026.
    night = WorkCalendar(MADRID, {6: ((time(1), time(4)),)})

    (period,) = rules.working_periods(date(2026, 10, 25), calendar=night)

    assert period.length == timedelta(hours=4)


def test_a_period_swallowed_by_the_clock_change_is_no_period() -> None:
    night = WorkCalendar(MADRID, {6: ((time(2, 30), time(3, 15)),)})

    assert rules.working_periods(date(2026, 3, 29), calendar=night) == ()


def test_working_days_keep_their_wall_hours_over_a_clock_change() -> None:
    cal = calendar(timezone=MADRID, days=6)

    end = rules.add_working_time(local("2026-03-28 15:00", timezone=MADRID), HALF_DAY, calendar=cal)

    assert end == local("2026-03-30 10:15", timezone=MADRID)


def test_a_day_may_end_at_midnight() -> None:
    late = calendar(hours=((time(16), time(0)),), days=7)

    end = rules.add_working_time(local("2026-03-02 23:00"), timedelta(hours=2), calendar=late)

    assert end == local("2026-03-03 17:00")
    assert rules.working_day_length(late) == timedelta(hours=8)


def test_a_calendar_without_hours_says_so() -> None:
    shut = WorkCalendar(SHANGHAI, {})

    with pytest.raises(rules.NeverOpen):
        rules.add_working_time(local("2026-03-02 09:00"), HALF_DAY, calendar=shut)
    with pytest.raises(rules.NeverOpen):
        rules.working_day_length(shut)


def test_working_time_never_runs_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        rules.add_working_time(local("2026-03-02 09:00"), -HALF_DAY, calendar=calendar())


@pytest.mark.parametrize("hours", [1, 7, 30, 200])
def test_adding_and_measuring_agree(hours: int) -> None:
    start = local("2026-03-05 11:11")
    cal = calendar(hours=WITH_BREAK, closed=frozenset({date(2026, 3, 9)}))

    end = rules.add_working_time(start, timedelta(hours=hours), calendar=cal)

    assert rules.working_time_between(start, end, calendar=cal) == timedelta(hours=hours)


def test_the_next_open_days_leave_out_holidays() -> None:
    cal = calendar(closed=frozenset({date(2026, 3, 9)}))

    days = rules.next_open_days(date(2026, 3, 6), 2, calendar=cal)

    assert days == (date(2026, 3, 7), date(2026, 3, 10))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [("2026-03-02 08:30", True), ("2026-03-02 12:00", False), ("2026-03-02 18:00", False)],
)
def test_periods_are_half_open(moment: str, *, is_open: bool) -> None:
    assert rules.is_open_at(local(moment), calendar=calendar(hours=WITH_BREAK)) is is_open
