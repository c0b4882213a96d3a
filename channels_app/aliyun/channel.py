"""SMS in China by Aliyun (Alibaba Cloud): approved sign names, approved templates.

An account's address is its approved sign name, its settings are declared below. Aliyun signs nothing, so that it
repeats the secret in the address it calls: "<webhook>?secret=<secret>" is what its console is told.
"""

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

import aiohttp
from yarl import URL

from channels_app import rotation, shapes, wire
from channels_app.aliyun import events, parcels, signing
from channels_app.aliyun.parcels import Parcel, Piece
from channels_app.approved import LONGEST_LIST, approved
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
    Rejected,
    Throttled,
    Unavailable,
    Uncertain,
    Unreadable,
)
from channels_app.form import Form, Setting
from channels_app.shapes import Shape

API = "https://dysmsapi.aliyuncs.com"
SECRET = "secret"  # noqa: S105  # a field's name
AT_ONCE = 20
PLACE = re.compile(r"\{([a-z0-9_]+)\}")
TAKEN = "OK"

# Why the API took nothing; every other refusal concerns the one message. Source: Aliyun SMS, codes of the API.
ERRORS: Mapping[str, type[ChannelError]] = {
    "isp.GATEWAY_ERROR": Uncertain,
    "isp.RAM_PERMISSION_DENY": Misconfigured,
    "isp.SYSTEM_ERROR": Uncertain,  # it may have begun; it knows no idempotency, and a receipt settles the doubt
    "isp.UNKNOWN": Uncertain,
    "isv.ACCOUNT_ABNORMAL": Misconfigured,
    "isv.ACCOUNT_NOT_EXISTS": Misconfigured,
    "isv.AMOUNT_NOT_ENOUGH": Misconfigured,
    "isv.DENY_IP_RANGE": Misconfigured,
    "isv.MONTH_LIMIT_CONTROL": Misconfigured,  # the dealer's own, in Aliyun's console
    "isv.OUT_OF_SERVICE": Misconfigured,
    "isv.PRODUCT_UNSUBSCRIBE": Misconfigured,
    "isv.PRODUCT_UN_SUBSCRIPT": Misconfigured,
    "isv.SIGN_NAME_ILLEGAL": Misconfigured,
    "isv.SIGN_STATE_ILLEGAL": Misconfigured,
    "isv.SMS_SIGNATURE_ILLEGAL": Misconfigured,
    "isv.SMS_SIGN_ILLEGAL": Misconfigured,
    "Forbidden.RAM": Misconfigured,
    "IncompleteSignature": Misconfigured,
    "InvalidAccessKeyId.Inactive": Misconfigured,
    "InvalidAccessKeyId.NotFound": Misconfigured,
    "InvalidTimeStamp.Expired": Misconfigured,  # our clock is wrong
    "NoPermission": Misconfigured,
    "ServiceUnavailable": Unavailable,
    "SignatureDoesNotMatch": Misconfigured,
}
# Who asks to wait, and how many seconds, since it never says: calls by the second; the dealer's own limit of a day,
# which may be raised at any hour.
WAITS: Mapping[str, float] = {
    "Throttling": 5,
    "Throttling.Api": 5,
    "Throttling.User": 5,
    "isv.DAY_LIMIT_CONTROL": 3600,
}
# One number has had its share of a minute, an hour or a day, nobody says which; the others go on.
CROWDED = "isv.BUSINESS_LIMIT_CONTROL"
CROWDED_SECONDS = 600


class Aliyun:
    """Aliyun's SMS to Chinese numbers."""

    kind = "aliyun"
    capabilities = Capabilities(
        address_kind="PHONE",
        buttons=False,
        receipts=True,
        lookup=False,  # it is asked by number and day, not by our ids
        max_length=500,  # of the text that a template makes
        per_second=1000,
        recipient_per_second=1,
        batch_size=500,
        is_sms=True,
        # Source: Aliyun SMS, billing: 70 characters, above that 67 each, of whatever letters, with the sign name.
        is_wide=True,
        signature="【{}】",
        window_hours=0,
        links=False,  # its templates take no address of a page as a parameter
    )
    form = Form(
        address_pattern="[^\\s\\x00-\\x1f]{2,20}",
        address_example="北方汽车",
        settings=(
            Setting("access_key_id", is_required=True, pattern="[A-Za-z0-9_.-]{1,100}"),
            Setting("access_key_secret", is_secret=True, is_required=True),
            Setting("templates", input="multiline", longest=LONGEST_LIST),
            Setting(
                "secret", is_secret=True, is_required=True, is_made=True, signs=True, pattern="[A-Za-z0-9_-]{1,256}"
            ),
            Setting("url", input="url", default=API, hosts=("aliyuncs.com",)),
        ),
    )

    def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
        """Send what shares a template by one call, as far as our ids fit; a refused call of many is made one by one."""
        self.form.require(account)
        pieces = [_piece(account, message, longest=self.capabilities.max_length) for message in batch]
        packed = parcels.packed([one for one in pieces if isinstance(one, Piece)])
        settled = _settled(account, packed)
        settled |= {
            message.message_id: one for message, one in zip(batch, pieces, strict=True) if isinstance(one, ChannelError)
        }
        return [wire.outcome_of(message, settled[message.message_id]) for message in batch]

    def lookup(self, account: Account, message_ids: Sequence[str]) -> list[Receipt]:
        """Refuse: Aliyun is asked by number and day."""
        raise Misconfigured("Aliyun cannot be asked by our ids")

    def verify(self, account: Account, request: RawRequest) -> None:
        """Compare the secret in the address; Aliyun signs neither the body nor a time."""
        given = _query(request).get(SECRET, "").encode("utf-8", "replace")
        good = [hmac.compare_digest(one.encode(), given) for one in rotation.secrets_of(account, "secret")]
        if request.method != "POST" or not any(good):
            raise Forged

    def answer(self, account: Account, request: RawRequest) -> Answer | None:
        """Say that it was taken, as Aliyun wants to read it; anything else it would send again."""
        return Answer(b'{"code":0,"msg":"ok"}', "application/json")

    def parse(self, account: Account, request: RawRequest) -> list[Inbound | Receipt]:
        """Read what became of messages, and what owners answered; both come many at a time."""
        read = [events.event_of(one) for one in shapes.json_objects(request.body)]
        return [one for one in read if one is not None]

    def submission(self, text: str, *, name: str, language: str, buttons: Sequence[str]) -> str:
        """Write it in one line, its places as Aliyun's."""
        return PLACE.sub(r"${\1}", " ".join(text.splitlines()))

    def probe(self, account: Account) -> Probed:
        """Ask whether the sign name is approved."""
        self.form.require(account)
        asked = {"PageIndex": "1", "PageSize": "50"}
        found = wire.ask(lambda session: _call(session, account, "QuerySmsSignList", asked))
        try:
            states = {one.get("SignName"): one.get("AuditStatus") for one in shapes.parts(found, "SmsSignList")}
        except Unreadable as error:
            raise Uncertain("no readable answer") from error
        name = account.address
        return Probed(name=name, detail=str(states.get(name, "NO_SIGN")))


def _piece(account: Account, message: Outgoing, *, longest: int) -> Piece | Rejected:
    """A message as its template says it, or the reason why it can't be."""
    if len(message.text) > longest:
        return Rejected("TOO_LONG")
    if message.template is None:
        return Rejected("NEEDS_TEMPLATE")
    try:
        return Piece(message, approved(account.settings, message.template))
    except Rejected as error:
        return error


def _settled(account: Account, packed: Sequence[Parcel]) -> dict[str, str | ChannelError]:
    """Make the calls and give what became of each message, by its id."""

    async def call(session: aiohttp.ClientSession, parcel: Parcel) -> list[str | ChannelError]:
        try:
            return await _taken(session, account, parcel)
        except ChannelError as error:
            if len(parcel) == 1 or not _is_of_one(error):
                raise
        # Which of them it was is not said; nothing of the call was taken.
        return [answer for piece in parcel for answer in await _alone(session, account, piece)]

    answers = wire.call_each(packed, call, at_once=AT_ONCE)
    return {
        piece.message.message_id: answer
        for parcel, given in zip(packed, answers, strict=True)
        for piece, answer in zip(
            parcel, [given] * len(parcel) if isinstance(given, ChannelError) else given, strict=True
        )
    }


async def _taken(session: aiohttp.ClientSession, account: Account, parcel: Parcel) -> list[str | ChannelError]:
    """Make one call and give its messages' ids. Raises: ChannelError."""
    biz_id = _biz_id(await _call(session, account, *_asked(account, parcel)))
    named = parcels.out_id(parcel)
    return [parcels.provider_id(biz_id, named, piece.message.to) for piece in parcel]


async def _alone(session: aiohttp.ClientSession, account: Account, piece: Piece) -> list[str | ChannelError]:
    try:
        return await _taken(session, account, (piece,))
    except ChannelError as error:
        return [error]


def _is_of_one(error: ChannelError) -> bool:
    return isinstance(error, Rejected) or (isinstance(error, Throttled) and error.is_of_one)


def _asked(account: Account, parcel: Parcel) -> tuple[str, dict[str, str]]:
    """The call and its fields: one message, or many of one template."""
    sign, numbers = account.address, [parcels.national(piece.message.to) for piece in parcel]
    values = [dict(piece.approved.values) for piece in parcel]
    shared = {"TemplateCode": parcel[0].approved.code, "OutId": parcels.out_id(parcel)}
    if len(parcel) == 1:
        return "SendSms", {**shared, "PhoneNumbers": numbers[0], "SignName": sign, "TemplateParam": _json(values[0])}
    return "SendBatchSms", {
        **shared,
        "PhoneNumberJson": _json(numbers),
        "SignNameJson": _json([sign] * len(parcel)),
        "TemplateParamJson": _json(values),
    }


def _json(value: object) -> str:
    """Half a character is sent as a question mark: it could not be written at all."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace").decode()


async def _call(session: aiohttp.ClientSession, account: Account, action: str, fields: Mapping[str, str]) -> Shape:
    """Call the API. Raises: ChannelError."""
    url, query = account.settings.get("url", API), signing.query_of(fields)
    headers = signing.signed_headers(
        url=url,
        action=action,
        query=query,
        key_id=account.settings["access_key_id"],
        key_secret=account.settings["access_key_secret"],
    )
    # As it was signed: written anew, other letters would be escaped.
    answer = await wire.call(session, "POST", URL(f"{url}/?{query}", encoded=True), headers=headers)
    try:
        said = shapes.json_object(answer.body)
        code = shapes.word(said, "Code")
    except Unreadable:
        raise _unreadable(answer) from None
    if code != TAKEN:
        raise _refusal(code)
    return said


def _unreadable(answer: wire.Answer) -> ChannelError:
    return Unavailable("503") if answer.status == wire.UNAVAILABLE else Uncertain(f"{answer.status}, not readable")


def _refusal(code: str) -> ChannelError:
    if code == CROWDED:
        return Throttled(code, retry_after_seconds=CROWDED_SECONDS, is_of_one=True)
    if code in WAITS:
        return Throttled(code, retry_after_seconds=WAITS[code])
    return ERRORS.get(code, Rejected)(code)


def _biz_id(said: Shape) -> str:
    found = said.get("BizId")
    if not isinstance(found, str) or not found:
        raise Uncertain("no id came back")
    return found


def _query(request: RawRequest) -> dict[str, str]:
    try:
        return dict(parse_qsl(request.query, keep_blank_values=True, max_num_fields=20))
    except ValueError:
        return {}
