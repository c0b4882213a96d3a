from collections import Counter
from datetime import UTC, datetime

import pytest

from channels_app.contract import Button, Outgoing
from channels_app.simulator_provider import Accepted
from deploy.demo import owners

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
SCALE = tuple(
    Button(label, f"token|{code}")
    for label, code in (
        ("Very satisfied", "VERY_SATISFIED"),
        ("Satisfied", "SATISFIED"),
        ("Neutral", "NEUTRAL"),
        ("Dissatisfied", "DISSATISFIED"),
        ("Very dissatisfied", "VERY_DISSATISFIED"),
    )
)


def accepted(
    number: int, *, text: str = "How was it?", buttons: tuple[Button, ...] = SCALE, language: str = "en"
) -> Accepted:
    message = Outgoing(str(number), to=f"+3460000{number:04d}", text=text, buttons=buttons, language=language)
    return Accepted(provider_id=f"{number}-0", at=AT, message=message)


def reactions(**wishes: object) -> list[owners.Reaction]:
    return [owners.reaction(accepted(number, **wishes)) for number in range(2000)]  # type: ignore[arg-type]


def test_the_same_message_gets_the_same_reaction() -> None:
    assert reactions() == reactions()


def test_about_forty_percent_answer() -> None:
    share = sum(reaction.has_reply for reaction in reactions()) / 2000

    assert 0.35 < share < 0.42


def test_answers_come_tapped_in_digits_wide_and_narrow_and_in_words() -> None:
    answers = [reaction for reaction in reactions() if reaction.has_reply]
    ways = Counter(
        "tap"
        if one.payload
        else "digit"
        if one.text.isascii() and one.text.isdigit()
        else "wide"
        if one.text.isdigit()
        else "word"
        for one in answers
    )

    assert all(ways[way] > len(answers) / 20 for way in ("tap", "digit", "wide", "word"))


def test_most_are_content_and_some_are_not() -> None:
    taps = Counter(reaction.payload.partition("|")[2] for reaction in reactions() if reaction.payload)

    assert taps["VERY_SATISFIED"] > taps["DISSATISFIED"] > 0


def test_every_message_has_its_receipts_in_order() -> None:
    found = {reaction.receipts for reaction in reactions()}

    assert found == {("sent", "delivered"), ("sent", "delivered", "read"), ("sent", "undeliverable")}


def test_who_was_told_something_and_not_asked_says_nothing_but_a_complaint_or_a_stop() -> None:
    told = [reaction.text for reaction in reactions(text="See you on Monday.", buttons=()) if reaction.has_reply]

    assert told
    assert set(told) <= {*owners.STOPS.values(), *owners.GRIEVANCES["en"], *owners.MUMBLED.values()}


@pytest.mark.parametrize("language", ["zh-hans", "es", "en"])
def test_every_language_has_its_own_words(language: str) -> None:
    said = {reaction.text for reaction in reactions(language=language, buttons=(), text="¿Por qué？") if reaction.text}

    assert owners.STOPS[language] in said
    assert said & set(owners.GRIEVANCES[language])
    assert said & set(owners.SENTENCES[language])


def test_some_answer_at_once_and_others_within_the_minute() -> None:
    waits = sorted(reaction.after.total_seconds() for reaction in reactions() if reaction.has_reply)

    assert waits[0] >= 1
    assert waits[-1] <= 60
    assert 0.2 < sum(wait <= 3 for wait in waits) / len(waits) < 0.4
