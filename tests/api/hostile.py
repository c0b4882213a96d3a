"""What a provider's call may carry that nobody documents: by itself, and in place of each thing in a genuine one."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlencode

from channels_app import simulator_provider
from tests.doubles import aliyun, sendgrid, smpp, smtp, telegram, twilio, wechat, whatsapp
from tests.doubles.server import Taken

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ADDRESS = "https://aftercare.example/api/webhooks/abc/"
ANNA = "34600000001"
JSON, FORM, XML, MAIL = "application/json", "application/x-www-form-urlencoded", "text/xml", "message/rfc822"
MULTIPART = f"multipart/form-data; boundary={sendgrid.BOUNDARY}"

# Bodies that are no provider's.
BODIES: Mapping[str, bytes] = {
    "nothing": b"",
    "random": Random(1).randbytes(5_000),
    "zeros": b"\0" * 64,
    "no text": b"\xff\xfe\xfa",
    "nothing said": b"null",
    "a number": b"8",
    "a huge number": b"9" * 20_000,
    "a number without end": b'[{"id": 1e999, "timestamp": -1e999}]',
    "no number": b'{"events": [NaN, Infinity]}',
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 50_000,
    "deep tags": b"<xml>" * 50_000,
    "half a character": b'{"object": "\\ud800", "update_id": 1}',
    "lists of lists": b"[[[]], [{}], {}]",
    "entities": b'<!DOCTYPE x [<!ENTITY a "8"><!ENTITY b "&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>',
    "many fields": b"a=1&" * 5_000,
    "escapes of nothing": b"MessageSid=%00&From=%ff%fe&Body=%ED%A0%80",
    "parts without end": f"--{sendgrid.BOUNDARY}\r\n".encode() * 2_000,
    "headers without end": b"Subject: 8\r\n" * 20_000,
    "nested mails": b"Content-Type: message/rfc822\r\n\r\n" * 3_000,
}
# What they call themselves, beside what they mostly are.
CONTENT_TYPES = (
    FORM, XML, MAIL, "", "multipart/form-data", "multipart/form-data; boundary=", "x",
    "application/json; charset=nonsense", "text/plain; charset=utf-7", "a/b;" * 200,
)  # fmt: skip
QUERIES = ("", "ours=%00", "ours=%ff", "ours=1-%ED%A0%80", "secret=&secret=", "=&&=;", "a=" + "9" * 5_000, "%")

# What may stand where a provider says a word, a number or a list.
VALUES: Sequence[Any] = (None, 10**30, 1e308, "", "\0", "\ud800", "x" * 5_000, "9" * 5_000, [[]], {})


@dataclass(frozen=True)
class Call:
    """A genuine call, as far as its signature does not matter."""

    content_type: str
    body: bytes
    query: str = ""


def bodies() -> Iterator[tuple[str, Call]]:
    """Yield each body as JSON and as a form of parts, and one body as everything else, by what they are."""
    for name, body in BODIES.items():
        yield f"{name}, as JSON", Call(JSON, body)
        yield f"{name}, in parts", Call(MULTIPART, body)
    yield from ((f"random, as {one[:30]!r}", Call(one, BODIES["random"])) for one in CONTENT_TYPES)


def genuine() -> Mapping[str, Sequence[Call]]:
    """Return of each kind of channel what its provider brings: an owner's words, and what became of a message."""
    taken = Taken(provider_id="p-1", to=ANNA, text="8", ours="1-1")
    mail = Taken(provider_id="bounces@north.example", to="anna@example.com", text="8", ours="<1-1.x@north.example>")
    sent_by_grid = sendgrid.SendGrid().event(mail, "delivered")
    fields = {"headers": b"Message-ID: <8@x>\n", "text": b"8", "from": b"anna@example.com", "envelope": b"{}"}
    words = simulator_provider.inbound_event(provider_id="p-8", sender=ANNA, text="8", at=NOW)
    became = {"kind": "receipt", "event_id": "e", "provider_id": "p-1", "message_id": "1-1", "status": "sent"}
    return {
        "aliyun": [
            _json([aliyun.report(taken, at=NOW)]),
            _json([aliyun.answer("8", sender=ANNA, at=NOW)]),
        ],
        "sendgrid": [
            _json([sent_by_grid]),
            Call(MULTIPART, sendgrid.SendGrid().mail_call(fields, now=NOW).body),
        ],
        "simulator": [_json({"events": [words, became]})],
        "smpp": [Call("", smpp.unit(smpp.DELIVER_SM, 0, one)) for one in _carried()],
        "smtp": [
            Call(MAIL, b"From: anna@example.com\r\nMessage-ID: <8@x>\r\nDate: Mon, 02 Mar 2026 09:00 +0100\r\n\r\n8"),
            Call(MAIL, smtp.report(mail, "delivered", "2.0.0")),
        ],
        "telegram": [
            _json({"update_id": 1, "message": telegram.message("8", chat=34600000001, number=8, at=NOW)}),
            _json({"update_id": 2, "callback_query": telegram.tap("8", "Yes", chat=34600000001, number=8, at=NOW)}),
            _json({"update_id": 3, "my_chat_member": telegram.membership("kicked", chat=34600000001, at=NOW)}),
        ],
        "twilio": [
            _form(twilio.owners_call(ADDRESS, "8", sender=f"+{ANNA}", sid="SM8", now=NOW)),
            _form(twilio.status_call(ADDRESS, taken, "undelivered", error="30005", now=NOW)),
        ],
        "wechat": [
            _sealed(wechat.xml("oAnna", "text", at=NOW, Content="8", MsgId="8").encode()),
            _sealed(wechat.finished(taken, "success", at=NOW).encode()),
        ],
        "whatsapp": [
            _json(whatsapp.notice(whatsapp.message("text", {"body": "8"}, sender=ANNA, at=NOW))),
            _json(whatsapp.notice({"statuses": [whatsapp.status_of(taken, "failed", codes=[131026], at=NOW)]})),
        ],
    }


def spoilt(call: Call) -> Iterator[tuple[str, Call]]:
    """Yield a genuine call with one thing wrong at a time, and what it is."""
    chance = Random(call.body)
    for number in range(20):
        yield f"cut {number}", _with(call, call.body[: chance.randrange(len(call.body) + 1)])
        changed = bytearray(call.body)
        for _ in range(chance.randrange(1, 6)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        yield f"other bytes {number}", _with(call, bytes(changed))
    yield "zeros in it", _with(call, call.body.replace(b"8", b"8\0\0"))
    yield "no text in it", _with(call, call.body.replace(b"8", b"\xed\xa0\x80"))
    yield from ((f"{place}: {str(value)[:20]!r}", _with(call, body)) for place, value, body in _replaced(call))


def _replaced(call: Call) -> Iterator[tuple[str, Any, bytes]]:
    """Yield the body with each of its things in turn replaced by each of the values."""
    if call.content_type == JSON:
        whole = json.loads(call.body)
        for path in _paths(whole):
            for value in VALUES:
                yield "/".join(map(str, path)), value, json.dumps(_put(whole, path, value)).encode()
    elif call.content_type == FORM:
        fields = dict(parse_qsl(call.body.decode()))
        for name in fields:
            for value in VALUES:
                said = str(value).encode("utf-8", "surrogatepass")
                yield name, value, urlencode({**fields, name: said}).encode()


def _paths(whole: Any, before: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inner = whole.items() if isinstance(whole, dict) else enumerate(whole) if isinstance(whole, list) else ()
    if before:
        yield before
    for name, value in inner:
        yield from _paths(value, (*before, name))


def _put(whole: Any, path: Sequence[Any], value: Any) -> Any:
    if not path:
        return value
    copy = dict(whole) if isinstance(whole, dict) else list(whole)
    copy[path[0]] = _put(whole[path[0]], path[1:], value)
    return copy


def _with(call: Call, body: bytes) -> Call:
    return Call(call.content_type, body, call.query)


def _json(said: object) -> Call:
    return Call(JSON, json.dumps(said).encode())


def _form(request: Any) -> Call:
    return Call(FORM, request.body, request.query)


def _sealed(content: bytes) -> Call:
    return Call(XML, content)


def _carried() -> Iterator[bytes]:
    yield smpp.words(ANNA, "8 gracias", named="MO-1")
    yield smpp.delivery(ANNA, smpp.part(7, 1, 2, b"8"), esm_class=0x40)
    yield smpp.receipt(Taken(provider_id="p-1", to=ANNA, text="8", ours="1"), "DELIVRD")


def as_it_is(call: Call) -> Call:
    """Leave a call as most providers make it."""
    return call


def sealed_for_wechat(call: Call) -> Call:
    """Wrap what is said as WeChat does: what is inside is what nobody checks."""
    made = wechat.call(ADDRESS, call.body, now=NOW)
    return Call(XML, made.body, made.query)


# How a kind's provider wraps what it says, where it does.
WRAPPED: Mapping[str, Callable[[Call], Call]] = {"wechat": sealed_for_wechat}
# What reading needs to know of an account, where it needs anything.
SETTINGS: Mapping[str, Mapping[str, str]] = {
    "sendgrid": {"secret": "a secret of a test"},
    "smtp": {"secret": "a secret of a test"},
    "wechat": {"app_id": wechat.APP_ID, "token": wechat.TOKEN, "aes_key": wechat.AES_KEY},
    "whatsapp": {"phone_number_id": whatsapp.NUMBER_ID},
}
