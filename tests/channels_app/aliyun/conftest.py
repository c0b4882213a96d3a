"""Aliyun's channel before its double."""

import json
from collections.abc import Iterator

import pytest

from channels_app.aliyun import channel
from channels_app.contract import Channel, Inbound, RawRequest, Receipt, Template
from tests.channels_app.cases import Traits, outgoing
from tests.channels_app.rigs import NOW, WEBHOOK, DoubleRig, hurry
from tests.doubles import aliyun as double

ANNA = "13800000001"


class AliyunRig(DoubleRig[double.Aliyun]):
    """Aliyun's SMS: its receipts are final words, and a secret in the address stands for a signature."""

    address = double.SIGN_NAME
    channel: Channel = channel.Aliyun()
    traits = Traits(
        signs_bodies=False, says=("delivered",), template=Template("visit_reminder", "zh-hans", ("Anna", "10:30"))
    )

    def settings(self) -> dict[str, str]:
        return {
            "access_key_id": double.KEY_ID,
            "access_key_secret": double.KEY_SECRET,
            "secret": double.SECRET,
            "templates": f"visit_reminder zh-hans {double.TEMPLATE} name time\nrecall * SMS_7 plate",
            "url": self.provider.url,
        }

    def accepted(self) -> list[str]:
        # A call of many lists our ids in one name, so that who was written to must tell.
        ours = {one.to.removeprefix("+"): one.message_id for one in outgoing(500)}
        return [ours[one.to] for one in self.provider.taken]

    def receipts(self) -> list[RawRequest]:
        code = "MOBILE_IN_BLACK" if self.provider.how == "opted-out" else "DELIVERED"
        return [self.told(double.report(one, code, at=NOW)) for one in self.provider.taken]

    def shuffled(self, requests: list[RawRequest]) -> list[RawRequest]:
        return [self.told(*(report for request in requests[::-1] for report in json.loads(request.body)))]

    def reply(self, text: str) -> RawRequest:
        return self.told(double.answer(text, sender=ANNA, at=NOW))

    def unreadable(self) -> RawRequest:
        return double.called(WEBHOOK, {"phone_number": ANNA}, now=NOW)

    def told(self, *entries: object) -> RawRequest:
        return double.called(WEBHOOK, list(entries), now=NOW)

    def heard(self, *entries: object) -> list[Inbound | Receipt]:
        return self.channel.parse(self.account, self.told(*entries))


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[AliyunRig]:
    hurry(monkeypatch)
    with double.Aliyun() as provider:
        yield AliyunRig(provider)
