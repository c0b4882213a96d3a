"""What a channel may be meant by where something is said of several."""

import pytest

from channels_app import registry


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("twilio", ("", "twilio", "sms")),
        ("smpp", ("", "smpp", "sms")),
        ("aliyun", ("", "aliyun", "sms")),
        ("sendgrid", ("", "sendgrid", "email")),
        ("smtp", ("", "smtp", "email")),
        ("whatsapp", ("", "whatsapp")),
        ("CALL", ("", "CALL")),
    ],
)
def test_texts_and_mails_have_a_name_for_all(kind: str, names: tuple[str, ...]) -> None:
    assert registry.names_of(kind) == names


def test_no_kind_is_called_as_a_medium() -> None:
    assert {"sms", "email"}.isdisjoint(registry.CHANNELS)
