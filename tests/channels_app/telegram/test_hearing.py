"""What Telegram's calls say, in our words; and whose they must be."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from channels_app import telegram
from channels_app.contract import Account, Answering, Inbound, Outgoing, Sent
from channels_app.errors import Forged, Unreadable
from tests.channels_app.rigs import JSON_VALUES, NOW, WEBHOOK
from tests.channels_app.telegram.conftest import ANNA, TelegramRig
from tests.doubles import telegram as double


def test_a_message_is_read_with_its_sender_and_what_it_answers(rig: TelegramRig) -> None:
    asked = {"message_id": 5, "from": double.BOT, "chat": {"id": ANNA, "type": "private"}, "date": 1, "text": "How?"}

    heard = rig.heard("message", double.message("8", chat=ANNA, number=8, at=NOW, reply_to_message=asked))

    assert heard == Inbound(
        provider_id=f"{double.BOT_ID}:1:{ANNA}.8",
        sender=str(ANNA),
        text="8",
        reply_to=f"{ANNA}.5",
        at=NOW,
        sender_name="Anna García",
    )


def test_what_a_reply_answers_is_named_as_when_it_was_sent(rig: TelegramRig) -> None:
    [sent] = rig.channel.send(rig.account, [Outgoing("1-0", to=str(ANNA), text="How was it?")])

    heard = rig.heard("callback_query", double.tap("a|1", "Good", chat=ANNA, number=1, at=NOW))

    assert isinstance(sent, Sent)
    assert heard.reply_to == sent.provider_id


def test_a_tap_brings_its_payload_and_its_label(rig: TelegramRig) -> None:
    heard = rig.heard("callback_query", double.tap("a1b2.3|NONE", "没意见", chat=ANNA, number=5, at=NOW))

    assert (heard.sender, heard.text, heard.payload, heard.reply_to) == (
        str(ANNA), "没意见", "a1b2.3|NONE", f"{ANNA}.5",
    )  # fmt: skip


def test_a_tap_is_acknowledged_in_the_answer(rig: TelegramRig) -> None:
    assert isinstance(rig.channel, Answering)
    tapped = rig.update("callback_query", double.tap("a|1", "Good", chat=ANNA, number=5, at=NOW))

    answer = rig.channel.answer(rig.account, tapped)

    assert answer is not None
    assert json.loads(answer.body) == {"method": "answerCallbackQuery", "callback_query_id": "4382bfdwdsb323b2d9"}
    assert answer.content_type == "application/json"
    assert rig.channel.answer(rig.account, rig.reply("8")) is None
    assert rig.channel.answer(rig.account, replace(tapped, body=b"[[")) is None


@pytest.mark.parametrize("status", ["kicked", "left"])
def test_who_blocks_the_bot_has_left(status: str, rig: TelegramRig) -> None:
    heard = rig.heard("my_chat_member", double.membership(status, chat=ANNA, at=NOW))

    assert (heard.sender, heard.is_parting, heard.is_automatic, heard.payload) == (str(ANNA), True, True, "")
    assert heard.at == NOW


@pytest.mark.parametrize(("status", "chat"), [("member", ANNA), ("kicked", -100), ("administrator", ANNA)])
def test_who_takes_the_bot_back_or_has_it_in_a_group_has_said_nothing(status: str, chat: int, rig: TelegramRig) -> None:
    request = rig.update("my_chat_member", double.membership(status, chat=chat, at=NOW))

    assert rig.channel.parse(rig.account, request) == []


def test_an_edit_is_an_event_of_its_own_and_says_so(rig: TelegramRig) -> None:
    written = double.message("8", chat=ANNA, number=8, at=NOW)
    rewritten = double.message("9", chat=ANNA, number=8, at=NOW, edit_date=int(NOW.timestamp()) + 60)

    first = rig.heard("message", written)
    [second] = rig.channel.parse(rig.account, rig.update("edited_message", rewritten, number=2))

    assert isinstance(second, Inbound)
    assert (first.is_edit, second.is_edit, second.text) == (False, True, "9")
    assert first.provider_id != second.provider_id


def test_numbers_that_begin_anew_do_not_hide_a_message(rig: TelegramRig) -> None:
    before = rig.heard("message", double.message("8", chat=ANNA, number=8, at=NOW))
    after = rig.heard("message", double.message("8", chat=ANNA, number=9, at=NOW))
    another_bot = rig.with_settings(token="8:x")
    [other] = rig.channel.parse(another_bot, rig.reply("8"))

    assert isinstance(other, Inbound)
    assert len({before.provider_id, after.provider_id, other.provider_id}) == 3


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("/start abc_DEF-123", "start:abc_DEF-123"),
        ("/start", ""),
        ("/start ", ""),
        ("/started abc", ""),
        ("please /start abc", ""),
        ("/start a1b2.3|0", "start:a1b2.3|0"),
    ],
)
def test_a_deep_link_brings_its_token_and_is_never_a_tap(text: str, payload: str, rig: TelegramRig) -> None:
    heard = rig.heard("message", double.message(text, chat=ANNA, number=8, at=NOW))

    assert (heard.text, heard.payload) == (text, payload)


def test_an_opt_out_word_stays_as_it_was_written(rig: TelegramRig) -> None:
    assert rig.heard("message", double.message(" Stop ", chat=ANNA, number=8, at=NOW)).text == " Stop "


def test_another_bot_is_an_automatic_sender(rig: TelegramRig) -> None:
    written = double.message("8", chat=ANNA, number=8, at=NOW, **{"from": double.BOT})

    assert rig.heard("message", written).is_automatic


@pytest.mark.parametrize(
    ("more", "text"),
    [({"photo": [{}], "caption": "the dent"}, "the dent"), ({"photo": [{}]}, "[photo]"), ({"voice": {}}, "[voice]")],
)
def test_what_comes_in_place_of_words_is_seen(more: dict[str, Any], text: str, rig: TelegramRig) -> None:
    written = {**double.message("", chat=ANNA, number=8, at=NOW), **more}
    del written["text"]

    assert rig.heard("message", written).text == text


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("chat_member", {"chat": {"id": 1, "type": "private"}}),
        ("channel_post", {}),
        ("message", {"message_id": 1, "chat": {"id": -1, "type": "group"}, "text": "8"}),
        ("message", {"message_id": 1, "chat": {"id": 1, "type": "private"}, "pinned_message": {}}),
        ("callback_query", {"id": "1", "from": {"id": 1}, "inline_message_id": "1", "data": "x"}),
        ("callback_query", {"id": "1", "from": {"id": 1}, "message": {}, "game_short_name": "x"}),
        ("something_new", 8),
    ],
)
def test_what_does_not_concern_us_is_passed_over(kind: str, what: object, rig: TelegramRig) -> None:
    assert rig.channel.parse(rig.account, rig.update(kind, what)) == []


FIELDS = ("message_id", "chat", "from", "date", "edit_date", "text", "caption", "reply_to_message", "reply_markup",
          "message", "data", "id")  # fmt: skip


@given(
    kind=some.sampled_from(sorted(telegram.READERS)),
    hostile=some.dictionaries(some.sampled_from(FIELDS), JSON_VALUES, max_size=4),
    genuine=some.booleans(),
)
def test_hostile_updates_are_unreadable_at_worst(kind: str, hostile: dict[str, Any], genuine: bool) -> None:
    tap = kind == "callback_query"
    known = double.tap("a|1", "x", chat=1, number=1, at=NOW) if tap else double.message("8", chat=1, number=1, at=NOW)
    call = double.raw_call(WEBHOOK, {"update_id": 1, kind: {**(known if genuine else {}), **hostile}}, now=NOW)
    channel, account = telegram.Telegram(), Account("abc", "telegram", "bot", {"token": "1:x", "secret": "x"})

    channel.answer(account, call)
    try:
        heard = channel.parse(account, call)
    except Unreadable:
        return

    assert all(isinstance(one, Inbound) and one.provider_id for one in heard)


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"[]", b"8", b"[" * 100_000, b'{"update_id": true}', b'{"update_id": 1e9}']
)
def test_a_body_that_is_no_update_is_unreadable(body: bytes, rig: TelegramRig) -> None:
    with pytest.raises(Unreadable):
        rig.channel.parse(rig.account, replace(rig.reply("8"), body=body))


def test_while_a_secret_changes_both_are_good(rig: TelegramRig) -> None:
    request = rig.reply("8")
    settings = {**rig.account.settings, "secret": "the-next", "secret_before": double.SECRET}

    rig.channel.verify(replace(rig.account, settings=settings), request)


def test_an_account_without_a_secret_takes_no_call(rig: TelegramRig) -> None:
    open_account = replace(rig.account, settings={"token": double.TOKEN, "secret": ""})

    with pytest.raises(Forged):
        rig.channel.verify(open_account, replace(rig.reply("8"), headers={telegram.SECRET_HEADER: ""}))
