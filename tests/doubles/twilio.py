"""Twilio: the Messages API as documented, and the calls it makes to a status callback and to a number's webhook."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from channels_app.contract import RawRequest
from tests.doubles.server import Double, Taken

ACCOUNT, TOKEN = "AC" + "0" * 32, "the token of a test"
NUMBER, NUMBER_SID = "+34600999999", "PN" + "0" * 32


class Twilio(Double):
    """One account; a wrong token is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.senders: list[dict[str, str]] = []
        # Where it brings what owners write, by the number's sid.
        self.webhooks: dict[str, str] = {}
        # What it lists of a day: messages with what they cost, by pages of two.
        self.listed: list[dict[str, str | None]] = []
        self.asked: list[dict[str, str]] = []

    def routes(self) -> list[web.RouteDef]:
        root = f"/2010-04-01/Accounts/{ACCOUNT}"
        return [
            web.post(f"{root}/Messages.json", self._create),
            web.get(f"{root}/Messages.json", self._list),
            web.get(f"{root}.json", self._account),
            web.get(f"{root}/IncomingPhoneNumbers.json", self._numbers),
            web.post(f"{root}/IncomingPhoneNumbers/{{sid}}.json", self._number),
        ]

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if refused := self._refused(request):
            return refused
        self.asked.append(dict(request.query))
        page = int(request.query.get("Page", 0))
        rows = self.listed[page * 2 : page * 2 + 2]
        has_more = len(self.listed) > page * 2 + 2
        following = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize=2&Page={page + 1}"
        return web.json_response(
            {"messages": rows, "page": page, "page_size": 2, "next_page_uri": following if has_more else None}
        )

    async def _account(self, request: web.Request) -> web.StreamResponse:
        return self._refused(request) or web.json_response(
            {"sid": ACCOUNT, "friendly_name": "North Motors", "status": "active"}
        )

    async def _numbers(self, request: web.Request) -> web.StreamResponse:
        if refused := self._refused(request):
            return refused
        asked = request.query.get("PhoneNumber", NUMBER)
        found = [{"sid": NUMBER_SID, "phone_number": NUMBER}] if asked == NUMBER else []
        return web.json_response({"incoming_phone_numbers": found, "next_page_uri": None, "page": 0, "page_size": 1})

    async def _number(self, request: web.Request) -> web.StreamResponse:
        if refused := self._refused(request):
            return refused
        form = dict(parse_qsl((await request.read()).decode()))
        self.webhooks[request.match_info["sid"]] = form["SmsUrl"]
        return web.json_response({"sid": request.match_info["sid"], "phone_number": NUMBER, "sms_url": form["SmsUrl"]})

    def _refused(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") != _basic(ACCOUNT, TOKEN):
            return _problem(401, 20003, "Authenticate")
        return _problem(*REFUSALS[self.how], "No") if self.how in REFUSALS else None

    async def _create(self, request: web.Request) -> web.StreamResponse:
        if refused := self._refused(request):
            return refused
        form = dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        sid = f"SM{len(self.taken):032x}"
        self.senders.append({name: form[name] for name in ("From", "MessagingServiceSid") if name in form})
        callback = form["StatusCallback"]
        ours = dict(parse_qsl(urlsplit(callback).query))["ours"]
        self.taken.append(Taken(sid, form["To"], form["Body"], ours))
        if answer := await self.misbehave(request):
            return answer
        return web.json_response(
            {"sid": None if self.how == "no-id" else sid, "status": "queued", "to": form["To"], "body": form["Body"]},
            status=201,
        )


# How Twilio says no: the status, and the code in the body.
REFUSALS: Mapping[str, tuple[int, int]] = {
    "throttle": (429, 20429),
    "fail": (503, 20503),
    "opted-out": (400, 21610),
    "reject": (400, 21211),
    "misconfigured": (400, 21606),
}


def _problem(status: int, code: int, message: str) -> web.Response:
    body = {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return web.json_response(body, status=status, headers={"Retry-After": "7"} if status == 429 else {})


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def signed(
    address: str, fields: Mapping[str, str], *, query: str = "", token: str = TOKEN, now: datetime
) -> RawRequest:
    """Return the call that Twilio makes with these fields, signed over the whole address and the fields in order."""
    whole = f"{address}?{query}" if query else address
    text = whole + "".join(name + fields[name] for name in sorted(fields))
    signature = base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1)).decode()
    return RawRequest(
        method="POST",
        path=urlsplit(address).path,
        query=query,
        headers={"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode(fields).encode(),
        received_at=now,
    )


def status_call(address: str, taken: Taken, status: str, *, error: str = "", now: datetime) -> RawRequest:
    """Return Twilio's word about one message."""
    fields = {"MessageSid": taken.provider_id, "MessageStatus": status, "To": taken.to, "AccountSid": ACCOUNT}
    if error:
        fields["ErrorCode"] = error
    return signed(address, fields, query=urlencode({"ours": taken.ours}), now=now)


def owners_call(address: str, text: str, *, sender: str, sid: str, now: datetime) -> RawRequest:
    """Return the call that brings an owner's text."""
    fields = {
        "MessageSid": sid,
        "From": sender,
        "To": "+34600999999",
        "Body": text,
        "NumMedia": "0",
        "SmsStatus": "received",
    }
    return signed(address, fields, now=now)
