"""SMS by Twilio's Messages API.

The settings of an account are declared below; messaging_service_sid sends in place of the address.
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import parse_qsl, urlencode

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from channels_app import charging, rotation, wire
from channels_app.contract import (
    Account,
    Capabilities,
    Charge,
    Inbound,
    Outcome,
    Outgoing,
    Probed,
    RawRequest,
    Receipt,
    ReceiptStatus,
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
    Undeliverable,
    Unreadable,
)
from channels_app.form import PHONE, Form, Setting

SIGNATURE_HEADER = "X-Twilio-Signature"
# Our message's id in the address of its receipts; Twilio signs the whole address.
OURS = "ours"
AT_ONCE = 50

# Twilio's words for what became of a message; those before the network (queued, accepted, sending) say nothing new.
STATUSES: Mapping[str, ReceiptStatus] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
# Why it was not delivered, where that says more than "failed": there is no such number, it is a landline, it said STOP.
STATUSES_BY_ERROR: Mapping[str, ReceiptStatus] = {
    "30005": "undeliverable",
    "30006": "undeliverable",
    "21211": "undeliverable",
    "21614": "undeliverable",
    "21610": "opted_out",
}
# Why the API took nothing; every other refusal concerns the one message.
ERRORS: Mapping[int, type[ChannelError]] = {
    20003: Misconfigured,  # credentials
    20005: Misconfigured,  # account not active
    20006: Misconfigured,  # access denied
    20404: Misconfigured,  # no such account
    21211: Undeliverable,  # no such number
    21212: Misconfigured,  # no such sender
    21606: Misconfigured,  # the sender cannot send SMS
    21610: OptedOut,
    21614: Undeliverable,  # no mobile
    21659: Misconfigured,  # the sender is not of this account
    21660: Misconfigured,  # the sender is of another account
    21703: Misconfigured,  # the messaging service has no sender
}
# How many of a day's messages are asked for, and how many at once: what an answer of ours holds, whatever was written;
# the caps of texting let an account send half as many.
MOST_LISTED, PAGE = 20_000, 200


class Twilio:
    """Twilio's programmable SMS."""

    kind = "twilio"
    capabilities = Capabilities(
        address_kind="PHONE",
        buttons=False,
        receipts=True,
        lookup=False,  # its list of messages is not searched by an id of ours
        max_length=1600,
        per_second=100,
        recipient_per_second=1,
        batch_size=200,
        is_sms=True,
    )
    form = Form(
        address_pattern=PHONE,
        address_example="+34600999999",
        settings=(
            Setting("account_sid", is_required=True, pattern="AC[0-9a-f]{32}"),
            Setting("auth_token", is_secret=True, is_required=True, signs=True),
            Setting("messaging_service_sid", pattern="MG[0-9a-f]{32}"),
            Setting("url", input="url", default="https://api.twilio.com", hosts=("twilio.com",)),
        ),
    )

    def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
        """Make one call a message, side by side over pooled connections."""
        self.form.require(account)

        async def call(session: aiohttp.ClientSession, message: Outgoing) -> str:
            if len(message.text) > self.capabilities.max_length:
                raise Rejected("TOO_LONG")
            return await _create(_client(account, session), account, message)

        return wire.send_each(batch, call, at_once=AT_ONCE)

    def lookup(self, account: Account, message_ids: Sequence[str]) -> list[Receipt]:
        """Refuse: Twilio cannot be asked by an id of ours."""
        raise Misconfigured("Twilio cannot be asked by our ids")

    def verify(self, account: Account, request: RawRequest) -> None:
        """Compare the signature over our own address for this account and the fields of the form."""
        self.form.require(account)
        given = request.header(SIGNATURE_HEADER).encode()
        try:
            fields = _fields(request)
        except Unreadable:
            raise Forged from None
        address = f"{account.webhook_url}?{request.query}" if request.query else account.webhook_url
        tokens = rotation.secrets_of(account, "auth_token")
        expected = [RequestValidator(token).compute_signature(address, fields) for token in tokens]
        if not any(hmac.compare_digest(one.encode(), given) for one in expected):
            raise Forged

    def parse(self, account: Account, request: RawRequest) -> list[Inbound | Receipt]:
        """Read an owner's message, or what became of one of ours."""
        fields = _fields(request)
        if not fields.get("MessageSid"):
            raise Unreadable("no MessageSid")
        if "MessageStatus" in fields:
            return [receipt] if (receipt := _receipt(fields, request)) else []
        if "Body" not in fields or not fields.get("From"):
            raise Unreadable("neither a message nor a status")
        return [Inbound(provider_id=fields["MessageSid"], sender=fields["From"], text=fields["Body"])]

    def probe(self, account: Account) -> Probed:
        """Ask what the account is called and whether it is active."""
        self.form.require(account)
        return wire.ask(lambda session: _probe(_client(account, session), account))

    def register(self, account: Account) -> None:
        """Have Twilio bring us what owners write to the account's number."""
        self.form.require(account)
        wire.ask(lambda session: _register(_client(account, session), account))

    def charges(self, account: Account, *, day: date) -> Mapping[str, Charge]:
        """List the account's messages of a day; Twilio prices some only a day later."""
        self.form.require(account)
        return wire.ask(lambda session: _charges(_client(account, session), account, day))


class _Http(AsyncHttpClient):  # type: ignore[misc]  # Twilio ships no types
    """Twilio's client over our connections: its errors of the wire are ours."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session
        self.is_async = True
        self.timeout = None

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Make a call as Twilio's client asks for it."""
        said = {**(headers or {}), **({"Authorization": aiohttp.encode_basic_auth(*auth)} if auth else {})}
        answer = await wire.call(self.session, method, uri, params=params, data=data, headers=said)
        if answer.status == wire.UNAVAILABLE:
            raise Unavailable("503")
        if answer.status >= wire.SERVER_ERROR:
            raise Uncertain(str(answer.status))
        return Response(answer.status, answer.text, answer.headers)


def _client(account: Account, session: aiohttp.ClientSession) -> Client:
    sid, token = account.settings["account_sid"], account.settings["auth_token"]
    client = Client(sid, token, http_client=_Http(session))
    if url := account.settings.get("url"):
        client.api.base_url = url
    return client


async def _create(client: Client, account: Account, message: Outgoing) -> str:
    service = account.settings.get("messaging_service_sid", "")
    sender = {"messaging_service_sid": service} if service else {"from_": account.address}
    try:
        made = await client.messages.create_async(
            to=message.to,
            body=message.text,
            status_callback=f"{account.webhook_url}?{urlencode({OURS: message.message_id})}",
            **sender,
        )
    except (TwilioRestException, TwilioServiceException) as error:
        raise _refusal(error.code) from error
    except (TwilioException, ValueError, KeyError, TypeError) as error:
        # It answered, and nobody can read what.
        raise Uncertain("no readable answer") from error
    if not made.sid:
        raise Uncertain("no id came back")
    return str(made.sid)


async def _probe(client: Client, account: Account) -> Probed:
    try:
        found = await client.api.accounts(account.settings["account_sid"]).fetch_async()
    except (TwilioRestException, TwilioServiceException) as error:
        raise _refused_account(error.code) from error
    except (TwilioException, ValueError, KeyError, TypeError) as error:
        raise Uncertain("no readable answer") from error
    return Probed(name=str(found.friendly_name or ""), detail=str(found.status or ""))


async def _register(client: Client, account: Account) -> None:
    numbers = client.api.accounts(account.settings["account_sid"]).incoming_phone_numbers
    try:
        found = await numbers.list_async(phone_number=account.address, limit=1)
        if not found:
            raise Misconfigured("the number is not of this account")
        await numbers(found[0].sid).update_async(sms_url=account.webhook_url, sms_method="POST")
    except (TwilioRestException, TwilioServiceException) as error:
        raise _refused_account(error.code) from error
    except (TwilioException, ValueError, KeyError, TypeError) as error:
        raise Uncertain("no readable answer") from error


async def _charges(client: Client, account: Account, day: date) -> dict[str, Charge]:
    # Of a service the senders are many; whose messages are not ours, no row of ours has.
    sender = {} if account.settings.get("messaging_service_sid") else {"from_": account.address}
    try:
        # Written out: the library makes midnight of a date, and a time means that one alone.
        listed = await client.messages.list_async(
            date_sent=day.isoformat(), limit=MOST_LISTED, page_size=PAGE, **sender
        )
    except (TwilioRestException, TwilioServiceException) as error:
        raise _refused_account(error.code) from error
    except (TwilioException, ValueError, KeyError, TypeError) as error:
        raise Uncertain("no readable answer") from error
    charges = {str(one.sid): charging.charge_of(one.price, one.price_unit) for one in listed}
    return {sid: charge for sid, charge in charges.items() if charge}


def _refused_account(code: int | None) -> ChannelError:
    """What is refused of an account by itself is never about one message."""
    refusal = _refusal(code)
    return Misconfigured(refusal.detail) if isinstance(refusal, Rejected) else refusal


def _refusal(code: int | None) -> ChannelError:
    if code == wire.THROTTLED or code == 20429:
        return Throttled(str(code), retry_after_seconds=wire.PAUSE_SECONDS)
    return ERRORS.get(code or 0, Rejected)(str(code))


def _fields(request: RawRequest) -> dict[str, str]:
    try:
        return dict(parse_qsl(request.body.decode(), keep_blank_values=True, max_num_fields=200, errors="strict"))
    except ValueError as error:
        raise Unreadable("the body is no form") from error


def _receipt(fields: Mapping[str, str], request: RawRequest) -> Receipt | None:
    word, error = fields["MessageStatus"], fields.get("ErrorCode", "")
    status = STATUSES.get(word)
    if status == "failed":
        status = STATUSES_BY_ERROR.get(error, status)
    if status is None:
        return None
    sid = fields["MessageSid"]
    ours = dict(parse_qsl(request.query)).get(OURS, "")
    return Receipt(provider_id=sid, message_id=ours, status=status, event_id=f"{sid}-{word}", detail=error)
