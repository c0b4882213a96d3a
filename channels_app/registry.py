"""Which channels exist: one line each, loaded when first used, since vendors' libraries are large."""

from importlib import import_module

from channels_app.contract import Channel
from channels_app.errors import ChannelUnknown

# A kind, and where its class is.
CHANNELS: dict[str, str] = {
    "aliyun": "channels_app.aliyun.channel.Aliyun",
    "sendgrid": "channels_app.sendgrid.channel.SendGrid",
    "simulator": "channels_app.simulator.Simulator",
    "smpp": "channels_app.smpp.channel.Smpp",
    "smtp": "channels_app.smtp.Smtp",
    "telegram": "channels_app.telegram.Telegram",
    "twilio": "channels_app.twilio.Twilio",
    "wechat": "channels_app.wechat.channel.WeChat",
    "whatsapp": "channels_app.whatsapp.WhatsApp",
}
# Kinds whose providers speak on a line that a process of ours keeps open; who has none of them loads none of them.
LISTENING = frozenset({"smpp"})
LOADED: dict[str, Channel] = {}


def get(kind: str) -> Channel:
    """This function will give the channel of a kind.

    Raises: ChannelUnknown when there is none.
    """
    if kind not in LOADED:
        if kind not in CHANNELS:
            raise ChannelUnknown(kind)
        module, _, name = CHANNELS[kind].rpartition(".")
        LOADED[kind] = getattr(import_module(module), name)()
    return LOADED[kind]


def names_of(kind: str) -> tuple[str, ...]:
    """This function will list what a channel may be meant by: an empty word for all, its kind, and its medium if any.

    What is no channel of the house, as a call or a kind that was taken out, goes by its own name.
    """
    if kind not in CHANNELS and kind not in LOADED:
        return ("", kind)
    medium = get(kind).capabilities.medium
    return ("", kind, medium) if medium else ("", kind)


def kinds() -> list[tuple[str, str]]:
    """This function will list the kinds as choices, so that a new channel needs no migration."""
    return [(kind, kind) for kind in sorted(CHANNELS)]
