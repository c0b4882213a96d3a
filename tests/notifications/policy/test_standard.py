"""The contact policy as data: what a dealer may change in it, and what makes a table unusable."""

import tomllib
from datetime import time
from typing import Any

import pytest

from notifications.policy.facts import Purpose, Topic
from notifications.policy.standard import (
    SHIPPED,
    StandardInvalid,
    parse_standard,
    shipped_standard,
)
from notifications.policy.tightening import StandardLoosened, tighten

STANDARD = shipped_standard()


def make_table() -> dict[str, Any]:
    return tomllib.loads(SHIPPED.read_text(encoding="utf-8"))


def test_the_shipped_ranks_are_the_documents_order() -> None:
    ranks = sorted(STANDARD.topics, key=lambda topic: STANDARD.topics[topic].rank)

    assert ranks == [
        Topic.RECALL,
        Topic.APPOINTMENT,
        Topic.COMPLAINT,
        Topic.SURVEY,
        Topic.MAINTENANCE,
        Topic.CAMPAIGN,
    ]


def test_the_shipped_figures_are_the_documents() -> None:
    assert (STANDARD.quiet_from, STANDARD.quiet_until) == (time(21), time(9))
    assert (STANDARD.per_day, STANDARD.per_window, STANDARD.window_days) == (1, 3, 14)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"quiet_from": "21:30"}, id="quiet-begins-later"),
        pytest.param({"quiet_until": "08:00"}, id="quiet-ends-earlier"),
        pytest.param({"quiet_from": "09:00", "quiet_until": "21:00"}, id="quiet-by-day"),
        pytest.param({"per_day": 2}, id="two-a-day"),
        pytest.param({"per_window": 4}, id="four-in-a-window"),
        pytest.param({"window_days": 7}, id="a-shorter-window"),
        pytest.param({"texting": {"per_number": 21}}, id="more-texts-to-a-number"),
    ],
)
def test_a_dealer_may_not_loosen(changes: dict[str, Any]) -> None:
    with pytest.raises(StandardLoosened):
        tighten(STANDARD, changes)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"quiet_from": "20:00", "quiet_until": "10:00"}, id="longer-quiet-hours"),
        pytest.param({"per_window": 1, "window_days": 30}, id="fewer-messages"),
        pytest.param({}, id="nothing"),
    ],
)
def test_a_dealer_may_tighten(changes: dict[str, Any]) -> None:
    tightened = tighten(STANDARD, changes)

    for name, value in changes.items():
        kept = getattr(tightened, name)
        assert (f"{kept:%H:%M}" if isinstance(kept, time) else kept) == value


def test_a_dealer_texts_less_than_the_standard_lets_it() -> None:
    tightened = tighten(STANDARD, {"texting": {"per_number": 3}})

    assert (tightened.texting.per_number, tightened.texting.per_dealer) == (3, STANDARD.texting.per_dealer)


def test_a_standard_of_before_there_were_caps_of_texting_has_the_shipped_ones() -> None:
    table = make_table()
    del table["texting"]

    assert parse_standard(table).texting == STANDARD.texting


def test_purposes_named_by_a_dealer_add_to_the_standard() -> None:
    tightened = tighten(STANDARD, {"keeps_rest_days": ["SERVICE"]})

    assert all(tightened.purposes[purpose].keeps_rest_days for purpose in Purpose)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"topic": []}, id="not-a-dealer's-value"),
        pytest.param({"quiet_from": "09:00"}, id="no-quiet-hours-left"),
        pytest.param({"per_window": 0}, id="nothing-may-go"),
        pytest.param({"texting": {"per_dealer": 0}}, id="no-text-may-go"),
        pytest.param({"texting": {"per_moon": 1}}, id="no-such-cap"),
        pytest.param({"keeps_rest_days": ["GOSSIP"]}, id="unknown-purpose"),
        pytest.param({"quiet_from": "late"}, id="not-a-time"),
    ],
)
def test_a_change_without_sense_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(StandardInvalid):
        tighten(STANDARD, changes)


def without(table: dict[str, Any], name: str) -> None:
    del table[name]


def without_source(table: dict[str, Any], name: str) -> None:
    del table[name][0]["source"]


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        pytest.param(without, "quiet_hours", id="no-quiet-hours"),
        pytest.param(without_source, "topic", id="no-source"),
        pytest.param(lambda table, name: table[name].pop(), "topic", id="a-topic-is-missing"),
        pytest.param(
            lambda table, name: table[name][0].update(stops_when=["RAIN"]),
            "topic",
            id="unknown-obstacle",
        ),
        pytest.param(lambda table, name: table[name].update(per_day=0), "frequency", id="no-message-a-day"),
    ],
)
def test_a_table_that_leaves_something_open_is_refused(spoil: Any, name: str) -> None:
    table = make_table()
    spoil(table, name)

    with pytest.raises(StandardInvalid):
        parse_standard(table)
