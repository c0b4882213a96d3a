"""Chat by WhatsApp's Cloud API.

The settings of an account are declared below: the token is a system user's, app_secret signs Meta's calls, Meta repeats
verify_token when it first calls, url is the Graph API's with its version.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import aiohttp

from channels_app import rotation, shapes, whatsapp_events, whatsapp_files, whatsapp_templates, wire
from channels_app.approved import LONGEST_LIST
from channels_app.contract import (
    Account,
    Answer,
    Capabilities,
    Inbound,
    Outcome,
    Outgoing,
    Probed,
    RawRequest,
    Receipt,
)
from channels_app.errors import (
    ChannelError,
    Forged,
    Misconfigured,
    OptedOut,
    Rejected,
    Throttled,
    Unavailable,
    Uncertain,
    Unreadable,
)
from channels_app.form import Form, Setting
from channels_app.shapes import Shape

API = "https://graph.facebook.com/v23.0"
SIGNATURE_HEADER = "X-Hub-Signature-256"
AT_ONCE = 50
BAD_REQUEST = 400

# What a message may hold. Source: Cloud API, interactive reply buttons and interactive lists.
MOST_BUTTONS, LONGEST_BUTTON, LONGEST_BUTTON_BODY = 3, 20, 1024
MOST_ROWS, LONGEST_ROW, LONGEST_ROW_MORE = 10, 24, 72
LONGEST_PAYLOAD = 200
# What opens a list.
OPENS_LIST = {"en": "Choose", "es": "Elegir", "zh-hans": "选择"}

# Why the API took nothing, whatever the HTTP status; every other refusal concerns the one message.
ERRORS: Mapping[int, type[ChannelError]] = {
    0: Misconfigured,  # the token does not authenticate
    1: Uncertain,  # "invalid request or possible server error"
    2: Unavailable,  # down or overloaded
    3: Misconfigured,  # the token lacks a capability
    10: Misconfigured,  # permission not granted, or removed
    33: Misconfigured,  # the phone number has been deleted
    190: Misconfigured,  # the token has expired
    368: Misconfigured,  # blocked for violating a policy
    131000: Uncertain,  # "unknown error"
    131005: Misconfigured,  # access denied
    131016: Unavailable,  # a service is down
    131031: Misconfigured,  # account locked
    131037: Misconfigured,  # the display name is not approved
    131042: Misconfigured,  # payment
    131045: Misconfigured,  # the number is not registered
    131057: Unavailable,  # under maintenance
    133004: Unavailable,  # the server is away
    133010: Misconfigured,  # the number is not registered with this API
}
# Permissions, each with a number of its own.
PERMISSIONS = range(200, 300)
# Of code 100: there is no such number for this token.
NO_SUCH_OBJECT = (100, 33)
# Who asks to wait, and how many seconds, since it never says. Source: Cloud API, rate limits: one message to a person
# in six seconds; quality-based limits are looked at anew by the hour at best.
WAITS: Mapping[int, float] = {4: 60, 80007: 60, 130429: 5, 131048: 3600, 131056: 6}


class WhatsApp:
    """A business's number on WhatsApp."""

    kind = "whatsapp"
    capabilities = Capabilities(
        address_kind="PHONE",
        buttons=True,
        receipts=True,
        lookup=False,
        max_length=4096,
        per_second=80,
        recipient_per_second=1,  # one in six seconds on the whole, but a dialogue's bursts are granted
        batch_size=200,
        window_hours=24,  # Source: Cloud API, customer service windows
    )
    form = Form(
        address_pattern=r"\+[0-9]{7,15}",
        address_example="+34600999999",
        settings=(
            Setting("phone_number_id", is_required=True, pattern="[0-9]{1,30}"),
            Setting("token", is_secret=True, is_required=True),
            Setting("app_secret", is_secret=True, is_required=True, signs=True),
            Setting("verify_token", is_secret=True, is_required=True, is_made=True, signs=True),
            Setting("templates", input="multiline", longest=LONGEST_LIST),
            Setting("url", input="url", default=API, hosts=("facebook.com",)),
        ),
    )

    def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
        """Make one call a message, side by side over pooled connections; each carries our id for its receipts."""
        self.form.require(account)

        async def call(session: aiohttp.ClientSession, message: Outgoing) -> str:
            if len(message.text) > self.capabilities.max_length:
                raise Rejected("TOO_LONG")
            if any(len(button.payload) > LONGEST_PAYLOAD for button in message.buttons):
                raise Rejected("BUTTON_INVALID")
            made = await _call(session, account, "POST", "messages", body=_message(message, account))
            return _id_of(made)

        return wire.send_each(batch, call, at_once=AT_ONCE)

    def lookup(self, account: Account, message_ids: Sequence[str]) -> list[Receipt]:
        """Refuse: the Cloud API tells by its calls alone."""
        raise Misconfigured("WhatsApp cannot be asked by our ids")

    def verify(self, account: Account, request: RawRequest) -> None:
        """Compare the signature over the raw bytes; a handshake has none, but the word that was agreed on."""
        if request.method == "GET":
            asked = _query(request)
            given, words = asked.get("hub.verify_token", ""), rotation.secrets_of(account, "verify_token")
            expected = list(words) if asked.get("hub.mode") == "subscribe" else []
        else:
            given = request.header(SIGNATURE_HEADER)
            expected = [_signature(secret, request.body) for secret in rotation.secrets_of(account, "app_secret")]
        good = [hmac.compare_digest(one.encode(), given.encode("utf-8", "replace")) for one in expected if one]
        if not any(good):
            raise Forged

    def answer(self, account: Account, request: RawRequest) -> Answer | None:
        """Say a handshake's challenge back; Meta takes a 200 for "taken" and documents no other."""
        return Answer(_query(request).get("hub.challenge", "").encode() if request.method == "GET" else b"")

    def parse(self, account: Account, request: RawRequest) -> list[Inbound | Receipt]:
        """Read what owners wrote or tapped, and what became of our messages, of this account's number alone."""
        body = shapes.json_object(request.body)
        if body.get("object") != "whatsapp_business_account" or "entry" not in body:
            raise Unreadable("no account's entries")
        return [
            event
            for entry in shapes.parts(body, "entry")
            for change in shapes.parts(entry, "changes")
            if change.get("field") == "messages"
            for event in whatsapp_events.events_of(shapes.part(change, "value"), account)
        ]

    def fetch(self, account: Account, key: str, *, most_bytes: int) -> bytes:
        """Ask where a file lies, and fetch it from there."""
        self.form.require(account)

        async def work(session: aiohttp.ClientSession) -> bytes:
            told = await _ask(session, account, key)
            api, token = account.settings.get("url", API), account.settings["token"]
            return await whatsapp_files.fetch(session, told=told, api=api, token=token, most_bytes=most_bytes)

        return wire.ask(work)

    def submission(self, text: str, *, name: str, language: str, buttons: Sequence[str]) -> str:
        """Write it with Meta's name, language and numbers, and the buttons that it would take."""
        return whatsapp_templates.submission(text, name=name, language=language, buttons=buttons)

    def register(self, account: Account) -> None:
        """Have Meta call this account's webhook for its number, whatever the app's own is; Meta tries it at once."""
        self.form.require(account)
        hook = {
            "override_callback_uri": account.webhook_url,
            "verify_token": account.settings.get("verify_token", ""),
        }
        try:
            wire.ask(lambda session: _call(session, account, "POST", body={"webhook_configuration": hook}))
        except Rejected as error:
            raise Misconfigured("WEBHOOK") from error

    def probe(self, account: Account) -> Probed:
        """Ask what the number is called, and how owners rate it."""
        self.form.require(account)
        fields = {"fields": "verified_name,display_phone_number,quality_rating"}
        found = wire.ask(lambda session: _call(session, account, "GET", query=fields))
        name = f"{found.get('verified_name', '')} {found.get('display_phone_number', '')}"
        return Probed(name=name.strip(), detail=str(found.get("quality_rating", "")))


async def _call(
    session: aiohttp.ClientSession,
    account: Account,
    method: str,
    path: str = "",
    *,
    body: Mapping[str, Any] | None = None,
    query: Mapping[str, str] | None = None,
) -> Shape:
    """Call the number's node of the Graph API. Raises: ChannelError."""
    node = "/".join(one for one in (account.settings["phone_number_id"], path) if one)
    return await _ask(session, account, node, method, body=body, query=query)


async def _ask(
    session: aiohttp.ClientSession,
    account: Account,
    node: str,
    method: str = "GET",
    *,
    body: Mapping[str, Any] | None = None,
    query: Mapping[str, str] | None = None,
) -> Shape:
    """Call a node of the Graph API. Raises: ChannelError."""
    url = f"{account.settings.get('url', API)}/{node}"
    authority = {"Authorization": f"Bearer {account.settings['token']}"}
    answer = await wire.call(session, method, url, headers=authority, json=body, params=query)
    try:
        said = shapes.json_object(answer.body)
        error = shapes.part(said, "error") if "error" in said else None
        code = (shapes.number(error, "code"), error.get("error_subcode")) if error else None
    except Unreadable:
        raise _unreadable(answer) from None
    if code is not None:
        raise _refusal(*code)
    if answer.status >= BAD_REQUEST:
        raise _unreadable(answer)
    return said


def _unreadable(answer: wire.Answer) -> ChannelError:
    """It answered, and nobody can read what."""
    return Unavailable("503") if answer.status == wire.UNAVAILABLE else Uncertain(f"{answer.status}, not readable")


def _refusal(code: int, subcode: object) -> ChannelError:
    word = whatsapp_events.WORDS.get(code, str(code))
    if code in WAITS:
        return Throttled(word, retry_after_seconds=WAITS[code])
    if code in PERMISSIONS or (code, subcode) == NO_SUCH_OBJECT:
        return Misconfigured(word)
    if code in whatsapp_events.PURPOSES_BY_ERROR:
        return OptedOut(word, purposes=whatsapp_events.PURPOSES_BY_ERROR[code])
    return ERRORS.get(code, Rejected)(word)


def _id_of(made: Shape) -> str:
    try:
        [message] = shapes.parts(made, "messages")
        return shapes.word(message, "id")
    except (Unreadable, ValueError) as error:
        raise Uncertain("no id came back") from error


def _message(message: Outgoing, account: Account) -> dict[str, Any]:
    """The body of a call, as the content asks for it."""
    whole: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **_addressee(message.to),
        "biz_opaque_callback_data": message.message_id,
        **_content(message, account),
    }
    return {**whole, "context": {"message_id": message.reply_to}} if message.reply_to else whole


def _addressee(address: str) -> dict[str, str]:
    """A number, or what stands for a person who shows a username in its place ("US.1349")."""
    return {"recipient": address} if "." in address else {"to": address.removeprefix("+")}


def _content(message: Outgoing, account: Account) -> dict[str, Any]:
    if message.template is not None:
        filled = whatsapp_templates.filled(account.settings, message.template, message.buttons)
        return {"type": "template", "template": filled}
    if not message.buttons or len(message.buttons) > MOST_ROWS:
        return {"type": "text", "text": {"preview_url": False, "body": _listed(message)}}
    fits = len(message.buttons) <= MOST_BUTTONS and len(message.text) <= LONGEST_BUTTON_BODY
    if fits and all(len(button.label) <= LONGEST_BUTTON for button in message.buttons):
        return {"type": "interactive", "interactive": _buttons(message)}
    return {"type": "interactive", "interactive": _list(message)}


def _listed(message: Outgoing) -> str:
    """More choices than a list takes stand below the text, to be answered in words."""
    return "\n".join([message.text, *(f"- {button.label}" for button in message.buttons)])


def _buttons(message: Outgoing) -> dict[str, Any]:
    buttons = [{"type": "reply", "reply": {"id": button.payload, "title": button.label}} for button in message.buttons]
    return {"type": "button", "body": {"text": message.text}, "action": {"buttons": buttons}}


def _list(message: Outgoing) -> dict[str, Any]:
    rows = [{"id": button.payload, **_row(button.label)} for button in message.buttons]
    opens = OPENS_LIST.get(message.language, OPENS_LIST["en"])
    return {"type": "list", "body": {"text": message.text}, "action": {"button": opens, "sections": [{"rows": rows}]}}


def _row(label: str) -> dict[str, str]:
    """A label too long for a row is begun there, and stands whole below it."""
    if len(label) <= LONGEST_ROW:
        return {"title": label}
    return {"title": f"{label[: LONGEST_ROW - 1]}…", "description": label[:LONGEST_ROW_MORE]}


def _signature(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _query(request: RawRequest) -> dict[str, str]:
    try:
        return dict(parse_qsl(request.query, keep_blank_values=True, max_num_fields=20))
    except ValueError:
        return {}
