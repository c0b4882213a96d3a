"""WhatsApp keeps the contract of all channels, and says each of its words in ours."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from channels_app import whatsapp, wire
from channels_app.contract import (
    Account,
    Answering,
    Button,
    Channel,
    Inbound,
    NotSent,
    Outgoing,
    Probing,
    RawRequest,
    Receipt,
    Registering,
    Sent,
    Template,
)
from channels_app.errors import (
    ChannelError,
    Forged,
    Misconfigured,
    OptedOut,
    Rejected,
    Throttled,
    Unavailable,
    Uncertain,
    Unreadable,
)
from tests.channels_app.cases import CASES, Rig, outgoing
from tests.doubles import whatsapp as double

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
WEBHOOK = "https://aftercare.example/api/webhooks/abc/"
ANNA = "34600000001"


class WhatsAppRig:
    """WhatsApp's channel before the double."""

    channel: Channel = whatsapp.WhatsApp()
    has_timestamps = False

    def __init__(self, provider: double.WhatsApp) -> None:
        self.provider = provider
        settings = {
            "phone_number_id": double.NUMBER_ID,
            "token": double.TOKEN,
            "app_secret": double.APP_SECRET,
            "verify_token": double.VERIFY_TOKEN,
            "url": f"{provider.url}/v23.0",
        }
        self.account = Account(
            id="abc", kind="whatsapp", address="+15550783881", settings=settings, webhook_url=WEBHOOK
        )

    def misbehaving(self, how: str) -> Account:
        self.provider.how = how
        return self.account

    def accepted(self) -> list[str]:
        return [one.ours for one in self.provider.taken]

    def receipts(self) -> list[RawRequest]:
        words = ("sent", "delivered")
        return [self.told(double.status_of(one, word, at=NOW)) for one in self.provider.taken for word in words]

    def shuffled(self, requests: list[RawRequest]) -> list[RawRequest]:
        told = [
            status
            for request in requests[::-1]
            for status in json.loads(request.body)["entry"][0]["changes"][0]["value"]["statuses"]
        ]
        return [self.told(*told)]

    def reply(self, text: str) -> RawRequest:
        return self.written("text", {"body": text})

    def unreadable(self) -> RawRequest:
        return double.signed(WEBHOOK, {"object": "page", "entry": []}, now=NOW)

    def told(self, *statuses: object) -> RawRequest:
        return double.signed(WEBHOOK, double.notice({"statuses": list(statuses)}), now=NOW)

    def written(self, kind: str, content: object, **more: Any) -> RawRequest:
        written = double.message(kind, content, sender=ANNA, at=NOW, **more)
        return double.signed(WEBHOOK, double.notice(written), now=NOW)

    def heard(self, kind: str, content: object, **more: Any) -> Inbound:
        [one] = self.channel.parse(self.account, self.written(kind, content, **more))
        assert isinstance(one, Inbound)
        return one

    def said(self, message: Outgoing) -> dict[str, Any]:
        [outcome] = self.channel.send(self.account, [message])
        assert isinstance(outcome, Sent)
        return self.provider.bodies[-1]


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[WhatsAppRig]:
    monkeypatch.setattr(wire, "CALL_SECONDS", 1.0)
    with double.WhatsApp() as provider:
        yield WhatsAppRig(provider)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_whatsapp_keeps_the_contract(case: Callable[[Rig], None], rig: WhatsAppRig) -> None:
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
    [outcome] = rig.channel.send(rig.misbehaving(how), outgoing(1))

    assert isinstance(outcome, NotSent)
    assert (type(outcome.error), outcome.error.detail) == (error, detail)


@pytest.mark.parametrize(
    ("how", "seconds"), [("throttle", 5), ("pair", 6), ("spam", 3600), ("app-throttle", 60), ("too-many", 9)]
)
def test_each_limit_has_its_wait(how: str, seconds: float, rig: WhatsAppRig) -> None:
    [outcome] = rig.channel.send(rig.misbehaving(how), outgoing(1))

    assert isinstance(outcome, NotSent)
    assert isinstance(outcome.error, Throttled)
    assert outcome.error.retry_after_seconds == seconds


def test_a_wrong_token_is_misconfigured_and_ends_the_batch(rig: WhatsAppRig) -> None:
    wrong = replace(rig.account, settings={**rig.account.settings, "token": "another"})

    outcomes = rig.channel.send(wrong, outgoing(3))

    assert {type(one.error) for one in outcomes if isinstance(one, NotSent)} == {Misconfigured}


def test_a_provider_that_is_not_there_took_nothing(rig: WhatsAppRig) -> None:
    nowhere = replace(rig.account, settings={**rig.account.settings, "url": "http://127.0.0.1:1"})

    [outcome] = rig.channel.send(nowhere, outgoing(1))

    assert isinstance(outcome, NotSent)
    assert isinstance(outcome.error, Unavailable)


def test_many_are_sent_side_by_side(rig: WhatsAppRig) -> None:
    outcomes = rig.channel.send(rig.account, outgoing(150))

    assert [one.message_id for one in outcomes] == [f"1-{number}" for number in range(150)]
    assert all(isinstance(one, Sent) for one in outcomes)
    assert len(set(rig.accepted())) == 150


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


def test_a_payload_that_no_row_takes_is_refused_before_it_leaves(rig: WhatsAppRig) -> None:
    [outcome] = rig.channel.send(rig.account, [replace(outgoing(1)[0], buttons=(Button("a", "x" * 201),))])

    assert isinstance(outcome, NotSent)
    assert (type(outcome.error), outcome.error.detail) == (Rejected, "BUTTON_INVALID")


def test_neither_token_nor_text_is_logged(rig: WhatsAppRig, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        rig.channel.send(rig.account, outgoing(1))
        rig.channel.send(rig.misbehaving("garbage"), outgoing(1))

    assert caplog.text == ""


@pytest.mark.parametrize(
    ("word", "codes", "status", "detail"),
    [
        ("sent", (), "sent", ""),
        ("delivered", (), "delivered", ""),
        ("read", (), "read", ""),
        ("failed", (), "failed", ""),
        ("failed", (131000,), "failed", "131000"),
        ("failed", (131026,), "undeliverable", "131026"),
        ("failed", (131047,), "failed", "WINDOW_CLOSED"),
        ("failed", (131049,), "failed", "131049"),
        ("failed", (131050,), "opted_out", "131050"),
    ],
)
def test_each_word_of_whatsapp_is_one_of_ours(
    word: str, codes: tuple[int, ...], status: str, detail: str, rig: WhatsAppRig
) -> None:
    rig.channel.send(rig.account, outgoing(1))

    [receipt] = rig.channel.parse(
        rig.account, rig.told(double.status_of(rig.provider.taken[0], word, codes=codes, at=NOW))
    )

    assert isinstance(receipt, Receipt)
    assert (receipt.message_id, receipt.status, receipt.detail) == ("1-0", status, detail)


@pytest.mark.parametrize("word", ["deleted", "warning", "played", "something new"])
def test_a_word_that_says_nothing_new_is_passed_over(word: str, rig: WhatsAppRig) -> None:
    rig.channel.send(rig.account, outgoing(1))

    assert rig.channel.parse(rig.account, rig.told(double.status_of(rig.provider.taken[0], word, at=NOW))) == []


def test_a_message_is_read_with_its_sender_and_what_it_answers(rig: WhatsAppRig) -> None:
    heard = rig.heard("text", {"body": " Baja "}, context={"from": "15550783881", "id": "wamid.5"})

    assert heard == Inbound(
        provider_id="wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQ",
        sender="+34600000001",
        text=" Baja ",
        reply_to="wamid.5",
        at=NOW,
        sender_name="Anna García",
    )


def test_an_owner_who_keeps_their_number_to_themselves_is_read_and_answered(rig: WhatsAppRig) -> None:
    value = double.message("text", {"body": "8"}, sender=ANNA, at=NOW, from_user_id="ES.13491208655302741918")
    del value["messages"][0]["from"]
    value["contacts"] = [{"profile": {"name": "Anna", "username": "anna"}, "user_id": "ES.13491208655302741918"}]

    [heard] = rig.channel.parse(rig.account, double.signed(WEBHOOK, double.notice(value), now=NOW))
    assert isinstance(heard, Inbound)
    said = rig.said(Outgoing("1-0", to=heard.sender, text="Gracias."))

    assert (heard.sender, heard.sender_name) == ("ES.13491208655302741918", "Anna")
    assert (said["recipient"], "to" in said) == ("ES.13491208655302741918", False)


@pytest.mark.parametrize(
    ("kind", "content", "text", "payload"),
    [
        ("button", {"payload": "a|1", "text": "Sí"}, "Sí", "a|1"),
        ("button", {"text": "Sí"}, "Sí", ""),
        ("interactive", {"type": "button_reply", "button_reply": {"id": "a|2", "title": "No"}}, "No", "a|2"),
        (
            "interactive",
            {"type": "list_reply", "list_reply": {"id": "a|3", "title": "周四", "description": "10:30"}},
            "周四",
            "a|3",
        ),
        ("image", {"id": "1", "mime_type": "image/jpeg", "caption": "the dent"}, "the dent", ""),
        ("image", {"id": "1", "mime_type": "image/jpeg"}, "[image]", ""),
        ("contacts", [{}], "[contacts]", ""),
    ],
)
def test_each_kind_of_message_is_read(kind: str, content: object, text: str, payload: str, rig: WhatsAppRig) -> None:
    heard = rig.heard(kind, content)

    assert (heard.text, heard.payload) == (text, payload)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("reaction", {"message_id": "wamid.1", "emoji": "👍"}),
        ("system", {"body": "changed", "type": "user_changed_number"}),
        ("interactive", {"type": "nfm_reply", "nfm_reply": {}}),
        ("something_new", {}),
    ],
)
def test_what_does_not_concern_us_is_passed_over(kind: str, content: object, rig: WhatsAppRig) -> None:
    assert rig.channel.parse(rig.account, rig.written(kind, content)) == []


def test_another_field_and_another_number_are_passed_over(rig: WhatsAppRig) -> None:
    written = double.message("text", {"body": "8"}, sender=ANNA, at=NOW)
    other_field = double.notice(written, field="message_template_status_update")
    other_number = double.notice(written, number_id="1")

    read = [rig.channel.parse(rig.account, double.signed(WEBHOOK, one, now=NOW)) for one in (other_field, other_number)]

    assert read == [[], []]


VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=2) | some.dictionaries(some.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
FIELDS = ("from", "id", "timestamp", "type", "text", "button", "interactive", "image", "context", "status", "errors",
          "biz_opaque_callback_data", "messages", "statuses", "contacts", "metadata")  # fmt: skip
KINDS = some.sampled_from(["text", "button", "interactive", "image", "reaction"])


@given(
    hostile=some.dictionaries(some.sampled_from(FIELDS), VALUES | KINDS, max_size=4),
    place=some.sampled_from(["messages", "statuses", "value"]),
    genuine=some.booleans(),
)
def test_hostile_notices_are_unreadable_at_worst(hostile: dict[str, Any], place: str, genuine: bool) -> None:
    [known] = double.message("text", {"body": "8"}, sender=ANNA, at=NOW)["messages"]
    inner = {**(known if genuine else {}), **hostile}
    body = double.notice(hostile if place == "value" else {place: [inner]})
    account = Account("abc", "whatsapp", "+1", {"phone_number_id": double.NUMBER_ID})

    try:
        heard = whatsapp.WhatsApp().parse(account, double.signed(WEBHOOK, body, now=NOW))
    except Unreadable:
        return

    assert all(isinstance(one, Inbound | Receipt) for one in heard)


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"[" * 100_000, b'{"object": "whatsapp_business_account"}'])
def test_a_body_that_is_no_notice_is_unreadable(body: bytes, rig: WhatsAppRig) -> None:
    with pytest.raises(Unreadable):
        rig.channel.parse(rig.account, replace(rig.reply("8"), body=body))


def test_while_a_secret_changes_both_are_good(rig: WhatsAppRig) -> None:
    settings = {**rig.account.settings, "app_secret": "the next", "app_secret_before": double.APP_SECRET}

    rig.channel.verify(replace(rig.account, settings=settings), rig.reply("8"))


@pytest.mark.parametrize("name", ["app_secret", "verify_token"])
def test_an_account_without_a_secret_takes_no_call(name: str, rig: WhatsAppRig) -> None:
    without = replace(rig.account, settings={**rig.account.settings, name: ""})
    call = rig.reply("8") if name == "app_secret" else double.handshake(WEBHOOK, token="", now=NOW)

    with pytest.raises(Forged):
        rig.channel.verify(without, call)


def test_a_handshake_is_answered_with_its_challenge(rig: WhatsAppRig) -> None:
    assert isinstance(rig.channel, Answering)
    call = double.handshake(WEBHOOK, now=NOW)

    rig.channel.verify(rig.account, call)
    answer = rig.channel.answer(rig.account, call)

    assert answer is not None
    assert answer.body == b"1158201444"


@pytest.mark.parametrize(("token", "mode"), [("another", "subscribe"), ("", "subscribe"), (double.VERIFY_TOKEN, "x")])
def test_a_handshake_without_the_word_agreed_on_is_forged(token: str, mode: str, rig: WhatsAppRig) -> None:
    with pytest.raises(Forged):
        rig.channel.verify(rig.account, double.handshake(WEBHOOK, token=token, mode=mode, now=NOW))


def test_a_notice_in_a_handshakes_clothes_is_forged(rig: WhatsAppRig) -> None:
    call = replace(rig.reply("8"), headers={}, query=double.handshake(WEBHOOK, now=NOW).query)

    with pytest.raises(Forged):
        rig.channel.verify(rig.account, call)


def test_meta_reads_a_plain_yes_to_a_notice(rig: WhatsAppRig) -> None:
    assert isinstance(rig.channel, Answering)

    answer = rig.channel.answer(rig.account, rig.reply("8"))

    assert answer is not None
    assert answer.body == b""


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
