"""The policy as a table: one row a fact, and the rule that it must bring forward."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from notifications.policy.facts import (
    CALL,
    Action,
    Purpose,
    Route,
    Suppression,
    Topic,
    Vehicle,
    Window,
)
from notifications.policy.rules import decide
from tests.notifications.policy.asking import MAIL, NOON, PHONE, SIX_DAYS_WEEK, STANDARD, YES, contacts, make_facts, no

RECALL = {"topic": Topic.RECALL, "purpose": Purpose.SERVICE}
COMPLAINT = {"topic": Topic.COMPLAINT, "purpose": Purpose.SERVICE}
SURVEY = {"topic": Topic.SURVEY, "purpose": Purpose.SURVEY}
OFFER = {"topic": Topic.CAMPAIGN, "purpose": Purpose.MARKETING}
VISIT = {"topic": Topic.APPOINTMENT, "purpose": Purpose.SERVICE}
TWO_CARS = (Vehicle(id=7), Vehicle(id=8))


@pytest.mark.parametrize(
    ("changes", "action", "rule"),
    [
        pytest.param({}, Action.SEND, "best_channel", id="nothing-objects"),
        pytest.param({"consents": ()}, Action.DROP, "no_consent", id="silence-is-a-no"),
        pytest.param({"consents": (), **VISIT}, Action.SEND, "best_channel", id="a-visit-needs-no-yes"),
        pytest.param({"consents": (YES, no())}, Action.DROP, "no_consent", id="a-later-no-wins"),
        pytest.param({"consents": (no(),), **VISIT}, Action.SEND, "best_channel", id="a-general-no-leaves-one's-visit"),
        pytest.param(
            {"consents": (no(purpose=Purpose.SERVICE),), **VISIT},
            Action.DROP,
            "no_consent",
            id="a-no-to-service-messages",
        ),
        pytest.param(
            {"consents": (no(), replace(YES, at=NOON))},
            Action.SEND,
            "best_channel",
            id="a-later-yes-wins",
        ),
        pytest.param(
            {"consents": (YES, no(purpose=Purpose.REMINDER))},
            Action.DROP,
            "no_consent",
            id="a-no-to-this-purpose",
        ),
        pytest.param(
            {"consents": (YES, no(purpose=Purpose.MARKETING))},
            Action.SEND,
            "best_channel",
            id="a-no-to-another-purpose",
        ),
        pytest.param(
            {"consents": (YES, no(channel="sms"), no(channel=CALL))},
            Action.DROP,
            "no_consent",
            id="a-no-to-every-channel-there-is",
        ),
        pytest.param(
            {"consents": (YES, no(channel="sms")), "routes": (PHONE, MAIL)},
            Action.SEND,
            "best_channel",
            id="a-no-to-one-of-two-channels",
        ),
        pytest.param(
            {"consents": (YES, no(channel="sms"))},
            Action.PHONE_TASK,
            "unreachable",
            id="a-no-to-texts-leaves-the-call",
        ),
        pytest.param({"consents": (YES, no(vehicle_id=7))}, Action.DROP, "no_consent", id="a-no-to-this-car"),
        pytest.param({"consents": (YES, no(vehicle_id=9))}, Action.SEND, "best_channel", id="to-another-car"),
        pytest.param(
            {"consents": (replace(YES, at=NOON), no(customer_id=2))},
            Action.DROP,
            "no_consent",
            id="a-merged-file-keeps-its-older-no",
        ),
        pytest.param(
            {"suppressions": (Suppression(reason="OPTED_OUT"),)},
            Action.DROP,
            "suppressed",
            id="suppressed-everywhere",
        ),
        pytest.param(
            {"suppressions": (Suppression(reason="OPTED_OUT", purpose=Purpose.MARKETING),)},
            Action.SEND,
            "best_channel",
            id="suppressed-for-marketing-only",
        ),
        pytest.param(
            {"suppressions": (Suppression(reason="BOUNCED", address_id=1),), "routes": (PHONE,)},
            Action.PHONE_TASK,
            "unreachable",
            id="the-only-address-is-suppressed",
        ),
        pytest.param(
            {"consents": (no(purpose=Purpose.MARKETING),), **RECALL},
            Action.SEND,
            "best_channel",
            id="a-recall-passes-a-marketing-no",
        ),
        pytest.param(
            {
                "suppressions": (Suppression(reason="OPTED_OUT", purpose=Purpose.MARKETING),),
                **COMPLAINT,
            },
            Action.SEND,
            "best_channel",
            id="a-complaint-passes-a-marketing-stop",
        ),
        pytest.param(
            {"suppressions": (Suppression(reason="OPTED_OUT"),), **RECALL},
            Action.PHONE_TASK,
            "suppressed",
            id="a-recall-after-a-full-stop-goes-to-a-person",
        ),
        pytest.param(
            {"vehicles": (Vehicle(id=7, is_booked=True),)},
            Action.DROP,
            "already_booked",
            id="booked",
        ),
        pytest.param(
            {"vehicles": (Vehicle(id=7, is_serviced=True),)},
            Action.DROP,
            "already_serviced",
            id="serviced",
        ),
        pytest.param({"vehicles": (Vehicle(id=7, is_sold=True),)}, Action.DROP, "vehicle_sold", id="sold"),
        pytest.param(
            {"vehicles": (Vehicle(id=7, is_sold=True),), **SURVEY},
            Action.SEND,
            "best_channel",
            id="a-visit-is-asked-about-though-the-car-is-sold",
        ),
        pytest.param({"has_open_complaint": True}, Action.DEFER, "complaint_open", id="reminder-waits"),
        pytest.param({"has_open_complaint": True, **OFFER}, Action.DEFER, "complaint_open", id="offer-waits"),
        pytest.param(
            {"has_open_complaint": True, **COMPLAINT},
            Action.SEND,
            "best_channel",
            id="the-complaint's-own-answer-does-not-wait",
        ),
        pytest.param({"expires_at": NOON}, Action.DROP, "expired", id="expired-at-this-moment"),
        pytest.param(
            {"expires_at": NOON, "has_open_complaint": True},
            Action.DROP,
            "expired",
            id="expired-while-the-complaint-is-open",
        ),
        pytest.param({"calendar": SIX_DAYS_WEEK}, Action.DEFER, "rest_day", id="the-dealer's-holiday"),
        pytest.param(
            {"calendar": SIX_DAYS_WEEK, **VISIT},
            Action.SEND,
            "best_channel",
            id="a-visit-keeps-no-holiday",
        ),
        pytest.param(
            {"preferred_windows": (Window(from_time=time(18), until_time=time(20)),)},
            Action.DEFER,
            "preferred_time",
            id="the-owner-named-the-evening",
        ),
        pytest.param(
            {"preferred_windows": (Window(from_time=time(22), until_time=time(23)),)},
            Action.SEND,
            "best_channel",
            id="a-wish-inside-the-quiet-hours-narrows-nothing",
        ),
        pytest.param(
            {"preferred_windows": (Window(from_time=time(18), until_time=time(20)),), **VISIT},
            Action.SEND,
            "best_channel",
            id="a-visit-does-not-wait-for-the-evening",
        ),
        pytest.param({"sent": contacts(0)}, Action.DEFER, "frequency_cap", id="one-a-day"),
        pytest.param({"sent": contacts(1)}, Action.SEND, "best_channel", id="yesterday's-is-over"),
        pytest.param({"sent": contacts(1, 5, 13)}, Action.DEFER, "frequency_cap", id="three-in-14-days"),
        pytest.param({"sent": contacts(1, 5, 14)}, Action.SEND, "best_channel", id="the-15th-day-is-free"),
        pytest.param(
            {"sent": contacts(0, 1, 2), "is_proactive": False},
            Action.SEND,
            "best_channel",
            id="an-answer-in-a-dialogue-is-not-counted",
        ),
        pytest.param(
            {"upcoming": contacts(0, topic=Topic.APPOINTMENT)},
            Action.DEFER,
            "frequency_cap",
            id="today-is-kept-for-the-visit",
        ),
        pytest.param(
            {"upcoming": contacts(0, topic=Topic.CAMPAIGN)},
            Action.SEND,
            "best_channel",
            id="an-offer-keeps-no-day-free",
        ),
        pytest.param({"routes": ()}, Action.PHONE_TASK, "unreachable", id="no-digital-address"),
        pytest.param(
            {"routes": (replace(PHONE, is_landline=True),)},
            Action.PHONE_TASK,
            "unreachable",
            id="landline",
        ),
        pytest.param(
            {"routes": (replace(PHONE, is_bounced=True), replace(MAIL, is_blocked=True))},
            Action.PHONE_TASK,
            "unreachable",
            id="bounced-and-blocked",
        ),
        pytest.param(
            {"routes": (PHONE, MAIL), "wanted_channel": "sms"},
            Action.SEND,
            "wanted_channel",
            id="the-run's-own-channel",
        ),
        pytest.param(
            {"routes": (replace(PHONE, is_bounced=True), MAIL), "wanted_channel": "sms"},
            Action.OTHER_CHANNEL,
            "channel_closed",
            id="the-run's-channel-is-lost",
        ),
    ],
)
def test_the_policy_answers(changes: dict[str, Any], action: Action, rule: str) -> None:
    verdict = decide(make_facts(**changes), STANDARD, now=NOON)

    assert (verdict.action, verdict.rule) == (action, rule)


@pytest.mark.parametrize(
    ("earlier", "later", "rule"),
    [
        pytest.param({"consents": ()}, {"vehicles": (Vehicle(id=7, is_sold=True),)}, "no_consent", id="1-2"),
        pytest.param(
            {"vehicles": (Vehicle(id=7, is_booked=True, is_serviced=True, is_sold=True),)},
            {"has_open_complaint": True},
            "already_booked",
            id="within-2",
        ),
        pytest.param({"expires_at": NOON}, {"calendar": SIX_DAYS_WEEK}, "expired", id="2-3"),
        pytest.param({"calendar": SIX_DAYS_WEEK}, {"sent": contacts(0)}, "rest_day", id="3-4"),
        pytest.param({"sent": contacts(0)}, {"routes": ()}, "frequency_cap", id="4-5"),
    ],
)
def test_the_earlier_check_decides(earlier: dict[str, Any], later: dict[str, Any], rule: str) -> None:
    assert decide(make_facts(**earlier, **later), STANDARD, now=NOON).rule == rule


def test_cars_that_need_nothing_leave_a_merged_message() -> None:
    cars = (Vehicle(id=7, is_booked=True), Vehicle(id=8), Vehicle(id=9))

    verdict = decide(make_facts(vehicles=cars, consents=(YES, no(vehicle_id=9))), STANDARD, now=NOON)

    assert (verdict.action, verdict.vehicle_ids) == (Action.SEND, (8,))


@pytest.mark.parametrize(
    ("routes", "address_id"),
    [
        pytest.param((PHONE, MAIL), 2, id="the-cheaper-one"),
        pytest.param((replace(PHONE, is_verified=True), MAIL), 1, id="the-verified-one"),
        pytest.param(
            (replace(PHONE, is_verified=True), replace(MAIL, is_preferred=True)),
            2,
            id="the-preferred-one",
        ),
        pytest.param((PHONE, replace(MAIL, is_preferred=True, is_bounced=True)), 1, id="not-the-bounced-one"),
    ],
)
def test_the_channel_is_chosen(routes: tuple[Route, ...], address_id: int) -> None:
    verdict = decide(make_facts(routes=routes), STANDARD, now=NOON)

    assert verdict.address_id == address_id


def test_a_verdict_names_the_facts_it_read_and_none_beyond() -> None:
    verdict = decide(make_facts(vehicles=TWO_CARS, expires_at=NOON), STANDARD, now=NOON)

    assert verdict.detail == {
        "standard": STANDARD.version,
        "topic": "MAINTENANCE",
        "purpose": "REMINDER",
        "is_proactive": True,
        "decided_at": NOON.isoformat(),
        "consents": ["yes:ANY:ANY:ANY"],
        "suppressions": [],
        "open_channels": ["CALL", "sms"],
        "already_booked": [],
        "already_serviced": [],
        "vehicle_sold": [],
        "expires_at": NOON.isoformat(),
    }
