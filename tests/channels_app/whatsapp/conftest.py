"""WhatsApp's channel before its double."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from channels_app import whatsapp
from channels_app.contract import Channel, Inbound, Outgoing, RawRequest, Sent
from tests.channels_app.rigs import NOW, WEBHOOK, DoubleRig, hurry
from tests.doubles import whatsapp as double

ANNA = "34600000001"


class WhatsAppRig(DoubleRig[double.WhatsApp]):
    """WhatsApp's channel before the double."""

    address = "+15550783881"
    channel: Channel = whatsapp.WhatsApp()

    def settings(self) -> dict[str, str]:
        return {
            "phone_number_id": double.NUMBER_ID,
            "token": double.TOKEN,
            "app_secret": double.APP_SECRET,
            "verify_token": double.VERIFY_TOKEN,
            "templates": "car_ready es car_ready\nappointment.thanks zh-hans thanks\nappointment.moved es moved/es_MX",
            "url": f"{self.provider.url}/v23.0",
        }

    def receipts(self) -> list[RawRequest]:
        words = ("sent", "delivered")
        return [self.told(double.status_of(one, word, at=NOW)) for one in self.provider.taken for word in words]

    def shuffled(self, requests: list[RawRequest]) -> list[RawRequest]:
        told = [
            status
            for request in requests[::-1]
            for status in json.loads(request.body)["entry"][0]["changes"][0]["value"]["statuses"]
        ]
        return [self.told(*told)]

    def reply(self, text: str) -> RawRequest:
        return self.written("text", {"body": text})

    def unreadable(self) -> RawRequest:
        return double.signed(WEBHOOK, {"object": "page", "entry": []}, now=NOW)

    def told(self, *statuses: object) -> RawRequest:
        return double.signed(WEBHOOK, double.notice({"statuses": list(statuses)}), now=NOW)

    def written(self, kind: str, content: object, **more: Any) -> RawRequest:
        written = double.message(kind, content, sender=ANNA, at=NOW, **more)
        return double.signed(WEBHOOK, double.notice(written), now=NOW)

    def heard(self, kind: str, content: object, **more: Any) -> Inbound:
        [one] = self.channel.parse(self.account, self.written(kind, content, **more))
        assert isinstance(one, Inbound)
        return one

    def said(self, message: Outgoing) -> dict[str, Any]:
        [outcome] = self.channel.send(self.account, [message])
        assert isinstance(outcome, Sent)
        return self.provider.bodies[-1]


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[WhatsAppRig]:
    hurry(monkeypatch)
    with double.WhatsApp() as provider:
        yield WhatsAppRig(provider)
