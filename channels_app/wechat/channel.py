"""Chat by a WeChat service account.

The settings of an account are declared below: the app's id and secret, the token and EncodingAESKey that its console is
told together with the webhook's address, in the safe mode, and which approved template is ours under which keys.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import aiohttp

from channels_app import shapes, wire
from channels_app.approved import LONGEST_LIST, approved, codes
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
    Template,
)
from channels_app.errors import Forged, Misconfigured, Rejected, Uncertain, Unreadable
from channels_app.form import Form, Setting
from channels_app.shapes import Shape
from channels_app.wechat import envelope, events, refusals, tokens

API = "https://api.weixin.qq.com"
AT_ONCE = 30
# Kept small enough for the 2,048 bytes of a text, with its choices.
LONGEST_TEXT = 600
# What is said to a call that was taken; anything else, or five seconds of silence, has it made again.
SUCCESS = b"success"
# The place whose value is the address of the owner's page.
PAGE = "link"
PLACE = re.compile(r"\{([a-z0-9_]+)\}")


class WeChat:
    """A service account, which owners follow; without a word of theirs for 48 hours it may send templates alone."""

    kind = "wechat"
    capabilities = Capabilities(
        address_kind="CHAT",
        buttons=True,
        receipts=True,  # of templates; of a text WeChat says nothing
        lookup=False,
        max_length=LONGEST_TEXT,
        per_second=50,
        recipient_per_second=1,
        batch_size=200,
        window_hours=48,  # Source: WeChat, customer service messages: 48 hours after a word of the owner's
    )
    form = Form(
        address_pattern="[A-Za-z][A-Za-z0-9_-]{5,31}",
        address_example="gh_1234567890ab",
        settings=(
            Setting("app_id", is_required=True, pattern="[A-Za-z0-9_]{1,64}"),
            Setting("app_secret", is_secret=True, is_required=True),
            Setting("token", is_secret=True, is_required=True, signs=True, pattern="[A-Za-z0-9]{3,32}"),
            Setting("aes_key", is_secret=True, is_required=True, signs=True, pattern="[A-Za-z0-9]{43}"),
            Setting("templates", input="multiline", longest=LONGEST_LIST),
            Setting("menus", input="choice", choices=("on", "off"), default="on"),
            Setting("url", input="url", default=API, hosts=("weixin.qq.com",)),
        ),
    )

    def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
        """Make one call a message, side by side over pooled connections; a text is named by our own id."""
        self.form.require(account)

        async def call(session: aiohttp.ClientSession, message: Outgoing) -> str:
            if len(message.text) > self.capabilities.max_length:
                raise Rejected("TOO_LONG")
            if message.template is not None:
                body = _template(account, message, message.template)
                return _id_of(await _call(session, account, "message/template/send", body))
            await _call(session, account, "message/custom/send", _content(account, message))
            return message.message_id

        return wire.send_each(batch, call, at_once=AT_ONCE)

    def lookup(self, account: Account, message_ids: Sequence[str]) -> list[Receipt]:
        """Refuse: WeChat tells by its calls alone."""
        raise Misconfigured("WeChat cannot be asked by our ids")

    def verify(self, account: Account, request: RawRequest) -> None:
        """Compare the signature over what is sealed, and open it; the handshake of the console's form is in plain."""
        asked = _query(request)
        timestamp, nonce = asked.get("timestamp", ""), asked.get("nonce", "")
        if request.method == "GET" and "msg_signature" not in asked:
            envelope.check(account, asked.get("signature", ""), timestamp, nonce, at=request.received_at)
            return
        sealed = _sealed(request, asked)
        given = asked.get("msg_signature", "")
        envelope.check(account, given, timestamp, nonce, sealed, at=request.received_at)
        envelope.opened(account, sealed)

    def answer(self, account: Account, request: RawRequest) -> Answer | None:
        """Say a handshake's word back, opened where it was sealed; to everything else that it was taken."""
        if request.method != "GET":
            return Answer(SUCCESS)
        asked = _query(request)
        said = asked.get("echostr", "")
        return Answer(envelope.opened(account, said) if "msg_signature" in asked else said.encode())

    def parse(self, account: Account, request: RawRequest) -> list[Inbound | Receipt]:
        """Read what an owner wrote or tapped, or what became of a template."""
        fields = envelope.fields_of(envelope.opened(account, _sealed(request, _query(request))))
        read = events.event_of(fields)
        return [read] if read is not None else []

    def submission(self, text: str, *, name: str, language: str, buttons: Sequence[str]) -> str:
        """Write it as WeChat writes places; its templates are chosen by keywords, and the nearest is the right one."""
        return PLACE.sub(r"{{\1.DATA}}", text)

    def probe(self, account: Account) -> Probed:
        """Ask for the account's templates; those that our list names and WeChat does not are told."""
        self.form.require(account)
        found = wire.ask(lambda session: _call(session, account, "template/get_all_private_template"))
        try:
            known = {one.get("template_id") for one in shapes.parts(found, "template_list")}
        except Unreadable as error:
            raise Uncertain("no readable answer") from error
        missing = sorted(codes(account.settings) - known)
        return Probed(name=account.address, detail=f"TEMPLATE_UNKNOWN {' '.join(missing)}" if missing else "")


async def _call(
    session: aiohttp.ClientSession, account: Account, path: str, body: Mapping[str, Any] | None = None
) -> Shape:
    """Call the API; a token that has become stale is changed once, as nothing was taken. Raises: ChannelError."""
    url = account.settings.get("url") or API
    token = await tokens.token_of(session, account, url=url)
    said, code = await _asked(session, f"{url}/cgi-bin/{path}", token, body)
    if code in refusals.STALE:
        token = await tokens.token_of(session, account, url=url, refused=token)
        said, code = await _asked(session, f"{url}/cgi-bin/{path}", token, body)
    if code:
        raise refusals.refusal(code)
    return said


async def _asked(
    session: aiohttp.ClientSession, url: str, token: str, body: Mapping[str, Any] | None
) -> tuple[Shape, int]:
    # Escaped letters would be shown as they are escaped; half a character can't be written otherwise.
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    headers = {"Content-Type": "application/json; charset=utf-8"}
    method = "GET" if data is None else "POST"
    answer = await wire.call(session, method, url, params={"access_token": token}, data=data, headers=headers)
    return refusals.answer_of(answer)


def _template(account: Account, message: Outgoing, template: Template) -> dict[str, Any]:
    """A template under WeChat's own name; our id has it sent once, should the call be made twice."""
    known = approved(account.settings, template)
    data = {key: {"value": value} for key, value in known.values.items()}
    whole = {"touser": message.to, "template_id": known.code, "data": data, "client_msg_id": message.message_id}
    page = template.value(PAGE)
    # A template has no buttons: whoever taps it comes to the owner's page, which asks the same.
    return {**whole, "url": page} if page.startswith("http") else whole


def _content(account: Account, message: Outgoing) -> dict[str, Any]:
    if not message.buttons:
        return {"touser": message.to, "msgtype": "text", "text": {"content": message.text}}
    if account.settings.get("menus") == "off":
        lines = [message.text, *(f"{number}. {one.label}" for number, one in enumerate(message.buttons, start=1))]
        return {"touser": message.to, "msgtype": "text", "text": {"content": "\n".join(lines)}}
    choices = [{"id": one.payload, "content": one.label} for one in message.buttons]
    menu = {"head_content": message.text, "list": choices, "tail_content": ""}
    return {"touser": message.to, "msgtype": "msgmenu", "msgmenu": menu}


def _id_of(said: Shape) -> str:
    try:
        return str(shapes.number(said, "msgid"))
    except Unreadable as error:
        raise Uncertain("no id came back") from error


def _sealed(request: RawRequest, asked: Mapping[str, str]) -> str:
    """What is sealed: a handshake's word, or what stands in the body. Raises: Forged."""
    if request.method == "GET":
        return asked.get("echostr", "")
    try:
        return envelope.fields_of(request.body)["Encrypt"]
    except (Unreadable, KeyError):
        raise Forged from None


def _query(request: RawRequest) -> dict[str, str]:
    try:
        return dict(parse_qsl(request.query, keep_blank_values=True, max_num_fields=20))
    except ValueError:
        return {}
