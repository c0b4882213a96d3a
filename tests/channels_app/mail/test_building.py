"""Our mails: clean, whole, and known again when they come back."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from channels_app.contract import Account, Attachment, Outgoing
from channels_app.errors import Misconfigured, Rejected
from channels_app.mail import building, files, tokens

SETTINGS = {"secret": "s", "reply_address": "replies@reply.north.example"}
ACCOUNT = Account(id="a", kind="smtp", address="service@north.example", settings=SETTINGS)
MESSAGE = Outgoing(
    message_id="1-7",
    to="anna@example.com",
    text="Your car is ready: https://north.example/v/abc.\n您的车好了 & <waiting>",
    subject="Your car",
    unsubscribe_url="https://north.example/u/abc",
    reply_to="<8@example.com>",
    attachments=(Attachment("visit.ics", "text/calendar", b"BEGIN:VCALENDAR\r\n"),),
)
AT = "Mon, 02 Mar 2026 10:00:00 +0000"


def test_a_mail_holds_what_it_should() -> None:
    letter = building.letter_of(ACCOUNT, MESSAGE)

    raw = building.mime_of(letter, sender="service@north.example", name='North "北方"', at=AT)
    mail = message_from_bytes(raw, policy=policy.default)

    token = tokens.token_of(ACCOUNT, "1-7")
    assert raw.isascii()
    [sender] = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("North 北方", "service@north.example")
    assert mail["Reply-To"] == f"replies+{token}@reply.north.example"
    assert mail["Message-ID"] == f"<{token}@north.example>" == letter.provider_id
    assert (mail["In-Reply-To"], mail["References"]) == ("<8@example.com>", "<8@example.com>")
    assert mail["List-Unsubscribe"] == "<https://north.example/u/abc>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert page is not None
    assert text.get_content().replace("\r\n", "\n").strip() == MESSAGE.text
    assert '<a href="https://north.example/v/abc">https://north.example/v/abc</a>.<br>' in page.get_content()
    assert "&amp; &lt;waiting&gt;" in page.get_content()
    [file] = mail.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("visit.ics", "text/calendar")


def test_a_mail_without_a_way_out_says_nothing_of_one() -> None:
    assert not any(
        "unsubscribe" in name.lower()
        for name in building.letter_of(ACCOUNT, replace(MESSAGE, unsubscribe_url="")).headers
    )


def test_a_subject_cannot_become_a_header() -> None:
    letter = building.letter_of(ACCOUNT, replace(MESSAGE, subject="Hello\r\nBcc: boris@example.com\u2028x\x00"))

    assert letter.subject == "Hello Bcc: boris@example.com x"


def test_a_mail_without_a_subject_begins_with_its_own_words() -> None:
    assert building.letter_of(ACCOUNT, replace(MESSAGE, subject="", text="Hello\nthere")).subject == "Hello"


def test_a_try_more_is_the_same_mail() -> None:
    assert building.letter_of(ACCOUNT, MESSAGE) == building.letter_of(ACCOUNT, MESSAGE)


def test_an_address_that_takes_no_tokens_has_none() -> None:
    account = replace(ACCOUNT, settings={"secret": "s"})

    assert building.letter_of(account, MESSAGE).reply_to == ""


def test_the_longest_domain_still_makes_an_id_we_can_keep() -> None:
    account = replace(ACCOUNT, address="a@" + "x." * 100 + "example")

    assert len(building.letter_of(account, MESSAGE).provider_id) <= 120


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"text": "x" * 100_001}, "TOO_LONG"),
        ({"text": " \x00\n"}, "EMPTY"),
        ({"to": "anna"}, "BAD_ADDRESS"),
        ({"to": "+34600000001"}, "BAD_ADDRESS"),
        ({"to": f"{'a' * 65}@example.com"}, "BAD_ADDRESS"),
        ({"attachments": (Attachment("a.exe", "application/x-msdownload", b"MZ"),)}, "BAD_ATTACHMENT"),
        ({"attachments": (Attachment("a.pdf", "application/pdf", b"MZ"),)}, "BAD_ATTACHMENT"),
        ({"attachments": (Attachment("a.txt", "text/plain", b"x" * (files.LARGEST_TOGETHER + 1)),)}, "BAD_ATTACHMENT"),
    ],
    ids=["long", "empty", "no address", "a number", "long address", "a program", "no pdf", "large"],
)
def test_what_can_be_no_mail_is_rejected(change: dict[str, object], code: str) -> None:
    with pytest.raises(Rejected) as refused:
        building.letter_of(ACCOUNT, replace(MESSAGE, **change))  # type: ignore[arg-type]  # a row's own fields

    assert refused.value.detail == code


@pytest.mark.parametrize(
    "account",
    [
        replace(ACCOUNT, settings={}),
        replace(ACCOUNT, address="no address"),
        replace(ACCOUNT, settings={**SETTINGS, "reply_address": "no address"}),
        replace(ACCOUNT, address="service@münchen.example"),
    ],
    ids=["no secret", "no address", "no reply address", "not as it travels"],
)
def test_an_account_that_lacks_something_is_misconfigured(account: Account) -> None:
    with pytest.raises(Misconfigured):
        building.require(account, ("secret",))


def test_what_is_in_a_file_does_not_show() -> None:
    assert "VCALENDAR" not in repr(MESSAGE)
