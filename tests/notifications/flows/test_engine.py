"""What recorded dialogues do not show: versions, tokens, values, rendering, the terminal."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from notifications.flows import engine, languages, rendering, shelf, terminal, wording
from notifications.flows.engine import Status, ValueMissing, VersionDiffers
from notifications.flows.rendering import Style
from tests.notifications.flows import playing


def test_a_run_keeps_its_version() -> None:
    turn = playing.begin("maintenance_reminder")
    shipped = shelf.shipped("maintenance_reminder")
    newer = replace(shipped, version=shipped.version + 1)

    with pytest.raises(VersionDiffers):
        engine.resume(newer, turn.state, text="1", now=playing.NOW, perform=playing.Scripted("en"))


def test_the_state_handed_in_is_not_changed() -> None:
    turn = playing.begin("maintenance_reminder")
    before = str(turn.state)

    playing.answer(turn, "1")

    assert str(turn.state) == before


def test_a_needed_value_is_asked_for_by_name() -> None:
    with pytest.raises(ValueMissing, match="vehicle"):
        engine.start(
            shelf.shipped("win_back"),
            values={"dealer": "North"},
            language="en",
            zone=ZoneInfo("UTC"),
            now=playing.NOW,
            perform=playing.Scripted("en"),
        )


def test_an_entry_asks_for_the_values_it_needs() -> None:
    values = {"dealer": "North", "vehicle": "A1"}
    with pytest.raises(ValueMissing, match="appointment_at"):
        engine.start(
            shelf.shipped("appointment"),
            values=values,
            language="en",
            zone=ZoneInfo("UTC"),
            now=playing.NOW,
            perform=playing.Scripted("en"),
            entry="day_before",
        )


def test_a_tap_on_an_older_message_is_not_taken_for_the_open_question() -> None:
    first = playing.begin("after_sales_survey")
    second = playing.answer(first, "", payload="t.1|VERY_SATISFIED")

    late = playing.answer(second, "", payload="t.1|VERY_DISSATISFIED")

    assert second.state["position"] == "appointment"
    assert late.state["position"] == "appointment"
    assert "appointment" not in late.state["answers"]


def test_buttons_carry_the_answers_where_the_channel_has_them() -> None:
    turn = playing.begin("maintenance_reminder", language="es")

    rendered = rendering.compose(turn.outputs, style=Style.BUTTONS)

    assert rendered.buttons[0] == ("Reservar ahora", "t.1|BOOK")
    assert "1 Reservar" not in rendered.text


def test_the_phone_script_has_the_same_answer_codes() -> None:
    lines = rendering.script(shelf.shipped("after_sales_survey"), language="es")

    assert lines[0].step == "overall"
    assert [code for code, _ in lines[0].answers] == [
        "VERY_SATISFIED", "SATISFIED", "NEUTRAL", "DISSATISFIED", "VERY_DISSATISFIED",
    ]  # fmt: skip


def test_a_question_can_be_put_again_after_a_persons_pause() -> None:
    turn = playing.begin("win_back")

    again = engine.repeat(shelf.shipped("win_back"), turn.state, now=playing.NOW, perform=playing.Scripted("en"))

    assert again.status is Status.ASKING
    assert again.outputs[0].text == turn.outputs[0].text


def test_what_is_read_and_thrown_back_at_the_flow_is_filled_in_once() -> None:
    assert wording.phrase("help", language="en", values={"dealer": "{dealer} {x}"}).startswith("{dealer} {x} service")


@pytest.mark.parametrize("language", ["zh-hans", "es", "en"])
@pytest.mark.parametrize("key", shelf.names())
def test_every_flow_plays_in_the_terminal(key: str, language: str) -> None:
    lines = ["1", "1", "1", "1", "..."]

    shown = list(terminal.play(shelf.shipped(key), language=language, entry="start", lines=lines, now=playing.NOW))

    assert languages.table(language)["sample"]["dealer"] in "\n".join(shown)


def test_first_messages_say_how_to_stop_where_policy_wants_it() -> None:
    stops = {key: shelf.shipped(key).has_stop_notice for key in shelf.names()}

    assert [key for key, says in stops.items() if says] == ["after_sales_survey", "maintenance_reminder", "win_back"]
