"""Choices, scores, yes and no, standing words and alarms, in three languages."""

from datetime import UTC, datetime
from typing import Any

import pytest

from notifications.flows import grammars, shelf
from notifications.flows.definition import Ask, Option
from notifications.flows.grammar import alarms, answers, keywords, numbers, yes_no
from notifications.flows.grammar.choices import Strength
from notifications.flows.grammar.keywords import Keyword

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
STATE: dict[str, Any] = {"language": "zh-hans", "zone": "Asia/Shanghai", "token": "t", "turn": 1, "values": {}}


def _offered() -> list[tuple[str, str, str, str]]:
    """Every answer that any question of any shipped flow offers, in every language and as a digit."""
    cases = []
    for key in shelf.names():
        for step in shelf.shipped(key).steps.values():
            for option in step.options if isinstance(step, Ask) else ():
                cases += [(key, step.name, option.code, word) for word in _spellings(option)]
    return cases


def _spellings(option: Option) -> list[str]:
    wide = chr(ord("０") + option.digit)
    words = [*option.label.values(), *(word for listed in option.words.values() for word in listed)]
    return [str(option.digit), wide, f" {option.digit}. ", *words, *(word.upper() + "!" for word in words)]


OFFERED = _offered()


def test_every_offered_answer_of_every_shipped_flow_is_understood_as_itself() -> None:
    misread = []
    for key, name, code, word in OFFERED:
        flow = shelf.shipped(key)
        step = flow.steps[name]
        assert isinstance(step, Ask)
        heard = answers.read(grammars.of(flow, step, STATE), text=word, now=NOW)
        if heard is None or heard.code != code:
            misread.append((key, name, word, code, heard))

    assert len(OFFERED) > 500
    assert misread == []


NATURAL = [
    ("maintenance_reminder", "opening", "1，谢谢", "BOOK"),
    ("maintenance_reminder", "opening", "选1", "BOOK"),
    ("maintenance_reminder", "opening", "第二个", "LATER"),
    ("maintenance_reminder", "opening", "帮我约一下吧", "BOOK"),
    ("maintenance_reminder", "opening", "我要预约", "BOOK"),
    ("maintenance_reminder", "opening", "我的车卖了", "SOLD"),
    ("maintenance_reminder", "opening", "Quiero reservar, por favor", "BOOK"),
    ("maintenance_reminder", "opening", "la 1", "BOOK"),
    ("maintenance_reminder", "opening", "opción 2", "LATER"),
    ("maintenance_reminder", "opening", "El coche ya lo he vendido", "SOLD"),
    ("maintenance_reminder", "opening", "I'd like to book please", "BOOK"),
    ("maintenance_reminder", "opening", "number three", "DONE"),
    ("maintenance_reminder", "opening", "yes please", "BOOK"),
    ("after_sales_survey", "overall", "8", None),
    ("after_sales_survey", "overall", "挺满意的", "SATISFIED"),
    ("after_sales_survey", "overall", "不满意", "DISSATISFIED"),
    ("after_sales_survey", "overall", "非常不满意！", "VERY_DISSATISFIED"),
    ("after_sales_survey", "overall", "muy mal todo", "VERY_DISSATISFIED"),
    ("after_sales_survey", "overall", "no estoy satisfecho", None),
    ("after_sales_survey", "overall", "very happy thanks", "VERY_SATISFIED"),
    ("after_sales_survey", "overall", "0", "ESCAPE:FINISH"),
    ("after_sales_survey", "overall", "结束", "ESCAPE:FINISH"),
    ("after_sales_survey", "intention", "当然会", "CERTAINLY"),
    ("after_sales_survey", "intention", "creo que sí", "PROBABLY"),
    ("after_sales_survey", "intention", "never again", "CERTAINLY_NOT"),
    ("appointment", "day_before", "好的 谢谢", "COMES"),
    ("appointment", "day_before", "sí, allí estaré", "COMES"),
    ("appointment", "day_before", "can I move it to another day?", "MOVE"),
    ("appointment", "day_before", "明天来不了", "GIVE_UP"),
    ("complaint", "danger", "没有", "NO"),
    ("complaint", "danger", "Sí, los frenos", "YES"),
    ("complaint", "danger", "2", "NO"),
    ("complaint", "kind", "8", "OTHER"),
    ("win_back", "opening", "太贵了", "PRICE"),
    ("win_back", "opening", "es muy caro", "PRICE"),
    ("win_back", "offer", "vale", "YES"),
]


@pytest.mark.parametrize(("key", "name", "text", "code"), NATURAL, ids=[f"{case[1]}: {case[2]}" for case in NATURAL])
def test_owners_own_words_are_understood(key: str, name: str, text: str, code: str | None) -> None:
    flow = shelf.shipped(key)
    step = flow.steps[name]
    assert isinstance(step, Ask)

    heard = answers.read(grammars.of(flow, step, STATE), text=text, now=NOW)

    assert (heard.code if heard else None) == code


SLOTS = [
    {"start_at": "2026-11-19T01:00:00+00:00"},
    {"start_at": "2026-11-19T06:00:00+00:00"},
    {"start_at": "2026-11-20T02:00:00+00:00"},
]
PICKS = [
    ("2", "PICKED", 1),
    ("２", "PICKED", 1),
    ("第三个", "PICKED", 2),
    ("明天下午", "PICKED", 1),
    ("后天", "PICKED", 2),
    ("10点", "PICKED", 2),
    ("明天下午两点", "PICKED", 1),
    ("el viernes", "PICKED", 2),
    ("mañana a las 9", "PICKED", 0),
    ("tomorrow 2pm please", "PICKED", 1),
    ("the first one", "PICKED", 0),
    ("el último", "PICKED", 2),
    ("cualquiera", "PICKED", 0),
    ("都可以", "PICKED", 0),
    ("0", "OTHER", None),
    ("都不行", "OTHER", None),
    ("otro día", "OTHER", None),
    ("none of these", "OTHER", None),
    ("下周一", "WISHED", None),
    ("明天", "WISHED", None),
]


@pytest.mark.parametrize(("text", "code", "index"), PICKS, ids=[case[0] for case in PICKS])
def test_a_slot_is_picked_by_number_or_by_its_time(text: str, code: str, index: int | None) -> None:
    grammar = {**STATE, "kind": "SLOT", "token": "t.1", "slots": SLOTS}

    heard = answers.read(grammar, text=text, now=NOW)

    assert heard is not None
    assert heard.code == code
    assert index is None or heard.value == SLOTS[index]


@pytest.mark.parametrize("text", ["4", "9", "tal vez", "我也不知道", "🚗"])
def test_a_number_not_on_offer_picks_no_slot(text: str) -> None:
    assert answers.read({**STATE, "kind": "SLOT", "token": "t.1", "slots": SLOTS}, text=text, now=NOW) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("8", 8), ("８", 8), ("8分", 8), ("给8分", 8), ("8/10", 8), ("un 9", 9), ("diez", 10), ("ten", 10), ("八", 8),
        ("十", 10), ("10!", 10), ("8 puntos", 8), ("I give 7", 7), ("7️⃣", 7), ("no one", None), ("25/11", None),
        ("12345", None), ("8 o 9", None), ("", None),
    ],
)  # fmt: skip
def test_a_message_that_is_one_number_is_read_as_it(text: str, number: int | None) -> None:
    assert numbers.whole_number(text) == number


YES = [
    "是的",
    "好",
    "好的没问题",
    "可以",
    "嗯嗯",
    "Sí",
    "si",
    "SÍ!!",
    "claro que sí",
    "vale",
    "ok",
    "Yes",
    "yep",
    "yes, please",
    "👍",
    "y",
    "👍🏽",
]
NO = [
    "不",
    "不用了",
    "不可以",
    "不行",
    "没有",
    "No",
    "no gracias",
    "no, gracias",
    "no puedo",
    "para nada",
    "nope",
    "no thanks",
    "can't",
    "👎",
]
NEITHER = ["也许", "quizás", "maybe", "yes no", "是不是", "", "I already know the price of the oil", "ni idea"]


@pytest.mark.parametrize("text", YES)
def test_yes_is_yes(text: str) -> None:
    heard = yes_no.read(text)
    assert heard is not None
    assert heard[0] == "YES"


@pytest.mark.parametrize("text", NO)
def test_no_is_no(text: str) -> None:
    heard = yes_no.read(text)
    assert heard is not None
    assert heard[0] == "NO"


@pytest.mark.parametrize("text", NEITHER)
def test_what_is_neither_yes_nor_no_is_neither(text: str) -> None:
    heard = yes_no.read(text)
    assert heard is None or heard[1] is Strength.PART


OUT = [
    "STOP",
    "stop",
    "Stop.",
    " ＳＴＯＰ ",
    "stop all",
    "STOPALL",
    "Unsubscribe",
    "CANCEL",
    "end",
    "Quit!",
    "revoke",
    "opt-out",
    "OPTOUT",
    "退订",
    "退 订",
    "【退订】",
    "TD",
    "td",
    "ＴＤ",
    "baja",
    "BAJA.",
    "Alto",
]
NOT_OUT = [
    "please stop by tomorrow",
    "stop the noise in my car",
    "dar de baja un coche",
    "我要退订机票",
    "cancel my appointment",
    "the end",
    "T",
    "R",
    "t",
    "hello",
    "endless",
    "",
]


@pytest.mark.parametrize("text", OUT)
def test_an_opt_out_word_as_the_whole_message_opts_out(text: str) -> None:
    assert keywords.standing_word(text, after_notice=False) is Keyword.OPT_OUT


@pytest.mark.parametrize("text", NOT_OUT)
def test_an_opt_out_word_inside_a_message_does_not(text: str) -> None:
    assert keywords.standing_word(text, after_notice=False) is None


@pytest.mark.parametrize("text", ["T", "t", "Ｔ", "R", "r.", "TD"])
def test_a_lone_letter_opts_out_where_the_chinese_footer_names_it(text: str) -> None:
    assert keywords.standing_word(text, after_notice=True) is Keyword.OPT_OUT


@pytest.mark.parametrize(
    ("text", "meant"),
    [("START", Keyword.OPT_IN), ("unstop", Keyword.OPT_IN), ("Alta", Keyword.OPT_IN), ("订阅", Keyword.OPT_IN),
     ("HELP", Keyword.HELP), ("info", Keyword.HELP), ("AYUDA", Keyword.HELP), ("帮助", Keyword.HELP)],
)  # fmt: skip
def test_opt_in_and_help_words_are_known(text: str, meant: Keyword) -> None:
    assert keywords.standing_word(text, after_notice=False) is meant


@pytest.mark.parametrize(
    ("text", "is_doubtful"), [("CANCEL", True), ("End", True), ("quit", True), ("STOP", False), ("退订", False)]
)
def test_some_opt_outs_may_have_meant_a_visit(text: str, is_doubtful: bool) -> None:
    assert keywords.may_mean_a_visit(text) is is_doubtful


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("刹车失灵，差点出事", ("BRAKES",)),
        ("发动机冒烟了", ("FIRE",)),
        ("El airbag no saltó y hay un herido", ("INJURY", "AIRBAG")),
        ("se prendió fuego el motor", ("FIRE",)),
        ("The steering locked up", ("STEERING",)),
        ("my wife was injured", ("INJURY",)),
        ("the coffee was cold", ()),
        ("刹车片多少钱？", ()),
        ("¿Cuánto cuesta cambiar los frenos?", ()),
        ("Can you check my brakes at the service?", ()),
        ("los frenos no funcionan bien", ("BRAKES",)),
        ("安全带坏了", ("SEAT_BELT",)),
        ("firewall", ()),
    ],
)
def test_words_of_danger_are_heard(text: str, kinds: tuple[str, ...]) -> None:
    assert alarms.dangers(text) == kinds


@pytest.mark.parametrize(
    "text", ["我要投诉", "太差了，还没修好", "Quiero poner una queja", "this is unacceptable", "brakes failed"]
)
def test_a_complaint_is_heard(text: str) -> None:
    assert alarms.is_complaint(text)


@pytest.mark.parametrize("text", ["几点开门？", "¿A qué hora abren?", "Do you sell tyres?", "谢谢"])
def test_a_question_is_no_complaint(text: str) -> None:
    assert not alarms.is_complaint(text)


@pytest.mark.parametrize(
    "text",
    [
        "转人工",
        "人工",
        "请给我打电话",
        "agente",
        "Quiero hablar con una persona",
        "I want to talk to a person",
        "call me please",
    ],
)
def test_the_wish_for_a_person_is_heard(text: str) -> None:
    assert alarms.wants_a_person(text)
