"""The calendar of a real dealer: public holidays, make-up days, own exceptions."""

from datetime import date, time, timedelta

import pytest

from core.calendar import hours, operations, public_holidays, rules
from core.calendar.models import DealerSettings
from tenants.scope import DealerRef, dealer_scope
from tests.core.making import NOW, local


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 2, 17), False),
        (date(2026, 2, 21), False),
        (date(2026, 2, 28), True),
        (date(2026, 9, 20), True),
        (date(2026, 9, 27), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
        (date(2026, 3, 7), True),
        (date(2026, 3, 8), False),
    ],
    ids=[
        "spring festival",
        "its Saturday",
        "make-up Saturday",
        "make-up Sunday",
        "holiday Sunday",
        "national day",
        "its make-up Saturday",
        "usual Saturday",
        "usual Sunday",
    ],
)
def test_north_keeps_chinas_holidays_and_make_up_days(in_north: DealerRef, day: date, *, is_open: bool) -> None:
    calendar = operations.calendar_of(in_north, now=NOW)

    assert rules.is_open_day(day, calendar=calendar) is is_open


def test_a_make_up_sunday_is_worked_with_the_usual_hours(in_north: DealerRef) -> None:
    calendar = operations.calendar_of(in_north, now=NOW)

    assert rules.hours_on(date(2026, 9, 20), calendar=calendar) == ((time(8, 30), time(18)),)


def test_a_clock_over_the_spring_festival_waits_for_its_end(in_north: DealerRef) -> None:
    calendar = operations.calendar_of(in_north, now=NOW)
    half = rules.working_days(0.5, calendar=calendar)

    end = rules.add_working_time(local("2026-02-14 16:00"), half, calendar=calendar)

    assert end == local("2026-02-24 11:15")


def test_south_keeps_spains(in_south: DealerRef) -> None:
    calendar = operations.calendar_of(in_south, now=NOW)

    assert not rules.is_open_day(date(2026, 4, 3), calendar=calendar)
    assert rules.is_open_day(date(2026, 10, 1), calendar=calendar)


def test_a_dealer_may_work_through_public_holidays(in_north: DealerRef) -> None:
    DealerSettings.objects.update(keeps_public_holidays=False)

    calendar = operations.calendar_of(in_north, now=NOW)

    assert rules.is_open_day(date(2026, 10, 1), calendar=calendar)
    assert not rules.is_open_day(date(2026, 9, 20), calendar=calendar)


def test_a_dealers_own_day_beats_the_countrys(in_north: DealerRef) -> None:
    operations.set_day(day=date(2026, 10, 2), periods=[["10:00", "15:00"]], name="on call")
    operations.set_day(day=date(2026, 9, 20), periods=[], name="closed all the same")

    calendar = operations.calendar_of(in_north, now=NOW)

    assert rules.hours_on(date(2026, 10, 2), calendar=calendar) == ((time(10), time(15)),)
    assert not rules.is_open_day(date(2026, 9, 20), calendar=calendar)

    operations.clear_day(day=date(2026, 10, 2))
    assert not rules.is_open_day(date(2026, 10, 2), calendar=operations.calendar_of(in_north, now=NOW))


def test_new_hours_count_at_once(in_north: DealerRef) -> None:
    operations.set_weekly_hours({"0": [["09:00", "12:00"], ["13:00", "17:00"]]})

    calendar = operations.calendar_of(in_north, now=NOW)

    assert rules.working_day_length(calendar) == timedelta(hours=7)
    with pytest.raises(hours.HoursUnreadable):
        operations.set_weekly_hours({"0": [["12:00", "09:00"]]})


def test_a_week_that_never_opens_is_refused(in_north: DealerRef) -> None:
    with pytest.raises(hours.HoursUnreadable):
        operations.set_weekly_hours({"0": []})


def test_a_dealer_without_settings_says_so(in_north: DealerRef) -> None:
    DealerSettings.objects.all().delete()

    with pytest.raises(operations.DealerNotSetUp):
        operations.calendar_of(in_north, now=NOW)


def test_a_year_not_announced_yet_has_holidays_without_make_up_days() -> None:
    year = public_holidays.of_year("CN", 2031)

    assert date(2031, 10, 1) in year.off
    assert not year.worked


def test_a_country_nobody_knows_has_no_holidays() -> None:
    assert not public_holidays.of_year("ZZ", 2026).off


def test_norths_own_day_is_not_souths(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(north):
        operations.set_day(day=date(2026, 3, 3), periods=[], name="stock-taking")
    with dealer_scope(south):
        calendar = operations.calendar_of(south, now=NOW)
        assert rules.is_open_day(date(2026, 3, 3), calendar=calendar)
