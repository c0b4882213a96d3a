"""Until when a message is deferred: quiet hours, rest days, wishes, caps, and changes of the clock."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from notifications.policy.facts import (
    Action,
    Window,
)
from notifications.policy.rules import decide
from notifications.policy.tightening import tighten
from tests.notifications.policy.asking import NOON, SHANGHAI, SIX_DAYS_WEEK, STANDARD, contacts, make_facts


def local(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("changes", "now", "not_before"),
    [
        pytest.param({}, local(18, 21), local(19, 9), id="quiet-from-nine"),
        pytest.param({}, local(19, 3), local(19, 9), id="quiet-after-midnight"),
        pytest.param(
            {"timezone": ZoneInfo("Europe/Madrid")},
            datetime(2026, 11, 18, 4, tzinfo=UTC),
            datetime(2026, 11, 18, 8, tzinfo=UTC),
            id="the-person's-own-zone",
        ),
        pytest.param({"calendar": SIX_DAYS_WEEK}, NOON, local(20, 9), id="two-holidays"),
        pytest.param({"calendar": SIX_DAYS_WEEK}, local(21, 22), local(22, 9), id="a-sunday-that-is-worked"),
        pytest.param(
            {"calendar": SIX_DAYS_WEEK, "expires_at": local(30, 9)},
            local(28, 22),
            local(30, 9),
            id="over-sunday",
        ),
        pytest.param(
            {"preferred_windows": (Window(from_time=time(20), until_time=time(22)),)},
            local(18, 21),
            local(19, 20),
            id="a-wish-narrowed-by-quiet-hours",
        ),
        pytest.param(
            {"preferred_windows": (Window(from_time=time(20), until_time=time(10)),)},
            local(18, 12),
            local(18, 20),
            id="a-wish-over-midnight",
        ),
        pytest.param({"sent": contacts(0)}, NOON, local(19, 9), id="tomorrow-morning"),
        pytest.param({"sent": contacts(1, 5, 13)}, NOON, local(19, 9), id="the-window-moves-on"),
        pytest.param({"sent": contacts(1, 2, 3)}, NOON, local(29, 9), id="the-window-moves-on-in-time"),
        pytest.param(
            {"sent": contacts(0), "calendar": SIX_DAYS_WEEK},
            local(20, 12) - timedelta(hours=24 * 2),
            local(20, 9),
            id="cap-and-holidays",
        ),
    ],
)
def test_a_message_is_deferred_to_the_next_free_moment(
    changes: dict[str, Any], now: datetime, not_before: datetime
) -> None:
    verdict = decide(make_facts(**changes), STANDARD, now=now)

    assert (verdict.action, verdict.not_before) == (Action.DEFER, not_before)


@pytest.mark.parametrize(
    ("zone", "now", "quiet", "not_before"),
    [
        pytest.param(
            "Europe/Madrid",
            datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
            ("21:00", "02:30"),
            datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
            id="an-opening-that-the-clock-skips",
        ),
        pytest.param(
            "Europe/Madrid",
            datetime(2026, 10, 25, 0, 45, tzinfo=UTC),
            ("21:00", "02:30"),
            datetime(2026, 10, 25, 0, 45, tzinfo=UTC),
            id="the-first-pass-of-a-repeated-hour-is-open",
        ),
        pytest.param(
            "Europe/Madrid",
            datetime(2026, 10, 25, 1, 10, tzinfo=UTC),
            ("21:00", "02:30"),
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            id="the-second-pass-is-quiet-again",
        ),
        pytest.param(
            "Europe/Madrid",
            datetime(2026, 3, 28, 20, 0, tzinfo=UTC),
            ("21:00", "09:00"),
            datetime(2026, 3, 29, 7, 0, tzinfo=UTC),
            id="nine-in-summer-time-after-a-winter-evening",
        ),
    ],
)
def test_changes_of_the_clock(zone: str, now: datetime, quiet: tuple[str, str], not_before: datetime) -> None:
    standard = replace(
        STANDARD,
        quiet_from=time.fromisoformat(quiet[0]),
        quiet_until=time.fromisoformat(quiet[1]),
    )
    facts = make_facts(timezone=ZoneInfo(zone), expires_at=now + timedelta(days=7))

    verdict = decide(facts, standard, now=now)

    assert (verdict.not_before or now) == not_before


def test_a_dealer_may_keep_longer_quiet_hours() -> None:
    stricter = tighten(STANDARD, {"quiet_from": "11:00"})

    assert decide(make_facts(), stricter, now=NOON).rule == "quiet_hours"
