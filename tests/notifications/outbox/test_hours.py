"""Quiet hours on the way out, also where clocks change."""

from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from notifications.outbox.hours import quiet_until
from notifications.policy.standard import shipped_standard

MADRID = ZoneInfo("Europe/Madrid")


def _utc(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (_utc(2, 12), None),
        (_utc(2, 8), None),
        (_utc(2, 7, 59), _utc(2, 8)),
        (_utc(2, 19, 59), None),
        (_utc(2, 20), _utc(3, 8)),
        (_utc(2, 23, 30), _utc(3, 8)),
        (_utc(28, 23), _utc(29, 7)),
        (_utc(24, 22, month=10), _utc(25, 8, month=10)),
    ],
    ids=["noon", "nine sharp", "before nine", "before 21", "21 sharp", "midnight", "clock goes on", "clock goes back"],
)
def test_the_night_ends_at_nine_where_the_reader_lives(at: datetime, until: datetime | None):
    assert quiet_until(at, zone=MADRID, standard=shipped_standard()) == until


def test_quiet_hours_within_the_day_leave_two_windows():
    siesta = replace(shipped_standard(), quiet_from=time(14), quiet_until=time(17))

    assert quiet_until(_utc(2, 14), zone=MADRID, standard=siesta) == _utc(2, 16)
    assert quiet_until(_utc(2, 22, 59), zone=MADRID, standard=siesta) is None
