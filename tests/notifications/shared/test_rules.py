"""Whose words are, as a table."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.shared.rules import Speaker, Whose, whose

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
FREE, PART, WHOLE, TAPPED = 0, 1, 2, 3


def north(*, hours: int = 2, strength: int | None = None, chosen: int | None = None) -> Speaker:
    """North, that wrote so many hours ago."""
    return Speaker(1, NOW - hours * HOUR, NOW - chosen * HOUR if chosen is not None else None, strength)


def south(*, hours: int = 1, strength: int | None = None, chosen: int | None = None) -> Speaker:
    """South, likewise."""
    return Speaker(2, NOW - hours * HOUR, NOW - chosen * HOUR if chosen is not None else None, strength)


@pytest.mark.parametrize(
    ("speakers", "expected"),
    [
        pytest.param([], Whose(), id="nobody ever wrote"),
        pytest.param([north()], Whose(1), id="one wrote"),
        pytest.param([north(), south()], Whose(2), id="none asks: who wrote last"),
        pytest.param([north(strength=PART), south()], Whose(1, is_sure=True), id="one question takes them"),
        pytest.param([north(strength=WHOLE), south(strength=PART)], Whose(1, is_sure=True), id="the surer one"),
        pytest.param([north(strength=WHOLE), south(strength=FREE)], Whose(1, is_sure=True), id="a number, a text"),
        pytest.param([north(strength=WHOLE), south(strength=WHOLE)], Whose(among=(1, 2)), id="both: ask"),
        pytest.param([north(strength=FREE), south(strength=FREE)], Whose(among=(1, 2)), id="both want a text: ask"),
        pytest.param([north(strength=TAPPED), south(strength=WHOLE)], Whose(among=(1, 2)), id="no surer than whole"),
        pytest.param(
            [north(chosen=1, strength=WHOLE), south(hours=3, strength=WHOLE)], Whose(1, is_sure=True), id="chosen"
        ),
        pytest.param(
            [north(chosen=2, strength=WHOLE), south(strength=WHOLE)], Whose(among=(1, 2)), id="written to since: ask"
        ),
        pytest.param([north(hours=40, chosen=30), south(hours=39)], Whose(2), id="chosen long ago"),
        pytest.param([north(hours=9, chosen=5), south(hours=9, chosen=4)], Whose(2, is_sure=True), id="chosen anew"),
    ],
)
def test_whose_words_are(speakers: list[Speaker], expected: Whose) -> None:
    assert whose(speakers, now=NOW) == expected
