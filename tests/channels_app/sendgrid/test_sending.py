"""SendGrid keeps the contract of all channels, and shares calls where it can."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from channels_app.contract import NotSent, Outgoing, Sent
from channels_app.errors import ChannelError, Misconfigured, Rejected, Throttled, Unavailable, Uncertain
from channels_app.sendgrid.channel import SendGrid
from channels_app.sendgrid.erasing import erase
from tests.channels_app.cases import CASES, Rig, outgoing
from tests.channels_app.rigs import HTTP_CASES, DoubleRig
from tests.channels_app.sendgrid.conftest import INVITATION, SendGridRig
from tests.doubles import sendgrid as double


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_sendgrid_keeps_the_contract(case: Callable[[Rig], None], rig: SendGridRig) -> None:
    case(rig)


@pytest.mark.parametrize("case", HTTP_CASES, ids=lambda case: case.__name__)
def test_sendgrid_is_called_as_all_over_http(case: Callable[[DoubleRig[Any]], None], rig: SendGridRig) -> None:
    case(rig)


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("forbidden", Misconfigured),
        ("too-large", Rejected),
        ("broken", Uncertain),
        ("fail", Unavailable),
        ("reset", Uncertain),
        ("garbage", Uncertain),
    ],
)
def test_each_misbehaviour_has_its_error(how: str, error: type[ChannelError], rig: SendGridRig) -> None:
    assert type(rig.refused(how)) is error


def test_what_was_taken_without_an_id_was_taken(rig: SendGridRig) -> None:
    [outcome] = rig.channel.send(rig.misbehaving("no-id"), outgoing(1, rig))

    assert isinstance(outcome, Sent)


def test_a_wrong_key_is_misconfigured(rig: SendGridRig) -> None:
    wrong = rig.with_settings(api_key="another")

    outcomes = rig.channel.send(wrong, outgoing(3, rig))

    assert {type(one.error) for one in outcomes if isinstance(one, NotSent)} == {Misconfigured}


def test_the_moment_at_which_the_rate_begins_anew_is_told(rig: SendGridRig) -> None:
    refusal = rig.refused("throttle")

    assert isinstance(refusal, Throttled)
    assert refusal.retry_after_seconds == 12


@pytest.mark.parametrize("name", ["api_key", "secret"])
def test_an_account_that_lacks_something_is_misconfigured(name: str, rig: SendGridRig) -> None:
    with pytest.raises(Misconfigured):
        rig.channel.send(replace(rig.account, settings={**rig.account.settings, name: ""}), outgoing(1, rig))


def test_a_thousand_mails_of_as_many_texts_are_one_call(rig: SendGridRig) -> None:
    batch = [replace(one, text=f"Hello, owner {one.message_id}") for one in outgoing(1000, rig)]

    outcomes = rig.channel.send(rig.account, batch)

    assert len(rig.provider.calls) == 1
    assert [one.message_id for one in outcomes if isinstance(one, Sent)] == [one.message_id for one in batch]
    assert len({one.provider_id for one in outcomes if isinstance(one, Sent)}) == 1000
    assert {one.to: one.text for one in rig.provider.taken} == {one.to: one.text for one in batch}


def test_each_mail_of_a_call_has_its_own_token_and_headers(rig: SendGridRig) -> None:
    batch = [replace(one, unsubscribe_url=f"https://north.example/u/{one.message_id}") for one in outgoing(2, rig)]

    rig.channel.send(rig.account, batch)

    [call] = rig.provider.calls
    assert call["reply_to"] == {"email": "replies+-aftercare.token-@reply.north.example"}
    for number, one in enumerate(call["personalizations"]):
        token = rig.token(f"1-{number}")
        assert one["substitutions"]["-aftercare.token-"] == token
        assert one["custom_args"] == {"ours": token}
        assert one["headers"]["Message-ID"] == f"<{token}@north.example>"
        assert one["headers"]["List-Unsubscribe"] == f"<https://north.example/u/1-{number}>"
        assert one["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert call["from"] == {"email": "service@north.example", "name": "North Motors"}
    assert call["tracking_settings"]["click_tracking"] == {"enable": False, "enable_text": False}
    assert call["categories"] == ["aftercare"]


@pytest.mark.parametrize(
    ("change", "calls"),
    [
        ({"text": "x" * 9000}, 2),
        ({"text": "before -aftercare.token- after"}, 2),
        ({"attachments": (INVITATION,)}, 2),
        ({"to": "ANNA0@example.com"}, 2),
        ({"subject": "Another"}, 1),
        ({"html": "<p>Hello</p>"}, 1),
        ({"reply_to": "<8@mail.example.com>"}, 1),
    ],
    ids=["too long", "holds a mark", "a file", "same address", "subject", "html", "a thread"],
)
def test_what_cannot_be_substituted_goes_by_a_call_of_its_own(
    change: Mapping[str, object], calls: int, rig: SendGridRig
) -> None:
    first, second = outgoing(2, rig)

    outcomes = rig.channel.send(rig.account, [first, replace(second, **change)])  # type: ignore[arg-type]  # a row's own fields

    assert all(isinstance(one, Sent) for one in outcomes)
    assert len(rig.provider.calls) == calls
    assert sorted(one.text for one in rig.provider.taken) == sorted([first.text, str(change.get("text", second.text))])


def test_files_go_as_they_are(rig: SendGridRig) -> None:
    rig.channel.send(rig.account, [replace(outgoing(1, rig)[0], attachments=(INVITATION,))])

    [file] = rig.provider.calls[0]["attachments"]
    assert (file["filename"], file["type"], file["disposition"]) == ("visit.ics", "text/calendar", "attachment")


@pytest.mark.parametrize(("how", "calls"), [("", 1), ("rude", 3)], ids=["said which", "not said which"])
def test_one_refused_address_does_not_stop_the_others(how: str, calls: int, rig: SendGridRig) -> None:
    rig.provider.faulty = {"anna3@example.com"}

    outcomes = rig.channel.send(rig.misbehaving(how), outgoing(9, rig))

    assert [type(one) for one in outcomes] == [*[Sent] * 3, NotSent, *[Sent] * 5]
    assert isinstance(outcomes[3], NotSent)
    assert type(outcomes[3].error) is Rejected
    assert sorted(rig.accepted()) == [f"1-{number}" for number in range(9) if number != 3]
    assert len(rig.provider.calls) == calls


def test_what_sendgrid_knows_of_people_is_erased(rig: SendGridRig) -> None:
    erase(rig.account, [f"anna{number}@example.com" for number in range(5001)])

    assert [len(part) for part in rig.provider.erased] == [5000, 1]


def test_an_erasure_that_is_not_allowed_says_so(rig: SendGridRig) -> None:
    with pytest.raises(Misconfigured):
        erase(rig.with_settings(api_key="x"), ["anna@example.com"])


def test_addresses_that_are_none_are_refused_before_they_spoil_a_call(rig: SendGridRig) -> None:
    bad = [
        "",
        "anna",
        "anna@",
        "a b@example.com",
        "anna@example.com\r\nBcc: x@y.z",
        "é@example.com",
        "a@b..c",
        "@example.com",
    ]
    batch = [Outgoing(message_id=f"1-{n}", to=to, text="Hello") for n, to in enumerate([*bad, "anna@münchen.example"])]

    outcomes = rig.channel.send(rig.account, batch)

    assert [type(one) for one in outcomes] == [*[NotSent] * len(bad), Sent]
    assert [one.to for one in rig.provider.taken] == ["anna@xn--mnchen-3ya.example"]


def test_a_key_that_may_send_passes_the_probe(rig: SendGridRig) -> None:
    assert SendGrid().probe(rig.account).name == rig.account.address


@pytest.mark.parametrize("change", ["key", "scope"])
def test_a_key_that_may_not_send_is_misconfigured(change: str, rig: SendGridRig) -> None:
    key = double.KEY if change == "scope" else "SG.another"
    rig.provider.scopes = ["user.profile.read"]

    with pytest.raises(Misconfigured):
        SendGrid().probe(replace(rig.account, settings={**rig.account.settings, "api_key": key}))
