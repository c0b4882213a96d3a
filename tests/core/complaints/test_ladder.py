"""Levels and clocks of the escalation ladder."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from core.calendar.rules import WorkCalendar
from core.complaints import ladder as ladder_rules
from core.complaints import table
from core.tables import reading

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(SHANGHAI, dict.fromkeys(range(6), ((time(8, 30), time(18, 0)),)))
LADDER = table.ladder()


def local(text: str) -> datetime:
    """Read a wall time of Shanghai as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "signals"),
    [
        ("高速上刹车失灵，差点出事", {"SAFETY"}),
        ("打12315投诉你们", {"REGULATOR"}),
        ("我会找记者曝光，气囊没弹开", {"MEDIA", "SAFETY"}),
        ("El coche se quedó sin frenos", {"SAFETY"}),
        ("Mucho consumo de gasolina", set()),
        ("The BRAKES FAILED on the hill", {"SAFETY"}),
        ("The pressure of the tyres was wrong", set()),
        ("Waited two hours", set()),
        ("等了两个小时", set()),
    ],
)
def test_words_betray_what_must_go_to_the_top(text: str, signals: set[str]) -> None:
    assert ladder_rules.signals_in(text, ladder=LADDER) == signals


@pytest.mark.parametrize(
    ("signals", "earlier", "level"),
    [
        ((), 0, 1),
        ((), 1, 1),
        ((), 2, 2),
        ((), 5, 2),
        (("SAFETY",), 0, 4),
        (("MEDIA",), 0, 4),
        (("REGULATOR",), 0, 4),
        (("BATCH",), 2, 4),
    ],
    ids=["plain", "second", "third", "sixth", "safety", "media", "regulator", "batch, third"],
)
def test_where_a_complaint_starts(signals: tuple[str, ...], earlier: int, level: int) -> None:
    started = ladder_rules.starting_level(signals=signals, earlier_same_fault=earlier, ladder=LADDER)

    assert started == level


def test_the_top_is_never_passed() -> None:
    assert ladder_rules.raised(4, ladder=LADDER) == 4
    assert ladder_rules.raised(1, ladder=LADDER) == 2
    assert ladder_rules.raised(3, by=2, ladder=LADDER) == 4


def test_clocks_run_on_working_time() -> None:
    clocks = ladder_rules.started_clocks(
        "OPENED", at=local("2026-03-07 16:00"), level=1, calendar=CALENDAR, ladder=LADDER
    )

    assert {clock.name: clock.due_at for clock in clocks} == {
        "TO_MANAGER": local("2026-03-09 11:15"),
        "FIRST_ANSWER": local("2026-03-09 16:00"),
        "SOLUTION": local("2026-03-10 16:00"),
    }
    assert ladder_rules.earliest(clocks) == local("2026-03-09 11:15")


def test_a_complaint_that_starts_at_the_top_needs_no_clock_to_get_there() -> None:
    clocks = ladder_rules.started_clocks(
        "OPENED", at=local("2026-03-07 16:00"), level=4, calendar=CALENDAR, ladder=LADDER
    )

    assert {clock.name for clock in clocks} == {"FIRST_ANSWER", "SOLUTION"}


@pytest.mark.parametrize(
    ("signed", "due"),
    [("2026-03-06 10:00", "2026-03-06 18:00"), ("2026-03-07 20:00", "2026-03-09 18:00")],
    ids=["in the day", "after closing on Saturday"],
)
def test_the_owner_hears_the_day_a_solution_is_found(signed: str, due: str) -> None:
    (clock,) = ladder_rules.started_clocks("SIGN_OFF", at=local(signed), level=1, calendar=CALENDAR, ladder=LADDER)

    assert clock.due_at == local(due)


@pytest.mark.parametrize(
    ("action", "level", "stopped"),
    [
        ("ANSWER", 1, {"FIRST_ANSWER"}),
        ("INFORM_MANAGER", 1, {"TO_MANAGER"}),
        ("PROPOSE", 1, {"SOLUTION"}),
        ("NOTE", 1, set()),
        ("NOTE", 3, {"TO_MANAGER"}),
    ],
)
def test_what_stops_a_clock(action: str, level: int, stopped: set[str]) -> None:
    assert ladder_rules.stopped_clocks(action=action, level=level, ladder=LADDER) == stopped


def test_the_levels_are_answered_by_rising_roles() -> None:
    assert [LADDER.at(level).role for level in (1, 2, 3, 4)] == [
        "RELATIONS_SPECIALIST",
        "SERVICE_MANAGER",
        "GENERAL_MANAGER",
        "MANUFACTURER",
    ]


def test_every_clock_and_part_names_its_source() -> None:
    data = reading.read("complaints")

    assert all(row["source"] for row in [*data["clock"], *data["part"]])
