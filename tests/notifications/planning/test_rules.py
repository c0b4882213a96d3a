"""When a vehicle is due: the rules as tables."""

from datetime import date
from typing import Any

import pytest

from notifications.planning import rules
from notifications.planning.kinds import KindsInvalid, parse, shipped
from notifications.planning.rules import Interval, Visit

HALF_YEAR = Interval(months=6, km=10_000)
TOUCHES = shipped().kinds["MAINTENANCE"].touches


def visit(day: str, km: int | None = None, *, maintenance: bool = True) -> Visit:
    return Visit(opened_date=date.fromisoformat(day), odometer_km=km, is_maintenance=maintenance)


@pytest.mark.parametrize(
    ("visits", "model_rate", "due"),
    [
        pytest.param([visit("2026-01-10", 5_000)], None, ("2026-07-10", False), id="months-alone"),
        pytest.param([visit("2026-08-31")], 500.0, ("2027-02-28", False), id="a-short-month"),
        pytest.param(
            [visit("2026-01-10", 5_000)], 100.0, ("2026-04-20", True), id="one-visit-takes-the-model's-median"
        ),
        pytest.param(
            [visit("2025-10-02", 1_000), visit("2026-01-10", 11_000)],
            1.0,
            ("2026-04-20", True),
            id="own-readings-beat-the-model's",
        ),
        pytest.param(
            [visit("2026-01-05", 4_000), visit("2026-01-10", 5_000)],
            100.0,
            ("2026-04-20", True),
            id="readings-of-one-week-say-nothing",
        ),
        pytest.param(
            [visit("2026-01-10", 5_000), visit("2026-03-01", 10_000, maintenance=False)],
            None,
            ("2026-04-20", True),
            id="a-repair's-reading-counts-for-the-rate",
        ),
        pytest.param(
            [visit("2026-01-10"), visit("2025-10-02", 1_000)], 100.0, ("2026-07-10", False), id="last-reading-missing"
        ),
        pytest.param(
            [visit("2026-01-10", 5_000), visit("2026-03-01", 25_000, maintenance=False)],
            None,
            ("2026-03-01", True),
            id="already-over",
        ),
        pytest.param([visit("2026-01-10", 5_000)], 1.0, ("2026-07-10", False), id="hardly-driven"),
        pytest.param([visit("2026-01-10", 5_000, maintenance=False)], 100.0, None, id="never-maintained"),
        pytest.param([], None, None, id="never-seen"),
    ],
)
def test_maintenance_is_due_by_the_earlier_interval(
    visits: list[Visit], model_rate: float | None, due: tuple[str, bool] | None
) -> None:
    found = rules.maintenance_due(visits, interval=HALF_YEAR, model_km_per_day=model_rate, least_days=30)

    assert (found and (found.due_date.isoformat(), found.by_odometer)) == due


@pytest.mark.parametrize(
    ("today", "number"),
    [
        pytest.param("2026-06-29", None, id="11-days-before"),
        pytest.param("2026-06-30", 1, id="10-days-before"),
        pytest.param("2026-07-04", 1, id="6-days-before"),
        pytest.param("2026-07-05", 2, id="5-days-before"),
        pytest.param("2026-07-16", 2, id="6-days-after"),
        pytest.param("2026-07-17", 3, id="7-days-after"),
        pytest.param("2026-07-24", 4, id="14-days-after"),
        pytest.param("2026-08-09", None, id="30-days-after"),
    ],
)
def test_one_touch_is_open_a_day(today: str, number: int | None) -> None:
    touch = rules.touch_on(date.fromisoformat(today), anchor=date(2026, 7, 10), touches=TOUCHES)

    assert (touch and touch.number) == number


@pytest.mark.parametrize(
    ("last_seen", "lapsed"),
    [
        pytest.param("2026-05-24", False, id="180-days"),
        pytest.param("2026-05-23", True, id="181-days"),
        pytest.param("2016-01-01", False, id="more-than-ten-years"),
    ],
)
def test_lapsed_after_six_months(last_seen: str, lapsed: bool) -> None:
    touch = shipped().kinds["LAPSED"].touches[0]

    assert rules.is_lapsed(date.fromisoformat(last_seen), today=date(2026, 11, 20), touch=touch) is lapsed


@pytest.mark.parametrize(
    ("rates", "median"),
    [
        pytest.param([10.0, None, 30.0, 20.0], 20.0, id="odd"),
        pytest.param([10.0, 20.0], 15.0, id="even"),
        pytest.param([None], None, id="none-known"),
    ],
)
def test_the_median_leaves_unknown_cars_out(rates: list[float | None], median: float | None) -> None:
    assert rules.model_rate(rates) == median


def make_table(**changes: Any) -> dict[str, Any]:
    kind = {
        "rule": "MAINTENANCE",
        "population": "MAINTENANCE",
        "topic": "MAINTENANCE",
        "purpose": "REMINDER",
        "flow": "maintenance_reminder",
        "source": "house",
    }
    return {
        "kind": [kind | changes],
        "daily_plan": {"clock": "08:00", "source": "house"},
        "odometer": {"least_days": 30, "source": "house"},
    }


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"source": ""}, id="no-source"),
        pytest.param({"topic": "WEATHER"}, id="unknown-topic"),
        pytest.param({"touch": [{"number": 1, "from_day": 5, "until_day": 5}]}, id="a-touch-without-a-day"),
        pytest.param(
            {
                "touch": [
                    {"number": 1, "from_day": 0, "until_day": 5},
                    {"number": 2, "from_day": 4, "until_day": 9},
                ]
            },
            id="two-touches-on-one-day",
        ),
        pytest.param({"touch": [{"number": 1, "day": 5}]}, id="an-unknown-word"),
    ],
)
def test_a_kind_without_sense_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(KindsInvalid):
        parse(make_table(**changes))


def test_a_rule_stands_once() -> None:
    table = make_table()
    table["kind"] *= 2

    with pytest.raises(KindsInvalid):
        parse(table)
