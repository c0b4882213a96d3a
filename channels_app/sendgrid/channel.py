"""E-mail by SendGrid's Mail Send API; receipts by its Event Webhook, replies by its Inbound Parse.

The settings of an account are declared below: event_key and parse_key are the public keys of the signed Event Webhook
and of the signature policy of Inbound Parse; secret and reply_address see mail/tokens. Both webhooks lead to the
account's address.
"""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import aiohttp
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from sendgrid.helpers import mail as helpers
from sendgrid.helpers.eventwebhook.eventwebhook_header import EventWebhookHeader

from channels_app import rotation, wire
from channels_app.contract import (
    Account,
    Capabilities,
    Inbound,
    Outcome,
    Outgoing,
    Probed,
    RawRequest,
    Receipt,
)
from channels_app.errors import ChannelError, Forged, Misconfigured, Rejected, Uncertain
from channels_app.form import EMAIL, Form, Setting
from channels_app.mail import building, files, tokens
from channels_app.mail.building import Letter
from channels_app.sendgrid import calls, events

AT_ONCE = 8
# Source: SendGrid's Mail Send API, limits of a request.
MOST_RECIPIENTS = 1000
MOST_SUBSTITUTED = 10_000
# What a key must be allowed. Source: SendGrid's API key permissions.
SENDS = "mail.send"

SIGNATURE_HEADER, TIMESTAMP_HEADER = EventWebhookHeader.SIGNATURE, EventWebhookHeader.TIMESTAMP
# Between their signing and our reading; a repeat within it is folded by its event's id.
REPLAY_WINDOW = timedelta(minutes=10)
KEYS = ("event_key", "parse_key")

# Marks in a call for many, in whose place SendGrid puts what is each one's own.
TEXT, HTML, TOKEN = "-aftercare.text-", "-aftercare.html-", "-aftercare.token-"
# What it refuses of the call itself: something in it, or its size.
AT_FAULT = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

Answers = dict[str, str | ChannelError]


class SendGrid:
    """Mails by SendGrid; one call carries up to a thousand of them."""

    kind = "sendgrid"
    capabilities = Capabilities(
        address_kind="EMAIL",
        buttons=False,
        receipts=True,
        lookup=False,  # its activity is an extra that few accounts have
        max_length=building.LONGEST_TEXT,
        per_second=500,
        recipient_per_second=1,
        batch_size=MOST_RECIPIENTS,
        largest_call=files.LARGEST_MAIL,
    )
    form = Form(
        address_pattern=EMAIL,
        address_example="service@north.example",
        settings=(
            Setting("api_key", is_secret=True, is_required=True),
            Setting("event_key", signs=True, longest=1000),
            Setting("parse_key", signs=True, longest=1000),
            *tokens.SETTINGS,
            Setting("name", longest=100),
            Setting("category", longest=100),
            Setting("url", input="url", default=calls.URL, hosts=("sendgrid.com",)),
        ),
    )

    def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
        """Send what can share a call in one, and the calls side by side."""
        building.require(account, ("api_key", "secret"))
        answers: Answers = {}
        letters = []
        for message in batch:
            try:
                letters.append(building.letter_of(account, message))
            except Rejected as error:
                answers[message.message_id] = error
        groups = _groups(letters)

        async def call(session: aiohttp.ClientSession, group: list[Letter]) -> Answers:
            return await _send(session, account, group)

        for group, said in zip(groups, wire.call_each(groups, call, at_once=AT_ONCE), strict=True):
            answers |= {one.message_id: said for one in group} if isinstance(said, ChannelError) else said
        return [wire.outcome_of(message, answers[message.message_id]) for message in batch]

    def lookup(self, account: Account, message_ids: Sequence[str]) -> list[Receipt]:
        """Refuse: SendGrid's activity is not part of every account."""
        raise Misconfigured("SendGrid cannot be asked by our ids")

    def verify(self, account: Account, request: RawRequest) -> None:
        """Check the signature over the time and the bytes with the account's public keys.

        Inbound Parse is signed as well, by a policy that an operator attaches to it: a secret in its address would
        stand in logs, and would say nothing of the mail.
        """
        timestamp = request.header(TIMESTAMP_HEADER)
        try:
            signature = base64.b64decode(request.header(SIGNATURE_HEADER), validate=True)
            signed_at = datetime.fromtimestamp(int(timestamp), tz=UTC)
        except (binascii.Error, ValueError, OverflowError, OSError):
            raise Forged from None
        if abs(request.received_at - signed_at) > REPLAY_WINDOW:
            raise Forged
        signed = timestamp.encode() + request.body
        if not any(_is_signed(key, signature, signed) for key in rotation.secrets_of(account, *KEYS)):
            raise Forged

    def parse(self, account: Account, request: RawRequest) -> list[Inbound | Receipt]:
        """Read events, or an owner's mail."""
        return events.events_of(account, request)

    def probe(self, account: Account) -> Probed:
        """Ask what the key may do; it must at least send."""
        building.require(account, ("api_key",))
        found = wire.ask(lambda session: calls.ask(session, account, "/v3/scopes"))
        if SENDS not in _scopes(found):
            raise Misconfigured("the key may not send mail")
        return Probed(name=account.address)


def _groups(letters: Iterable[Letter]) -> list[list[Letter]]:
    """Put together what differs only in what can be substituted; SendGrid takes each address once a call."""
    groups: dict[object, list[Letter]] = {}
    met = Counter[object]()
    for letter in letters:
        # The second mail to an address goes with the other second ones; what does not fit goes alone.
        kind = letter.attachments if _fits(letter) else letter.message_id
        met[kind, letter.to.lower()] += 1
        groups.setdefault((kind, met[kind, letter.to.lower()]), []).append(letter)
    return list(groups.values())


def _fits(letter: Letter) -> bool:
    """Return whether a mail's own parts may be substitutions: not too long, without marks that would be replaced."""
    pairs = _substitutions(letter)
    values = pairs.values()
    size = sum(len(part.encode()) for part in (*pairs, *values))
    return size <= MOST_SUBSTITUTED and not any(mark in value for value in values for mark in (TEXT, HTML, TOKEN))


def _substitutions(letter: Letter) -> dict[str, str]:
    return {TEXT: letter.text, HTML: letter.html, TOKEN: letter.token}


async def _send(session: aiohttp.ClientSession, account: Account, group: list[Letter]) -> Answers:
    """Send a group in one call. Where something in it is refused, nothing of it was taken: find what it is."""
    if not group:
        return {}
    answer = await calls.call(session, account, "POST", "/v3/mail/send", _body(account, group))
    if answer.status == HTTPStatus.ACCEPTED:
        return {one.message_id: one.provider_id for one in group}
    if answer.status not in AT_FAULT or len(group) == 1:
        raise calls.refusal(answer)
    guilty = _guilty(answer, len(group)) or set(range(len(group) // 2))
    answers: Answers = {}
    for part in ([one for at, one in enumerate(group) if (at in guilty) == is_guilty] for is_guilty in (True, False)):
        try:
            answers |= await _send(session, account, part)
        except ChannelError as error:
            answers |= {one.message_id: error for one in part}
    return answers


def _scopes(found: Mapping[str, Any]) -> list[str]:
    scopes = found.get("scopes")
    if not isinstance(scopes, list):
        raise Uncertain("no readable answer")
    return [str(scope) for scope in scopes]


def _guilty(answer: wire.Answer, size: int) -> set[int]:
    """Return which of a call's mails are named as at fault; empty where none is, or all are."""
    try:
        fields = [str(error.get("field")).split(".") for error in json.loads(answer.body)["errors"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return set()
    named = {
        int(field[1]) for field in fields if field[0] == "personalizations" and field[1:2] and field[1].isdecimal()
    }
    return named if 0 < len(named) < size and max(named) < size else set()


def _body(account: Account, group: Sequence[Letter]) -> dict[str, Any]:
    """Return a call for one mail as it is, or for several by substitutions."""
    first, is_many = group[0], len(group) > 1
    mail = helpers.Mail(from_email=helpers.From(account.address, account.settings.get("name") or None))
    # Refusals name mails by their place; the library would put each before the last.
    for place, letter in enumerate(group):
        mail.add_personalization(_personalization(letter, is_many=is_many), index=place)
    mail.add_content(TEXT if is_many else first.text, "text/plain")
    mail.add_content(HTML if is_many else first.html, "text/html")
    if first.reply_to:
        mail.reply_to = helpers.ReplyTo(tokens.reply_address(account, TOKEN) if is_many else first.reply_to)
    for one in first.attachments:
        content = base64.b64encode(one.content).decode()
        mail.add_attachment(helpers.Attachment(content, one.name, one.media_type, "attachment"))
    mail.add_category(helpers.Category(account.settings.get("category") or "aftercare"))
    mail.tracking_settings = _tracking()
    return dict(mail.get())


def _personalization(letter: Letter, *, is_many: bool) -> helpers.Personalization:
    own = helpers.Personalization()
    own.add_to(helpers.To(letter.to))
    own.subject = letter.subject
    for name, value in letter.headers.items():
        own.add_header(helpers.Header(name, value))
    own.add_custom_arg(helpers.CustomArg(events.OURS, letter.token))
    for mark, value in _substitutions(letter).items() if is_many else ():
        own.add_substitution(helpers.Substitution(mark, value))
    return own


def _tracking() -> helpers.TrackingSettings:
    """Links stay on the dealer's own domain, and the way out of such mails is ours."""
    tracking = helpers.TrackingSettings()
    tracking.click_tracking = helpers.ClickTracking(enable=False, enable_text=False)
    tracking.subscription_tracking = helpers.SubscriptionTracking(enable=False)
    return tracking


def _is_signed(key: str, signature: bytes, signed: bytes) -> bool:
    if not key:
        return False
    try:
        public = load_der_public_key(base64.b64decode(key, validate=True))
        if not isinstance(public, ec.EllipticCurvePublicKey):
            return False
        public.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
