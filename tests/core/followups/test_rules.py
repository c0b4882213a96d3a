"""Scores, dissatisfaction and the window of a follow-up."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.followups import rules, table
from core.followups.rules import Answer
from core.tables import reading

SHANGHAI = ZoneInfo("Asia/Shanghai")
MADRID = ZoneInfo("Europe/Madrid")
AFTER_SALES = next(q for q in table.shipped_questionnaires() if q.key == "after_sales")
DELIVERY = next(q for q in table.shipped_questionnaires() if q.key == "sales_delivery")
STEPS = [item.key for item in AFTER_SALES.items if item.is_step]
SATISFACTION = table.scales()["SATISFACTION"]


def answered(**values: str) -> list[Answer]:
    """Answer items of the after-sales questionnaire."""
    return [rules.answer(AFTER_SALES.item(key), value=value) for key, value in values.items()]


def test_seven_steps_follow_the_overall_rating() -> None:
    assert [item.key for item in AFTER_SALES.items] == ["overall", *STEPS, "intention", "suggestion"]
    assert len(STEPS) == 7


@pytest.mark.parametrize(
    ("value", "points"),
    [
        ("VERY_SATISFIED", 12),
        ("SATISFIED", 8),
        ("NEUTRAL", 4),
        ("DISSATISFIED", 0),
        ("VERY_DISSATISFIED", -4),
        ("1", 12),
        ("5", -4),
        (" satisfied ", 8),
    ],
)
def test_each_value_has_its_points(value: str, points: int) -> None:
    assert rules.answer(AFTER_SALES.item("waiting"), value=value).points == points


@pytest.mark.parametrize("value", ["", "0", "6", "12", "-4", "good"])
def test_a_value_off_the_scale_is_refused(value: str) -> None:
    with pytest.raises(rules.AnswerUnknown):
        rules.answer(AFTER_SALES.item("waiting"), value=value)


def test_an_unknown_item_is_refused() -> None:
    with pytest.raises(rules.ItemUnknown):
        AFTER_SALES.item("coffee")


@pytest.mark.parametrize(
    ("value", "points", "share"),
    [("VERY_SATISFIED", 84, 1.0), ("NEUTRAL", 28, 1 / 3), ("VERY_DISSATISFIED", -28, -1 / 3)],
)
def test_the_score_is_the_sum_of_the_seven_steps(value: str, points: int, share: float) -> None:
    answers = answered(overall="5", **dict.fromkeys(STEPS, value))

    score = rules.score(answers, questionnaire=AFTER_SALES)

    assert score is not None
    assert score.points == points
    assert score.share == pytest.approx(share)


def test_only_answered_steps_are_in_the_maximum() -> None:
    score = rules.score(answered(overall="1", waiting="2", price="4"), questionnaire=AFTER_SALES)

    assert score == rules.Score(points=8, maximum=24)


def test_without_a_step_there_is_no_score() -> None:
    assert rules.score(answered(overall="1"), questionnaire=AFTER_SALES) is None


@pytest.mark.parametrize(("value", "number"), [("CERTAINLY", 1), ("UNSURE", 3), ("5", 5)])
def test_intention_is_reversed(value: str, number: int) -> None:
    assert rules.intention(answered(intention=value), questionnaire=AFTER_SALES) == number


def test_intention_never_adds_to_the_score() -> None:
    assert rules.score(answered(intention="5", price="1"), questionnaire=AFTER_SALES) == (
        rules.Score(points=12, maximum=12)
    )


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"overall": "1", "waiting": "3"}, False),
        ({"overall": "1", "waiting": "4"}, True),
        ({"overall": "5"}, True),
        ({"overall": "1", "intention": "5"}, False),
        ({}, False),
    ],
    ids=["neutral", "one dissatisfied step", "overall", "intention alone", "nothing"],
)
def test_one_dissatisfied_answer_makes_a_dissatisfied_owner(answers: dict[str, str], *, expected: bool) -> None:
    given_answers = answered(**answers)

    assert rules.is_dissatisfied(given_answers, questionnaire=AFTER_SALES) is expected


@pytest.mark.parametrize(
    ("value", "why", "dissatisfied"),
    [("10", False, False), ("9", True, False), ("7", True, False), ("6", True, True)],
)
def test_a_delivery_below_ten_asks_for_the_weak_points(value: str, *, why: bool, dissatisfied: bool) -> None:
    item = DELIVERY.item("overall")

    assert rules.asks_why(item, value=value) is why
    assert rules.is_dissatisfied([rules.answer(item, value=value)], questionnaire=DELIVERY) is dissatisfied


def test_the_worst_step_names_the_complaint() -> None:
    answers = answered(overall="5", waiting="4", price="5", reception="1")

    bad = rules.dissatisfied_answers(answers, questionnaire=AFTER_SALES)

    assert [given.item for given in bad] == ["overall", "price", "waiting"]
    assert rules.complaint_category(bad, questionnaire=AFTER_SALES) == "PRICE"


def test_a_survey_is_complete_without_the_suggestion() -> None:
    answers = answered(overall="1", intention="1", **dict.fromkeys(STEPS, "1"))

    assert rules.is_complete(answers, questionnaire=AFTER_SALES)
    assert not rules.is_complete(answers[1:], questionnaire=AFTER_SALES)


@pytest.mark.parametrize(
    ("zone", "closed", "due", "expires"),
    [
        (SHANGHAI, "2026-02-26 17:00", "2026-03-02 00:00", "2026-03-06 00:00"),
        (SHANGHAI, "2028-02-27 08:00", "2028-03-02 00:00", "2028-03-06 00:00"),
        (MADRID, "2026-03-27 23:30", "2026-03-31 00:00", "2026-04-04 00:00"),
    ],
    ids=["over a month's end", "over a leap day", "over a clock change"],
)
def test_due_by_the_end_of_day_three_and_dropped_after_day_seven(
    zone: ZoneInfo, closed: str, due: str, expires: str
) -> None:
    def local(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)

    found = rules.window(table.kinds()["AFTER_SALES"], occasion_at=local(closed), timezone=zone)

    assert (found.due_at, found.expires_at) == (local(due), local(expires))


@given(st.lists(st.sampled_from(SATISFACTION.values), min_size=1, max_size=7))
def test_a_share_lies_between_minus_a_third_and_one(values: list[str]) -> None:
    answers = answered(**dict(zip(STEPS, values, strict=False)))

    score = rules.score(answers, questionnaire=AFTER_SALES)

    assert score is not None
    assert -1 / 3 <= score.share <= 1


def test_every_shipped_questionnaire_from_a_document_names_it() -> None:
    assert all(row["source"] for row in reading.read("questionnaires")["questionnaire"])
    assert reading.read("followups")["dissatisfied"]["source"]
    assert table.dissatisfied_working_days() == (0.5, 1)
