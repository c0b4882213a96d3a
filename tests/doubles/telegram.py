"""Telegram: the Bot API as documented, and the calls it makes to a bot's webhook."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from channels_app.contract import RawRequest
from tests.doubles.server import Double, Taken

BOT_ID, TOKEN = 7000000001, "7000000001:the-token-of-a-test"
SECRET = "the_secret-of_a-test"  # of a test
BOT = {"id": BOT_ID, "is_bot": True, "first_name": "North Cars", "username": "north_cars_bot"}
NEW_CHAT = -1001234567890

# How the Bot API says no: the status, the description and its parameters.
REFUSALS: Mapping[str, tuple[int, str, dict[str, int]]] = {
    "throttle": (429, "Too Many Requests: retry after 7", {"retry_after": 7}),
    "fail": (503, "Service Unavailable", {}),
    "broken": (500, "Internal Server Error", {}),
    "gateway": (502, "Bad Gateway", {}),
    "opted-out": (403, "Forbidden: bot was blocked by the user", {}),
    "kicked": (403, "Forbidden: bot was kicked from the supergroup chat", {}),
    "deactivated": (403, "Forbidden: user is deactivated", {}),
    "not-started": (403, "Forbidden: bot can't initiate conversation with a user", {}),
    "forbidden": (403, "Forbidden: something new", {}),
    "reject": (400, "Bad Request: chat not found", {}),
    "something-new": (400, "Bad Request: SOMETHING_NEW", {}),
    "misconfigured": (401, "Unauthorized", {}),
}


class Telegram(Double):
    """One bot; another token is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.webhook: dict[str, str] = {}
        self.last_error = ""
        # By their ids, what owners sent.
        self.files: dict[str, bytes] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/bot{token}/{method}", self._call),
            web.get("/file/bot{token}/files/{key}", self._download),
        ]

    async def _download(self, request: web.Request) -> web.StreamResponse:
        content = self.files.get(request.match_info["key"])
        if request.match_info["token"] != TOKEN or content is None or self.how == "no-file":
            return _problem(404, "Not Found", {})
        if self.how == "throttle":
            return _problem(*REFUSALS["throttle"])
        return web.Response(body=content, content_type="application/octet-stream")

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != TOKEN:
            return _problem(401, "Unauthorized", {})
        method = self._methods().get(request.match_info["method"])
        if method is None:
            return _problem(404, "Not Found", {})
        if self.how in REFUSALS:
            return _problem(*REFUSALS[self.how])
        answer = method(dict(parse_qsl((await request.read()).decode(), keep_blank_values=True)))
        if not isinstance(answer, web.Response) and (odd := await self.misbehave(request)):
            return odd
        return answer if isinstance(answer, web.Response) else web.json_response({"ok": True, "result": answer})

    def _methods(self) -> dict[str, Callable[[dict[str, str]], Any]]:
        return {
            "sendMessage": self._send,
            "getFile": self._file,
            "getMe": lambda _form: BOT,
            "setWebhook": self._set_webhook,
            "getWebhookInfo": self._webhook_info,
        }

    def _send(self, form: dict[str, str]) -> Any:
        if wrong := _wrong(form):
            return _problem(400, f"Bad Request: {wrong}", {})
        chat = int(form["chat_id"])
        if self.how == "migrated" and chat != NEW_CHAT:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            return _problem(400, words, {"migrate_to_chat_id": NEW_CHAT})
        number = len(self.taken) + 1
        self.taken.append(Taken(f"{chat}.{number}", str(chat), form["text"], ""))
        self.forms.append(form)
        made = {"message_id": number, "date": 1772445600, "chat": _chat(chat), "from": BOT, "text": form["text"]}
        if self.how == "no-id":
            del made["message_id"]
        return True if self.how == "no-message" else made

    def _file(self, form: dict[str, str]) -> Any:
        key = form["file_id"]
        if key not in self.files:
            return _problem(400, "Bad Request: wrong file_id or the file is temporarily unavailable", {})
        return {"file_id": key, "file_unique_id": key, "file_size": len(self.files[key]), "file_path": f"files/{key}"}

    def _set_webhook(self, form: dict[str, str]) -> Any:
        if not form["url"].startswith("https://"):
            return _problem(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook", {})
        self.webhook = form
        return True

    def _webhook_info(self, _form: dict[str, str]) -> Any:
        info = {"url": self.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": 0}
        return {**info, "last_error_message": self.last_error} if self.last_error else info


def _wrong(form: Mapping[str, str]) -> str:
    rows = json.loads(form.get("reply_markup", "{}")).get("inline_keyboard", [])
    if not form["text"].strip():
        return "message text is empty"
    if len(form["text"]) > 4096:
        return "message is too long"
    if any(not 1 <= len(button["callback_data"].encode()) <= 64 for row in rows for button in row):
        return "BUTTON_DATA_INVALID"
    return ""


def _problem(status: int, description: str, parameters: dict[str, int]) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return web.json_response({**body, "parameters": parameters} if parameters else body, status=status)


def _chat(chat: int) -> dict[str, Any]:
    return {"id": chat, "type": "private" if chat > 0 else "supergroup", "first_name": "Anna"}


def owner(chat: int) -> dict[str, Any]:
    """Return an owner as Telegram describes one."""
    return {"id": chat, "is_bot": False, "first_name": "Anna", "last_name": "García", "language_code": "es"}


def message(text: str, *, chat: int, number: int, at: datetime, **more: Any) -> dict[str, Any]:
    """Return a message of an owner."""
    seconds = int(at.timestamp())
    return {
        "message_id": number,
        "from": owner(chat),
        "chat": _chat(chat),
        "date": seconds,
        "text": text,
        **more,
    }


def tap(payload: str, label: str, *, chat: int, number: int, at: datetime) -> dict[str, Any]:
    """Return a tap on a button below the bot's message of this number."""
    keyboard = [[{"text": "Other", "callback_data": "other"}], [{"text": label, "callback_data": payload}]]
    asked = {
        "message_id": number,
        "from": BOT,
        "chat": _chat(chat),
        "date": int(at.timestamp()),
        "text": "How was it?",
        "reply_markup": {"inline_keyboard": keyboard},
    }
    return {"id": "4382bfdwdsb323b2d9", "from": owner(chat), "message": asked, "chat_instance": "1", "data": payload}


def membership(status: str, *, chat: int, at: datetime) -> dict[str, Any]:
    """Return what became of the bot in a chat: "kicked" where it was blocked, "member" where it was taken back."""
    before = "kicked" if status == "member" else "member"
    return {
        "chat": _chat(chat),
        "from": owner(abs(chat)),
        "date": int(at.timestamp()),
        "old_chat_member": {"user": BOT, "status": before},
        "new_chat_member": {"user": BOT, "status": status},
    }


def update_call(
    address: str, kind: str, what: object, *, number: int, secret: str = SECRET, now: datetime
) -> RawRequest:
    """Return the call that brings an update."""
    return raw_call(address, {"update_id": number, kind: what}, secret=secret, now=now)


def raw_call(address: str, body: object, *, secret: str = SECRET, now: datetime) -> RawRequest:
    """Return a call of Telegram with any body."""
    return RawRequest(
        method="POST",
        path=urlsplit(address).path,
        headers={"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json"},
        body=json.dumps(body, ensure_ascii=False).encode(),
        received_at=now,
    )
