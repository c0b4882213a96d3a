"""E-mail by a mail server of the account's own; replies and bounces come from any relay that posts whole mails to us.

The settings of an account are declared below: security "none" is for a server on this machine and takes no password, ca
are certificates to trust in place of the usual ones, secret and reply_address see mail/tokens. The relay signs its
calls: X-Aftercare-Signature is the HMAC-SHA256, in hexadecimal, by the secret, of X-Aftercare-Timestamp (seconds), a
dot, and the bytes of the mail, which are the body.
"""

import hashlib
import hmac
import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from time import monotonic

from channels_app import rotation, wire
from channels_app.contract import Account, Capabilities, Inbound, Outcome, Outgoing, Probed, RawRequest, Receipt
from channels_app.errors import (
    ChannelError,
    Forged,
    Misconfigured,
    Rejected,
    Throttled,
    Unavailable,
    Uncertain,
    Undeliverable,
)
from channels_app.form import EMAIL, Form, Setting
from channels_app.mail import building, events, files, reports, tokens
from channels_app.mail.building import Letter

SIGNATURE_HEADER, TIMESTAMP_HEADER = "X-Aftercare-Signature", "X-Aftercare-Timestamp"
REPLAY_WINDOW = timedelta(minutes=10)

STARTTLS, TLS, NONE = "starttls", "tls", "none"
PORTS = {STARTTLS: 587, TLS: 465, NONE: 25}

OK, FORWARDED, GO_AHEAD, CLOSING = 250, 251, 354, 421
# Replies that concern the account whatever they stand behind: sign in, sign in otherwise, wrong password, encrypt.
ACCOUNT_CODES = (530, 534, 535, 538)
ENHANCED = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")
# Enhanced codes (RFC 3463) that concern more than the one mail; every other 4.x.x is for later, 5.x.x for good.
MEANINGS: Mapping[str, type[ChannelError]] = {
    "4.3.2": Throttled,  # the server takes nothing now
    "4.7.28": Throttled,  # too many from this sender, as Gmail says it
    "4.7.650": Throttled,  # the same, as Outlook says it
    "5.7.8": Misconfigured,  # user or password
    "5.7.9": Misconfigured,  # another way to sign in is wanted
    "5.7.60": Misconfigured,  # this user may not send for this address
}

Answers = dict[str, str | ChannelError]


class Smtp:
    """Mails by a mail server; one connection carries a batch, one mail after the other."""

    kind = "smtp"
    capabilities = Capabilities(
        address_kind="EMAIL",
        buttons=False,
        receipts=True,
        lookup=False,  # a mail server keeps no book that can be asked
        max_length=building.LONGEST_TEXT,
        per_second=10,
        recipient_per_second=1,
        batch_size=50,
        largest_call=files.LARGEST_MAIL,
    )
    form = Form(
        address_pattern=EMAIL,
        address_example="service@north.example",
        settings=(
            Setting("host", input="host", is_required=True),
            # Those of mail alone: an account must not knock at every door of a machine.
            Setting("port", input="number", pattern="25|465|587|2525"),
            Setting("security", input="choice", default=STARTTLS, choices=(STARTTLS, TLS, NONE)),
            Setting("user", longest=254),
            Setting("password", is_secret=True),
            Setting("ca", input="multiline", longest=20_000),
            *tokens.SETTINGS,
            Setting("name", longest=100),
        ),
    )

    def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
        """Send each message as a mail of its own."""
        _require(account)
        answers: Answers = {}
        letters = []
        for message in batch:
            try:
                letters.append(building.letter_of(account, message))
            except Rejected as error:
                answers[message.message_id] = error
        answers |= _deliver(account, letters)
        return [wire.outcome_of(message, answers[message.message_id]) for message in batch]

    def lookup(self, account: Account, message_ids: Sequence[str]) -> list[Receipt]:
        """Refuse: a mail server cannot be asked."""
        raise Misconfigured("a mail server cannot be asked")

    def verify(self, account: Account, request: RawRequest) -> None:
        """Compare the signature of time and bytes by the account's secrets."""
        building.require(account, ("secret",))
        timestamp, given = request.header(TIMESTAMP_HEADER), request.header(SIGNATURE_HEADER).encode()
        secrets = rotation.secrets_of(account, "secret")
        expected = [signature(secret, timestamp=timestamp, body=request.body) for secret in secrets]
        if not any(hmac.compare_digest(one.encode(), given) for one in expected):
            raise Forged
        if not _is_fresh(timestamp, request.received_at):
            raise Forged

    def parse(self, account: Account, request: RawRequest) -> list[Inbound | Receipt]:
        """Read a mail: an owner's words, or a server's report."""
        return events.events_of(account, request.body)

    def probe(self, account: Account) -> Probed:
        """Connect and sign in, and send nothing."""
        _require(account)
        with _connected(account):
            return Probed(name=account.address)


def signature(secret: str, *, timestamp: str, body: bytes) -> str:
    """Return what a relay writes into its signature's header."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _require(account: Account) -> None:
    building.require(account, ("host", "secret"))
    security, port = _security(account), account.settings.get("port") or "0"
    if security not in PORTS or not port.isascii() or not port.isdigit():
        raise Misconfigured("the mail account's security or port is none")
    if security == NONE and account.settings.get("user"):
        raise Misconfigured("a password does not travel in the clear")


def _security(account: Account) -> str:
    return account.settings.get("security") or STARTTLS


def _is_fresh(timestamp: str, received_at: datetime) -> bool:
    try:
        signed_at = datetime.fromtimestamp(int(timestamp), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return False
    return abs(received_at - signed_at) <= REPLAY_WINDOW


def _deliver(account: Account, letters: Sequence[Letter]) -> Answers:
    """Send over one connection; where that ends, or all are told to wait, what is left was certainly not sent."""
    answers: Answers = {}
    until = monotonic() + wire.BATCH_SECONDS
    if not letters:
        return answers
    try:
        with _connected(account) as server:
            for letter in letters:
                answers[letter.message_id] = _settle(server, account, letter, until=until)
    except ChannelError as error:
        over = error
        return {one.message_id: answers.get(one.message_id, over) for one in letters}
    except _Over as ended:
        answers[ended.message_id] = ended.error
        # What was said of one mail alone is not said of the others.
        rest = Unavailable("connection lost") if isinstance(ended.error, Uncertain | Rejected) else ended.error
        return {one.message_id: answers.get(one.message_id, rest) for one in letters}
    return answers


class _Over(Exception):
    """The connection is of no more use after this message."""

    def __init__(self, message_id: str, error: ChannelError) -> None:
        super().__init__(message_id)
        self.message_id, self.error = message_id, error


@contextmanager
def _connected(account: Account) -> Iterator[smtplib.SMTP]:
    """Give a connection that is encrypted and signed in. Raises: Misconfigured; Unavailable."""
    server = None
    try:
        server = _dial(account)
        if _security(account) == STARTTLS:
            server.starttls(context=_trust(account))
        if user := account.settings.get("user"):
            server.login(user, account.settings.get("password", ""))
        server.ehlo_or_helo_if_needed()
    except Exception as error:
        if server is not None:
            server.close()
        raise _why_not_connected(error) from error
    try:
        yield server
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
    finally:
        server.close()


def _dial(account: Account) -> smtplib.SMTP:
    security = _security(account)
    host, port = account.settings["host"], int(account.settings.get("port") or PORTS[security])
    # Named by the account's domain: a look-up of this machine's own name could take long.
    name, seconds = tokens.domain_of(account.address), min(wire.CONNECT_SECONDS, wire.CALL_SECONDS)
    if security == TLS:
        return smtplib.SMTP_SSL(host, port, local_hostname=name, timeout=seconds, context=_trust(account))
    return smtplib.SMTP(host, port, local_hostname=name, timeout=seconds)


def _trust(account: Account) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=account.settings.get("ca") or None)


def _why_not_connected(error: Exception) -> ChannelError:
    if isinstance(error, smtplib.SMTPResponseException):
        meaning = _meaning(error.smtp_code, _bytes(error.smtp_error))
        return Misconfigured(meaning.detail) if isinstance(meaning, Rejected) else meaning
    if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError | ValueError):
        return Misconfigured("encryption or sign-in is not possible")
    if isinstance(error, OSError):  # smtplib's own errors are among them
        return Unavailable("cannot be reached")
    raise error


def _settle(server: smtplib.SMTP, account: Account, letter: Letter, *, until: float) -> str | ChannelError:
    """Send one mail and return its id, or why it alone was refused. Raises: _Over."""
    try:
        _offer(server, account, letter, until=until)
    except Rejected as error:
        return _reset(server, letter, error)
    except Unavailable as error:
        if error.detail.startswith(str(CLOSING)) or not error.detail[:1].isdigit():
            raise _Over(letter.message_id, error) from error
        return _reset(server, letter, error)
    except ChannelError as error:
        raise _Over(letter.message_id, error) from error
    return letter.provider_id


def _offer(server: smtplib.SMTP, account: Account, letter: Letter, *, until: float) -> None:
    """Say a mail to the server. Before its last line nothing is taken; after it, silence is doubt."""
    sender = letter.reply_to or account.address
    raw = building.mime_of(
        letter, sender=account.address, name=account.settings.get("name", ""), at=formatdate(usegmt=True)
    )
    try:
        _patience(server, until)
        _expect(server.mail(sender), OK, refused=Misconfigured)
        _patience(server, until)
        _expect(server.rcpt(letter.to), OK, FORWARDED, is_of_recipient=True)
        _patience(server, until)
        _expect(server.docmd("DATA"), GO_AHEAD)
        _patience(server, until)
    except OSError as error:
        raise Unavailable("connection lost") from error
    try:
        server.send(re.sub(rb"(?m)^\.", b"..", raw.rstrip(b"\r\n")) + b"\r\n.\r\n")
        reply = server.getreply()
    except OSError as error:
        raise Uncertain("no answer") from error
    if not 200 <= reply[0] < 600:
        raise Uncertain("no readable answer")
    _expect(reply, OK)


def _patience(server: smtplib.SMTP, until: float) -> None:
    left = min(wire.CALL_SECONDS, until - monotonic())
    if left <= 0 or server.sock is None:
        raise Unavailable("time is up")
    server.sock.settimeout(left)


def _reset(server: smtplib.SMTP, letter: Letter, error: ChannelError) -> ChannelError:
    """Begin anew after a refusal; where even that fails, the connection is over."""
    try:
        _expect(server.rset(), OK)
    except (OSError, ChannelError):
        raise _Over(letter.message_id, error) from None
    return error


def _expect(
    reply: tuple[int, bytes], *wanted: int, refused: type[ChannelError] | None = None, is_of_recipient: bool = False
) -> None:
    code, text = reply
    if code in wanted:
        return
    meaning = _meaning(code, text)
    if is_of_recipient and reports.UNDELIVERABLE.fullmatch(meaning.detail.partition(" ")[2]):
        raise Undeliverable(meaning.detail)
    raise refused(meaning.detail) if refused and isinstance(meaning, Rejected) else meaning


def _meaning(code: int, text: bytes) -> ChannelError:
    """Return what a reply that is no consent says; its words stay out, as they may name people."""
    found = ENHANCED.match(text)
    enhanced = found[1].decode() if found else ""
    detail = f"{code} {enhanced}".strip()
    kind = Misconfigured if code in ACCOUNT_CODES else MEANINGS.get(enhanced)
    if kind is Throttled:
        return Throttled(detail, retry_after_seconds=wire.PAUSE_SECONDS)
    if kind is not None:
        return kind(detail)
    return Rejected(detail) if code >= 500 else Unavailable(detail if code > 0 else "no readable answer")


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode("utf-8", "replace")
