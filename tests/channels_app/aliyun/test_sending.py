"""Aliyun keeps the contract of all channels, signs as its vendor does, and shares calls as far as our ids fit."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from channels_app.aliyun import parcels, signing
from channels_app.approved import Approved
from channels_app.contract import Approving, NotSent, Outgoing, Probing, Receipt, Sent, Template
from channels_app.errors import ChannelError, Misconfigured, Rejected, Throttled, Unavailable, Uncertain
from tests.channels_app.aliyun.conftest import AliyunRig
from tests.channels_app.cases import CASES, Rig
from tests.channels_app.rigs import HTTP_CASES, DoubleRig
from tests.doubles import aliyun as double


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_aliyun_keeps_the_contract(case: Callable[[Rig], None], rig: AliyunRig) -> None:
    case(rig)


@pytest.mark.parametrize("case", HTTP_CASES, ids=lambda case: case.__name__)
def test_aliyun_is_called_as_all_over_http(case: Callable[[DoubleRig[Any]], None], rig: AliyunRig) -> None:
    case(rig)


def test_a_call_is_signed_as_the_vendors_client_signs_it() -> None:
    # Known from alibabacloud-tea-openapi 0.4.6, given the same fields, moment and nonce.
    fields = {
        "PhoneNumbers": "13800000001",
        "SignName": "北方汽车",
        "TemplateCode": "SMS_1",
        "TemplateParam": '{"name":"Anna*~ +/"}',
        "OutId": "1-0",
    }

    headers = signing.signed_headers(
        url="https://dysmsapi.aliyuncs.com",
        action="SendSms",
        query=signing.query_of(fields),
        key_id="LTAItest",
        key_secret="the secret of a test",
        at=datetime(2026, 3, 2, 10, 0, tzinfo=UTC).timestamp(),
        nonce="3156853299f313e23d1673dc12e1703d",
    )

    assert headers["Authorization"] == (
        "ACS3-HMAC-SHA256 Credential=LTAItest,"
        "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=a47632ca4430fb23019af059a33ed34ef0d9f5b5142756d9c5805d21c4ecdda9"
    )


@pytest.mark.parametrize(
    ("how", "error", "detail"),
    [
        ("reject", Rejected, "isv.MOBILE_NUMBER_ILLEGAL"),
        ("keyword", Rejected, "isv.BLACK_KEY_CONTROL_LIMIT"),
        ("something-new", Rejected, "isv.SOMETHING_NEW"),
        ("balance", Misconfigured, "isv.AMOUNT_NOT_ENOUGH"),
        ("sign", Misconfigured, "isv.SMS_SIGNATURE_ILLEGAL"),
        ("permission", Misconfigured, "Forbidden.RAM"),
        ("fail", Unavailable, "ServiceUnavailable"),
        ("system", Uncertain, "isp.SYSTEM_ERROR"),
        ("gateway", Uncertain, "502, not readable"),
        ("reset", Uncertain, "no answer"),
        ("garbage", Uncertain, "200, not readable"),
        ("no-id", Uncertain, "no id came back"),
    ],
)
def test_each_misbehaviour_has_its_error(how: str, error: type[ChannelError], detail: str, rig: AliyunRig) -> None:
    refusal = rig.refused(how)

    assert (type(refusal), refusal.detail) == (error, detail)


@pytest.mark.parametrize(
    ("how", "seconds", "is_of_one"), [("throttle", 5, False), ("day", 3600, False), ("crowded", 600, True)]
)
def test_each_limit_has_its_wait_and_says_whose_it_is(
    how: str, seconds: float, is_of_one: bool, rig: AliyunRig
) -> None:
    refusal = rig.refused(how)

    assert isinstance(refusal, Throttled)
    assert (refusal.retry_after_seconds, refusal.is_of_one) == (seconds, is_of_one)


@pytest.mark.parametrize("name", ["access_key_id", "access_key_secret"])
def test_another_key_is_misconfigured(name: str, rig: AliyunRig) -> None:
    outcomes = rig.channel.send(rig.with_settings(**{name: "another"}), rig.batch(3))

    assert {type(one.error) for one in outcomes if isinstance(one, NotSent)} == {Misconfigured}


@pytest.mark.parametrize("name", ["access_key_id", "access_key_secret", "secret"])
def test_an_account_that_lacks_something_says_so(name: str, rig: AliyunRig) -> None:
    with pytest.raises(Misconfigured, match=name):
        rig.channel.send(rig.with_settings(**{name: ""}), rig.batch(1))


@pytest.mark.parametrize(
    ("template", "detail"),
    [
        (None, "NEEDS_TEMPLATE"),
        (Template("nobodys", "zh-hans"), "TEMPLATE_UNKNOWN"),
        (Template("visit_reminder", "es", ("Anna", "10:30")), "TEMPLATE_UNKNOWN"),
        (Template("visit_reminder", "zh-hans", ("Anna",)), "TEMPLATE_PARAMETERS"),
        (Template("recall", "es", ("Anna",)), "isv.SMS_TEMPLATE_ILLEGAL"),
    ],
)
def test_what_no_approved_template_says_fails_alone(template: Template | None, detail: str, rig: AliyunRig) -> None:
    first, second, third = rig.batch(3)

    outcomes = rig.channel.send(rig.account, [first, replace(second, template=template), third])

    assert [type(one) for one in outcomes] == [Sent, NotSent, Sent]
    assert isinstance(outcomes[1], NotSent)
    assert (type(outcomes[1].error), outcomes[1].error.detail) == (Rejected, detail)


def test_one_message_goes_by_a_call_that_is_named_as_it_is(rig: AliyunRig) -> None:
    rig.channel.send(rig.account, [replace(rig.batch(1)[0], to="+8613800000001")])

    assert rig.provider.calls == [
        {
            "PhoneNumbers": "13800000001",
            "SignName": "北方汽车",
            "TemplateCode": "SMS_154950909",
            "TemplateParam": '{"name":"Anna","time":"10:30"}',
            "OutId": "1-0",
        }
    ]


def test_what_shares_a_template_shares_calls(rig: AliyunRig) -> None:
    batch = rig.batch(200)

    outcomes = rig.channel.send(rig.account, batch)

    assert all(isinstance(one, Sent) for one in outcomes)
    assert len(rig.provider.calls) <= 200 / 20
    assert sorted(rig.accepted()) == sorted(one.message_id for one in batch)
    assert len({one.provider_id for one in outcomes if isinstance(one, Sent)}) == 200


def test_each_message_of_a_call_has_its_own_places_and_its_own_receipt(rig: AliyunRig) -> None:
    owners = {"1-0": "Anna", "1-1": "Boris", "1-2": "Clara"}
    batch = [
        replace(one, template=Template("visit_reminder", "zh-hans", (owners[one.message_id], "9:00")))
        for one in rig.batch(3)
    ]

    outcomes = rig.channel.send(rig.account, batch)
    receipts = rig.heard(*(entry for call in rig.receipts() for entry in json.loads(call.body)))

    [call] = rig.provider.calls
    assert json.loads(call["TemplateParamJson"]) == [{"name": name, "time": "9:00"} for name in owners.values()]
    assert [(one.message_id, one.provider_id) for one in receipts if isinstance(one, Receipt)] == [
        (one.message_id, one.provider_id) for one in outcomes if isinstance(one, Sent)
    ]


def test_one_refused_number_does_not_stop_the_others(rig: AliyunRig) -> None:
    rig.provider.faulty = {"34600000003"}

    outcomes = rig.channel.send(rig.account, rig.batch(9))

    assert [type(one) for one in outcomes] == [*[Sent] * 3, NotSent, *[Sent] * 5]
    assert sorted(rig.accepted()) == [f"1-{number}" for number in range(9) if number != 3]


def test_a_call_of_many_that_was_not_answered_is_in_doubt_for_each(rig: AliyunRig) -> None:
    outcomes = rig.channel.send(rig.misbehaving("timeout-after-accept"), rig.batch(3))

    assert {type(one.error) for one in outcomes if isinstance(one, NotSent)} == {Uncertain}
    # A receipt settles it: it names the message without the id that never came.
    settled = rig.heard(*(entry for call in rig.receipts() for entry in json.loads(call.body)))
    assert [one.message_id for one in settled if isinstance(one, Receipt)] == ["1-0", "1-1", "1-2"]


def test_one_address_twice_goes_by_two_calls(rig: AliyunRig) -> None:
    first, second = rig.batch(2)

    rig.channel.send(rig.account, [first, replace(second, to=first.to)])

    assert [one.ours for one in rig.provider.taken] == ["1-0", "1-1"]


def test_ids_of_any_length_are_known_again() -> None:
    template = Approved("SMS_1", {})
    for width in (1, 7, 18):
        ids = [f"12-{10**width + number * 7}" for number in range(300)]
        pieces = [
            parcels.Piece(Outgoing(one, to=f"+861390000{number:04d}", text="x"), template)
            for number, one in enumerate(ids)
        ]

        packed = parcels.packed(pieces)

        named = [(parcels.out_id(parcel), piece) for parcel in packed for piece in parcel]
        assert max(len(name) for name, _ in named) < 256
        assert [parcels.message_id(name, piece.message.to) for name, piece in named] == [
            piece.message.message_id for _, piece in named
        ]
        assert sorted(piece.message.message_id for _, piece in named) == sorted(ids)


def test_places_have_our_names_where_a_line_gives_none(rig: AliyunRig) -> None:
    account = rig.with_settings(templates=f"visit.ask zh-hans {double.TEMPLATE}")
    template = Template("visit.ask", "zh-hans", ("B12345", "10:30"), ("vehicle", "at"))

    [outcome] = rig.channel.send(account, [replace(rig.batch(1)[0], template=template)])

    assert isinstance(outcome, Sent)
    assert json.loads(rig.provider.taken[0].text) == {"vehicle": "B12345", "at": "10:30"}


def test_a_text_is_submitted_in_one_line_with_aliyuns_places(rig: AliyunRig) -> None:
    assert isinstance(rig.channel, Approving)

    said = rig.channel.submission("您的{vehicle}：\n1 好", name="a.b", language="zh-hans", buttons=())

    assert said == "您的${vehicle}： 1 好"


def test_a_trial_says_whether_the_sign_name_is_approved(rig: AliyunRig) -> None:
    assert isinstance(rig.channel, Probing)

    good, bad = rig.channel.probe(rig.account), rig.channel.probe(replace(rig.account, address="别人"))

    assert (good.name, good.detail, bad.detail) == (double.SIGN_NAME, "PASS", "NO_SIGN")
