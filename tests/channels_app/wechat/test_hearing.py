"""What WeChat's calls say, in our words; and whose they must be."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from channels_app.contract import Account, Answering, Inbound, Receipt
from channels_app.errors import Forged, Unreadable
from channels_app.wechat import channel
from tests.channels_app.rigs import NOW, WEBHOOK
from tests.channels_app.wechat.conftest import ANNA, TemplateRig, WeChatRig
from tests.doubles import wechat as double
from tests.doubles.server import Taken


def test_a_message_is_read_with_its_sender(rig: WeChatRig) -> None:
    [heard] = rig.heard("text", Content=" 退订 & <好>", MsgId="8")

    assert heard == Inbound(provider_id="8", sender=ANNA, text=" 退订 & <好>", at=NOW)


def test_a_tapped_choice_brings_its_payload_and_its_label(rig: WeChatRig) -> None:
    [heard] = rig.heard("text", Content="满意", MsgId="8", bizmsgmenuid="a1b2.3|1")

    assert isinstance(heard, Inbound)
    assert (heard.text, heard.payload) == ("满意", "a1b2.3|1")


@pytest.mark.parametrize(
    ("kind", "fields", "text"),
    [
        ("image", {"MediaId": "media_8", "PicUrl": "http://x"}, "[image] media_8"),
        ("voice", {"MediaId": "m", "Format": "amr"}, "[voice]"),
        ("voice", {"MediaId": "m", "Recognition": "明天下午"}, "明天下午"),
        ("location", {"Label": "x"}, "[location]"),
        ("shortvideo", {}, "[shortvideo]"),
    ],
)
def test_what_comes_in_place_of_words_is_seen(kind: str, fields: dict[str, str], text: str, rig: WeChatRig) -> None:
    [heard] = rig.heard(kind, MsgId="8", **fields)

    assert isinstance(heard, Inbound)
    assert (heard.text, heard.payload) == (text, "")


@pytest.mark.parametrize(
    ("fields", "payload"),
    [
        ({"Event": "subscribe", "EventKey": "qrscene_abc_DEF-1", "Ticket": "t"}, "start:abc_DEF-1"),
        ({"Event": "SCAN", "EventKey": "abc_DEF-1", "Ticket": "t"}, "start:abc_DEF-1"),
        ({"Event": "CLICK", "EventKey": "book"}, "book"),
    ],
)
def test_an_event_of_ours_brings_its_payload(fields: dict[str, str], payload: str, rig: WeChatRig) -> None:
    [heard] = rig.heard("event", **fields)

    assert isinstance(heard, Inbound)
    assert (heard.payload, heard.provider_id) == (payload, f"{ANNA}:{int(NOW.timestamp())}:{fields['Event']}")


def test_who_stops_following_has_left(rig: WeChatRig) -> None:
    [heard] = rig.heard("event", Event="unsubscribe", EventKey="")

    assert isinstance(heard, Inbound)
    assert (heard.sender, heard.is_parting, heard.is_automatic, heard.payload) == (ANNA, True, True, "")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("event", {"Event": "subscribe", "EventKey": ""}),
        ("event", {"Event": "VIEW", "EventKey": "https://x"}),
        ("event", {"Event": "something_new"}),
        ("event", {"Event": "TEMPLATESENDJOBFINISH", "MsgID": "1", "Status": "something new"}),
        ("something_new", {"MsgId": "8"}),
    ],
)
def test_what_says_nothing_to_us_is_passed_over(kind: str, fields: dict[str, str], rig: WeChatRig) -> None:
    assert rig.heard(kind, **fields) == []


@pytest.mark.parametrize(
    ("said", "status", "detail"),
    [
        ("success", "delivered", ""),
        ("failed:user block", "opted_out", "failed:user block"),
        ("failed: system failed", "failed", "failed: system failed"),
        ("failed:system failed", "failed", "failed:system failed"),
    ],
)
def test_each_word_about_a_template_is_one_of_ours(
    said: str, status: str, detail: str, template_rig: TemplateRig
) -> None:
    template_rig.channel.send(template_rig.account, template_rig.batch(1))
    [taken] = template_rig.provider.taken

    [receipt] = template_rig.channel.parse(
        template_rig.account, template_rig.told(double.finished(taken, said, at=NOW))
    )

    assert isinstance(receipt, Receipt)
    assert (receipt.provider_id, receipt.status, receipt.detail) == (taken.provider_id, status, detail)


def test_while_the_key_changes_both_open(rig: WeChatRig) -> None:
    another = double.AES_KEY[::-1]
    account = rig.with_settings(aes_key=another, aes_key_before=double.AES_KEY)
    new = double.call(WEBHOOK, double.xml(ANNA, "text", at=NOW, Content="8", MsgId="1"), now=NOW, key=another)

    for call in (new, rig.reply("8")):
        rig.channel.verify(account, call)
        [heard] = rig.channel.parse(account, call)
        assert isinstance(heard, Inbound)


def test_what_was_sealed_for_another_app_is_forged(rig: WeChatRig) -> None:
    strange = double.call(WEBHOOK, "<xml/>", now=NOW, app_id="wx-of-another")

    with pytest.raises(Forged):
        rig.channel.verify(rig.account, strange)


def test_a_call_in_plain_words_is_nobodys(rig: WeChatRig) -> None:
    plain = double.xml(ANNA, "text", at=NOW, Content="8", MsgId="1").encode()

    with pytest.raises(Forged):
        rig.channel.verify(rig.account, replace(rig.reply("8"), body=plain))


@pytest.mark.parametrize("minutes", [-11, 11])
def test_a_call_of_another_time_is_forged(minutes: int, rig: WeChatRig) -> None:
    with pytest.raises(Forged):
        rig.channel.verify(rig.account, replace(rig.reply("8"), received_at=NOW + timedelta(minutes=minutes)))


@pytest.mark.parametrize("name", ["token", "aes_key", "app_id"])
def test_an_account_that_lacks_what_proves_a_call_takes_none(name: str, rig: WeChatRig) -> None:
    key = "" if name == "token" else double.TOKEN
    call = double.call(WEBHOOK, "<xml/>", now=NOW, token=key, app_id="" if name == "app_id" else double.APP_ID)

    with pytest.raises(Forged):
        rig.channel.verify(rig.with_settings(**{name: ""}), call)


@pytest.mark.parametrize("is_sealed", [False, True], ids=["plain", "sealed"])
def test_a_handshake_is_answered_with_its_word(is_sealed: bool, rig: WeChatRig) -> None:
    assert isinstance(rig.channel, Answering)
    call = double.handshake(WEBHOOK, "4815162342", now=NOW, is_sealed=is_sealed)

    rig.channel.verify(rig.account, call)
    answer = rig.channel.answer(rig.account, call)

    assert answer is not None
    assert answer.body == b"4815162342"


@pytest.mark.parametrize("is_sealed", [False, True], ids=["plain", "sealed"])
def test_a_handshake_without_the_token_agreed_on_is_forged(is_sealed: bool, rig: WeChatRig) -> None:
    call = double.handshake(WEBHOOK, "4815162342", now=NOW, is_sealed=is_sealed, token="another")

    with pytest.raises(Forged):
        rig.channel.verify(rig.account, call)


def test_a_message_in_a_handshakes_clothes_is_forged(rig: WeChatRig) -> None:
    call = replace(rig.reply("8"), query=double.handshake(WEBHOOK, "1", now=NOW).query)

    with pytest.raises(Forged):
        rig.channel.verify(rig.account, call)


def test_wechat_reads_that_it_was_taken(rig: WeChatRig) -> None:
    assert isinstance(rig.channel, Answering)

    answer = rig.channel.answer(rig.account, rig.reply("8"))

    assert answer is not None
    assert answer.body == b"success"


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><xml><MsgType>text</MsgType><Content>&b;</Content></xml>'
FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><MsgType>text</MsgType><Content>&a;</Content></xml>'


@pytest.mark.parametrize("content", [BOMB, FILE, BOMB.encode("utf-16"), "", "<xml>", "8", b"\xff", "<a>" * 100_000])
def test_what_is_no_plain_document_is_unreadable(content: str | bytes, rig: WeChatRig) -> None:
    with pytest.raises(Unreadable):
        rig.channel.parse(rig.account, rig.told(content))


@pytest.mark.parametrize(
    "body", [BOMB.encode(), b"", b"\xff", b"<xml><Encrypt/></xml>", b"<xml><Encrypt>\x00</Encrypt>"]
)
def test_a_wrapper_that_is_none_is_forged(body: bytes, rig: WeChatRig) -> None:
    with pytest.raises(Forged):
        rig.channel.verify(rig.account, replace(rig.reply("8"), body=body))


NAMES = some.sampled_from(["MsgType", "Event", "EventKey", "Content", "MsgId", "MsgID", "Status", "CreateTime",
                           "FromUserName", "bizmsgmenuid", "MediaId"])  # fmt: skip
WORDS = some.text(alphabet=some.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8)
SAID = WORDS | some.sampled_from(["text", "event", "image", "subscribe", "qrscene_", "SCAN", "TEMPLATESENDJOBFINISH"])
ACCOUNT = Account("abc", "wechat", "gh_north", {"app_id": double.APP_ID, "aes_key": double.AES_KEY})


@given(hostile=some.dictionaries(NAMES, SAID, max_size=5), is_event=some.booleans())
def test_hostile_calls_are_unreadable_at_worst(hostile: dict[str, str], is_event: bool) -> None:
    known = {"Event": "SCAN", "EventKey": "x"} if is_event else {"Content": "8", "MsgId": "8"}
    content = double.xml(ANNA, "event" if is_event else "text", at=NOW, **{**known, **hostile})

    try:
        heard = channel.WeChat().parse(ACCOUNT, double.call(WEBHOOK, content, now=NOW))
    except Unreadable:
        return

    assert all(isinstance(one, Inbound | Receipt) for one in heard)


@given(cipher=some.binary(max_size=200))
def test_what_opens_with_no_key_is_forged(cipher: bytes) -> None:
    timestamp = str(int(NOW.timestamp()))
    call = double.call(WEBHOOK, "<xml/>", now=NOW)
    body = f"<xml><Encrypt>{cipher.hex()}</Encrypt></xml>".encode()
    proof = double.signature(double.TOKEN, timestamp, double.NONCE, cipher.hex())
    query = f"timestamp={timestamp}&nonce={double.NONCE}&msg_signature={proof}"
    account = replace(ACCOUNT, settings={**ACCOUNT.settings, "token": double.TOKEN})

    with pytest.raises(Forged):
        channel.WeChat().verify(account, replace(call, body=body, query=query))


def test_a_receipt_of_a_text_is_none() -> None:
    # What WeChat names is known by its own number alone, which no text has.
    told = double.finished(Taken("200", ANNA, "x", ""), "success", at=NOW)

    [receipt] = channel.WeChat().parse(ACCOUNT, double.call(WEBHOOK, told, now=NOW))

    assert isinstance(receipt, Receipt)
    assert (receipt.message_id, receipt.provider_id) == ("", "200")
