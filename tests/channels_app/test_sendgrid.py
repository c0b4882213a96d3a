"""SendGrid keeps the contract of all channels, shares calls where it can, and says each of its words in ours."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from channels_app import sendgrid, wire
from channels_app.contract import Account, Attachment, Channel, Inbound, NotSent, Outgoing, RawRequest, Receipt, Sent
from channels_app.errors import (
    ChannelError,
    Forged,
    Misconfigured,
    Rejected,
    Throttled,
    Unavailable,
    Uncertain,
    Unreadable,
)
from channels_app.mail import tokens
from tests.channels_app.cases import CASES, Rig, outgoing
from tests.doubles import sendgrid as double

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
INVITATION = Attachment("visit.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")


class SendGridRig:
    """SendGrid's channel before the double."""

    channel: Channel = sendgrid.SendGrid()
    has_timestamps = True

    def __init__(self, provider: double.SendGrid) -> None:
        self.provider = provider
        settings = {
            "api_key": double.KEY,
            "secret": "a secret of a test",
            "event_key": provider.public_key,
            "reply_address": "replies@reply.north.example",
            "name": "North Motors",
            "url": provider.url,
        }
        self.account = Account(id="abc", kind="sendgrid", address="service@north.example", settings=settings)

    def misbehaving(self, how: str) -> Account:
        self.provider.how = how
        return self.account

    def accepted(self) -> list[str]:
        return [one.ours.partition(".")[0] for one in self.provider.taken]

    def receipts(self) -> list[RawRequest]:
        if self.provider.how == "opted-out":
            dropped = self.provider.events("dropped", reason="Unsubscribed Address")
            return [self.provider.event_call(dropped, now=NOW)]
        return [self.provider.event_call(self.provider.events("processed", "delivered"), now=NOW)]

    def shuffled(self, requests: list[RawRequest]) -> list[RawRequest]:
        events = [event for request in requests for event in json.loads(request.body)]
        return [self.provider.event_call(events[::-1], now=NOW)]

    def reply(self, text: str) -> RawRequest:
        return self.provider.mail_call(form(text=text.encode()), now=NOW)

    def unreadable(self) -> RawRequest:
        return self.provider.signed(b'{"event": ', now=NOW)

    def token(self, message_id: str = "1-0") -> str:
        return tokens.token_of(self.account, message_id)


def form(**more: bytes) -> dict[str, bytes]:
    """Return the fields of Inbound Parse for a mail of Anna's."""
    return {
        "headers": b"Message-ID: <8@mail.example.com>\nDate: Mon, 02 Mar 2026 09:00:00 +0100\n",
        "dkim": b"{@example.com : pass}",
        "SPF": b"pass",
        "to": b"replies@reply.north.example",
        "from": "Anna Müller <Anna@Example.com>".encode(),
        "sender_ip": b"192.0.2.1",
        "envelope": b'{"to":["replies@reply.north.example"],"from":"anna@example.com"}',
        "subject": b"Re: Your car",
        "attachments": b"0",
        "charsets": b'{"to":"UTF-8","from":"UTF-8","subject":"UTF-8","text":"UTF-8"}',
        **more,
    }


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[SendGridRig]:
    monkeypatch.setattr(wire, "CALL_SECONDS", 2.0)
    with double.SendGrid() as provider:
        yield SendGridRig(provider)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_sendgrid_keeps_the_contract(case: Callable[[Rig], None], rig: SendGridRig) -> None:
    case(rig)


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("forbidden", Misconfigured),
        ("too-large", Rejected),
        ("broken", Uncertain),
        ("fail", Unavailable),
        ("reset", Uncertain),
        ("garbage", Uncertain),
    ],
)
def test_each_misbehaviour_has_its_error(how: str, error: type[ChannelError], rig: SendGridRig) -> None:
    [outcome] = rig.channel.send(rig.misbehaving(how), outgoing(1, rig))

    assert isinstance(outcome, NotSent)
    assert type(outcome.error) is error


def test_what_was_taken_without_an_id_was_taken(rig: SendGridRig) -> None:
    [outcome] = rig.channel.send(rig.misbehaving("no-id"), outgoing(1, rig))

    assert isinstance(outcome, Sent)


def test_a_wrong_key_is_misconfigured(rig: SendGridRig) -> None:
    wrong = replace(rig.account, settings={**rig.account.settings, "api_key": "another"})

    outcomes = rig.channel.send(wrong, outgoing(3, rig))

    assert {type(one.error) for one in outcomes if isinstance(one, NotSent)} == {Misconfigured}


def test_the_moment_at_which_the_rate_begins_anew_is_told(rig: SendGridRig) -> None:
    [outcome] = rig.channel.send(rig.misbehaving("throttle"), outgoing(1, rig))

    assert isinstance(outcome, NotSent)
    assert isinstance(outcome.error, Throttled)
    assert outcome.error.retry_after_seconds == 12


def test_a_provider_that_is_not_there_took_nothing(rig: SendGridRig) -> None:
    nowhere = replace(rig.account, settings={**rig.account.settings, "url": "http://127.0.0.1:1"})

    [outcome] = rig.channel.send(nowhere, outgoing(1, rig))

    assert isinstance(outcome, NotSent)
    assert isinstance(outcome.error, Unavailable)


@pytest.mark.parametrize("name", ["api_key", "secret"])
def test_an_account_that_lacks_something_is_misconfigured(name: str, rig: SendGridRig) -> None:
    with pytest.raises(Misconfigured):
        rig.channel.send(replace(rig.account, settings={**rig.account.settings, name: ""}), outgoing(1, rig))


def test_a_thousand_mails_of_as_many_texts_are_one_call(rig: SendGridRig) -> None:
    batch = [replace(one, text=f"Hello, owner {one.message_id}") for one in outgoing(1000, rig)]

    outcomes = rig.channel.send(rig.account, batch)

    assert len(rig.provider.calls) == 1
    assert [one.message_id for one in outcomes if isinstance(one, Sent)] == [one.message_id for one in batch]
    assert len({one.provider_id for one in outcomes if isinstance(one, Sent)}) == 1000
    assert {one.to: one.text for one in rig.provider.taken} == {one.to: one.text for one in batch}


def test_each_mail_of_a_call_has_its_own_token_and_headers(rig: SendGridRig) -> None:
    batch = [replace(one, unsubscribe_url=f"https://north.example/u/{one.message_id}") for one in outgoing(2, rig)]

    rig.channel.send(rig.account, batch)

    [call] = rig.provider.calls
    assert call["reply_to"] == {"email": "replies+-aftercare.token-@reply.north.example"}
    for number, one in enumerate(call["personalizations"]):
        token = rig.token(f"1-{number}")
        assert one["substitutions"]["-aftercare.token-"] == token
        assert one["custom_args"] == {"ours": token}
        assert one["headers"]["Message-ID"] == f"<{token}@north.example>"
        assert one["headers"]["List-Unsubscribe"] == f"<https://north.example/u/1-{number}>"
        assert one["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert call["from"] == {"email": "service@north.example", "name": "North Motors"}
    assert call["tracking_settings"]["click_tracking"] == {"enable": False, "enable_text": False}
    assert call["categories"] == ["aftercare"]


@pytest.mark.parametrize(
    ("change", "calls"),
    [
        ({"text": "x" * 9000}, 2),
        ({"text": "before -aftercare.token- after"}, 2),
        ({"attachments": (INVITATION,)}, 2),
        ({"to": "ANNA0@example.com"}, 2),
        ({"subject": "Another"}, 1),
        ({"html": "<p>Hello</p>"}, 1),
        ({"reply_to": "<8@mail.example.com>"}, 1),
    ],
    ids=["too long", "holds a mark", "a file", "same address", "subject", "html", "a thread"],
)
def test_what_cannot_be_substituted_goes_by_a_call_of_its_own(
    change: Mapping[str, object], calls: int, rig: SendGridRig
) -> None:
    first, second = outgoing(2, rig)

    outcomes = rig.channel.send(rig.account, [first, replace(second, **change)])  # type: ignore[arg-type]  # a row's own fields

    assert all(isinstance(one, Sent) for one in outcomes)
    assert len(rig.provider.calls) == calls
    assert sorted(one.text for one in rig.provider.taken) == sorted([first.text, str(change.get("text", second.text))])


def test_files_go_as_they_are(rig: SendGridRig) -> None:
    rig.channel.send(rig.account, [replace(outgoing(1, rig)[0], attachments=(INVITATION,))])

    [file] = rig.provider.calls[0]["attachments"]
    assert (file["filename"], file["type"], file["disposition"]) == ("visit.ics", "text/calendar", "attachment")


@pytest.mark.parametrize(("how", "calls"), [("", 1), ("rude", 3)], ids=["said which", "not said which"])
def test_one_refused_address_does_not_stop_the_others(how: str, calls: int, rig: SendGridRig) -> None:
    rig.provider.faulty = {"anna3@example.com"}

    outcomes = rig.channel.send(rig.misbehaving(how), outgoing(9, rig))

    assert [type(one) for one in outcomes] == [*[Sent] * 3, NotSent, *[Sent] * 5]
    assert isinstance(outcomes[3], NotSent)
    assert type(outcomes[3].error) is Rejected
    assert sorted(rig.accepted()) == [f"1-{number}" for number in range(9) if number != 3]
    assert len(rig.provider.calls) == calls


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
        ({"event": "dropped", "reason": "Invalid SMTPAPI header"}, "undeliverable"),
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
        rig.channel.verify(replace(rig.account, settings={**rig.account.settings, "event_key": key}), rig.reply("8"))


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


def test_an_absent_persons_answer_is_automatic(rig: SendGridRig) -> None:
    fields = form(text=b"I am away", headers=b"Auto-Submitted: auto-replied\nMessage-ID: <1@example.com>")

    [heard] = rig.channel.parse(rig.account, rig.provider.mail_call(fields, now=NOW))

    assert isinstance(heard, Inbound)
    assert heard.is_automatic


def test_what_sendgrid_knows_of_people_is_erased(rig: SendGridRig) -> None:
    sendgrid.erase(rig.account, [f"anna{number}@example.com" for number in range(5001)])

    assert [len(part) for part in rig.provider.erased] == [5000, 1]


def test_an_erasure_that_is_not_allowed_says_so(rig: SendGridRig) -> None:
    with pytest.raises(Misconfigured):
        sendgrid.erase(replace(rig.account, settings={**rig.account.settings, "api_key": "x"}), ["anna@example.com"])


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


def test_addresses_that_are_none_are_refused_before_they_spoil_a_call(rig: SendGridRig) -> None:
    bad = [
        "",
        "anna",
        "anna@",
        "a b@example.com",
        "anna@example.com\r\nBcc: x@y.z",
        "é@example.com",
        "a@b..c",
        "@example.com",
    ]
    batch = [Outgoing(message_id=f"1-{n}", to=to, text="Hello") for n, to in enumerate([*bad, "anna@münchen.example"])]

    outcomes = rig.channel.send(rig.account, batch)

    assert [type(one) for one in outcomes] == [*[NotSent] * len(bad), Sent]
    assert [one.to for one in rig.provider.taken] == ["anna@xn--mnchen-3ya.example"]
