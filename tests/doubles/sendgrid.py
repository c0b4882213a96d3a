"""SendGrid: Mail Send and the erasure of recipients as documented, and the calls of its two signed webhooks."""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from channels_app.contract import RawRequest
from tests.doubles.server import Double, Taken

KEY = "SG.the.key-of-a-test"
ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
RESERVED = {
    "x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding",
    "to", "from", "subject", "reply-to", "cc", "bcc",
}  # fmt: skip
MOST, LARGEST_SUBSTITUTIONS, LARGEST = 1000, 10_000, 20 * 1024 * 1024
BOUNDARY = "xYzZY"


class SendGrid(Double):
    """One account; a wrong key is refused, and so is a body that its documentation does not allow."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[dict[str, Any]] = []
        self.erased: list[list[str]] = []
        self.marks: list[dict[str, str]] = []
        self.signer = ec.generate_private_key(ec.SECP256R1())
        # Addresses that it finds fault with.
        self.faulty: set[str] = set()
        self.scopes = ["mail.send", "user.profile.read"]

    @property
    def public_key(self) -> str:
        """The key as its settings show it."""
        der = self.signer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(der).decode()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v3/mail/send", self._send),
            web.post("/v3/recipients/erasejob", self._erase),
            web.get("/v3/scopes", self._scopes),
        ]

    async def _scopes(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return _problem(401, "The provided authorization grant is invalid, expired, or revoked")
        return web.json_response({"scopes": self.scopes})

    async def _send(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return _problem(401, "The provided authorization grant is invalid, expired, or revoked")
        if self.how in REFUSALS:
            return _problem(REFUSALS[self.how], "No")
        body = await request.json()
        if faults := [*_faults(body), *self._own_faults(body)]:
            return web.json_response(
                {"errors": [{"field": f, "message": m, "help": None} for f, m in faults]}, status=400
            )
        self.calls.append(body)
        sg_id = f"sg{len(self.calls)}"
        for number, one in enumerate(body["personalizations"]):
            self._take(body, one, f"{sg_id}.recvd-{number}")
        if answer := await self.misbehave(request):
            return answer
        return web.Response(status=202, headers={} if self.how == "no-id" else {"X-Message-Id": sg_id})

    async def _erase(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return _problem(403, "access forbidden")
        addresses = (await request.json())["email_addresses"]
        if not 0 < len(addresses) <= 5000:
            return _problem(400, "too many")
        self.erased.append(addresses)
        return web.json_response({"job_id": "01H"}, status=202)

    def _own_faults(self, body: Mapping[str, Any]) -> list[tuple[str | None, str]]:
        """Address by address, or, where it is told to be rude, without saying which."""
        wrong = [n for n, one in enumerate(body["personalizations"]) if one["to"][0]["email"] in self.faulty]
        places = [None if self.how == "rude" else f"personalizations.{number}.to.0.email" for number in wrong]
        return [(place, "Does not contain a valid address.") for place in places]

    def _take(self, body: Mapping[str, Any], one: Mapping[str, Any], sg_id: str) -> None:
        text = body["content"][0]["value"]
        for mark, value in one.get("substitutions", {}).items():
            text = text.replace(mark, value)
        self.taken.append(Taken(sg_id, one["to"][0]["email"], text, one["custom_args"]["ours"]))
        self.marks.append(one["headers"])

    def events(self, *words: str, **more: object) -> list[dict[str, object]]:
        """Return what it says of all it took, mail by mail."""
        return [self.event(one, word, **more) for one in self.taken for word in words]

    def event(self, taken: Taken, word: str, **more: object) -> dict[str, object]:
        """Return its word about one mail."""
        return {
            "email": taken.to,
            "timestamp": 1772445600,
            "smtp-id": "<x@ismtpd>",
            "event": word,
            "category": ["aftercare"],
            "sg_event_id": f"{taken.provider_id}-{word}",
            "sg_message_id": taken.provider_id,
            "ours": taken.ours,
            **more,
        }

    def signed(self, body: bytes, *, content_type: str = "application/json", now: datetime) -> RawRequest:
        """Return a call of either webhook."""
        timestamp = str(int(now.timestamp()))
        signature = self.signer.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        headers = {
            "Content-Type": content_type,
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
        }
        return RawRequest(method="POST", path="/", headers=headers, body=body, received_at=now)

    def event_call(self, events: Sequence[Mapping[str, object]], *, now: datetime) -> RawRequest:
        """Return the call that brings events."""
        return self.signed(json.dumps(list(events)).encode(), now=now)

    def mail_call(
        self, fields: Mapping[str, bytes], *, files: Sequence[tuple[str, str, bytes]] = (), now: datetime
    ) -> RawRequest:
        """Return the call of Inbound Parse with these fields and files (name, type, bytes)."""
        parts = [(f'form-data; name="{name}"', "", content) for name, content in fields.items()]
        parts += [
            (f'form-data; name="attachment{n}"; filename="{name}"', kind, content)
            for n, (name, kind, content) in enumerate(files, start=1)
        ]
        body = b"".join(_part(*part) for part in parts) + f"--{BOUNDARY}--\r\n".encode()
        return self.signed(body, content_type=f"multipart/form-data; boundary={BOUNDARY}", now=now)


# How SendGrid says no.
REFUSALS: Mapping[str, int] = {"throttle": 429, "fail": 503, "forbidden": 403, "too-large": 413, "broken": 500}


def _part(disposition: str, kind: str, content: bytes) -> bytes:
    said = f"Content-Type: {kind}\r\n" if kind else ""
    return f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n{said}\r\n".encode() + content + b"\r\n"


def _problem(status: int, message: str) -> web.Response:
    headers = {"Date": "Mon, 02 Mar 2026 10:00:00 GMT", "X-RateLimit-Reset": "1772445612"} if status == 429 else {}
    body = {"errors": [{"message": message, "field": None, "help": None}]}
    return web.json_response(body, status=status, headers=headers)


def _faults(body: Mapping[str, Any]) -> list[tuple[str | None, str]]:
    """Return what the documentation does not allow in a call, by field."""
    people = body["personalizations"]
    addresses = [to["email"] for one in people for to in one["to"]]
    faults: list[tuple[str | None, str]] = []
    if not 0 < len(people) <= MOST:
        faults.append(("personalizations", "The personalization block is limited to 1000 personalizations."))
    if len(set(map(str.lower, addresses))) < len(addresses):
        faults.append(("personalizations", "Each email address should be unique."))
    if not ADDRESS.fullmatch(body["from"]["email"]) or not ADDRESS.fullmatch(
        body.get("reply_to", body["from"])["email"]
    ):
        faults.append(("from", "Does not contain a valid address."))
    if [part["type"] for part in body["content"]] not in (["text/plain"], ["text/plain", "text/html"]):
        faults.append(("content", "text/plain first"))
    if not all(part["value"] for part in body["content"]):
        faults.append(("content.0.value", "The content value must be a string at least one character in length."))
    if len(json.dumps(body)) > LARGEST:
        faults.append((None, "too large"))
    for one in body.get("attachments", []):
        base64.b64decode(one["content"], validate=True)
        assert one["filename"]
    return [*faults, *(fault for number, one in enumerate(people) for fault in _faults_of(number, one))]


def _faults_of(number: int, one: Mapping[str, Any]) -> list[tuple[str | None, str]]:
    at = f"personalizations.{number}"
    faults: list[tuple[str | None, str]] = []
    if not all(ADDRESS.fullmatch(to["email"]) for to in one["to"]):
        faults.append((f"{at}.to.0.email", "Does not contain a valid address."))
    if not one["subject"] or "\n" in one["subject"]:
        faults.append((f"{at}.subject", "The subject is required."))
    if RESERVED & {name.lower() for name in one["headers"]} or any("\n" in value for value in one["headers"].values()):
        faults.append((f"{at}.headers", "This header is reserved."))
    pairs = one.get("substitutions", {})
    if sum(len(part.encode()) for pair in pairs.items() for part in pair) > LARGEST_SUBSTITUTIONS:
        faults.append((f"{at}.substitutions", "too large"))
    if not all(isinstance(value, str) for value in one["custom_args"].values()):
        faults.append((f"{at}.custom_args", "must be strings"))
    return faults
