"""Which texts may leave: caps by number, block, account and dealer, and where to at all."""

import pytest

from api import explaining
from notifications.texting import rules
from notifications.texting.rules import Caps, Judged, Rule, Text

WIDE = Caps(per_number=100, per_account=100, per_dealer=100, per_block=100)
ANNA, BORIS, OTHER = Text(1, "anna", "north"), Text(2, "boris", "south"), Text(3, "other", "north")
AGAIN = Text(4, "anna", "north")


def judge(texts: list[Text], tallies: dict[str, int] | None = None, **caps: int) -> Judged:
    return rules.judge(texts, tallies or {}, Caps(**{**vars(WIDE), **caps}), account_id=5, hour=9)


@pytest.mark.parametrize(
    ("caps", "tallies", "stopped"),
    [
        ({}, {}, {}),
        ({"per_number": 1}, {}, {4: Rule.TEXTS_PER_NUMBER}),
        ({"per_number": 2}, {"number:anna": 1}, {4: Rule.TEXTS_PER_NUMBER}),
        ({"per_block": 1}, {}, {3: Rule.NUMBERS_PER_BLOCK}),
        ({"per_block": 1}, {"block:8:north": 1}, {3: Rule.NUMBERS_PER_BLOCK}),
        ({"per_account": 2}, {}, {3: Rule.TEXTS_PER_ACCOUNT, 4: Rule.TEXTS_PER_ACCOUNT}),
        ({"per_account": 2}, {"account:6": 2}, {3: Rule.TEXTS_PER_ACCOUNT, 4: Rule.TEXTS_PER_ACCOUNT}),
        ({"per_dealer": 5}, {"dealer": 4}, dict.fromkeys((2, 3, 4), Rule.TEXTS_PER_DEALER)),
    ],
    ids=[
        "wide",
        "one a number",
        "one before",
        "one number a block",
        "another hour",
        "two an account",
        "another account",
        "the dealer's last",
    ],
)
def test_those_beyond_a_cap_are_stopped_by_it(
    caps: dict[str, int], tallies: dict[str, int], stopped: dict[int, Rule]
) -> None:
    assert judge([ANNA, BORIS, OTHER, AGAIN], tallies, **caps).stopped == stopped


def test_what_leaves_is_counted_once_by_everything_it_counts_for():
    growth = judge([ANNA, AGAIN, OTHER], per_block=1).growth

    assert growth == {"dealer": 2, "account:5": 2, "number:anna": 2, "block:9:north": 1}


def test_what_was_counted_today_leaves_again_without_being_counted():
    judged = judge([Text(1, "anna", "north", is_counted=True)], {"number:anna": 1}, per_number=1)

    assert judged == Judged()


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        ("+34600000001", None),
        ("+8613800000001", Rule.COUNTRY_CLOSED),
        ("600000001", Rule.COUNTRY_CLOSED),
        ("+34803123456", Rule.NUMBER_DEAR),
    ],
    ids=["open", "closed", "nowhere", "dear"],
)
def test_numbers_abroad_and_dear_ones_are_not_texted(address: str, rule: Rule | None) -> None:
    assert rules.refusal(address, countries={"ES"}) == rule


def test_each_rule_has_words():
    assert set(Rule) == set(explaining.TEXTING)
    assert set(Rule) <= set(explaining.RULES) & set(explaining.FAILURES)
