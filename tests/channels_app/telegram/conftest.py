"""A bot's channel before its double."""

from collections.abc import Iterator

import pytest

from channels_app import telegram
from channels_app.contract import Channel, Inbound, RawRequest
from tests.channels_app.cases import Traits, outgoing
from tests.channels_app.rigs import NOW, WEBHOOK, DoubleRig, hurry
from tests.doubles import telegram as double

ANNA = 34600000001


class TelegramRig(DoubleRig[double.Telegram]):
    """A bot's channel before the double."""

    address = "north_cars_bot"
    # A bot has no receipts, and Telegram's secret stands beside a body that it does not sign.
    traits = Traits(signs_bodies=False, says=())
    channel: Channel = telegram.Telegram()

    def settings(self) -> dict[str, str]:
        return {"token": double.TOKEN, "secret": double.SECRET, "url": self.provider.url}

    def accepted(self) -> list[str]:
        # It never sees our ids, so that who was written to must tell.
        ours = {str(int(one.to)): one.message_id for one in outgoing(200)}
        return [ours[one.to] for one in self.provider.taken]

    def receipts(self) -> list[RawRequest]:
        return []

    def reply(self, text: str) -> RawRequest:
        return self.update("message", double.message(text, chat=ANNA, number=8, at=NOW))

    def unreadable(self) -> RawRequest:
        return double.raw_call(WEBHOOK, {"message": {}}, now=NOW)

    def update(self, kind: str, what: object, *, number: int = 1) -> RawRequest:
        return double.update_call(WEBHOOK, kind, what, number=number, now=NOW)

    def heard(self, kind: str, what: object) -> Inbound:
        [one] = self.channel.parse(self.account, self.update(kind, what))
        assert isinstance(one, Inbound)
        return one


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[TelegramRig]:
    hurry(monkeypatch)
    with double.Telegram() as provider:
        yield TelegramRig(provider)
