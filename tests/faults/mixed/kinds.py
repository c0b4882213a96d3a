"""The channels of a mixed run: each provider's double, its account, its owners' addresses, its moods and its words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from channels_app import registry
from channels_app.aliyun.channel import Aliyun
from channels_app.contract import Account, Outcome, Outgoing, RawRequest, Template
from channels_app.wechat.channel import WeChat
from tests.doubles import aliyun, moods, sendgrid, smpp, smtp, telegram, twilio, wechat, whatsapp
from tests.doubles.server import Taken

# What a provider says at last of a message that it took: nothing, of some.
DELIVERED, FAILED, GONE, STOPPED, SILENT = "delivered", "failed", "gone", "stopped", "silent"
FATES: Mapping[str, float] = {DELIVERED: 0.95, FAILED: 0.02, GONE: 0.01, STOPPED: 0.01, SILENT: 0.01}

# Shares of the calls; where a call is one message, and where it is many of them.
BY_ONE: Mapping[str, float] = {
    moods.LATE: 0.01,
    moods.EARLY: 0.01,
    "throttle": 0.002,
    "fail": 0.002,
    "reject": 0.003,
    "opted-out": 0.003,
    "timeout-after-accept": 0.001,
    "reset": 0.002,
    "garbage": 0.002,
    "no-id": 0.002,
}
BY_MANY: Mapping[str, float] = {mood: 10 * share for mood, share in BY_ONE.items()}
# A line that breaks puts all that is under way on it in doubt, so it breaks less often.
BY_LINE = {**BY_ONE, "timeout-after-accept": 0.0003, "reset": 0.0005, "garbage": 0.0005, "nack": 0.001}
BY_MAIL = {**BY_ONE, "closing": 0.001, "policy": 0.002, "later": 0.002, "reset-before": 0.001}


@dataclass(frozen=True)
class Kind:
    """One channel as the run needs it.

    owner: the address of a dealer's owner by number. seen: an address as the provider names it. tell: its calls that
    say what became of messages; none where it says nothing, or says it over a line.
    """

    name: str
    double: Callable[[], Any]
    address: str
    settings: Callable[[Any], dict[str, str]]
    owner: Callable[[str, int], str]
    chances: Mapping[str, float]
    tell: "Callable[[Any, Account, Sequence[Told], datetime], list[RawRequest]] | None" = None
    seen: Callable[[str], str] = str


@dataclass(frozen=True)
class Told:
    """A message that a provider took, and what it says of it."""

    taken: Taken
    fate: str


# Each dealer texts within its own country.
MOBILES = {"north": "+86139", "south": "+346"}
CHATS = {"north": 10_000_000, "south": 20_000_000}


def _phone(dealer: str, number: int) -> str:
    return f"{MOBILES[dealer]}{number:08d}"


def _mail(dealer: str, number: int) -> str:
    return f"owner{number}@{dealer}.example"


TWILIO_WORDS = {
    DELIVERED: ("delivered", ""),
    FAILED: ("undelivered", "30008"),
    GONE: ("undelivered", "30005"),
    STOPPED: ("undelivered", "21610"),
}
SMPP_WORDS = {
    DELIVERED: ("DELIVRD", "000"),
    FAILED: ("UNDELIV", "099"),
    GONE: ("UNDELIV", "001"),
    STOPPED: ("UNDELIV", "077"),
}
ALIYUN_WORDS = {
    DELIVERED: "DELIVERED",
    FAILED: "MOBILE_SEND_LIMIT",
    GONE: "INVALID_NUMBER",
    STOPPED: "MOBILE_IN_BLACK",
}
SENDGRID_WORDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    DELIVERED: ("delivered", {}),
    FAILED: ("bounce", {"type": "blocked", "status": "4.7.1"}),
    GONE: ("bounce", {"type": "bounce", "status": "5.1.1"}),
    STOPPED: ("dropped", {"reason": "Unsubscribed Address"}),
}
SMTP_WORDS = {DELIVERED: ("delivered", "2.0.0"), FAILED: ("failed", "5.2.2"), GONE: ("failed", "5.1.1")}
WHATSAPP_WORDS: Mapping[str, tuple[str, tuple[int, ...]]] = {
    DELIVERED: ("delivered", ()),
    FAILED: ("failed", (131000,)),
    GONE: ("failed", (131026,)),
    STOPPED: ("failed", (131050,)),
}
WECHAT_WORDS = {
    DELIVERED: "success",
    FAILED: "failed: system failed",
    GONE: "failed: system failed",
    STOPPED: "failed:user block",
}


def _of_twilio(_double: Any, account: Account, told: Sequence[Told], now: datetime) -> list[RawRequest]:
    return [
        twilio.status_call(account.webhook_url, one.taken, TWILIO_WORDS[one.fate][0], error=error, now=now)
        for one in told
        for error in [TWILIO_WORDS[one.fate][1]]
    ]


def smpp_receipt(one: Told) -> bytes:
    """Return the body of what a carrier brings of a message."""
    word, error = SMPP_WORDS[one.fate]
    return smpp.receipt(one.taken, word, error=error)


def _of_aliyun(_double: Any, account: Account, told: Sequence[Told], now: datetime) -> list[RawRequest]:
    reports = [aliyun.report(one.taken, ALIYUN_WORDS[one.fate], at=now) for one in told]
    return [aliyun.called(account.webhook_url, reports, now=now)]


def _of_sendgrid(double: Any, _account: Account, told: Sequence[Told], now: datetime) -> list[RawRequest]:
    events = [double.event(one.taken, SENDGRID_WORDS[one.fate][0], **SENDGRID_WORDS[one.fate][1]) for one in told]
    return [double.event_call(events, now=now)]


def _of_smtp(_double: Any, account: Account, told: Sequence[Told], now: datetime) -> list[RawRequest]:
    bodies = [
        smtp.report(one.taken, *SMTP_WORDS[one.fate]) if one.fate in SMTP_WORDS else smtp.complaint(one.taken)
        for one in told
    ]
    return [smtp.posted(body, secret=account.settings["secret"], now=now) for body in bodies]


def _of_whatsapp(_double: Any, account: Account, told: Sequence[Told], now: datetime) -> list[RawRequest]:
    words = [(one.taken, *WHATSAPP_WORDS[one.fate]) for one in told]
    statuses = [whatsapp.status_of(taken, word, codes=codes, at=now) for taken, word, codes in words]
    return [whatsapp.signed(account.webhook_url, whatsapp.notice({"statuses": statuses}), now=now)]


def _of_wechat(_double: Any, account: Account, told: Sequence[Told], now: datetime) -> list[RawRequest]:
    """Of templates alone: WeChat says nothing of texts."""
    finished = [wechat.finished(one.taken, WECHAT_WORDS[one.fate], at=now) for one in told if one.taken.ours]
    return [wechat.call(account.webhook_url, said, now=now) for said in finished]


KINDS: tuple[Kind, ...] = (
    Kind(
        name="twilio",
        double=moods.MoodyTwilio,
        address="+34600999999",
        settings=lambda at: {"account_sid": twilio.ACCOUNT, "auth_token": twilio.TOKEN, "url": at.url},
        owner=_phone,
        chances=BY_ONE,
        tell=_of_twilio,
    ),
    Kind(
        name="smpp",
        double=moods.MoodySmsc,
        address="+34600999999",
        settings=lambda at: {
            "host": "127.0.0.1",
            "port": at.port,
            "security": "none",
            "system_id": smpp.SYSTEM_ID,
            "password": smpp.PASSWORD,
            "opted_out_codes": "0x0401, 077",
            "undeliverable_codes": "001",
        },
        owner=_phone,
        chances=BY_LINE,
    ),
    Kind(
        name="aliyun",
        double=moods.MoodyAliyun,
        address=aliyun.SIGN_NAME,
        settings=lambda at: {
            "access_key_id": aliyun.KEY_ID,
            "access_key_secret": aliyun.KEY_SECRET,
            "secret": aliyun.SECRET,
            "templates": f"visit_reminder zh-hans {aliyun.TEMPLATE} name time",
            "url": at.url,
        },
        owner=_phone,
        chances=BY_MANY,
        tell=_of_aliyun,
        seen=lambda address: address.removeprefix("+86").removeprefix("+"),
    ),
    Kind(
        name="sendgrid",
        double=moods.MoodySendGrid,
        address="service@north.example",
        settings=lambda at: {
            "api_key": sendgrid.KEY,
            "secret": "a secret of a test",
            "event_key": at.public_key,
            "reply_address": "replies@reply.north.example",
            "url": at.url,
        },
        owner=_mail,
        chances=BY_MANY,
        tell=_of_sendgrid,
    ),
    Kind(
        name="smtp",
        double=moods.MoodyMailServer,
        address="service@north.example",
        settings=lambda at: {
            "host": "127.0.0.1",
            "port": at.port,
            "security": "none",
            "secret": "a secret of a test",
            "reply_address": "replies@reply.north.example",
        },
        owner=_mail,
        chances=BY_MAIL,
        tell=_of_smtp,
    ),
    Kind(
        name="telegram",
        double=moods.MoodyTelegram,
        address="north_cars_bot",
        settings=lambda at: {"token": telegram.TOKEN, "secret": telegram.SECRET, "url": at.url},
        owner=lambda dealer, number: str(CHATS[dealer] + number),
        chances=BY_ONE,
    ),
    Kind(
        name="whatsapp",
        double=moods.MoodyWhatsApp,
        address="+15550783881",
        settings=lambda at: {
            "phone_number_id": whatsapp.NUMBER_ID,
            "token": whatsapp.TOKEN,
            "app_secret": whatsapp.APP_SECRET,
            "verify_token": whatsapp.VERIFY_TOKEN,
            "url": f"{at.url}/v23.0",
        },
        owner=_phone,
        chances=BY_ONE,
        tell=_of_whatsapp,
        seen=lambda address: address.removeprefix("+"),
    ),
    Kind(
        name="wechat",
        double=moods.MoodyWeChat,
        address=wechat.ACCOUNT,
        settings=lambda at: {
            "app_id": wechat.APP_ID,
            "app_secret": wechat.APP_SECRET,
            "token": wechat.TOKEN,
            "aes_key": wechat.AES_KEY,
            "templates": f"visit_reminder zh-hans {wechat.TEMPLATE} thing1 time2",
            "url": at.url,
        },
        owner=lambda dealer, number: f"o{dealer}-{number}",
        chances=BY_ONE,
        tell=_of_wechat,
    ),
)
BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}

VISIT = Template("visit_reminder", "zh-hans", ("Anna", "10:30"))
# So few go without one to WeChat, which never says what becomes of a text.
TEXT_EACH = 20


class DressedAliyun(Aliyun):
    """Aliyun, which takes templates alone: what is queued here has none of its own."""

    capabilities = replace(Aliyun.capabilities, window_hours=None)

    def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
        return super().send(account, [replace(one, template=VISIT) for one in batch])


class DressedWeChat(WeChat):
    """WeChat, by a template to most."""

    def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
        return super().send(account, [self._dressed(one) for one in batch])

    @staticmethod
    def _dressed(message: Outgoing) -> Outgoing:
        is_text = int(message.message_id.rpartition("-")[2]) % TEXT_EACH == 0
        return message if is_text else replace(message, template=VISIT)


def dress() -> dict[str, Any]:
    """Put templates onto what is sent where a provider wants them; return what stood in their place."""
    before = dict(registry.LOADED)
    registry.LOADED.update(aliyun=DressedAliyun(), wechat=DressedWeChat())
    return before
