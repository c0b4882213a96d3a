"""A Telegram bot keeps the contract of all channels, and says what it is asked to say in the Bot API's words."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from channels_app.contract import Button, NotSent, Outgoing, Probing, Registering, Sent
from channels_app.errors import ChannelError, Misconfigured, OptedOut, Rejected, Throttled, Unavailable, Uncertain
from tests.channels_app.cases import CASES, Rig, outgoing
from tests.channels_app.rigs import HTTP_CASES, WEBHOOK, DoubleRig
from tests.channels_app.telegram.conftest import ANNA, TelegramRig
from tests.doubles import telegram as double


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_telegram_keeps_the_contract(case: Callable[[Rig], None], rig: TelegramRig) -> None:
    case(rig)


@pytest.mark.parametrize("case", HTTP_CASES, ids=lambda case: case.__name__)
def test_telegram_is_called_as_all_over_http(case: Callable[[DoubleRig[Any]], None], rig: TelegramRig) -> None:
    case(rig)


@pytest.mark.parametrize(
    ("how", "error", "detail"),
    [
        ("reject", Rejected, "CHAT_NOT_FOUND"),
        ("opted-out", OptedOut, "BLOCKED"),
        ("kicked", OptedOut, "KICKED"),
        ("deactivated", Rejected, "DEACTIVATED"),
        ("not-started", Rejected, "NOT_STARTED"),
        ("forbidden", Rejected, "403"),
        ("something-new", Rejected, "400"),
        ("misconfigured", Misconfigured, "TOKEN"),
        ("broken", Uncertain, "500"),
        ("gateway", Uncertain, "502"),
        ("reset", Uncertain, "no answer"),
        ("garbage", Uncertain, "no readable answer"),
        ("no-id", Uncertain, "no readable answer"),
        ("no-message", Uncertain, "no id came back"),
    ],
)
def test_each_misbehaviour_has_its_error(how: str, error: type[ChannelError], detail: str, rig: TelegramRig) -> None:
    refusal = rig.refused(how)

    assert (type(refusal), refusal.detail) == (error, detail)


def test_a_wrong_token_is_misconfigured_and_ends_the_batch(rig: TelegramRig) -> None:
    wrong = rig.with_settings(token="1:another")

    outcomes = rig.channel.send(wrong, outgoing(3))

    assert {type(one.error) for one in outcomes if isinstance(one, NotSent)} == {Misconfigured}


def test_the_wait_in_the_body_is_told(rig: TelegramRig) -> None:
    refusal = rig.refused("throttle")

    assert isinstance(refusal, Throttled)
    assert refusal.retry_after_seconds == 7


def test_a_group_that_moved_is_followed(rig: TelegramRig) -> None:
    [outcome] = rig.channel.send(rig.misbehaving("migrated"), [Outgoing("1-0", to="-4400", text="Your car is ready.")])

    assert isinstance(outcome, Sent)
    assert outcome.provider_id == f"{double.NEW_CHAT}.1"
    assert len(rig.provider.taken) == 1


def test_buttons_and_the_message_answered_travel_without_a_preview(rig: TelegramRig) -> None:
    buttons = (Button("Muy satisfecho", "a1b2.3|VERY_SATISFIED"), Button("没意见", "a1b2.3|NONE"))
    message = replace(outgoing(1)[0], text="<b>How</b> was *it*?", buttons=buttons, reply_to=f"{ANNA}.8")

    rig.channel.send(rig.account, [message])

    [form] = rig.provider.forms
    assert json.loads(form["reply_markup"]) == {
        "inline_keyboard": [
            [{"text": "Muy satisfecho", "callback_data": "a1b2.3|VERY_SATISFIED"}],
            [{"text": "没意见", "callback_data": "a1b2.3|NONE"}],
        ]
    }
    assert json.loads(form["reply_parameters"]) == {"message_id": 8, "allow_sending_without_reply": True}
    assert json.loads(form["link_preview_options"]) == {"is_disabled": True}
    assert (form["text"], "parse_mode" in form) == ("<b>How</b> was *it*?", False)


def test_a_payload_too_long_for_a_button_is_refused_before_it_leaves(rig: TelegramRig) -> None:
    message = replace(outgoing(1)[0], buttons=(Button("a", "字" * 22),))

    [outcome] = rig.channel.send(rig.account, [message])

    assert isinstance(outcome, NotSent)
    assert (type(outcome.error), outcome.error.detail) == (Rejected, "BUTTON_INVALID")
    assert rig.provider.taken == []


def test_the_webhook_is_registered_with_its_secret(rig: TelegramRig) -> None:
    assert isinstance(rig.channel, Registering)

    rig.channel.register(rig.account)

    hook = rig.provider.webhook
    assert (hook["url"], hook["secret_token"]) == (WEBHOOK, double.SECRET)
    assert json.loads(hook["allowed_updates"]) == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
    ]


@pytest.mark.parametrize(
    ("how", "error"), [("misconfigured", Misconfigured), ("throttle", Throttled), ("fail", Unavailable)]
)
def test_what_stands_against_registering_is_said(how: str, error: type[ChannelError], rig: TelegramRig) -> None:
    assert isinstance(rig.channel, Registering)

    with pytest.raises(error):
        rig.channel.register(rig.misbehaving(how))


def test_a_webhook_that_telegram_does_not_take_is_for_a_person_to_mend(rig: TelegramRig) -> None:
    assert isinstance(rig.channel, Registering)

    with pytest.raises(Misconfigured):
        rig.channel.register(replace(rig.account, webhook_url="http://aftercare.example/api/webhooks/abc/"))


def test_a_trial_names_the_bot_and_says_what_telegram_cannot_reach(rig: TelegramRig) -> None:
    assert isinstance(rig.channel, Probing)
    assert isinstance(rig.channel, Registering)

    before = rig.channel.probe(rig.account)
    rig.channel.register(rig.account)
    after = rig.channel.probe(rig.account)
    rig.provider.last_error = "Connection refused"
    broken = rig.channel.probe(rig.account)

    assert (before.name, before.detail) == ("@north_cars_bot", "NO_WEBHOOK")
    assert (after.detail, broken.detail) == ("", "Connection refused")


def test_a_trial_with_a_wrong_token_is_misconfigured(rig: TelegramRig) -> None:
    assert isinstance(rig.channel, Probing)

    with pytest.raises(Misconfigured):
        rig.channel.probe(rig.with_settings(token="1:another"))
