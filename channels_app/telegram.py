"""Chat by a Telegram bot.

The settings of an account are declared below; Telegram repeats the secret in each of its calls.
"""

import hmac
import json
from collections.abc import Callable, Mapping, Sequence

import aiohttp
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError
from telegram.request import BaseRequest, RequestData

from channels_app import rotation, shapes, telegram_files, wire
from channels_app.contract import (
    DEEP_LINK,
    Account,
    Answer,
    Button,
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
    Unavailable,
    Uncertain,
    Unreadable,
)
from channels_app.form import Form, Setting
from channels_app.shapes import Shape

API = "https://api.telegram.org"
CHATS = "https://t.me"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # a header's name
AT_ONCE = 30
# What a button may carry back. Source: Bot API, InlineKeyboardButton.callback_data.
LONGEST_PAYLOAD_BYTES = 64
# The kinds of updates that are asked for; all others are read as nothing.
UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
START = "/start "
# What has become of the bot in a chat where its owner wants it no more: blocked, in a chat with it alone, is "kicked".
GONE = frozenset({"kicked", "left"})

# Why the API took nothing, by a part of its description (it has no codes), and the word that we keep.
# What the owner did is an opt-out, which we must hold too: whoever blocks a bot has said no. What merely became of an
# account, or never began, is nobody's will.
REFUSALS: tuple[tuple[str, type[ChannelError], str], ...] = (
    ("bot was blocked by the user", OptedOut, "BLOCKED"),
    ("bot was kicked", OptedOut, "KICKED"),
    ("user is deactivated", Rejected, "DEACTIVATED"),
    ("can't initiate conversation", Rejected, "NOT_STARTED"),
    ("can't send messages to bots", Rejected, "A_BOT"),
    ("bot is not a member", Rejected, "NOT_A_MEMBER"),
    ("chat not found", Rejected, "CHAT_NOT_FOUND"),
    ("peer_id_invalid", Rejected, "CHAT_NOT_FOUND"),
    ("message is too long", Rejected, "TOO_LONG"),
    ("text is empty", Rejected, "EMPTY"),
    ("text must be non-empty", Rejected, "EMPTY"),
    ("button_data_invalid", Rejected, "BUTTON_INVALID"),
    ("rights to send", Rejected, "NO_RIGHTS"),
)
# What an owner may send in place of words; people see that it came, and can ask.
MEDIA = (
    "photo", "voice", "video", "video_note", "audio", "animation", "document", "sticker", "location", "contact",
)  # fmt: skip


class Telegram:
    """A bot, which owners begin to talk with themselves."""

    kind = "telegram"
    capabilities = Capabilities(
        address_kind="CHAT",
        buttons=True,
        receipts=False,  # a bot does not learn whether a message was delivered or read
        lookup=False,
        max_length=4096,
        per_second=30,
        recipient_per_second=1,
        batch_size=100,
    )
    form = Form(
        address_pattern="@?[A-Za-z0-9_]{5,32}",
        address_example="@north_service_bot",
        settings=(
            Setting("token", is_secret=True, is_required=True, pattern="[0-9]{1,20}:[A-Za-z0-9_-]{1,100}"),
            Setting(
                "secret", is_secret=True, is_required=True, is_made=True, signs=True, pattern="[A-Za-z0-9_-]{1,256}"
            ),
            Setting("url", input="url", default=API, hosts=("telegram.org",)),
        ),
    )

    def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
        """Make one call a message, side by side over pooled connections; Telegram has no place for our ids."""
        self.form.require(account)

        async def call(session: aiohttp.ClientSession, message: Outgoing) -> str:
            if len(message.text) > self.capabilities.max_length:
                raise Rejected("TOO_LONG")
            if any(len(button.payload.encode()) > LONGEST_PAYLOAD_BYTES for button in message.buttons):
                raise Rejected("BUTTON_INVALID")
            return await _deliver(_bot(account, session), message)

        return wire.send_each(batch, call, at_once=AT_ONCE)

    def lookup(self, account: Account, message_ids: Sequence[str]) -> list[Receipt]:
        """Refuse: a bot cannot ask for its own messages."""
        raise Misconfigured("Telegram cannot be asked by our ids")

    def verify(self, account: Account, request: RawRequest) -> None:
        """Compare the secret that Telegram was given with the webhook; it signs neither the body nor a time."""
        given = request.header(SECRET_HEADER).encode()
        good = [hmac.compare_digest(one.encode(), given) for one in rotation.secrets_of(account, "secret")]
        if not any(good):
            raise Forged

    def parse(self, account: Account, request: RawRequest) -> list[Inbound | Receipt]:
        """Read what an owner wrote, rewrote or tapped in a chat with the bot alone, and whether they blocked it."""
        update = shapes.json_object(request.body)
        named = f"{_bot_id(account)}:{shapes.number(update, 'update_id')}"
        read = [reader(shapes.part(update, kind), named) for kind, reader in READERS.items() if kind in update]
        return [one for one in read if one is not None]

    def answer(self, account: Account, request: RawRequest) -> Answer | None:
        """Take the clock off a tapped button: Telegram does what an answer's body asks for, without another call."""
        try:
            tap_id = shapes.word(shapes.part(shapes.json_object(request.body), "callback_query"), "id")
        except Unreadable:
            return None
        body = {"method": "answerCallbackQuery", "callback_query_id": tap_id}
        return Answer(json.dumps(body).encode(), "application/json")

    def chat_address(self, account: Account, token: str) -> str:
        """Give the bot's deep link. Source: Bot features, deep linking: up to 64 of A-Z, a-z, 0-9, _ and -."""
        return f"{CHATS}/{account.address.removeprefix('@')}?start={token}"

    def fetch(self, account: Account, key: str, *, most_bytes: int) -> bytes:
        """Ask where a file lies, and fetch it from there; a bot gets none above 20 MB. Source: Bot API, getFile."""
        self.form.require(account)
        return wire.ask(lambda session: _fetch(account, session, key, most_bytes=most_bytes))

    def register(self, account: Account) -> None:
        """Tell Telegram where to call us, with which secret, and of what."""
        self.form.require(account)
        wire.ask(lambda session: _register(_bot(account, session), account))

    def probe(self, account: Account) -> Probed:
        """Ask whose token this is, and whether Telegram reaches us."""
        self.form.require(account)
        return wire.ask(lambda session: _probe(_bot(account, session)))


class _Request(BaseRequest):
    """The library's calls over our connections, so that its errors of the wire are ours.

    Not its HTTPXRequest over an aiohttp transport: there a connection that broke after the call had left looks like
    one that was never made, and httpx writes addresses with the bot's token into the log.
    """

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    @property
    def read_timeout(self) -> float:
        """How long an answer may take."""
        return wire.CALL_SECONDS

    async def initialize(self) -> None:
        """Nothing to open: the connections are the process's."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        """Make a call as the library asks for it; the time-outs are the wire's."""
        form = request_data.json_parameters if request_data else None
        answer = await wire.call(self._session, method, url, patience=_patience, data=form)
        if answer.status == wire.UNAVAILABLE:
            raise Unavailable("503")
        if answer.status >= wire.SERVER_ERROR:
            raise Uncertain(str(answer.status))
        return answer.status, answer.body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, object]:
        """Read an answer; unlike the library's own, without a word of it in the log."""
        try:
            return dict(json.loads(payload))
        except (ValueError, TypeError, RecursionError):
            raise TelegramError("no JSON") from None


def _bot(account: Account, session: aiohttp.ClientSession) -> Bot:
    request = _Request(session)
    base = account.settings.get("url", API)
    # Both given, since the library would else build a client of its own, with certificates and all, for each.
    return Bot(
        account.settings["token"],
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=request,
        get_updates_request=request,
    )


async def _deliver(bot: Bot, message: Outgoing) -> str:
    try:
        return await _send(bot, message, chat=message.to)
    except ChatMigrated as moved:
        # Certainly not sent: the group lives on under another id, which is told here and nowhere else.
        try:
            return await _send(bot, message, chat=str(moved.new_chat_id))
        except ChatMigrated as error:
            raise Rejected("CHAT_NOT_FOUND") from error


async def _send(bot: Bot, message: Outgoing, *, chat: str) -> str:
    try:
        made = await bot.send_message(
            chat,
            message.text,
            reply_markup=_keyboard(message.buttons),
            reply_parameters=_reply(message.reply_to),
            # A preview would open the owner's own page before they do.
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
    except ChatMigrated:
        raise
    except TelegramError as error:
        raise _refusal(error) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # It answered, and nobody can read what.
        raise Uncertain("no readable answer") from error
    if not isinstance(made, Message):
        raise Uncertain("no id came back")
    return f"{made.chat.id}.{made.message_id}"


async def _register(bot: Bot, account: Account) -> None:
    try:
        await bot.set_webhook(
            account.webhook_url, secret_token=account.settings["secret"], allowed_updates=list(UPDATES)
        )
    except TelegramError as error:
        refusal = _refusal(error)
        raise Misconfigured("WEBHOOK") if isinstance(refusal, Rejected) else refusal from error


async def _probe(bot: Bot) -> Probed:
    try:
        me, hook = await bot.get_me(), await bot.get_webhook_info()
    except TelegramError as error:
        raise _refusal(error) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Uncertain("no readable answer") from error
    return Probed(name=f"@{me.username}", detail=hook.last_error_message or ("" if hook.url else "NO_WEBHOOK"))


async def _fetch(account: Account, session: aiohttp.ClientSession, key: str, *, most_bytes: int) -> bytes:
    try:
        told = await _bot(account, session).get_file(key)
    except TelegramError as error:
        raise _refusal(error) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Uncertain("no readable answer") from error
    return await telegram_files.download(session, told.file_path or "", most_bytes=most_bytes)


def _refusal(error: TelegramError) -> ChannelError:
    """What the library says, in our words; an error of the wire comes wrapped in one of its own."""
    if isinstance(error.__cause__, ChannelError):
        return error.__cause__
    if isinstance(error.__cause__, UnicodeError):
        return Rejected("NOT_TEXT")
    if isinstance(error, InvalidToken):
        return Misconfigured("TOKEN")
    if not isinstance(error, Forbidden | BadRequest):
        return Uncertain("no readable answer")
    said = error.message.lower()
    known = next((kind(word) for part, kind, word in REFUSALS if part in said), None)
    return known or Rejected("403" if isinstance(error, Forbidden) else "400")


def _patience(answer: wire.Answer) -> float:
    """Telegram says in the body how long to wait."""
    try:
        return float(max(1, shapes.number(shapes.part(shapes.json_object(answer.body), "parameters"), "retry_after")))
    except (Unreadable, OverflowError):
        return wire.retry_after(answer)


def _keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """One button a row: labels are sentences more often than words."""
    rows = [[InlineKeyboardButton(button.label, callback_data=button.payload)] for button in buttons]
    return InlineKeyboardMarkup(rows) if rows else None


def _reply(provider_id: str) -> ReplyParameters | None:
    """The message to be shown under; one that has been deleted meanwhile is no reason not to send."""
    number = provider_id.rpartition(".")[2]
    is_one = number.isascii() and number.isdigit()
    return ReplyParameters(int(number), allow_sending_without_reply=True) if is_one else None


def _bot_id(account: Account) -> str:
    return account.settings.get("token", "").partition(":")[0]


def _message(message: Shape, named: str) -> Inbound | None:
    return _written(message, named, is_edit=False)


def _edited(message: Shape, named: str) -> Inbound | None:
    return _written(message, named, is_edit=True)


def _written(message: Shape, named: str, *, is_edit: bool) -> Inbound | None:
    text = _text(message)
    if not _is_private(message) or not text:
        return None
    author = shapes.part(message, "from")
    token = text.removeprefix(START).strip() if text.startswith(START) else ""
    return Inbound(
        # Numbers of updates begin anew after a quiet week, and anywhere: with the message's own they stay one each.
        provider_id=f"{named}:{_name(message)}",
        sender=_chat(message),
        text=text,
        payload=f"{DEEP_LINK}{token}" if token else "",
        reply_to=_name(shapes.part(message, "reply_to_message")) if "reply_to_message" in message else "",
        at=shapes.moment(shapes.number(message, "edit_date" if is_edit else "date")),
        is_automatic=author.get("is_bot") is True,
        sender_name=_full_name(author),
        is_edit=is_edit,
        media=telegram_files.media_of(message),
    )


def _tapped(tap: Shape, named: str) -> Inbound | None:
    # A button under a message of somebody else's, or of a game.
    if "message" not in tap or "data" not in tap:
        return None
    message, payload = shapes.part(tap, "message"), shapes.word(tap, "data")
    if not _is_private(message):
        return None
    return Inbound(
        provider_id=f"{named}:{shapes.word(tap, 'id')}",
        sender=_chat(message),
        text=_label(message, payload),
        payload=payload,
        reply_to=_name(message),
        sender_name=_full_name(shapes.part(tap, "from")),
    )


def _blocked(change: Shape, named: str) -> Inbound | None:
    """Whoever blocks the bot has said no by their deed; letting it in again says nothing: only their words open it."""
    gone = shapes.word(shapes.part(change, "new_chat_member"), "status") in GONE
    if not gone or not _is_private(change):
        return None
    return Inbound(
        provider_id=f"{named}:{_chat(change)}:{shapes.number(change, 'date')}",
        sender=_chat(change),
        text="[blocked]",
        at=shapes.moment(shapes.number(change, "date")),
        is_automatic=True,
        sender_name=_full_name(shapes.part(change, "from")),
        is_parting=True,
    )


READERS: Mapping[str, Callable[[Shape, str], Inbound | None]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _tapped,
    "my_chat_member": _blocked,
}


def _text(message: Shape) -> str:
    words = shapes.word_or_nothing(message, "text") or shapes.word_or_nothing(message, "caption")
    return words or next((f"[{kind}]" for kind in MEDIA if kind in message), "")


def _is_private(message: Shape) -> bool:
    """A group's talk is not said to us."""
    return shapes.part(message, "chat").get("type") == "private"


def _chat(message: Shape) -> str:
    return str(shapes.number(shapes.part(message, "chat"), "id"))


def _name(message: Shape) -> str:
    """A message's number is unique in its chat only."""
    return f"{_chat(message)}.{shapes.number(message, 'message_id')}"


def _label(message: Shape, payload: str) -> str:
    """What the tapped button said; a message too old to be shown has none."""
    markup = message.get("reply_markup")
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    buttons = [one for row in rows if isinstance(row, list) for one in row] if isinstance(rows, list) else []
    labels = [one.get("text") for one in buttons if isinstance(one, dict) and one.get("callback_data") == payload]
    return next((label for label in labels if isinstance(label, str)), "")


def _full_name(author: Shape) -> str:
    names = (shapes.word_or_nothing(author, name) for name in ("first_name", "last_name"))
    return " ".join(name for name in names if name)
