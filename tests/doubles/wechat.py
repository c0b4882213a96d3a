"""WeChat: a service account's API as documented, and the signed and sealed calls it makes to an account's webhook.

It seals and signs from the documentation's words, not by the code that is tried.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit
from xml.sax.saxutils import escape

from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from channels_app.contract import RawRequest
from tests.doubles.server import Double, Taken

APP_ID, APP_SECRET = "wx0123456789abcdef", "the secret of a test"
TOKEN, AES_KEY = "agreedonInATest", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
ACCOUNT, TEMPLATE = "gh_north", "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY"
NONCE, RANDOM = "1320562132", b"1234567890123456"

# How it says no: always by a code in a body of status 200.
REFUSALS: Mapping[str, int] = {
    "throttle": 45009,
    "minute": 45011,
    "busy": -1,
    "opted-out": 43004,
    "not-following": 50005,
    "reject": 40003,
    "window": 45015,
    "too-many-of-one": 45047,
    "blacklisted": 43019,
    "template-refused": 43101,
    "misconfigured": 48001,
    "limited": 50002,
    "something-new": 99999,
}
TOKEN_REFUSALS: Mapping[str, int] = {"secret": 40125, "address": 40164, "token-throttle": 45009}


class WeChat(Double):
    """One account; another secret is refused, and so is a token that it has not given or has taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.bodies: list[dict[str, Any]] = []
        self.raw: list[bytes] = []
        self.given: list[str] = []
        self.good: set[str] = set()
        # What was approved, by id; a text that is known is shown as its reader sees it.
        self.templates: dict[str, str] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/cgi-bin/stable_token", self._token),
            web.post("/cgi-bin/message/{kind}/send", self._send),
            web.get("/cgi-bin/template/get_all_private_template", self._templates),
        ]

    def forget_tokens(self) -> None:
        """Take all tokens back, as if their time were over."""
        self.good = set()

    async def _token(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        if self.how == "token-garbage":
            return web.Response(text="<html>")
        if code := TOKEN_REFUSALS.get(self.how):
            return _no(code)
        if (asked["appid"], asked["grant_type"]) != (APP_ID, "client_credential"):
            return _no(40013)
        if asked["secret"] != APP_SECRET:
            return _no(40125)
        if not self.good:
            self.good = {f"token{len(self.given)}"}
        self.given += self.good
        return web.json_response({"access_token": next(iter(self.good)), "expires_in": 7200})

    async def _send(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._refusal(request):
            return refusal
        kind, raw = request.match_info["kind"], await request.read()
        body = json.loads(raw)
        if code := self._wrong(kind, body):
            return _no(code)
        number = 200228332 + len(self.taken)
        self.taken.append(Taken(str(number), body["touser"], self._text(body), body.get("client_msg_id", "")))
        self.bodies.append(body)
        self.raw.append(raw)
        if odd := await self.misbehave(request):
            return odd
        said: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
        return web.json_response({**said, "msgid": number} if kind == "template" and self.how != "no-id" else said)

    def _wrong(self, kind: str, body: Mapping[str, Any]) -> int:
        return 0 if body.get("template_id") in self.templates else _wrong(kind, body)

    def _text(self, body: Mapping[str, Any]) -> str:
        approved = self.templates.get(body.get("template_id", ""))
        if approved is None:
            return _text(body)
        for name, value in body["data"].items():
            approved = approved.replace(f"{{{{{name}.DATA}}}}", value["value"])
        return f"{approved} {body.get('url', '')}".strip()

    async def _templates(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._refusal(request):
            return refusal
        return web.json_response({"template_list": [{"template_id": TEMPLATE, "title": "到店提醒"}]})

    def _refusal(self, request: web.Request) -> web.Response | None:
        if self.how == "fail":
            return web.Response(status=503, text="<html>Service Unavailable</html>")
        if self.how == "gateway":
            return web.Response(status=502, text="<html>Bad Gateway</html>")
        if request.query.get("access_token") not in self.good or self.how == "always-stale":
            return _no(42001)
        return _no(REFUSALS[self.how]) if self.how in REFUSALS else None


def _wrong(kind: str, body: Mapping[str, Any]) -> int:
    if kind == "template":
        return 0 if body["template_id"] == TEMPLATE and set(body["data"]) == {"thing1", "time2"} else 40037
    if body["msgtype"] == "msgmenu":
        menu = body["msgmenu"]
        fits = menu["head_content"] and all(set(one) == {"id", "content"} for one in menu["list"])
        return 0 if fits else 47001
    return 45002 if len(body["text"]["content"].encode()) > 2048 else 0


def _text(body: Mapping[str, Any]) -> str:
    if "template_id" in body:
        return json.dumps(body["data"], ensure_ascii=False)
    return str(body["msgmenu"]["head_content"] if body["msgtype"] == "msgmenu" else body["text"]["content"])


def _no(code: int) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": "no rid: 5f3ded7d-22929d02"})


def sealed(content: bytes, *, app_id: str = APP_ID, key: str = AES_KEY) -> str:
    """Return what WeChat makes of a text for an app."""
    secret = base64.b64decode(f"{key}=")
    whole = RANDOM + len(content).to_bytes(4, "big") + content + app_id.encode()
    missing = 32 - len(whole) % 32
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
    cipher = encryptor.update(whole + bytes([missing]) * missing) + encryptor.finalize()
    return base64.b64encode(cipher).decode()


def signature(token: str, *parts: str) -> str:
    """Return a signature of WeChat's."""
    return hashlib.sha1("".join(sorted([token, *parts])).encode(), usedforsecurity=False).hexdigest()


def call(
    address: str, content: str | bytes, *, now: datetime, app_id: str = APP_ID, key: str = AES_KEY, token: str = TOKEN
) -> RawRequest:
    """Return the call that brings something, signed and sealed; it repeats with other words of the wrapper's."""
    inner = sealed(content if isinstance(content, bytes) else content.encode(), app_id=app_id, key=key)
    timestamp = str(int(now.timestamp()))
    query = {
        "signature": signature(token, timestamp, NONCE),
        "timestamp": timestamp,
        "nonce": NONCE,
        "openid": "oAnna",
        "encrypt_type": "aes",
        "msg_signature": signature(token, timestamp, NONCE, inner),
    }
    body = f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{inner}]]></Encrypt></xml>"
    return RawRequest(
        method="POST",
        path=urlsplit(address).path,
        query=urlencode(query),
        headers={"Content-Type": "text/xml"},
        body=body.encode(),
        received_at=now,
    )


def handshake(address: str, word: str, *, now: datetime, is_sealed: bool = False, token: str = TOKEN) -> RawRequest:
    """Return the call by which WeChat tries a webhook."""
    timestamp, said = str(int(now.timestamp())), sealed(word.encode()) if is_sealed else word
    proof = {"msg_signature": signature(token, timestamp, NONCE, said)} if is_sealed else {}
    query = {"signature": signature(token, timestamp, NONCE), "timestamp": timestamp, "nonce": NONCE, "echostr": said}
    return RawRequest(
        method="GET",
        path=urlsplit(address).path,
        query=urlencode({**query, **proof}),
        headers={},
        body=b"",
        received_at=now,
    )


def xml(sender: str, kind: str, *, at: datetime, **fields: str) -> str:
    """Return what WeChat says of an owner, as it writes it before sealing."""
    whole = {"ToUserName": ACCOUNT, "FromUserName": sender, "CreateTime": str(int(at.timestamp())), "MsgType": kind}
    return (
        "<xml>" + "".join(f"<{name}>{escape(text)}</{name}>" for name, text in {**whole, **fields}.items()) + "</xml>"
    )


def finished(taken: Taken, status: str, *, at: datetime) -> str:
    """Return what became of a template."""
    return xml(taken.to, "event", at=at, Event="TEMPLATESENDJOBFINISH", MsgID=taken.provider_id, Status=status)
