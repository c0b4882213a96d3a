"""Whatever is written, the engine goes on, asks again or hands over; it never falls over."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.flows import engine, rendering, shelf
from notifications.flows.engine import Status, Turn
from notifications.flows.grammar import alarms, answers, keywords
from tests.notifications.flows import playing

HOSTILE = [
    "",
    " \t\r\n",
    "{dealer}",
    "{0.__class__}",
    "${jndi:ldap://x}",
    "%s%n%x",
    "<script>alert(1)</script>",
    "'; DROP TABLE customers; --",
    "=cmd|' /C calc'!A0",
    "\x00\x01\x02",
    "\u202e\u200b\ufeff",
    "\ud83d",
    "ﷺ" * 2_000,
    "Z̸̡̧" * 500,
    "9" * 5_000,
    "1/" * 3_000,
    "el " * 5_000,
    "明天" * 3_000,
    "a" * 1_000_000,
    "🚗" * 250_000,
    "٣٤٥",
    "²",
    "½",
    "99999999999/99999999999",
    "31/2",
    "0000-00-00",
    "25:61",
]
ENTRIES = [(key, entry) for key in shelf.names() for entry in shelf.shipped(key).entries]


@pytest.mark.parametrize("text", HOSTILE, ids=[ascii(text[:16]) for text in HOSTILE])
def test_a_hostile_text_at_any_question_moves_the_run_or_hands_it_over(text: str) -> None:
    for key, entry in ENTRIES:
        turn = playing.begin(key, language="es", entry=entry)
        for _ in range(3):
            if turn.status is not Status.ASKING:
                break
            turn = playing.answer(turn, text)
            _is_sound(turn)


@pytest.mark.parametrize("text", HOSTILE, ids=[ascii(text[:16]) for text in HOSTILE])
def test_a_hostile_text_is_no_standing_word_and_breaks_no_table(text: str) -> None:
    assert keywords.standing_word(text, after_notice=True) is None
    assert isinstance(alarms.is_complaint(text), bool)
    assert alarms.wants_a_person(text) is False


def test_an_owners_braces_are_text_and_nothing_else() -> None:
    """A text is said back in none of our flows but could be; it is filled in once, never read as a template."""
    turn = playing.answer(playing.begin("complaint"), "{complaint_number} {dealer}")

    assert turn.state["answers"]["text"] == "{complaint_number} {dealer}"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    texts=st.lists(st.text(max_size=80), max_size=8),
    choice=st.sampled_from(ENTRIES),
    language=st.sampled_from(["zh-hans", "es", "en"]),
)
def test_any_texts_in_any_order_leave_a_sound_run(texts: list[str], choice: tuple[str, str], language: str) -> None:
    turn = playing.begin(choice[0], language=language, entry=choice[1])
    for text in texts:
        if turn.status is not Status.ASKING:
            break
        turn = playing.answer(turn, text)
        _is_sound(turn)


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(
        st.sampled_from(
            ["1", "2", "3", "0", "5", "好的", "sí", "no", "mañana", "10点", "...", "tomorrow", "非常满意", "mal"]
        ),
        max_size=25,
    ),
    choice=st.sampled_from(ENTRIES),
)
def test_plausible_answers_in_any_order_leave_a_sound_run(parts: list[str], choice: tuple[str, str]) -> None:
    turn = playing.begin(choice[0], entry=choice[1])
    for part in parts:
        if turn.status is not Status.ASKING:
            break
        if part == "...":
            flow = shelf.shipped(choice[0])
            turn = engine.silence(flow, turn.state, now=playing.NOW, perform=playing.Scripted("en"))
        else:
            turn = playing.answer(turn, part)
        _is_sound(turn)


@settings(max_examples=80, deadline=None)
@given(payload=st.text(min_size=1, max_size=40))
def test_a_payload_that_we_did_not_send_answers_nothing(payload: str) -> None:
    turn = playing.begin("maintenance_reminder")
    assert turn.expectation is not None

    assert answers.read(turn.expectation, text="", payload=payload, now=datetime(2026, 1, 1, tzinfo=UTC)) is None


def _is_sound(turn: Turn) -> None:
    assert json.loads(json.dumps(turn.state)) == turn.state
    assert turn.status is not Status.ASKING or turn.expectation is not None
    rendered = rendering.compose(turn.outputs, style=rendering.Style.BUTTONS)
    assert not turn.outputs or rendered.text.strip()
