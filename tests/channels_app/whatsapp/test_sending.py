"""WhatsApp keeps the contract of all channels, and says what it is asked to say in the Cloud API's words."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from channels_app.contract import Approving, Button, NotSent, Probing, Registering, Sent, Template
from channels_app.errors import ChannelError, Misconfigured, OptedOut, Rejected, Throttled, Unavailable, Uncertain
from tests.channels_app.cases import CASES, Rig, outgoing
from tests.channels_app.rigs import HTTP_CASES, WEBHOOK, DoubleRig
from tests.channels_app.whatsapp.conftest import WhatsAppRig
from tests.doubles import whatsapp as double


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_whatsapp_keeps_the_contract(case: Callable[[Rig], None], rig: WhatsAppRig) -> None:
    case(rig)


@pytest.mark.parametrize("case", HTTP_CASES, ids=lambda case: case.__name__)
def test_whatsapp_is_called_as_all_over_http(case: Callable[[DoubleRig[Any]], None], rig: WhatsAppRig) -> None:
    case(rig)


@pytest.mark.parametrize(
    ("how", "error", "detail"),
    [
        ("reject", Rejected, "131026"),
        ("window", Rejected, "WINDOW_CLOSED"),
        ("template", Rejected, "132001"),
        ("invalid", Rejected, "100"),
        ("something-new", Rejected, "139999"),
        ("opted-out", OptedOut, "131050"),
        ("misconfigured", Misconfigured, "190"),
        ("permission", Misconfigured, "200"),
        ("no-number", Misconfigured, "100"),
        ("locked", Misconfigured, "131031"),
        ("service-down", Unavailable, "131016"),
        ("unknown", Uncertain, "131000"),
        ("gateway", Uncertain, "502, not readable"),
        ("reset", Uncertain, "no answer"),
        ("garbage", Uncertain, "200, not readable"),
        ("no-id", Uncertain, "no id came back"),
    ],
)
def test_each_misbehaviour_has_its_error(how: str, error: type[ChannelError], detail: str, rig: WhatsAppRig) -> None:
    refusal = rig.refused(how)

    assert (type(refusal), refusal.detail) == (error, detail)


@pytest.mark.parametrize(
    ("how", "seconds"), [("throttle", 5), ("pair", 6), ("spam", 3600), ("app-throttle", 60), ("too-many", 9)]
)
def test_each_limit_has_its_wait(how: str, seconds: float, rig: WhatsAppRig) -> None:
    refusal = rig.refused(how)

    assert isinstance(refusal, Throttled)
    assert refusal.retry_after_seconds == seconds


def test_a_wrong_token_is_misconfigured_and_ends_the_batch(rig: WhatsAppRig) -> None:
    wrong = rig.with_settings(token="another")

    outcomes = rig.channel.send(wrong, outgoing(3))

    assert {type(one.error) for one in outcomes if isinstance(one, NotSent)} == {Misconfigured}


def test_a_text_travels_with_our_id_and_what_it_answers(rig: WhatsAppRig) -> None:
    said = rig.said(replace(outgoing(1)[0], reply_to="wamid.8"))

    assert said == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "34600000000",
        "type": "text",
        "text": {"preview_url": False, "body": "Your car is ready."},
        "context": {"message_id": "wamid.8"},
        "biz_opaque_callback_data": "1-0",
    }


def test_up_to_three_short_choices_are_buttons(rig: WhatsAppRig) -> None:
    buttons = (Button("Sí", "a|1"), Button("No", "a|2"), Button("Veinte letras justas", "a|3"))

    interactive = rig.said(replace(outgoing(1)[0], buttons=buttons))["interactive"]

    assert interactive["type"] == "button"
    assert [one["reply"] for one in interactive["action"]["buttons"]] == [
        {"id": one.payload, "title": one.label} for one in buttons
    ]


def test_more_choices_are_a_list_with_a_word_in_the_owners_language(rig: WhatsAppRig) -> None:
    buttons = tuple(Button(f"第{number}项", f"a|{number}") for number in range(10))

    interactive = rig.said(replace(outgoing(1)[0], buttons=buttons, language="zh-hans"))["interactive"]

    [section] = interactive["action"]["sections"]
    assert (interactive["type"], interactive["action"]["button"]) == ("list", "选择")
    assert section["rows"] == [{"id": one.payload, "title": one.label} for one in buttons]


def test_a_long_choice_stands_whole_below_its_beginning(rig: WhatsAppRig) -> None:
    label = "Jueves 5 de marzo a las 10:30"

    interactive = rig.said(replace(outgoing(1)[0], buttons=(Button(label, "a|1"),)))["interactive"]

    [row] = interactive["action"]["sections"][0]["rows"]
    assert row == {"id": "a|1", "title": "Jueves 5 de marzo a las…", "description": label}


def test_a_long_question_with_buttons_is_a_list(rig: WhatsAppRig) -> None:
    message = replace(outgoing(1, text="x" * 1025)[0], buttons=(Button("Sí", "a|1"),))

    assert rig.said(message)["interactive"]["type"] == "list"


def test_more_choices_than_a_list_holds_are_words(rig: WhatsAppRig) -> None:
    buttons = tuple(Button(f"option {number}", f"a|{number}") for number in range(11))

    body = rig.said(replace(outgoing(1, text="Which?")[0], buttons=buttons))["text"]["body"]

    assert body.splitlines() == ["Which?", *(f"- option {number}" for number in range(11))]


def test_a_template_goes_in_place_of_the_text(rig: WhatsAppRig) -> None:
    template = Template("car_ready", "es", ("Anna", "10:30"))

    said = rig.said(replace(outgoing(1)[0], template=template, buttons=(Button("Sí", "a|1"),)))

    assert (said["type"], "text" in said) == ("template", False)
    assert said["template"] == {
        "name": "car_ready",
        "language": {"code": "es"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "Anna"}, {"type": "text", "text": "10:30"}]},
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": "0",
                "parameters": [{"type": "payload", "payload": "a|1"}],
            },
        ],
    }


@pytest.mark.parametrize(
    ("template", "named"),
    [
        (Template("appointment.thanks", "zh-hans"), {"name": "thanks", "language": {"code": "zh_CN"}}),
        (Template("appointment.moved", "es"), {"name": "moved", "language": {"code": "es_MX"}}),
    ],
)
def test_a_template_goes_by_metas_name_and_language(
    template: Template, named: dict[str, object], rig: WhatsAppRig
) -> None:
    said = rig.said(replace(outgoing(1)[0], template=template))

    assert said["template"] == {**named, "components": []}


def test_buttons_too_long_for_a_template_are_left_to_the_numbers_in_its_text(rig: WhatsAppRig) -> None:
    buttons = (Button("Yes", "a|1"), Button("x" * 26, "a|2"))

    said = rig.said(replace(outgoing(1)[0], template=Template("car_ready", "es", ("a",)), buttons=buttons))

    assert [component["type"] for component in said["template"]["components"]] == ["body"]


def test_a_template_that_is_not_listed_is_refused_before_it_leaves(rig: WhatsAppRig) -> None:
    first, second = outgoing(2)

    outcomes = rig.channel.send(rig.account, [replace(first, template=Template("nobodys", "es")), second])

    assert isinstance(outcomes[0], NotSent)
    assert (type(outcomes[0].error), outcomes[0].error.detail) == (Rejected, "TEMPLATE_UNKNOWN")
    assert isinstance(outcomes[1], Sent)


def test_a_text_is_submitted_with_metas_name_numbers_and_buttons(rig: WhatsAppRig) -> None:
    assert isinstance(rig.channel, Approving)
    text = "North: {vehicle}, {when}. {vehicle}!\n1 Yes"

    said = rig.channel.submission(text, name="appointment.a+b", language="zh-hans", buttons=("Yes",))

    assert said == "appointment_a_b zh_CN\nNorth: {{1}}, {{2}}. {{1}}!\n1 Yes\n[Yes]"


def test_a_payload_that_no_row_takes_is_refused_before_it_leaves(rig: WhatsAppRig) -> None:
    [outcome] = rig.channel.send(rig.account, [replace(outgoing(1)[0], buttons=(Button("a", "x" * 201),))])

    assert isinstance(outcome, NotSent)
    assert (type(outcome.error), outcome.error.detail) == (Rejected, "BUTTON_INVALID")


def test_the_webhook_is_registered_for_the_number(rig: WhatsAppRig) -> None:
    assert isinstance(rig.channel, Registering)

    rig.channel.register(rig.account)

    assert rig.provider.hook == {"override_callback_uri": WEBHOOK, "verify_token": double.VERIFY_TOKEN}


def test_a_webhook_that_meta_does_not_take_is_for_a_person_to_mend(rig: WhatsAppRig) -> None:
    assert isinstance(rig.channel, Registering)

    with pytest.raises(Misconfigured):
        rig.channel.register(replace(rig.account, webhook_url="http://aftercare.example/api/webhooks/abc/"))


def test_a_trial_names_the_number_and_how_owners_rate_it(rig: WhatsAppRig) -> None:
    assert isinstance(rig.channel, Probing)

    probed = rig.channel.probe(rig.account)

    assert (probed.name, probed.detail) == ("North Cars +1 555-078-3881", "GREEN")


@pytest.mark.parametrize(
    ("how", "error"), [("misconfigured", Misconfigured), ("throttle", Throttled), ("fail", Unavailable)]
)
def test_what_stands_against_a_trial_is_said(how: str, error: type[ChannelError], rig: WhatsAppRig) -> None:
    assert isinstance(rig.channel, Probing)

    with pytest.raises(error):
        rig.channel.probe(rig.misbehaving(how))
