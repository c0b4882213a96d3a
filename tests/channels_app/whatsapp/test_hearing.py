"""What Meta's calls say, in our words; and whose they must be."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from channels_app import whatsapp
from channels_app.charging import NOTHING
from channels_app.contract import Account, Answering, Charge, Inbound, Outgoing, Receipt
from channels_app.errors import Forged, Unreadable
from tests.channels_app.cases import outgoing
from tests.channels_app.rigs import JSON_VALUES, NOW, WEBHOOK
from tests.channels_app.whatsapp.conftest import ANNA, WhatsAppRig
from tests.doubles import whatsapp as double


@pytest.mark.parametrize(
    ("word", "codes", "status", "detail"),
    [
        ("sent", (), "sent", ""),
        ("delivered", (), "delivered", ""),
        ("read", (), "read", ""),
        ("failed", (), "failed", ""),
        ("failed", (131000,), "failed", "131000"),
        ("failed", (131026,), "failed", "131026"),
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
    # Owners stop offers at WhatsApp, and nothing else.
    assert receipt.purposes == (("MARKETING",) if codes == (131050,) else ())


@pytest.mark.parametrize(
    ("pricing", "charge"),
    [
        ({"billable": True, "pricing_model": "PMP", "type": "regular", "category": "utility"}, None),
        ({"billable": False, "pricing_model": "PMP", "type": "free_customer_service", "category": "service"}, NOTHING),
        ({"pricing_model": "PMP", "type": "free_entry_point", "category": "referral_conversion"}, NOTHING),
        ({"billable": False, "pricing_model": "CBP", "category": "service"}, NOTHING),
        ("strange", None),
        (None, None),
    ],
)
def test_what_is_free_at_whatsapp_costs_nothing_and_of_the_rest_no_amount_is_said(
    pricing: object, charge: Charge | None, rig: WhatsAppRig
) -> None:
    rig.channel.send(rig.account, outgoing(1))
    told = double.status_of(rig.provider.taken[0], "delivered", at=NOW) | {"pricing": pricing}

    [receipt] = rig.channel.parse(rig.account, rig.told(told))

    assert isinstance(receipt, Receipt)
    assert receipt.charge == charge


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


FIELDS = ("from", "id", "timestamp", "type", "text", "button", "interactive", "image", "context", "status", "errors",
          "biz_opaque_callback_data", "messages", "statuses", "contacts", "metadata")  # fmt: skip


KINDS = some.sampled_from(["text", "button", "interactive", "image", "reaction"])


@given(
    hostile=some.dictionaries(some.sampled_from(FIELDS), JSON_VALUES | KINDS, max_size=4),
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
