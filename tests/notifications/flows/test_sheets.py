"""A run's questions as one sheet, and a filled sheet given to the engine as replies would be."""

from dataclasses import replace
from typing import Any

import pytest

from notifications.flows import checks, engine, filling, reading, sheets, shelf, terminal
from notifications.flows.definition import Flow
from notifications.flows.engine import Status, Turn
from tests.notifications.flows import playing

STEPS = ["overall", "appointment", "reception", "diagnosis", "waiting", "quality", "handover", "price", "intention"]
SURVEY = shelf.shipped("after_sales_survey")


def sheet_of(turn: Turn, *, language: str = "en", flow: Flow = SURVEY) -> tuple[sheets.Line, ...]:
    return sheets.sheet(flow, turn.state, language=language)


def fill(turn: Turn, given: dict[str, str], *, perform: playing.Scripted | None = None) -> tuple[Turn | None, int]:
    doer = perform or playing.Scripted("en")
    return filling.fill(SURVEY, turn.state, given=given, now=playing.NOW, perform=doer)


def test_the_survey_is_one_sheet_with_its_reasons_beside_the_answers() -> None:
    lines = sheet_of(playing.begin("after_sales_survey"))

    assert [line.step for line in lines] == [*STEPS, "suggestion"]
    assert [choice.code for choice in lines[0].choices][:2] == ["VERY_SATISFIED", "SATISFIED"]
    assert (lines[0].why, sorted(lines[0].why_codes)) == ("overall_why", ["DISSATISFIED", "VERY_DISSATISFIED"])
    assert (lines[8].why, lines[9].choices) == ("", ())


@pytest.mark.parametrize("language", ["en", "es", "zh-hans"])
def test_a_sheet_asks_for_no_number_and_speaks_any_language(language: str) -> None:
    lines = sheet_of(playing.begin("after_sales_survey", language="en"), language=language)

    text = " ".join(line.text for line in lines)
    assert SURVEY.steps["overall"].page[language].partition("{")[0] in text  # type: ignore[union-attr]  # a question
    assert "0" not in text
    assert lines[0].choices[0].label == SURVEY.steps["overall"].options[0].label[language]  # type: ignore[union-attr]


def test_the_sheet_goes_on_where_the_chat_stopped() -> None:
    turn = playing.answer(playing.answer(playing.begin("after_sales_survey"), "1"), "4")

    lines = sheet_of(turn)

    assert lines[0].step == "appointment_why"
    assert [line.step for line in lines[1:3]] == ["reception", "diagnosis"]


@pytest.mark.parametrize("flow", shelf.names())
def test_every_flow_has_a_sheet_or_none(flow: str) -> None:
    lines = sheets.sheet(shelf.shipped(flow), playing.begin(flow).state, language="es")

    assert len({line.step for line in lines}) == len(lines)


def test_a_whole_sheet_does_what_replies_do() -> None:
    perform = playing.Scripted("en")
    given = dict.fromkeys(STEPS[:8], "SATISFIED") | {"intention": "PROBABLY", "suggestion": "more coffee"}

    turn, taken = fill(playing.begin("after_sales_survey"), given, perform=perform)

    assert turn is not None
    assert (turn.status, turn.outcome, taken) == (Status.ENDED, "COMPLETED", 10)
    assert [effect.args.get("item") for effect in perform.done] == [*STEPS, "suggestion", None]
    assert perform.done[-1].name == "complete_survey"


def test_reasons_are_kept_with_their_answers_and_may_be_left_out() -> None:
    perform = playing.Scripted("en")
    given = {"overall": "DISSATISFIED", "overall_why": "three hours", "appointment": "DISSATISFIED"}

    fill(playing.begin("after_sales_survey"), given, perform=perform)

    said = [(effect.args.get("item"), effect.args.get("code"), effect.args.get("text")) for effect in perform.done]
    assert said[:4] == [
        ("overall", "DISSATISFIED", None),
        ("overall", None, "three hours"),
        ("appointment", "DISSATISFIED", None),
        ("appointment", None, ""),
    ]


def test_gaps_are_left_out_and_after_the_last_answer_the_way_out_is_taken() -> None:
    perform = playing.Scripted("en")

    turn, taken = fill(playing.begin("after_sales_survey"), {"overall": "NEUTRAL", "price": "NEUTRAL"}, perform=perform)

    assert turn is not None
    assert (turn.outcome, taken) == ("PARTLY", 2)
    assert [effect.args.get("item") for effect in perform.done if effect.name == "record_answer"] == [
        "overall",
        "price",
    ]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"overall": ""},
        {"overall": "PERFECT"},
        {"overall": "ESCAPE:FINISH"},
        {"suggestion": "   "},
        {"close_complete": "x", "nowhere": "1", "thanks": "x"},
        {"overall_why": "  \u200b "},
    ],
    ids=["nothing", "empty", "not offered", "a way out", "blank", "no questions", "unseen letters"],
)
def test_a_sheet_that_says_nothing_moves_nothing(given: dict[str, str]) -> None:
    turn, taken = fill(playing.begin("after_sales_survey"), given)

    assert (turn, taken) == (None, 0)


def test_what_was_answered_before_is_not_answered_again() -> None:
    perform = playing.Scripted("en")
    turn = playing.answer(playing.begin("after_sales_survey"), "1")

    fill(turn, {"overall": "VERY_DISSATISFIED", "appointment": "SATISFIED"}, perform=perform)

    assert [effect.args.get("item") for effect in perform.done if effect.name == "record_answer"] == ["appointment"]


def test_words_that_ask_for_a_person_get_one() -> None:
    turn, _taken = fill(playing.begin("after_sales_survey"), {"suggestion": "call me please"})

    assert turn is not None
    assert (turn.status, turn.outcome) == (Status.HANDED, "ASKED_FOR_PERSON")
    assert "North Garage" in sheets.last_word(SURVEY, turn.state, language="en")


def forked() -> Flow:
    """A survey whose first answer decides what follows: ten ends it, all else asks what was weak."""
    texts = {"text": {"en": "text"}}
    options = [{"code": code, "label": {"en": code}} for code in ("YES", "NO")]
    return reading.from_table(
        {
            "key": "forked", "version": 1, "purpose": "SURVEY", "when_busy": "wait", "languages": ["en"],
            "title": {"en": "forked"}, "variables": {}, "entries": {"start": {"step": "score"}},
            "steps": {
                "score": {"kind": "ask", "want": "score", "low": 1, "high": 10, "next": "weak",
                          "goto": {"10": "done"}, **texts},
                "weak": {"kind": "ask", "want": "text", "next": "branch", **texts},
                "branch": {"kind": "branch", "on": "score", "cases": {"1": "again"}, "otherwise": "done"},
                "again": {"kind": "ask", "want": "yes_no", "next": "done", "options": options, **texts},
                "done": {"kind": "end", "outcome": "DONE", "text": {"en": "thanks for {score}"}},
            },
        }
    )  # fmt: skip


def start(flow: Flow, perform: playing.Scripted) -> Turn:
    zone = terminal.sample_zone("en")
    return engine.start(flow, values={}, language="en", zone=zone, now=playing.NOW, perform=perform)


def filled(flow: Flow, turn: Turn, given: dict[str, str]) -> Turn:
    done, _ = filling.fill(flow, turn.state, given=given, now=playing.NOW, perform=playing.Scripted("en"))
    assert done is not None
    return done


def test_where_the_line_forks_the_rest_is_a_sheet_of_its_own() -> None:
    flow = checks.check(forked())
    turn = start(flow, playing.Scripted("en"))
    assert [line.step for line in sheets.sheet(flow, turn.state, language="en")] == ["score", "weak"]

    turn = filled(flow, turn, {"score": "1", "weak": "the coffee"})
    assert [line.step for line in sheets.sheet(flow, turn.state, language="en")] == ["again"]
    turn = filled(flow, turn, {"again": "NO"})

    assert (turn.status, sheets.last_word(flow, turn.state, language="en")) == (Status.ENDED, "thanks for 1")


def test_an_answer_that_is_spoken_of_later_cannot_be_skipped() -> None:
    flow = forked()
    turn = start(flow, playing.Scripted("en"))
    step: Any = flow.steps["score"]

    done, taken = filling.fill(
        flow, turn.state, given={"weak": "the coffee"}, now=playing.NOW, perform=playing.Scripted("en")
    )

    assert not sheets.may_skip(flow, step)
    assert sheets.may_skip(flow, replace(step, save="nobody asks"))
    assert (done, taken) == (None, 0)
