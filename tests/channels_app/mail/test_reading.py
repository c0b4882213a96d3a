"""Mails as real programs write them, and as hostile ones do."""

import base64
import quopri
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.contract import Account, Attachment, Inbound, Receipt
from channels_app.errors import Unreadable
from channels_app.mail import events, tokens

ACCOUNT = Account(
    id="a",
    kind="smtp",
    address="service@north.example",
    settings={"secret": "s", "reply_address": "replies@reply.north.example"},
)
TOKEN = tokens.token_of(ACCOUNT, "1-7")
PROVIDER_ID = tokens.provider_id_of(ACCOUNT, TOKEN)


def mail(body: bytes, *headers: str | bytes) -> bytes:
    """Return a mail of Anna's with these headers beside the usual ones."""
    usual = ["From: Anna <anna@example.com>", "To: replies@reply.north.example", "Message-ID: <8@example.com>"]
    lines = [line if isinstance(line, bytes) else line.encode() for line in (*usual, *headers)]
    return b"\r\n".join([*lines, b"", body])


def heard(raw: bytes) -> Inbound:
    """Return what a person's mail says."""
    [event] = events.events_of(ACCOUNT, raw)
    assert isinstance(event, Inbound)
    return event


def part(content: bytes, *headers: str) -> bytes:
    """Return a part of a mail."""
    return "\r\n".join([*headers, "", ""]).encode() + content


def multipart(kind: str, *parts: bytes, boundary: str = "b1") -> bytes:
    """Return parts put together, with the header that says so."""
    inner = b"".join(f"--{boundary}\r\n".encode() + one + b"\r\n" for one in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode() + inner + f"--{boundary}--".encode()
    )


def whole(*bodies: bytes) -> bytes:
    """Return a mail whose body brings its own header."""
    return mail(b"")[:-2] + b"".join(bodies)


ZH, TW, ES = "明天下午三点可以吗？谢谢", "明天下午三點可以嗎？謝謝", "Mañana a las 10, ¿sí? Cuesta 5 €"
PLAIN = "Content-Type: text/plain; charset={}"
CHARSETS = {
    "gb18030, 8bit": (ZH.encode("gb18030"), PLAIN.format("gb18030"), "8bit", ZH),
    "gb2312, base64": (base64.b64encode(ZH.encode("gb18030")), PLAIN.format("gb2312"), "base64", ZH),
    "gbk named in capitals": (ZH.encode("gbk"), PLAIN.format('"GBK"'), "8bit", ZH),
    "big5, base64": (base64.b64encode(TW.encode("big5")), PLAIN.format("big5"), "base64", TW),
    "big5, 8bit": (TW.encode("big5"), PLAIN.format("Big5"), "8bit", TW),
    "cp1252, quoted": (quopri.encodestring(ES.encode("cp1252")), PLAIN.format("windows-1252"), "quoted-printable", ES),
    "latin-1 that is cp1252": (ES.encode("cp1252"), PLAIN.format("iso-8859-1"), "8bit", ES),
    "utf-8, quoted": (quopri.encodestring(ZH.encode()), PLAIN.format("utf-8"), "quoted-printable", ZH),
    "utf-8, base64": (base64.b64encode(ES.encode()), PLAIN.format("UTF-8"), "base64", ES),
    "utf-8 that says nothing": (ZH.encode(), "X-Nothing: 1", "8bit", ZH),
    "utf-8 that says ascii": (ES.encode(), PLAIN.format("us-ascii"), "8bit", ES),
    "gb18030 that says nothing": (ZH.encode("gb18030"), "X-Nothing: 1", "8bit", ZH),
    "cp1252 that says nothing": (ES.encode("cp1252"), "X-Nothing: 1", "8bit", ES),
    "cp1252 that says utf-8": (ES.encode("cp1252"), PLAIN.format("utf-8"), "8bit", ES),
    "a set nobody knows": (ES.encode(), PLAIN.format("x-marvellous"), "8bit", ES),
    "a codec that is no set": (ES.encode(), PLAIN.format("hex"), "8bit", ES),
    "broken base64": (base64.b64encode(ES.encode()) + b"=\r\n!", PLAIN.format("utf-8"), "base64", ES),
    "utf-16": (ZH.encode("utf-16"), PLAIN.format("utf-16"), "binary", ZH),
}


@pytest.mark.parametrize(("body", "kind", "encoding", "text"), CHARSETS.values(), ids=CHARSETS.keys())
def test_a_text_is_read_in_its_own_characters(body: bytes, kind: str, encoding: str, text: str) -> None:
    assert heard(mail(body, kind, f"Content-Transfer-Encoding: {encoding}")).text == text


NAMES = {
    "plain": (b"From: Boris <boris@example.com>", "Boris"),
    "gb2312": (b"From: =?gb2312?B?" + base64.b64encode("安娜".encode("gb2312")) + b"?= <boris@example.com>", "安娜"),
    "utf-8 quoted": (b"From: =?utf-8?Q?Bor=C3=ADs?= <boris@example.com>", "Borís"),
    "raw utf-8": ("From: Borís <boris@example.com>".encode(), "Borís"),
    "raw gb18030": (b"From: " + "安娜安娜".encode("gb18030") + b" <boris@example.com>", "安娜安娜"),
    "no name": (b"From: BORIS@Example.com", ""),
    "broken word": (b"From: =?utf-8?B?!!!?= <boris@example.com>", None),
    "no such set": (b"From: =?x-none?Q?Boris?= <boris@example.com>", "Boris"),
    "several": (b"From: Boris <boris@example.com>, Doris <doris@example.com>", "Boris"),
}


@pytest.mark.parametrize(("header", "name"), NAMES.values(), ids=NAMES.keys())
def test_a_sender_is_read_however_written(header: bytes, name: str | None) -> None:
    event = heard(header + b"\r\nMessage-ID: <1@example.com>\r\n\r\n8")

    assert event.sender == "boris@example.com"
    assert name is None or event.sender_name == name


HTML = (
    '<html><head><style>p{}</style></head><body><p>Ten is&nbsp;fine</p><div class="gmail_quote">'
    "On Monday wrote<blockquote>How was it?</blockquote></div></body></html>"
)
OUTLOOK = (
    '<div>Ten is fine</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From: North</div><div>How?</div>'
)
QQ = '<div>Ten is fine</div><div><includetail><div style="font-size: 12px">原始邮件</div></includetail></div>'
QQ_TAIL = '<div>Ten is fine</div><div class="qmbox"><div id="original-content">------ 原始邮件 ------</div></div>'
QQ_BOX = '<div>Ten is fine</div><div class="qmbox"><div id="original-content">原始邮件</div></div>'
TEXT = part(b"Ten is fine", "Content-Type: text/plain; charset=utf-8")
PAGE = part(b"<p>Another thing</p>", "Content-Type: text/html; charset=utf-8")
SHOWN = part(HTML.encode(), "Content-Type: text/html; charset=utf-8")
BOTH = multipart("alternative", TEXT, PAGE, boundary="b3")
PHOTO = part(
    b"\xff\xd8\xff\xe0 a photo", "Content-Type: image/jpeg", "Content-Disposition: attachment; filename=car.jpg"
)
FORWARDED = part(b"From: x@y.z\r\n\r\nNot this", "Content-Type: message/rfc822")
SHAPES = {
    "html alone": mail(HTML.encode(), "Content-Type: text/html; charset=utf-8"),
    "outlook html": mail(OUTLOOK.encode(), "Content-Type: text/html; charset=utf-8"),
    "qq html": mail(QQ.encode(), "Content-Type: text/html; charset=utf-8"),
    "qq's other html": mail(QQ_BOX.encode(), "Content-Type: text/html; charset=utf-8"),
    "alternative": whole(multipart("alternative", TEXT, PAGE)),
    "alternative, page first": whole(multipart("alternative", SHOWN)),
    "empty plain": whole(multipart("alternative", part(b" \r\n", "Content-Type: text/plain"), SHOWN)),
    "mixed": whole(multipart("mixed", TEXT, PHOTO)),
    "nested": whole(multipart("mixed", multipart("related", BOTH, boundary="b2"), PHOTO)),
    "forwarded beside": whole(multipart("mixed", TEXT, FORWARDED)),
    "never closed": whole(multipart("mixed", TEXT))[:-6],
    "signed": whole(multipart("signed", TEXT, part(b"x", "Content-Type: application/pkcs7-signature; name=smime.p7s"))),
}  # fmt: skip


@pytest.mark.parametrize("raw", SHAPES.values(), ids=SHAPES.keys())
def test_what_was_written_is_found_in_every_shape(raw: bytes) -> None:
    assert heard(raw).text == "Ten is fine"


def test_a_subject_alone_is_what_was_said() -> None:
    assert heard(mail(b" \r\n", "Subject: STOP")).text == "STOP"


def test_files_are_kept_by_size_and_type() -> None:
    program = part(b"MZ", "Content-Type: application/x-msdownload", "Content-Disposition: attachment; filename=a.exe")
    liar = part(b"MZ", "Content-Type: image/png", "Content-Disposition: attachment; filename=a.png")
    nameless = part(
        base64.b64encode(b"%PDF-1.7"),
        "Content-Type: application/octet-stream",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment; filename*=utf-8''..%2F%E8%BD%A6.pdf",
    )

    event = heard(whole(multipart("mixed", TEXT, PHOTO, program, liar, nameless)))

    assert event.attachments == (
        Attachment("car.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 a photo"),
        Attachment("车.pdf", "application/pdf", b"%PDF-1.7"),
    )


def test_the_moment_is_read() -> None:
    assert heard(mail(b"8", "Date: Mon, 2 Mar 2026 10:00:00 +0800")).at == datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Mar 99999 10:00:00 +9999"])
def test_a_moment_that_is_none_is_left_out(date: str) -> None:
    assert heard(mail(b"8", f"Date: {date}")).at is None


FORGED = f"{TOKEN[:-1]}{'0' if TOKEN[-1] != '0' else '1'}"
THREADS = {
    "in-reply-to": (f"In-Reply-To: {PROVIDER_ID}", PROVIDER_ID),
    "references": (f"References: <1@x.y> {PROVIDER_ID}\r\n <2@x.y>", PROVIDER_ID),
    "the address": (f"Delivered-To: replies+{TOKEN}@reply.north.example", PROVIDER_ID),
    "the address in capitals": (f"Cc: <REPLIES+{TOKEN.upper()}@reply.north.example>", PROVIDER_ID),
    "a forged token": (f"In-Reply-To: <{FORGED}@north.example>", ""),
    "another mail": ("In-Reply-To: <1-7@north.example>", ""),
    "nothing": ("X-Nothing: 1", ""),
}


@pytest.mark.parametrize(("header", "reply_to"), THREADS.values(), ids=THREADS.keys())
def test_a_reply_names_the_mail_it_answers(header: str, reply_to: str) -> None:
    assert heard(mail(b"8", header)).reply_to == reply_to


def test_while_a_secret_changes_both_are_good() -> None:
    changed = Account(id="a", kind="smtp", address=ACCOUNT.address, settings={"secret": "new", "secret_before": "s"})

    [event] = events.events_of(changed, mail(b"8", f"In-Reply-To: {PROVIDER_ID}"))

    assert isinstance(event, Inbound)
    assert event.reply_to == PROVIDER_ID


AUTOMATIC = [
    "Auto-Submitted: auto-replied",
    "Auto-Submitted: auto-generated; owner=x",
    "Precedence: bulk",
    "Precedence: auto_reply",
    "X-Autoreply: yes",
    "X-Autorespond: away",
    "List-Id: <l.example.com>",
    "Return-Path: <>",
    "Subject: Automatic reply: Your car",
    "Subject: Respuesta automática: Su coche",
    "Subject: =?utf-8?B?" + base64.b64encode("自动回复：您的车".encode()).decode() + "?=",
]


@pytest.mark.parametrize("header", AUTOMATIC)
def test_what_no_person_wrote_is_known(header: str) -> None:
    assert heard(mail(b"I am away", header)).is_automatic


@pytest.mark.parametrize("header", ["Auto-Submitted: no", "Precedence: normal", "Return-Path: <anna@example.com>"])
def test_what_a_person_wrote_is_known(header: str) -> None:
    assert not heard(mail(b"8", header)).is_automatic


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00", b"no mail", b"To: a@b.c\r\n\r\n8", b"From: nobody\r\n\r\n8", b"From:\r\n\r\n8", b"\xff\xfe" * 50],
    ids=["empty", "zero", "words", "from nobody", "no address", "empty from", "bytes"],
)
def test_what_is_no_mail_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        events.events_of(ACCOUNT, raw)


def deep(levels: int) -> bytes:
    """Return a mail of multiparts within multiparts."""
    lines = [f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n' for level in range(levels)]
    return b"From: anna@example.com\r\n" + "".join(lines).encode() + b"Content-Type: text/plain\r\n\r\n8"


@pytest.mark.parametrize(
    "raw",
    [
        deep(500),
        deep(5000),
        b"From: anna@example.com\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 2000,
        b"From: anna@example.com\r\nIn-Reply-To: " + b"<" * 50_000 + b"\r\n\r\n8",
        b"From: anna@example.com\r\nContent-Type: text/html\r\n\r\n" + b"<b>" * 100_000 + b"</i>" * 100_000,
        b"From: anna@example.com\r\nContent-Type: text/html\r\n\r\n" + b"<!--" * 100_000,
        b"From: anna@example.com\r\nContent-Type: text/html\r\n\r\n" + b"<a " * 130_000,
        b"From: " + b"(" * 10_000 + b"anna@example.com\r\n\r\n8",
        b"From: anna@example.com\r\nContent-Type: text/plain; charset=\"\x00\"; name*1*=x; name*=y''%\r\n\r\n8",
    ],
    ids=["deep", "deeper", "mails in mails", "ids", "tags", "comments", "attributes", "brackets", "parameters"],
)
def test_hostile_mails_are_read_or_unreadable(raw: bytes) -> None:
    try:
        assert all(isinstance(event, Inbound | Receipt) for event in events.events_of(ACCOUNT, raw))
    except Unreadable:
        return


LINES = [
    b"",
    b"--b",
    b"--b--",
    b"From: anna@example.com",
    b"From: =?utf-8?B?/w==?= <a@b.c>",
    b"Date: x",
    b"begin",
    b"====",
    b" =?x?=",
    b"\xff\xfe\x00",
    b"Action: failed",
    b"Feedback-Type: abuse",
    b"Content-Type: ;;;=",
    b"Content-Type: multipart/report; boundary=b",
    b"Content-Type: message/delivery-status",
    b"Content-Type: message/feedback-report",
    b"Content-Type: message/rfc822",
    b"Content-Type: text/rfc822-headers",
    b"Content-Type: text/html; charset=gb18030",
    b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: x-uuencode",
    b"Content-Disposition: attachment; filename*0*=utf-8''%",
    f"Message-ID: {PROVIDER_ID}".encode(),
]
MAILS = st.lists(st.sampled_from(LINES), max_size=25).map(b"\r\n".join)


@given(MAILS | st.binary(max_size=200).map(lambda content: b"From: a@b.c\r\n" + content))
def test_mails_of_every_kind_are_read_or_unreadable(raw: bytes) -> None:
    try:
        assert all(isinstance(event, Inbound | Receipt) for event in events.events_of(ACCOUNT, raw))
    except Unreadable:
        return
