"""Providers' doubles as the carriers of a story: what the owner reads is what left, what they write comes signed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from channels_app import lines
from channels_app.contract import RawRequest
from channels_app.smpp.channel import Smpp
from notifications.approvals import queries as approvals
from notifications.approvals.queries import Needed
from notifications.inbound import operations as inbound
from notifications.outbox import operations as outbox
from notifications.outbox.accounts import account_of
from notifications.outbox.models import Message
from tests.doubles import aliyun, sendgrid, smpp, telegram, twilio, wechat, whatsapp
from tests.doubles.server import Double, Taken
from tests.stories.telling import Story


@dataclass
class Carrier:
    """One provider: what its account is told, and how an owner's words and its own come from there."""

    provider: Any
    kind: ClassVar[str] = ""
    # The dealer's address, and Boris's.
    sender: ClassVar[str] = "+34600999999"
    owner: ClassVar[str] = "+34600000002"
    # The words of the provider about a message that arrives; none where there are no receipts.
    has_receipts: ClassVar[bool] = True
    count: int = 0

    def needed(self) -> list[Needed]:
        """Give all that its provider must approve, of the dealer in scope."""
        return approvals.needed(self.kind, {})

    def settings(self) -> dict[str, str]:
        """Give what the account is told."""
        raise NotImplementedError  # each provider has its own

    def written(self, text: str, *, address: str, now: datetime) -> RawRequest:
        """Give the provider's call with words of the owner."""
        raise NotImplementedError  # as above

    def chosen(self, number: int, last: Message, *, address: str, now: datetime) -> RawRequest:
        """Give the call with the choice of this number: its figure, where there are no buttons."""
        return self.written(str(number), address=address, now=now)

    def arrived(self, taken: Taken, *, address: str, now: datetime) -> RawRequest | None:
        """Give the call that says that a message arrived; None of one that its provider says nothing of."""
        raise NotImplementedError  # as above

    @contextmanager
    def begun(self, story: Story) -> Iterator[None]:
        """Do what a provider needs once the account is there."""
        yield


class ByTwilio(Carrier):
    kind = "twilio"

    def settings(self) -> dict[str, str]:
        return {"account_sid": twilio.ACCOUNT, "auth_token": twilio.TOKEN, "url": self.provider.url}

    def written(self, text: str, *, address: str, now: datetime) -> RawRequest:
        self.count += 1
        return twilio.owners_call(address, text, sender=self.owner, sid=f"SMin{self.count}", now=now)

    def arrived(self, taken: Taken, *, address: str, now: datetime) -> RawRequest:
        return twilio.status_call(address, taken, "delivered", now=now)


class ByTelegram(Carrier):
    kind = "telegram"
    sender = "south_cars_bot"
    owner = "34600000002"
    has_receipts = False

    def settings(self) -> dict[str, str]:
        return {"token": telegram.TOKEN, "secret": telegram.SECRET, "url": self.provider.url}

    def written(self, text: str, *, address: str, now: datetime) -> RawRequest:
        return self._update("message", telegram.message(text, chat=int(self.owner), number=self._next(), at=now), now)

    def chosen(self, number: int, last: Message, *, address: str, now: datetime) -> RawRequest:
        button = last.buttons[number - 1]
        place = int(last.provider_id.partition(".")[2])
        tap = telegram.tap(button["payload"], button["label"], chat=int(self.owner), number=place, at=now)
        return self._update("callback_query", {**tap, "id": f"tap{self._next()}"}, now)

    def _next(self) -> int:
        self.count += 1
        return 1_000 + self.count

    def _update(self, kind: str, what: object, now: datetime) -> RawRequest:
        return telegram.update_call("https://example.com/", kind, what, number=self._next(), now=now)


class BySendGrid(Carrier):
    kind = "sendgrid"
    sender = "service@south.example"
    owner = "boris@example.com"

    def settings(self) -> dict[str, str]:
        return {
            "api_key": sendgrid.KEY,
            "secret": "a secret of a test",
            "event_key": self.provider.public_key,
            "reply_address": "replies@reply.south.example",
            "url": self.provider.url,
        }

    def written(self, text: str, *, address: str, now: datetime) -> RawRequest:
        self.count += 1
        # What a mail program answers to.
        to = f"replies+{self.provider.taken[-1].ours}@reply.south.example".encode()
        quoted = "\n".join(f"> {line}" for line in self.provider.taken[-1].text.splitlines())
        fields: Mapping[str, bytes] = {
            "headers": f"Message-ID: <{self.count}@mail.example.com>\n".encode(),
            "to": to,
            "from": f"Boris <{self.owner}>".encode(),
            "envelope": b'{"to":["' + to + b'"],"from":"' + self.owner.encode() + b'"}',
            "subject": b"Re: South Motors",
            "charsets": b'{"text":"UTF-8"}',
            "dkim": b"{@example.com : pass}",
            "SPF": b"pass",
            "text": f"{text}\n\nEl mié, 18 nov 2026 a las 10:00, South Motors escribió:\n{quoted}\n".encode(),
        }
        request: RawRequest = self.provider.mail_call(fields, now=now)
        return request

    def arrived(self, taken: Taken, *, address: str, now: datetime) -> RawRequest:
        request: RawRequest = self.provider.event_call([self.provider.event(taken, "delivered")], now=now)
        return request


class ByAliyun(Carrier):
    """Every message is a template, and every answer a word or a figure."""

    kind = "aliyun"
    sender = aliyun.SIGN_NAME

    def settings(self) -> dict[str, str]:
        found = self.needed()
        self.provider.templates = {f"SMS_{number}": one.text for number, one in enumerate(found)}
        return {
            "access_key_id": aliyun.KEY_ID,
            "access_key_secret": aliyun.KEY_SECRET,
            "secret": aliyun.SECRET,
            "templates": "\n".join(f"{one.name} {one.language} SMS_{number}" for number, one in enumerate(found)),
            "url": self.provider.url,
        }

    def written(self, text: str, *, address: str, now: datetime) -> RawRequest:
        self.count += 1
        number = self.owner.removeprefix("+")
        said = aliyun.answer(text, sender=number, at=now, sequence_id=str(self.count))
        return aliyun.called(address, [said], now=now)

    def arrived(self, taken: Taken, *, address: str, now: datetime) -> RawRequest:
        return aliyun.called(address, [aliyun.report(taken, at=now)], now=now)


class ByWhatsApp(Carrier):
    """A template before the owner's first word and after a day of silence; free words between."""

    kind = "whatsapp"
    sender = "+15550783881"

    def settings(self) -> dict[str, str]:
        found = self.needed()
        heads = [one.text.partition("\n")[0].split() for one in found]
        bodies = [one.text.partition("\n")[2] for one in found]
        self.provider.templates = {(name, code): body for (name, code), body in zip(heads, bodies, strict=True)}
        lines = [f"{one.name} {one.language} {name}" for one, (name, _) in zip(found, heads, strict=True)]
        return {
            "phone_number_id": whatsapp.NUMBER_ID,
            "token": whatsapp.TOKEN,
            "app_secret": whatsapp.APP_SECRET,
            "verify_token": whatsapp.VERIFY_TOKEN,
            "templates": "\n".join(lines),
            "url": f"{self.provider.url}/v23.0",
        }

    def written(self, text: str, *, address: str, now: datetime) -> RawRequest:
        return self._said("text", {"body": text}, address=address, now=now)

    def chosen(self, number: int, last: Message, *, address: str, now: datetime) -> RawRequest:
        button, body = last.buttons[number - 1], self.provider.bodies[-1]
        if body["type"] == "interactive":
            tapped = {"type": "button_reply", "button_reply": {"id": button["payload"], "title": button["label"]}}
            return self._said("interactive", tapped, address=address, now=now)
        taps = [one for one in body["template"]["components"] if one["type"] == "button"]
        payload = taps[number - 1]["parameters"][0]["payload"]
        return self._said("button", {"text": button["label"], "payload": payload}, address=address, now=now)

    def arrived(self, taken: Taken, *, address: str, now: datetime) -> RawRequest:
        told = {"statuses": [whatsapp.status_of(taken, "delivered", at=now)]}
        return whatsapp.signed(address, whatsapp.notice(told), now=now)

    def _said(self, kind: str, content: object, *, address: str, now: datetime) -> RawRequest:
        self.count += 1
        sender = self.owner.removeprefix("+")
        said = whatsapp.message(kind, content, sender=sender, at=now, id=f"wamid.in{self.count}")
        return whatsapp.signed(address, whatsapp.notice(said), now=now)


class ByWeChat(Carrier):
    """A template, with the page behind it, before the owner's first word and after two days of silence."""

    kind = "wechat"
    sender = wechat.ACCOUNT
    owner = "oBoris"

    def settings(self) -> dict[str, str]:
        found = self.needed()
        self.provider.templates = {f"template{number}": one.text for number, one in enumerate(found)}
        return {
            "app_id": wechat.APP_ID,
            "app_secret": wechat.APP_SECRET,
            "token": wechat.TOKEN,
            "aes_key": wechat.AES_KEY,
            "templates": "\n".join(f"{one.name} {one.language} template{place}" for place, one in enumerate(found)),
            "url": self.provider.url,
        }

    def written(self, text: str, *, address: str, now: datetime) -> RawRequest:
        return self._said("text", address=address, now=now, Content=text)

    def chosen(self, number: int, last: Message, *, address: str, now: datetime) -> RawRequest:
        body = self.provider.bodies[-1]
        if body.get("msgtype") != "msgmenu":
            return self.written(str(number), address=address, now=now)
        choice = body["msgmenu"]["list"][number - 1]
        return self._said("text", address=address, now=now, Content=choice["content"], bizmsgmenuid=choice["id"])

    def arrived(self, taken: Taken, *, address: str, now: datetime) -> RawRequest | None:
        # Of free words WeChat says nothing.
        is_template = taken.provider_id.isdigit() and "template_id" in self._body_of(taken)
        return wechat.call(address, wechat.finished(taken, "success", at=now), now=now) if is_template else None

    def _body_of(self, taken: Taken) -> Mapping[str, Any]:
        body: Mapping[str, Any] = self.provider.bodies[self.provider.taken.index(taken)]
        return body

    def _said(self, kind: str, *, address: str, now: datetime, **fields: str) -> RawRequest:
        self.count += 1
        return wechat.call(address, wechat.xml(self.owner, kind, at=now, MsgId=str(self.count), **fields), now=now)


@dataclass
class BySmpp(Carrier):
    kind = "smpp"
    came: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)

    def settings(self) -> dict[str, str]:
        return {
            "host": "127.0.0.1",
            "port": self.provider.port,
            "security": "none",
            "system_id": smpp.SYSTEM_ID,
            "password": smpp.PASSWORD,
        }

    @contextmanager
    def begun(self, story: Story) -> Iterator[None]:
        before = list(lines._taker)
        lines.take_over(self._take)
        line = Smpp().listen(account_of(story.account), self._take)
        try:
            yield
        finally:
            line.close()
            lines._taker[:] = before

    def _take(self, account_id: str, *, headers: Mapping[str, str], body: bytes) -> None:
        # Kept for the test's own thread, whose transaction no other thread can see.
        self.came.append((headers, body))

    def written(self, text: str, *, address: str, now: datetime) -> RawRequest:
        return self._brought(smpp.words(self.owner.removeprefix("+"), text), now)

    def arrived(self, taken: Taken, *, address: str, now: datetime) -> RawRequest:
        return self._brought(smpp.receipt(taken, "DELIVRD"), now)

    def _brought(self, octets: bytes, now: datetime) -> RawRequest:
        assert self.provider.bring(octets) == 0
        headers, body = self.came.pop()
        return RawRequest(method="POST", path="", headers=headers, body=body, received_at=now)


CARRIERS: Mapping[str, tuple[type[Carrier], type[Double]]] = {
    "twilio": (ByTwilio, twilio.Twilio),
    "smpp": (BySmpp, smpp.Smsc),
    "telegram": (ByTelegram, telegram.Telegram),
    "sendgrid": (BySendGrid, sendgrid.SendGrid),
    "aliyun": (ByAliyun, aliyun.Aliyun),
    "whatsapp": (ByWhatsApp, whatsapp.WhatsApp),
    "wechat": (ByWeChat, wechat.WeChat),
}


@dataclass
class CarriedStory:
    """A story of which every word crosses the border both ways."""

    story: Story
    carrier: Carrier
    read: int = 0

    def says(self) -> str:
        """Let what is queued leave and arrive; return what the owner reads anew."""
        texts = []
        while outbox.dispatch_batch(now=self.story.now).states:
            self.story.now = _later(self.story.now)
        taken = self.carrier.provider.taken[self.read :]
        self.read += len(taken)
        for one in taken:
            texts.append(one.text)
            call = self.carrier.arrived(one, address=self._webhook, now=self.story.now) if self._tells else None
            if call is not None:
                self._accept(call)
        return "\n".join(texts)

    def writes(self, text: str) -> str:
        """Let the owner write; return what they read then."""
        self.story.now = _later(self.story.now)
        self._accept(self.carrier.written(text, address=self._webhook, now=self.story.now))
        self.story.work()
        return self.says()

    def chooses(self, number: int) -> str:
        """Let the owner choose; return what they read then."""
        self.story.now = _later(self.story.now)
        last = self.story.last()
        self._accept(self.carrier.chosen(number, last, address=self._webhook, now=self.story.now))
        self.story.work()
        return self.says()

    @property
    def _tells(self) -> bool:
        return self.carrier.has_receipts

    @property
    def _webhook(self) -> str:
        return account_of(self.story.account).webhook_url

    def _accept(self, request: RawRequest) -> None:
        inbound.accept(account_ref=self.story.account.public_id, request=request, now=self.story.now)


def _later(now: datetime) -> datetime:
    return now + timedelta(minutes=1)
