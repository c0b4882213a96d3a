"""A Telegram bot keeps the contract of all channels, and says each of its words in ours."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from channels_app import telegram, wire
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
    Registering,
    Sent,
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
from tests.channels_app import cases
from tests.channels_app.cases import CASES, Rig, outgoing
from tests.doubles import telegram as double

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
WEBHOOK = "https://aftercare.example/api/webhooks/abc/"
ANNA = 34600000001
# A bot has no receipts, and Telegram's secret stands beside a body that it does not sign.
NOT_SAID = (cases.a_receipt_brings_our_own_id_back, cases.one_changed_byte_is_refused)


class TelegramRig:
    """A bot's channel before the double."""

    channel: Channel = telegram.Telegram()
    has_timestamps = False

    def __init__(self, provider: double.Telegram) -> None:
        self.provider = provider
        settings = {"token": double.TOKEN, "secret": double.SECRET, "url": provider.url}
        self.account = Account(
            id="abc", kind="telegram", address="north_cars_bot", settings=settings, webhook_url=WEBHOOK
        )

    def misbehaving(self, how: str) -> Account:
        self.provider.how = how
        return self.account

    def accepted(self) -> list[str]:
        # It never sees our ids, so that who was written to must tell.
        ours = {str(int(one.to)): one.message_id for one in outgoing(200)}
        return [ours[one.to] for one in self.provider.taken]

    def receipts(self) -> list[RawRequest]:
        return []

    def shuffled(self, requests: list[RawRequest]) -> list[RawRequest]:
        return requests[::-1]

    def reply(self, text: str) -> RawRequest:
        return self.update("message", double.message(text, chat=ANNA, number=8, at=NOW))

    def unreadable(self) -> RawRequest:
        return double.raw_call(WEBHOOK, {"message": {}}, now=NOW)

    def update(self, kind: str, what: object, *, number: int = 1) -> RawRequest:
        return double.update_call(WEBHOOK, kind, what, number=number, now=NOW)

    def heard(self, kind: str, what: object) -> Inbound:
        [one] = self.channel.parse(self.account, self.update(kind, what))
        assert isinstance(one, Inbound)
        return one


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[TelegramRig]:
    monkeypatch.setattr(wire, "CALL_SECONDS", 1.0)
    with double.Telegram() as provider:
        yield TelegramRig(provider)


@pytest.mark.parametrize("case", [one for one in CASES if one not in NOT_SAID], ids=lambda case: case.__name__)
def test_telegram_keeps_the_contract(case: Callable[[Rig], None], rig: TelegramRig) -> None:
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
    [outcome] = rig.channel.send(rig.misbehaving(how), outgoing(1))

    assert isinstance(outcome, NotSent)
    assert (type(outcome.error), outcome.error.detail) == (error, detail)


def test_a_wrong_token_is_misconfigured_and_ends_the_batch(rig: TelegramRig) -> None:
    wrong = replace(rig.account, settings={**rig.account.settings, "token": "1:another"})

    outcomes = rig.channel.send(wrong, outgoing(3))

    assert {type(one.error) for one in outcomes if isinstance(one, NotSent)} == {Misconfigured}


def test_the_wait_in_the_body_is_told(rig: TelegramRig) -> None:
    [outcome] = rig.channel.send(rig.misbehaving("throttle"), outgoing(1))

    assert isinstance(outcome, NotSent)
    assert isinstance(outcome.error, Throttled)
    assert outcome.error.retry_after_seconds == 7


def test_a_provider_that_is_not_there_took_nothing(rig: TelegramRig) -> None:
    nowhere = replace(rig.account, settings={**rig.account.settings, "url": "http://127.0.0.1:1"})

    [outcome] = rig.channel.send(nowhere, outgoing(1))

    assert isinstance(outcome, NotSent)
    assert isinstance(outcome.error, Unavailable)


def test_a_group_that_moved_is_followed(rig: TelegramRig) -> None:
    [outcome] = rig.channel.send(rig.misbehaving("migrated"), [Outgoing("1-0", to="-4400", text="Your car is ready.")])

    assert isinstance(outcome, Sent)
    assert outcome.provider_id == f"{double.NEW_CHAT}.1"
    assert len(rig.provider.taken) == 1


def test_many_are_sent_side_by_side(rig: TelegramRig) -> None:
    outcomes = rig.channel.send(rig.account, outgoing(100))

    assert [one.message_id for one in outcomes] == [f"1-{number}" for number in range(100)]
    assert len({one.provider_id for one in outcomes if isinstance(one, Sent)}) == 100


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


def test_neither_token_nor_text_is_logged(rig: TelegramRig, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        rig.channel.send(rig.account, outgoing(1))
        rig.channel.send(rig.misbehaving("garbage"), outgoing(1))
        rig.channel.send(rig.misbehaving("reset"), outgoing(1))

    assert caplog.text == ""


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
    another_bot = replace(rig.account, settings={**rig.account.settings, "token": "8:x"})
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
        ("my_chat_member", {"chat": {"id": 1, "type": "private"}}),
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


VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=2) | some.dictionaries(some.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
FIELDS = ("message_id", "chat", "from", "date", "edit_date", "text", "caption", "reply_to_message", "reply_markup",
          "message", "data", "id")  # fmt: skip


@given(
    kind=some.sampled_from(sorted(telegram.READERS)),
    hostile=some.dictionaries(some.sampled_from(FIELDS), VALUES, max_size=4),
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


def test_the_webhook_is_registered_with_its_secret(rig: TelegramRig) -> None:
    assert isinstance(rig.channel, Registering)

    rig.channel.register(rig.account)

    hook = rig.provider.webhook
    assert (hook["url"], hook["secret_token"]) == (WEBHOOK, double.SECRET)
    assert json.loads(hook["allowed_updates"]) == ["message", "edited_message", "callback_query"]


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
        rig.channel.probe(replace(rig.account, settings={**rig.account.settings, "token": "1:another"}))
