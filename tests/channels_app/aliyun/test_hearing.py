"""What Aliyun's calls say, in our words; and whose they must be."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from channels_app.aliyun import channel
from channels_app.contract import Account, Answering, Inbound, Receipt
from channels_app.errors import Forged, Unreadable
from tests.channels_app.aliyun.conftest import ANNA, AliyunRig
from tests.channels_app.rigs import JSON_VALUES, NOW, WEBHOOK
from tests.doubles import aliyun as double
from tests.doubles.server import Taken


@pytest.mark.parametrize(
    ("code", "status", "detail"),
    [
        ("DELIVERED", "delivered", ""),
        ("MOBILE_IN_BLACK", "opted_out", "MOBILE_IN_BLACK"),
        ("USER_REJECT", "opted_out", "USER_REJECT"),
        ("INVALID_NUMBER", "undeliverable", "INVALID_NUMBER"),
        ("MOBILE_NOT_ON_SERVICE", "undeliverable", "MOBILE_NOT_ON_SERVICE"),
        ("MOBILE_SEND_LIMIT", "failed", "MOBILE_SEND_LIMIT"),
        ("SOMETHING_NEW", "failed", "SOMETHING_NEW"),
    ],
)
def test_each_word_of_aliyun_is_one_of_ours(code: str, status: str, detail: str, rig: AliyunRig) -> None:
    rig.channel.send(rig.account, rig.batch(1))

    [receipt] = rig.heard(double.report(rig.provider.taken[0], code, at=NOW))

    assert isinstance(receipt, Receipt)
    assert (receipt.message_id, receipt.status, receipt.detail) == ("1-0", status, detail)


def test_a_receipt_of_anothers_message_is_known_by_the_providers_id_alone(rig: AliyunRig) -> None:
    rig.channel.send(rig.account, rig.batch(2))
    stranger = {**double.report(rig.provider.taken[0], at=NOW), "phone_number": "13911111111"}

    [receipt] = rig.heard(stranger)

    assert isinstance(receipt, Receipt)
    assert receipt.message_id == ""


def test_an_answer_is_read_with_its_number_and_beijings_time(rig: AliyunRig) -> None:
    [heard] = rig.heard(double.answer("T", sender=ANNA, at=NOW))

    assert isinstance(heard, Inbound)
    assert (heard.provider_id, heard.sender, heard.text) == ("1234567890", "+8613800000001", "T")
    assert heard.at == NOW


@pytest.mark.parametrize("number", ["13800000001", "+8613800000001", "8613800000001", "008613800000001"])
def test_a_number_is_the_same_however_it_is_written(number: str, rig: AliyunRig) -> None:
    [heard] = rig.heard(double.answer("1", sender=number, at=NOW))

    assert isinstance(heard, Inbound)
    assert heard.sender == "+8613800000001"


def test_a_sequence_may_be_a_number(rig: AliyunRig) -> None:
    [heard] = rig.heard(double.answer("1", sender=ANNA, at=NOW, sequence_id=77))

    assert isinstance(heard, Inbound)
    assert heard.provider_id == "77"


def test_what_is_neither_is_passed_over(rig: AliyunRig) -> None:
    rig.channel.send(rig.account, rig.batch(1))

    read = rig.heard({"sign_name": "x", "sign_status": "approved"}, double.report(rig.provider.taken[0], at=NOW))

    assert len(read) == 1


@pytest.mark.parametrize("body", [b"", b"\xff", b"{}", b"8", b"[8]", b"[" * 100_000, b'[{"err_code": 8}]'])
def test_a_body_that_is_no_list_of_events_is_unreadable(body: bytes, rig: AliyunRig) -> None:
    with pytest.raises(Unreadable):
        rig.channel.parse(rig.account, replace(rig.reply("8"), body=body))


FIELDS = ("phone_number", "success", "err_code", "biz_id", "out_id", "content", "send_time", "sequence_id")


@given(hostile=some.dictionaries(some.sampled_from(FIELDS), JSON_VALUES, max_size=4), is_answer=some.booleans())
def test_hostile_calls_are_unreadable_at_worst(hostile: dict[str, Any], is_answer: bool) -> None:
    taken = Taken("9^0", ANNA, "x", "1-|0.ab,1.cd")
    known = double.answer("8", sender=ANNA, at=NOW) if is_answer else double.report(taken, at=NOW)
    call = double.called(WEBHOOK, [{**known, **hostile}], now=NOW)

    try:
        heard = channel.Aliyun().parse(Account("abc", "aliyun", "x", {}), call)
    except Unreadable:
        return

    assert all(isinstance(one, Inbound | Receipt) for one in heard)


def test_while_a_secret_changes_both_are_good(rig: AliyunRig) -> None:
    account = rig.with_settings(secret="the next", secret_before=double.SECRET)

    rig.channel.verify(account, rig.reply("8"))
    rig.channel.verify(account, double.called(WEBHOOK, [], secret="the next", now=NOW))
    with pytest.raises(Forged):
        rig.channel.verify(account, double.called(WEBHOOK, [], secret="a third", now=NOW))


def test_an_account_without_a_secret_takes_no_call(rig: AliyunRig) -> None:
    with pytest.raises(Forged):
        rig.channel.verify(rig.with_settings(secret=""), double.called(WEBHOOK, [], secret="", now=NOW))


def test_who_looks_at_the_address_learns_nothing(rig: AliyunRig) -> None:
    with pytest.raises(Forged):
        rig.channel.verify(rig.account, replace(rig.reply("8"), method="GET"))


def test_aliyun_reads_that_it_was_taken(rig: AliyunRig) -> None:
    assert isinstance(rig.channel, Answering)

    answer = rig.channel.answer(rig.account, rig.reply("8"))

    assert answer is not None
    assert (json.loads(answer.body)["code"], answer.content_type) == (0, "application/json")
