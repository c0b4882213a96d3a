"""Opening hours as they are written down."""

from datetime import time

import pytest

from core.calendar import hours


def test_a_week_reads_back_as_it_was_written() -> None:
    data = {"0": [["08:30", "12:00"], ["13:30", "18:00"]], "5": [["09:00", "00:00"]]}

    week = hours.read_week(data)

    assert week[0] == ((time(8, 30), time(12)), (time(13, 30), time(18)))
    assert week[6] == ()
    assert hours.write_week(week) == data


def test_twenty_four_hours_is_midnight() -> None:
    assert hours.read_hours([["00:00", "24:00"]], where="0") == ((time(0), time(0)),)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"8": []}, "not a weekday: 8"),
        ({"0": [["18:00", "08:30"]]}, "0: closes before it opens"),
        ({"0": [["08:00", "12:00"], ["11:00", "18:00"]]}, "0: periods overlap"),
        ({"0": [["08:00", "24:00"], ["11:00", "18:00"]]}, "0: periods overlap"),
        ({"1": [["eight", "12:00"]]}, "1: not a pair of times"),
        ({"1": [["08:00"]]}, "1: not a pair of times"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(data: hours.WeekData, says: str) -> None:
    with pytest.raises(hours.HoursUnreadable, match=says):
        hours.read_week(data)
