"""Aliyun's SMS: its API as documented, with the signature it checks, and the calls it makes with receipts and replies.

What it signs is computed here from the documentation's words, not by the code that is tried.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from channels_app.contract import RawRequest
from tests.doubles.server import Double, Taken

KEY_ID, KEY_SECRET, SECRET = "LTAItest", "the key's secret of a test", "agreed on in a test"
SIGN_NAME, TEMPLATE = "北方汽车", "SMS_154950909"
BEIJING = timezone(timedelta(hours=8))

# How it says no: the status and the code.
REFUSALS: Mapping[str, tuple[int, str]] = {
    "throttle": (400, "Throttling.User"),
    "day": (200, "isv.DAY_LIMIT_CONTROL"),
    "crowded": (200, "isv.BUSINESS_LIMIT_CONTROL"),
    "fail": (503, "ServiceUnavailable"),
    "reject": (200, "isv.MOBILE_NUMBER_ILLEGAL"),
    "keyword": (200, "isv.BLACK_KEY_CONTROL_LIMIT"),
    "something-new": (200, "isv.SOMETHING_NEW"),
    "balance": (200, "isv.AMOUNT_NOT_ENOUGH"),
    "sign": (200, "isv.SMS_SIGNATURE_ILLEGAL"),
    "permission": (403, "Forbidden.RAM"),
    "system": (200, "isp.SYSTEM_ERROR"),
}


class Aliyun(Double):
    """One account; a call that is not signed by its key is refused, and so is a number that it finds fault with."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[dict[str, str]] = []
        # Numbers that it finds fault with, and numbers that have had their share.
        self.faulty: set[str] = set()
        self.crowded: set[str] = set()
        self.nonces: set[str] = set()
        # What was approved, by code; a text that is known is shown as its reader sees it.
        self.templates: dict[str, str] = {TEMPLATE: ""}

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/", self._call)]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if wrong := self._wrong_signature(request):
            return _no(400, wrong)
        if self.how == "gateway":
            return web.Response(status=502, text="<html>Bad Gateway</html>")
        if self.how in REFUSALS:
            return _no(*REFUSALS[self.how])
        action, fields = request.headers["x-acs-action"], dict(request.query)
        if action == "QuerySmsSignList":
            return web.json_response({"Code": "OK", "SmsSignList": [{"SignName": SIGN_NAME, "AuditStatus": "PASS"}]})
        messages = _one(fields) if action == "SendSms" else _many(fields)
        if wrong := self._wrong(fields, messages):
            return _no(200, wrong)
        return await self._take(request, fields, messages)

    async def _take(
        self, request: web.Request, fields: dict[str, str], messages: list[tuple[str, str]]
    ) -> web.StreamResponse:
        biz_id = f"9006197469364984{len(self.calls):02d}^0"
        self.calls.append(fields)
        approved = self.templates[fields["TemplateCode"]]
        self.taken += [Taken(biz_id, number, _filled(approved, text), fields["OutId"]) for number, text in messages]
        if odd := await self.misbehave(request):
            return odd
        body = {"Code": "OK", "Message": "OK", "RequestId": "F655A8D5", "BizId": biz_id}
        return web.json_response({**body, "BizId": ""} if self.how == "no-id" else body)

    def _wrong_signature(self, request: web.Request) -> str:
        nonce = request.headers.get("x-acs-signature-nonce", "")
        if not nonce or nonce in self.nonces:
            return "SignatureNonceUsed"
        self.nonces.add(nonce)
        scheme, _, told = request.headers.get("Authorization", "").partition(" ")
        said = dict(part.partition("=")[::2] for part in told.split(","))
        if said.get("Credential") != KEY_ID:
            return "InvalidAccessKeyId.NotFound"
        names = said["SignedHeaders"].split(";")
        lines = "".join(f"{name}:{request.headers[name].strip()}\n" for name in names)
        query = request.raw_path.partition("?")[2]
        asked = f"POST\n/\n{query}\n{lines}\n{said['SignedHeaders']}\n{hashlib.sha256(b'').hexdigest()}"
        text = f"{scheme}\n{hashlib.sha256(asked.encode()).hexdigest()}"
        expected = hmac.digest(KEY_SECRET.encode(), text.encode(), hashlib.sha256).hex()
        is_sorted = query.split("&") == sorted(query.split("&"))
        return "" if is_sorted and expected == said["Signature"] else "SignatureDoesNotMatch"

    def _wrong(self, fields: Mapping[str, str], messages: list[tuple[str, str]]) -> str:
        if fields["TemplateCode"] not in self.templates:
            return "isv.SMS_TEMPLATE_ILLEGAL"
        signs = json.loads(fields["SignNameJson"]) if "SignNameJson" in fields else [fields["SignName"]]
        if set(signs) != {SIGN_NAME} or len(signs) != len(messages):
            return "isv.SMS_SIGNATURE_ILLEGAL"
        if len(messages) > 100 or len(fields["OutId"]) > 255:
            return "isv.INVALID_PARAMETERS"
        if any(not number.isdigit() or number in self.faulty for number, _ in messages):
            return "isv.MOBILE_NUMBER_ILLEGAL"
        return "isv.BUSINESS_LIMIT_CONTROL" if self.crowded & {number for number, _ in messages} else ""


def _filled(approved: str, values: str) -> str:
    for name, value in json.loads(values).items() if approved else ():
        approved = approved.replace(f"${{{name}}}", value)
    return approved or values


def _one(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(fields["PhoneNumbers"], fields["TemplateParam"])]


def _many(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    numbers, values = json.loads(fields["PhoneNumberJson"]), json.loads(fields["TemplateParamJson"])
    return [(number, json.dumps(one, ensure_ascii=False)) for number, one in zip(numbers, values, strict=True)]


def _no(status: int, code: str) -> web.Response:
    return web.json_response({"Code": code, "Message": "No", "RequestId": "F655A8D5"}, status=status)


def called(address: str, body: Any, *, secret: str = SECRET, now: datetime) -> RawRequest:
    """Return a call of Aliyun with any body, to the address that was entered in its console."""
    return RawRequest(
        method="POST",
        path=urlsplit(address).path,
        query=urlencode({"secret": secret}),
        headers={"Content-Type": "application/json; charset=utf-8"},
        body=json.dumps(body, ensure_ascii=False).encode(),
        received_at=now,
    )


def report(taken: Taken, code: str = "DELIVERED", *, at: datetime) -> dict[str, Any]:
    """Return what Aliyun says became of a message."""
    return {
        "phone_number": taken.to,
        "send_time": _time(at),
        "report_time": _time(at),
        "success": code == "DELIVERED",
        "err_code": code,
        "err_msg": "用户接收成功" if code == "DELIVERED" else "失败",
        "sms_size": "1",
        "biz_id": taken.provider_id,
        "out_id": taken.ours,
    }


def answer(text: str, *, sender: str, at: datetime, **more: Any) -> dict[str, Any]:
    """Return what an owner wrote back."""
    return {
        "phone_number": sender,
        "content": text,
        "send_time": _time(at),
        "dest_code": "1234",
        "sequence_id": "1234567890",
        **more,
    }


def _time(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
