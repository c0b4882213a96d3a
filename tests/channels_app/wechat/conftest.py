"""WeChat's channel before its double: what is said within 48 hours of an owner's word, and what goes without one."""

from collections.abc import Iterator

import pytest

from channels_app.contract import Channel, Inbound, Outgoing, RawRequest, Receipt, Sent, Template
from channels_app.wechat import channel
from tests.channels_app.cases import Traits, outgoing
from tests.channels_app.rigs import NOW, WEBHOOK, DoubleRig, hurry
from tests.doubles import wechat as double

ANNA = "oAnna-6_gp"


class WeChatRig(DoubleRig[double.WeChat]):
    """Texts: WeChat names none of them, and says nothing of what becomes of them."""

    address = double.ACCOUNT
    channel: Channel = channel.WeChat()
    has_timestamps = True
    traits = Traits(says=(), names_ours=False)

    def settings(self) -> dict[str, str]:
        return {
            "app_id": double.APP_ID,
            "app_secret": double.APP_SECRET,
            "token": double.TOKEN,
            "aes_key": double.AES_KEY,
            "templates": f"visit_reminder zh-hans {double.TEMPLATE} thing1 time2",
            "url": self.provider.url,
        }

    def accepted(self) -> list[str]:
        # A text carries no id of ours, so that who was written to must tell.
        ours = {one.to: one.message_id for one in outgoing(200, self)}
        return [ours[one.to] for one in self.provider.taken]

    def receipts(self) -> list[RawRequest]:
        return [self.told(double.finished(one, "success", at=NOW)) for one in self.provider.taken]

    def reply(self, text: str) -> RawRequest:
        return self.told(double.xml(ANNA, "text", at=NOW, Content=text, MsgId="23456789012345678"))

    def unreadable(self) -> RawRequest:
        return self.told("<xml><MsgType>text</MsgType></xml>")

    def told(self, content: str | bytes) -> RawRequest:
        return double.call(WEBHOOK, content, now=NOW)

    def heard(self, kind: str, **fields: str) -> list[Inbound | Receipt]:
        return self.channel.parse(self.account, self.told(double.xml(ANNA, kind, at=NOW, **fields)))

    def said(self, message: Outgoing) -> dict[str, object]:
        [outcome] = self.channel.send(self.account, [message])
        assert isinstance(outcome, Sent)
        return self.provider.bodies[-1]


class TemplateRig(WeChatRig):
    """Templates, which WeChat names and tells of; never by our id."""

    traits = Traits(
        says=("delivered",),
        names_ours=False,
        template=Template("visit_reminder", "zh-hans", ("Anna", "10:30")),
    )


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[double.WeChat]:
    hurry(monkeypatch)
    with double.WeChat() as provider:
        yield provider


@pytest.fixture
def rig(provider: double.WeChat) -> WeChatRig:
    return WeChatRig(provider)


@pytest.fixture
def template_rig(provider: double.WeChat) -> TemplateRig:
    return TemplateRig(provider)
