"""What accounts are told is checked by one rule, which names what is wrong and never what was given."""

import pytest

from channels_app import registry
from channels_app.form import Fault, Form, Setting, is_inside

FORM = Form(
    address_pattern=r"\+[0-9]{3,15}",
    address_example="+34600999999",
    settings=(
        Setting("key", is_secret=True, is_required=True, pattern="[a-z]+"),
        Setting("url", input="url", hosts=("provider.example",)),
        Setting("host", input="host"),
        Setting("port", input="number"),
        Setting("security", input="choice", choices=("tls", "none")),
        Setting("ca", input="multiline", longest=20),
    ),
)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"key": ""}, "missing"),
        ({"keys": "a"}, "unknown"),
        ({"key_before": "a"}, "unknown"),
        ({"key": "A"}, "unusable"),
        ({"key": "a\n"}, "unusable"),
        ({"url": "https://api.provider.example/v1"}, None),
        ({"url": "https://provider.example.evil.example"}, "not_allowed"),
        ({"url": "https://evilprovider.example"}, "not_allowed"),
        ({"url": "http://api.provider.example"}, "not_allowed"),
        ({"url": "http://allowed.example:8080"}, None),
        ({"url": "https://169.254.169.254/latest"}, "not_allowed"),
        ({"url": "https://a:b@provider.example"}, "unusable"),
        ({"url": "ftp://provider.example"}, "unusable"),
        ({"url": "https://[::1"}, "unusable"),
        ({"host": "mail.north.example"}, None),
        ({"host": "localhost"}, "not_allowed"),
        ({"host": "10.0.0.1"}, "not_allowed"),
        ({"host": "db.internal"}, "not_allowed"),
        ({"host": "allowed.example"}, None),
        ({"host": "mail.north.example:25"}, "unusable"),
        ({"port": "587"}, None),
        ({"port": "-1"}, "unusable"),
        ({"port": "\uff15"}, "unusable"),
        ({"security": "ssl"}, "unusable"),
        ({"ca": "line\nline"}, None),
        ({"ca": "x" * 21}, "unusable"),
        ({"ca": "a\x00"}, "unusable"),
    ],
    ids=str,
)
def test_each_fault_has_its_word(given: dict[str, str], fault: Fault | None) -> None:
    [name] = given

    faults = FORM.faults({"key": "good", **given}, allowed_hosts={"allowed.example"})

    assert faults == ({name: fault} if fault else {})


@pytest.mark.parametrize("host", ["LOCALHOST", "127.0.0.1", "2130706433", "mail", "x.local", "x.localhost."])
def test_what_is_no_public_name_is_inside(host: str) -> None:
    assert is_inside(host)


@pytest.mark.parametrize("kind", sorted(registry.CHANNELS))
def test_each_channel_declares_what_a_form_can_ask(kind: str) -> None:
    form = registry.get(kind).form

    assert form.takes(form.address_example)
    for setting in form.settings:
        assert (setting.input == "choice") == bool(setting.choices)
        assert not setting.is_secret or not setting.default
        assert (
            not setting.default or form.faults(_filled(form) | {setting.name: setting.default}, allowed_hosts=()) == {}
        )
        assert not setting.is_made or (setting.is_secret and setting.is_required)


def _filled(form: Form) -> dict[str, str]:
    """Something for each required setting that its pattern takes."""
    samples = ("a" * 43, "AC" + "0" * 32, "123", "123:abc", "mail.north.example", "secret")
    return {
        one.name: next(
            text for text in samples if not {one.name} & set(form.faults({one.name: text}, allowed_hosts=()))
        )
        for one in form.settings
        if one.is_required
    }
