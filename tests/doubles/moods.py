"""Providers that misbehave by a seeded dice, call by call, while very much is sent to them."""

import asyncio
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from random import Random
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.doubles import aliyun, sendgrid, smpp, smtp, telegram, twilio, wechat, whatsapp
from tests.doubles.server import Double, Handler, Taken

# Long beside an answer, short beside a caller's patience.
LATE_SECONDS = 0.1
LATE, EARLY = "late", "early"

# Each call of a provider is a task of its own, or says by `roll` where it begins.
_mood: ContextVar[str] = ContextVar("mood", default="")


class Moody(Double):
    """Beside each double's own ways: "late" answers late, "early" lets the receipt come before the answer.

    What is not in `chances`, which are shares of the calls, is done well.
    """

    def temper(self, chances: Mapping[str, float], *, chance: Random, told_early: Callable[[Taken], None]) -> None:
        """Have it misbehave from now on."""
        self._moods, self._weights = [*chances, ""], [*chances.values(), 1 - sum(chances.values())]
        self._chance, self._told_early = chance, told_early
        self._is_tempered = True

    @property
    def how(self) -> str:
        """The mood of this very call."""
        return _mood.get()

    @how.setter
    def how(self, _value: str) -> None:
        """Nobody sets it here."""

    def roll(self) -> None:
        """Throw the dice for the call that begins."""
        is_tempered = getattr(self, "_is_tempered", False)
        _mood.set(self._chance.choices(self._moods, self._weights)[0] if is_tempered else "")

    def routes(self) -> list[web.RouteDef]:
        return [web.route(one.method, one.path, self._rolled(one.handler)) for one in super().routes()]

    def _rolled(self, handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.roll()
            return await handler(request)

        return handle

    async def after_taking(self) -> None:
        if self.how == LATE:
            await asyncio.sleep(LATE_SECONDS)
        if self.how == EARLY:
            await asyncio.to_thread(self._told_early, self.taken[-1])


class MoodyAliyun(Moody, aliyun.Aliyun):
    """Aliyun."""


class MoodySendGrid(Moody, sendgrid.SendGrid):
    """SendGrid."""


class MoodyTelegram(Moody, telegram.Telegram):
    """Telegram."""


class MoodyTwilio(Moody, twilio.Twilio):
    """Twilio."""


class MoodyWeChat(Moody, wechat.WeChat):
    """WeChat."""


class MoodyWhatsApp(Moody, whatsapp.WhatsApp):
    """WhatsApp."""


class MoodySmsc(Moody, smpp.Smsc):
    """A carrier, whose calls are units on one line."""

    async def _answer(self, *unit: Any) -> None:
        self.roll()
        await super()._answer(*unit)


class MoodyMailServer(Moody, smtp.MailServer):
    """A mail server, whose calls are mails on one line."""

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        self.roll()
        return await super().handle_MAIL(server, session, envelope, address, options)
