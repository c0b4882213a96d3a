"""Files of Telegram chats: named by what a message says of them, fetched when they are asked for."""

from typing import Any

import pytest

from channels_app.errors import ChannelError, Rejected, Throttled
from channels_app.media import Fetching, FileTooLarge, Media
from tests.channels_app.rigs import NOW
from tests.channels_app.telegram.conftest import ANNA, TelegramRig
from tests.doubles import telegram as double

LARGE = {"file_id": "large", "file_unique_id": "l", "width": 1280, "height": 960, "file_size": 90_000}
SMALL = {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 67, "file_size": 1_000}
PAPER = {"file_id": "paper", "file_name": "bill.pdf", "mime_type": "application/pdf", "file_size": 10}


@pytest.mark.parametrize(
    ("sent", "media"),
    [
        pytest.param({"photo": [SMALL, LARGE]}, (Media("large", "photo.jpg", "image/jpeg", 90_000),), id="a photo"),
        pytest.param({"document": PAPER}, (Media("paper", "bill.pdf", "application/pdf", 10),), id="a document"),
        pytest.param({"voice": {"file_id": "v"}}, (Media("v", "voice.ogg", "audio/ogg"),), id="a voice"),
        pytest.param({"video": {"file_id": "f"}}, (Media("f", "video.mp4", "video/mp4"),), id="a film"),
        pytest.param({"sticker": {"file_id": "s"}}, (), id="a sticker"),
        pytest.param({"voice": {}}, (), id="without an id"),
        pytest.param({"photo": "odd"}, (), id="not as documented"),
        pytest.param({"voice": {"file_id": "v" * 201}}, (), id="an id that no row holds"),
        pytest.param({"location": {"latitude": 1, "longitude": 1}}, (), id="no file"),
    ],
)
def test_a_message_names_its_files(sent: dict[str, Any], media: tuple[Media, ...], rig: TelegramRig) -> None:
    written = double.message("", chat=ANNA, number=8, at=NOW, caption="See", **sent)

    assert rig.heard("message", {**written, "text": ""}).media == media


def fetch(rig: TelegramRig, key: str = "large", *, most_bytes: int = 1_000_000) -> bytes:
    assert isinstance(rig.channel, Fetching)
    return rig.channel.fetch(rig.account, key, most_bytes=most_bytes)


def test_a_file_is_fetched_whole(rig: TelegramRig) -> None:
    rig.provider.files["large"] = bytes(range(256)) * 2_000

    assert fetch(rig) == rig.provider.files["large"]


def test_of_a_file_that_is_too_large_nothing_is_kept(rig: TelegramRig) -> None:
    rig.provider.files["large"] = b"x" * 200_000

    with pytest.raises(FileTooLarge):
        fetch(rig, most_bytes=199_999)


@pytest.mark.parametrize(
    ("how", "key", "error"),
    [
        pytest.param("", "unknown", Rejected, id="unknown"),
        pytest.param("no-file", "large", Rejected, id="there no more"),
        pytest.param("throttle", "large", Throttled, id="throttled"),
        pytest.param("fail", "large", ChannelError, id="away"),
    ],
)
def test_why_a_file_did_not_come_is_told(how: str, key: str, error: type[ChannelError], rig: TelegramRig) -> None:
    rig.provider.files["large"] = b"x"
    rig.provider.how = how

    with pytest.raises(error):
        fetch(rig, key)
