"""The ladder of channels: in which order they are tried, which are left out, and what a dealer may change in it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from notifications.policy.facts import Action, Purpose, Route, Topic
from notifications.policy.reach import ordered
from notifications.policy.rules import decide
from notifications.policy.standard import StandardInvalid, parse_standard, shipped_standard
from notifications.policy.tightening import in_force, tighten
from tests.notifications.policy.asking import NOON, make_facts, no
from tests.notifications.policy.test_standard import make_table

STANDARD = shipped_standard()
SMS = Route(address_id=1, channel="sms", family="PHONE")
WHATSAPP = Route(address_id=1, channel="whatsapp", family="PHONE", cost_minor=3)
MAIL = Route(address_id=2, channel="mail", family="EMAIL")
CHAT = Route(address_id=3, channel="chat", family="CHAT", cost_minor=9)
ALL = (SMS, WHATSAPP, MAIL, CHAT)
FAMILIES = ("CHAT", "PHONE", "EMAIL")


@pytest.mark.parametrize(
    ("routes", "ladder", "order"),
    [
        pytest.param(ALL, FAMILIES, ["chat", "sms", "whatsapp", "mail"], id="by-kind-then-rank"),
        pytest.param(ALL, ("EMAIL", "CHAT", "PHONE"), ["mail", "chat", "sms", "whatsapp"], id="another-order"),
        pytest.param(ALL, ("whatsapp", "PHONE"), ["whatsapp", "sms", "mail", "chat"], id="a-channel-before-its-kind"),
        pytest.param(ALL, (), ["mail", "sms", "whatsapp", "chat"], id="no-ladder-by-cost"),
        pytest.param(
            (SMS, CHAT, replace(MAIL, is_preferred=True)), FAMILIES, ["mail", "chat", "sms"], id="the-preferred-first"
        ),
        pytest.param(
            (replace(SMS, is_verified=True), CHAT, MAIL), FAMILIES, ["sms", "chat", "mail"], id="the-verified-before"
        ),
    ],
)
def test_channels_are_tried_in_order(routes: tuple[Route, ...], ladder: tuple[str, ...], order: list[str]) -> None:
    assert [route.channel for route in ordered(routes, ladder)] == order


@pytest.mark.parametrize(
    ("changes", "action", "rule", "channel"),
    [
        pytest.param({}, Action.SEND, "best_channel", "chat", id="the-first-rung"),
        pytest.param({"tried": {"chat"}}, Action.OTHER_CHANNEL, "next_channel", "sms", id="the-next-rung"),
        pytest.param({"tried": {"chat", "sms"}}, Action.OTHER_CHANNEL, "next_channel", "whatsapp", id="and-the-next"),
        pytest.param(
            {"tried": {"chat", "sms", "whatsapp", "mail"}}, Action.PHONE_TASK, "no_channel_left", "", id="none-is-left"
        ),
        pytest.param(
            {
                "tried": {"chat"},
                "consents": tuple(no(purpose=Purpose.SERVICE, channel=one) for one in ("sms", "whatsapp")),
            },
            Action.OTHER_CHANNEL,
            "next_channel",
            "mail",
            id="not-where-the-owner-said-no",
        ),
        pytest.param({"tried": {"chat"}, "expires_at": NOON}, Action.DROP, "expired", "", id="not-after-its-time"),
    ],
)
def test_the_next_channel_is_chosen(changes: dict[str, Any], action: Action, rule: str, channel: str) -> None:
    visit = {"purpose": Purpose.SERVICE, "topic": Topic.APPOINTMENT, "consents": (), "routes": ALL}
    given = {("tried_channels" if name == "tried" else name): value for name, value in changes.items()}

    verdict = decide(make_facts(**{**visit, **given}), STANDARD, now=NOON)

    assert (verdict.action, verdict.rule, verdict.channel) == (action, rule, channel)


def test_a_verdict_says_which_channels_were_left_out_and_why() -> None:
    routes = (
        replace(SMS, is_landline=True),
        replace(MAIL, is_bounced=True),
        Route(address_id=6, channel="twilio", family="PHONE", closed="COUNTRY_CLOSED"),
        replace(WHATSAPP, is_blocked=True),
        CHAT,
        Route(address_id=4, channel="bot", family="CHAT"),
    )
    facts = make_facts(purpose=Purpose.SERVICE, consents=(no(channel="chat", purpose=Purpose.SERVICE),), routes=routes)

    verdict = decide(replace(facts, tried_channels=frozenset({"bot"})), STANDARD, now=NOON)

    assert verdict.detail["left_out"] == {
        "bot": "TRIED",
        "chat": "NOT_ALLOWED",
        "mail": "BOUNCED",
        "sms": "LANDLINE",
        "twilio": "COUNTRY_CLOSED",
        "whatsapp": "BLOCKED",
    }


def test_a_channel_with_a_second_address_that_works_is_not_left_out() -> None:
    routes = (replace(SMS, is_bounced=True), replace(SMS, address_id=5))

    verdict = decide(make_facts(routes=routes), STANDARD, now=NOON)

    assert (verdict.address_id, verdict.detail["left_out"]) == (5, {})


def test_a_dealers_own_order_holds_for_its_purpose_and_keeps_the_standards_patience() -> None:
    own = in_force(STANDARD, {"ladder": {"SERVICE": ["EMAIL", "sms"]}, "per_window": 2})

    assert own.ladder_of(Purpose.SERVICE).order == ("EMAIL", "sms")
    assert own.ladder_of(Purpose.SERVICE).silent_after == STANDARD.ladder_of(Purpose.SERVICE).silent_after
    assert own.ladder_of(Purpose.SURVEY) == STANDARD.ladder_of(Purpose.SURVEY)
    assert own.per_window == 2


@pytest.mark.parametrize("order", ["EMAIL", ["EMAIL", "EMAIL"], [""], 7], ids=["a-word", "twice", "empty", "a-number"])
def test_what_is_no_order_is_refused(order: object) -> None:
    with pytest.raises(StandardInvalid):
        tighten(STANDARD, {"ladder": {"SERVICE": order}})


def test_a_standard_of_before_there_were_ladders_keeps_the_shipped_order_and_waits_for_nobody() -> None:
    table = make_table()
    for row in table["purpose"]:
        row.pop("ladder")
        row.pop("silent_after_hours", None)

    ladder = parse_standard(table).ladder_of(Purpose.SERVICE)

    assert (ladder.order, ladder.silent_after) == (FAMILIES, None)


def test_only_offers_wait_for_nobody() -> None:
    patient = {purpose: STANDARD.ladder_of(purpose).silent_after for purpose in Purpose}

    assert patient.pop(Purpose.MARKETING) is None
    assert all(after is not None and after > timedelta(0) for after in patient.values())
