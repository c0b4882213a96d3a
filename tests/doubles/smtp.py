"""A mail server on loopback, which misbehaves at each stage of a mail, and what servers and relays send back."""

import asyncio
import hashlib
import hmac
import ssl
from collections.abc import Mapping
from datetime import datetime
from email import message_from_bytes

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from channels_app.contract import RawRequest
from tests.doubles.server import NEVER_SECONDS, Double, Taken

USER, PASSWORD = "service", "a password of a test"

# What it says no with, and at which stage.
REFUSALS: Mapping[str, tuple[str, str]] = {
    "throttle": ("RCPT", "452 4.3.2 Not now"),
    "rate": ("MAIL", "421 4.7.28 Too many from you"),
    "fail": ("RCPT", "451 4.2.0 Later"),
    "full": ("RCPT", "452 4.2.2 Mail box full"),
    "closing": ("RCPT", "421 4.3.0 Closing"),
    "reject": ("RCPT", "550 5.1.1 No such user <anna@example.com>"),
    "old-fashioned": ("RCPT", "550 No such user"),
    "policy": ("DATA", "554 5.7.1 Not this"),
    "later": ("DATA", "451 4.7.1 Greylisted"),
    "sender": ("MAIL", "550 5.7.60 Not for this address"),
    "unknown-sender": ("MAIL", "550 5.1.8 Bad sender"),
}


class MailServer(Double):
    """One server; taken are mails with their Message-ID as ours, their return path as the provider's id."""

    def __init__(
        self, *, tls: ssl.SSLContext | None = None, is_implicit: bool = False, has_users: bool = False
    ) -> None:
        super().__init__()
        self.tls, self.is_implicit, self.has_users = tls, is_implicit, has_users
        self.mails: list[bytes] = []
        self.faulty: set[str] = set()
        self.connections = 0

    @property
    def port(self) -> str:
        """Where it listens."""
        return self.url.rpartition(":")[2]

    async def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        outer = self.tls if self.is_implicit else None
        listening = await loop.create_server(self._protocol, "127.0.0.1", 0, ssl=outer)
        self._runner = _Listening(listening)  # type: ignore[assignment]  # it is cleaned up like aiohttp's
        self.url = f"smtp://127.0.0.1:{listening.sockets[0].getsockname()[1]}"

    def _protocol(self) -> SMTP:
        self.connections += 1
        return SMTP(
            self,
            hostname="mx.example.com",
            tls_context=None if self.is_implicit else self.tls,
            require_starttls=self.tls is not None and not self.is_implicit,
            # Who wants encryption wants to know who speaks as well.
            authenticator=self._authenticate if self.tls else None,
            auth_required=self.tls is not None,
            auth_require_tls=not self.is_implicit,
        )

    def _authenticate(self, _server: SMTP, _session: Session, _e: Envelope, _how: str, said: object) -> AuthResult:
        is_right = isinstance(said, LoginPassword) and (said.login, said.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)

    async def handle_MAIL(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _o: object) -> str:
        if refusal := self._refusal("MAIL"):
            return refusal
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server: SMTP, _session: Session, envelope: Envelope, address: str, _o: object) -> str:
        if self.how == "timeout":
            await asyncio.sleep(NEVER_SECONDS)
        if self.how == "reset-before":
            _hang_up(server)
        if address in self.faulty:
            return REFUSALS["reject"][1]
        if refusal := self._refusal("RCPT"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        if refusal := self._refusal("DATA"):
            return refusal
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content)
        self.mails.append(content)
        self.taken.append(Taken(str(envelope.mail_from), envelope.rcpt_tos[0], "", str(mail["Message-ID"])))
        await self.after_taking()
        if self.how == "timeout-after-accept":
            await asyncio.sleep(NEVER_SECONDS)
        if self.how == "reset":
            _hang_up(server)
        return "It works!" if self.how == "garbage" else "250 2.0.0 Queued"

    def _refusal(self, stage: str) -> str:
        at, reply = REFUSALS.get(self.how, ("", ""))
        return reply if at == stage else ""


def _hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


class _Listening:
    def __init__(self, server: asyncio.Server) -> None:
        self.server = server

    async def cleanup(self) -> None:
        self.server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)


def posted(raw: bytes, *, secret: str, now: datetime) -> RawRequest:
    """Return a relay's call with a whole mail."""
    timestamp = str(int(now.timestamp()))
    signature = hmac.new(secret.encode(), f"{timestamp}.".encode() + raw, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "message/rfc822",
        "X-Aftercare-Timestamp": timestamp,
        "X-Aftercare-Signature": signature,
    }
    return RawRequest(method="POST", path="/", headers=headers, body=raw, received_at=now)


def report(taken: Taken, action: str, status: str) -> bytes:
    """Return a server's word about one mail, to its return path."""
    fields = f"Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; x\nAction: {action}\nStatus: {status}\n"
    return _report(taken, "delivery-status", "message/delivery-status", fields, name=f"{action}-{taken.ours}")


def complaint(taken: Taken) -> bytes:
    """Return a mail box provider's word that somebody called a mail spam."""
    return _report(
        taken, "feedback-report", "message/feedback-report", "Feedback-Type: abuse\nVersion: 1\n", name="spam"
    )


def _report(taken: Taken, kind: str, media_type: str, fields: str, *, name: str) -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.example.com\nTo: {taken.provider_id}\nMessage-ID: <{name.strip('<>')}>\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="r"\n\n'
        f"--r\nContent-Type: text/plain\n\nSo it is.\n"
        f"--r\nContent-Type: {media_type}\n\n{fields}\n"
        f"--r\nContent-Type: text/rfc822-headers\n\nMessage-ID: {taken.ours}\n\n--r--\n"
    ).encode()
