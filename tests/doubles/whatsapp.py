"""WhatsApp: the Cloud API's node of a number as documented, and the calls that Meta makes to an app's webhook."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from channels_app.contract import RawRequest
from tests.doubles.server import Double, Taken

NUMBER_ID, TOKEN = "106540352242922", "EAAtest"
APP_SECRET, VERIFY_TOKEN = "the app secret of a test", "agreed on in a test"
# Who shows a username in place of a number.
USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")
BUSINESS = {"display_phone_number": "15550783881", "phone_number_id": NUMBER_ID}

# How the Graph API says no: the status, the code, the subcode.
REFUSALS: Mapping[str, tuple[int, int, int | None]] = {
    "throttle": (400, 130429, None),
    "pair": (400, 131056, None),
    "spam": (400, 131048, None),
    "app-throttle": (400, 4, None),
    "fail": (503, 2, None),
    "service-down": (500, 131016, None),
    "unknown": (500, 131000, None),
    "opted-out": (400, 131050, None),
    "reject": (400, 131026, None),
    "window": (400, 131047, None),
    "template": (404, 132001, None),
    "invalid": (400, 100, None),
    "something-new": (400, 139999, None),
    "misconfigured": (401, 190, 463),
    "permission": (403, 200, None),
    "no-number": (400, 100, 33),
    "locked": (403, 131031, None),
}


class WhatsApp(Double):
    """One number; another token is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.bodies: list[dict[str, Any]] = []
        self.hook: dict[str, str] = {}
        # By their ids, what owners sent; and where they are said to lie, where that is not here.
        self.files: dict[str, bytes] = {}
        self.files_at = ""

        # What was approved, by name and language; a text that is known is shown as its reader sees it.
        self.templates: dict[tuple[str, str], str] = {}

    def routes(self) -> list[web.RouteDef]:
        node = f"/v23.0/{NUMBER_ID}"
        return [
            web.post(f"{node}/messages", self._create),
            web.post(node, self._configure),
            web.get(node, self._describe),
            web.get("/v23.0/{key}", self._file),
            web.get("/files/{key}", self._download),
        ]

    async def _create(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._refusal(request):
            return refusal
        body = await request.json()
        if wrong := _wrong(body):
            return _problem(400, 131009, None, wrong)
        wamid = f"wamid.HBgLMTY{len(self.taken):08d}"
        self.taken.append(
            Taken(
                wamid, body.get("to") or body["recipient"], self._text(body), body.get("biz_opaque_callback_data", "")
            )
        )
        self.bodies.append(body)
        if odd := await self.misbehave(request):
            return odd
        return web.json_response(
            {
                "messaging_product": "whatsapp",
                "contacts": [_contact(body)],
                "messages": [{} if self.how == "no-id" else {"id": wamid}],
            }
        )

    def _text(self, body: Mapping[str, Any]) -> str:
        if body["type"] != "template":
            return _text(body)
        template = body["template"]
        approved = self.templates.get((template["name"], template["language"]["code"]), str(template["name"]))
        for component in template["components"]:
            for number, one in enumerate(component["parameters"] if component["type"] == "body" else (), start=1):
                approved = approved.replace(f"{{{{{number}}}}}", one["text"])
        return approved

    async def _configure(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._refusal(request):
            return refusal
        self.hook = (await request.json())["webhook_configuration"]
        if not self.hook["override_callback_uri"].startswith("https://"):
            return _problem(400, 100, None, "The callback URL must be https")
        return web.json_response({"success": True})

    async def _describe(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._refusal(request):
            return refusal
        known = {"verified_name": "North Cars", "display_phone_number": "+1 555-078-3881", "quality_rating": "GREEN"}
        asked = request.query["fields"].split(",")
        return web.json_response({**{name: known[name] for name in asked}, "id": NUMBER_ID})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._refusal(request):
            return refusal
        key = request.match_info["key"]
        if key not in self.files:
            return _problem(400, 100, 33, "Unsupported get request")
        url = f"{self.files_at or self.url}/files/{key}"
        size = len(self.files[key])
        return web.json_response({"id": key, "url": url, "mime_type": "image/jpeg", "file_size": size})

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._refusal(request):
            return refusal
        if self.how == "no-file":
            return web.Response(status=404)
        return web.Response(body=self.files[request.match_info["key"]], content_type="image/jpeg")

    def _refusal(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _problem(401, 190, None, "Invalid OAuth access token")
        if self.how == "too-many":
            return web.Response(status=429, headers={"Retry-After": "9"})
        if self.how == "gateway":
            return web.Response(status=502, text="<html>Bad Gateway</html>")
        return _problem(*REFUSALS[self.how], "No") if self.how in REFUSALS else None


def _contact(body: Mapping[str, Any]) -> dict[str, str]:
    if "to" in body:
        return {"input": body["to"], "wa_id": body["to"]}
    return {"input": body["recipient"], "user_id": body["recipient"]}


def _wrong(body: Mapping[str, Any]) -> str:
    addressed = body.get("to", "").isdigit() or USER_ID.fullmatch(body.get("recipient", ""))
    if body.get("messaging_product") != "whatsapp" or not addressed:
        return "messaging_product and to"
    kind = body.get("type", "text")
    if kind == "text" and not 1 <= len(body["text"]["body"]) <= 4096:
        return "text.body"
    return _wrong_choice(body["interactive"]) if kind == "interactive" else ""


def _wrong_choice(interactive: Mapping[str, Any]) -> str:
    action, longest = interactive["action"], 1024 if interactive["type"] == "button" else 4096
    if not 1 <= len(interactive["body"]["text"]) <= longest:
        return "interactive.body.text"
    if interactive["type"] == "button":
        replies = [button["reply"] for button in action["buttons"]]
        fits = 1 <= len(replies) <= 3 and all(1 <= len(one["title"]) <= 20 and len(one["id"]) <= 256 for one in replies)
        return "" if fits else "buttons"
    rows = [row for section in action["sections"] for row in section["rows"]]
    fits = 1 <= len(rows) <= 10 and 1 <= len(action["button"]) <= 20
    return "" if fits and all(_is_row(row) for row in rows) else "rows"


def _is_row(row: Mapping[str, str]) -> bool:
    return 1 <= len(row["title"]) <= 24 and len(row.get("description", "")) <= 72 and len(row["id"]) <= 200


def _text(body: Mapping[str, Any]) -> str:
    if body["type"] == "text":
        return str(body["text"]["body"])
    return str(body["interactive"]["body"]["text"])


def _problem(status: int, code: int, subcode: int | None, message: str) -> web.Response:
    error: dict[str, Any] = {
        "message": f"(#{code}) {message}",
        "type": "OAuthException",
        "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": message},
        "fbtrace_id": "Az8or2yhqkZfEZ-_4Qn_Bam",
    }
    if subcode is not None:
        error["error_subcode"] = subcode
    return web.json_response({"error": error}, status=status)


def signed(address: str, body: object, *, secret: str = APP_SECRET, now: datetime) -> RawRequest:
    """Return a call of Meta with any body."""
    raw = json.dumps(body).encode()
    signature = hmac.digest(secret.encode(), raw, hashlib.sha256).hex()
    return RawRequest(
        method="POST",
        path=urlsplit(address).path,
        headers={"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"},
        body=raw,
        received_at=now,
    )


def handshake(address: str, *, token: str = VERIFY_TOKEN, mode: str = "subscribe", now: datetime) -> RawRequest:
    """Return the call by which Meta tries a webhook."""
    query = urlencode({"hub.mode": mode, "hub.challenge": "1158201444", "hub.verify_token": token})
    return RawRequest(method="GET", path=urlsplit(address).path, query=query, headers={}, body=b"", received_at=now)


def notice(value: Mapping[str, Any], *, field: str = "messages", number_id: str = NUMBER_ID) -> dict[str, Any]:
    """Return the body that brings a change of one field."""
    metadata = {**BUSINESS, "phone_number_id": number_id}
    whole = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": [{"value": whole, "field": field}]}],
    }


def status_of(taken: Taken, word: str, *, codes: Sequence[int] = (), at: datetime) -> dict[str, Any]:
    """Return what Meta says of one message."""
    told: dict[str, Any] = {
        "id": taken.provider_id,
        "status": word,
        "timestamp": str(int(at.timestamp())),
        "recipient_id": taken.to,
    }
    if taken.ours:
        told["biz_opaque_callback_data"] = taken.ours
    if codes:
        told["errors"] = [
            {"code": code, "title": "No", "message": "No", "error_data": {"details": "No"}} for code in codes
        ]
    return told


def message(kind: str, content: object, *, sender: str, at: datetime, **more: Any) -> dict[str, Any]:
    """Return an owner's message and who wrote it."""
    written = {
        "from": sender,
        "id": "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQ",
        "timestamp": str(int(at.timestamp())),
        "type": kind,
        kind: content,
        **more,
    }
    return {"contacts": [{"profile": {"name": "Anna García"}, "wa_id": sender}], "messages": [written]}
