"""What SendGrid's calls say, in our words; and whose they must be."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from channels_app.contract import Account, Attachment, Inbound, RawRequest, Receipt
from channels_app.errors import Forged, Unreadable
from tests.channels_app.rigs import NOW
from tests.channels_app.sendgrid.conftest import SendGridRig, form


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ({"event": "processed"}, "sent"),
        ({"event": "delivered", "response": "250 OK"}, "delivered"),
        ({"event": "open"}, "read"),
        ({"event": "click", "url": "https://north.example"}, "read"),
        ({"event": "bounce", "type": "bounce", "status": "5.1.1"}, "undeliverable"),
        ({"event": "bounce", "type": "blocked", "status": "5.7.1"}, "failed"),
        ({"event": "dropped", "reason": "Bounced Address"}, "undeliverable"),
        ({"event": "dropped", "reason": "Invalid SMTPAPI header"}, "failed"),
        ({"event": "dropped", "reason": "Invalid"}, "undeliverable"),
        ({"event": "dropped", "reason": "Unsubscribed Address"}, "opted_out"),
        ({"event": "dropped", "reason": "Spam Reporting Address"}, "opted_out"),
        ({"event": "dropped", "reason": "Recipient List over Package Quota"}, "failed"),
        ({"event": "spamreport"}, "opted_out"),
        ({"event": "unsubscribe"}, "opted_out"),
        ({"event": "group_unsubscribe", "asm_group_id": 1}, "opted_out"),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else value,
)
def test_each_word_of_sendgrid_is_one_of_ours(event: Mapping[str, object], status: str, rig: SendGridRig) -> None:
    said = {**event, "ours": rig.token(), "sg_event_id": "e1", "sg_message_id": "sg1.recvd"}

    [receipt] = rig.channel.parse(rig.account, rig.provider.event_call([said], now=NOW))

    assert isinstance(receipt, Receipt)
    assert (receipt.message_id, receipt.status, receipt.event_id) == ("1-0", status, "e1")
    assert receipt.provider_id == f"<{rig.token()}@north.example>"
    # A complaint is of what came unasked; what SendGrid itself then drops is everything.
    assert receipt.purposes == (("MARKETING", "REMINDER", "SURVEY") if event["event"] == "spamreport" else ())


@pytest.mark.parametrize(
    "event",
    [
        {"event": "deferred", "ours": "1-0.0123456789abcdef"},
        {"event": "group_resubscribe", "ours": "1-0.0123456789abcdef"},
        {"event": "something new", "ours": "1-0.0123456789abcdef"},
        {"event": "delivered"},
        {"event": "delivered", "ours": "somebody else's"},
        {"event": ["delivered"], "ours": {}},
    ],
    ids=["deferred", "resubscribed", "unknown", "without an id", "another's id", "odd"],
)
def test_an_event_that_says_nothing_to_us_is_passed_over(event: Mapping[str, object], rig: SendGridRig) -> None:
    assert rig.channel.parse(rig.account, rig.provider.event_call([event], now=NOW)) == []


def test_a_reason_with_an_address_is_not_kept(rig: SendGridRig) -> None:
    said = {"event": "bounce", "reason": "550 <anna@example.com> unknown", "ours": rig.token()}

    [receipt] = rig.channel.parse(rig.account, rig.provider.event_call([said], now=NOW))

    assert isinstance(receipt, Receipt)
    assert receipt.detail == ""


@pytest.mark.parametrize("name", ["event_key_before", "parse_key", "parse_key_before"])
def test_each_key_of_the_account_is_good(name: str, rig: SendGridRig) -> None:
    settings = {**rig.account.settings, "event_key": "", name: rig.provider.public_key}

    rig.channel.verify(replace(rig.account, settings=settings), rig.reply("8"))


@pytest.mark.parametrize("key", ["", "no key", "QUJD", "é"])
def test_without_a_readable_key_everything_is_forged(key: str, rig: SendGridRig) -> None:
    with pytest.raises(Forged):
        rig.channel.verify(rig.with_settings(event_key=key), rig.reply("8"))


def test_anothers_key_signs_nothing_here(rig: SendGridRig) -> None:
    rig.provider.signer = ec.generate_private_key(ec.SECP256R1())

    with pytest.raises(Forged):
        rig.channel.verify(rig.account, rig.reply("8"))


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("gb18030", "明天下午可以，谢谢"),
        ("big5", "明天下午可以，謝謝"),
        ("iso-8859-1", "Mañana, sí"),
        ("utf-8", "明天 8 点"),
    ],
)
def test_a_text_is_read_in_its_own_characters(charset: str, text: str, rig: SendGridRig) -> None:
    fields = form(text=text.encode(charset), charsets=json.dumps({"text": charset, "from": "utf-8"}).encode())

    [heard] = rig.channel.parse(rig.account, rig.provider.mail_call(fields, now=NOW))

    assert isinstance(heard, Inbound)
    assert (heard.text, heard.sender, heard.sender_name) == (text, "anna@example.com", "Anna Müller")
    assert heard.provider_id == "<8@mail.example.com>"


def test_a_reply_names_the_mail_it_answers(rig: SendGridRig) -> None:
    to = f"replies+{rig.token('1-7')}@reply.north.example"
    envelope = json.dumps({"to": [to.upper()], "from": "anna@example.com"}).encode()

    [heard] = rig.channel.parse(rig.account, rig.provider.mail_call(form(text=b"8", envelope=envelope), now=NOW))

    assert isinstance(heard, Inbound)
    assert heard.reply_to == f"<{rig.token('1-7')}@north.example>"


def test_a_raw_mail_is_read_whole(rig: SendGridRig) -> None:
    raw = b"From: Anna <anna@example.com>\r\nMessage-ID: <9@example.com>\r\nContent-Type: text/plain\r\n\r\n8\r\n"
    fields = {"to": b"replies@reply.north.example", "email": raw}

    [heard] = rig.channel.parse(rig.account, rig.provider.mail_call(fields, now=NOW))

    assert isinstance(heard, Inbound)
    assert (heard.text, heard.provider_id) == ("8", "<9@example.com>")


def test_files_of_a_mail_are_checked(rig: SendGridRig) -> None:
    photo = b"\xff\xd8\xff\xe0\r\n--not the boundary\r\n\x00\xfe"
    files = [
        ("car.jpg", "image/jpeg", photo),
        ("run.exe", "application/x-msdownload", b"MZ"),
        ("a.pdf", "image/png", b"MZ"),
    ]

    [heard] = rig.channel.parse(rig.account, rig.provider.mail_call(form(text=b"See"), files=files, now=NOW))

    assert isinstance(heard, Inbound)
    assert heard.attachments == (Attachment("car.jpg", "image/jpeg", photo),)
    assert [(one.name, one.why) for one in heard.refused] == [("run.exe", "TYPE"), ("a.pdf", "TYPE")]


def test_an_absent_persons_answer_is_automatic(rig: SendGridRig) -> None:
    fields = form(text=b"I am away", headers=b"Auto-Submitted: auto-replied\nMessage-ID: <1@example.com>")

    [heard] = rig.channel.parse(rig.account, rig.provider.mail_call(fields, now=NOW))

    assert isinstance(heard, Inbound)
    assert heard.is_automatic


ACCOUNT = Account(id="a", kind="sendgrid", address="service@north.example", settings={"secret": "s"})


KINDS = [
    "application/json",
    "multipart/form-data; boundary=b",
    "multipart/form-data",
    "multipart/form-data; boundary*=x",
]


BODIES = st.one_of(
    st.binary(max_size=300),
    st.recursive(
        st.none() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["event", "ours", "x"]), inner),
        max_leaves=8,
    ).map(lambda value: json.dumps([value]).encode()),
    st.lists(st.sampled_from([b"--b", b"\r\n", b"--", b'Content-Disposition: form-data; name="from"', b"\xff", b"a@b.c",
                              b'Content-Disposition: form-data; name="email"', b"From: a@b.c", b"\x00"]),
             max_size=20).map(lambda parts: b"\r\n".join(parts) + b"\r\n--b--"),
)  # fmt: skip


@given(kind=st.sampled_from(KINDS), body=BODIES)
def test_hostile_calls_are_read_or_unreadable(kind: str, body: bytes) -> None:
    request = RawRequest(method="POST", path="/", headers={"Content-Type": kind}, body=body, received_at=NOW)
    try:
        events = SendGridRig.channel.parse(ACCOUNT, request)
    except Unreadable:
        return
    assert all(isinstance(event, Inbound | Receipt) for event in events)
