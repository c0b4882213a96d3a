"""Files of WhatsApp chats: named by what a message says of them, fetched from Meta and from nowhere else."""

from typing import Any

import pytest

from channels_app.errors import ChannelError, Misconfigured, Rejected, Throttled
from channels_app.media import Fetching, FileTooLarge, Media
from tests.channels_app.whatsapp.conftest import WhatsAppRig


@pytest.mark.parametrize(
    ("kind", "content", "media"),
    [
        ("image", {"id": "1", "mime_type": "image/jpeg"}, (Media("1", "photo.jpg", "image/jpeg"),)),
        ("audio", {"id": "2", "mime_type": "audio/ogg; codecs=opus"}, (Media("2", "voice.ogg", "audio/ogg"),)),
        ("document", {"id": "3", "filename": "bill.pdf"}, (Media("3", "bill.pdf", ""),)),
        ("sticker", {"id": "4", "mime_type": "image/webp"}, ()),
        ("image", {"id": "../5", "mime_type": "image/jpeg"}, ()),
        ("image", {}, ()),
        ("location", {"latitude": 1}, ()),
    ],
)
def test_a_message_names_its_files(
    kind: str, content: dict[str, Any], media: tuple[Media, ...], rig: WhatsAppRig
) -> None:
    assert rig.heard(kind, content).media == media


def fetch(rig: WhatsAppRig, key: str = "1", *, most_bytes: int = 1_000_000) -> bytes:
    assert isinstance(rig.channel, Fetching)
    return rig.channel.fetch(rig.account, key, most_bytes=most_bytes)


def test_a_file_is_fetched_whole(rig: WhatsAppRig) -> None:
    rig.provider.files["1"] = bytes(range(256)) * 2_000

    assert fetch(rig) == rig.provider.files["1"]


def test_of_a_file_that_is_too_large_nothing_is_kept(rig: WhatsAppRig) -> None:
    rig.provider.files["1"] = b"x" * 200_000

    with pytest.raises(FileTooLarge):
        fetch(rig, most_bytes=199_999)


def test_the_token_is_told_to_nobody_but_meta(rig: WhatsAppRig) -> None:
    rig.provider.files["1"] = b"x"
    rig.provider.files_at = "https://elsewhere.example"

    with pytest.raises(Misconfigured):
        fetch(rig)


@pytest.mark.parametrize(
    ("how", "key", "error"),
    [
        pytest.param("", "2", Misconfigured, id="unknown"),
        pytest.param("no-file", "1", Rejected, id="there no more"),
        pytest.param("too-many", "1", Throttled, id="throttled"),
        pytest.param("fail", "1", ChannelError, id="away"),
    ],
)
def test_why_a_file_did_not_come_is_told(how: str, key: str, error: type[ChannelError], rig: WhatsAppRig) -> None:
    rig.provider.files["1"] = b"x"
    rig.provider.how = how

    with pytest.raises(error):
        fetch(rig, key)
