"""Our calls are such as providers describe, judged by Prism from descriptions in which nothing else is allowed."""

import json
from collections.abc import Callable, Mapping
from urllib.request import HTTPError, Request, urlopen

import pytest

from channels_app import registry
from channels_app.contract import Account, Attachment, Outgoing, Sent
from tests.doubles import twilio

pytestmark = pytest.mark.slow

VISIT = Attachment("visit.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
UNSUBSCRIBE = "https://north.example/o/token"


@pytest.fixture(scope="module")
def twilio_at(judge: Callable[[str], str]) -> str:
    return judge("twilio.yaml")


@pytest.fixture(scope="module")
def sendgrid_at(judge: Callable[[str], str]) -> str:
    return judge("sendgrid.yaml")


def account(kind: str, url: str, **settings: str) -> Account:
    address = "+34600999999" if kind == "twilio" else "service@north.example"
    webhook = "https://aftercare.example/api/webhooks/abc/"
    return Account(id="peer", kind=kind, address=address, settings={**settings, "url": url}, webhook_url=webhook)


def refusal_of(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Give the status that a call is refused with."""
    with pytest.raises(HTTPError) as refused:
        urlopen(Request(url, data=body, headers=dict(headers)), timeout=30)  # noqa: S310  # on loopback
    refused.value.close()
    return refused.value.code


@pytest.mark.parametrize("sender", [{}, {"messaging_service_sid": f"MG{'0' * 32}"}], ids=["a number", "a service"])
def test_a_text_is_asked_for_as_twilio_describes_it(sender: dict[str, str], twilio_at: str) -> None:
    ours = account("twilio", twilio_at, account_sid=twilio.ACCOUNT, auth_token=twilio.TOKEN, **sender)
    batch = [Outgoing(f"1-{n}", "+34600000001", text) for n, text in enumerate(("Listo.", "车好了 & 1=2", "x" * 1600))]

    outcomes = registry.get("twilio").send(ours, batch)

    assert all(isinstance(one, Sent) for one in outcomes), outcomes


def test_the_judge_of_texts_refuses_what_is_missing(twilio_at: str) -> None:
    url = f"{twilio_at}/2010-04-01/Accounts/{twilio.ACCOUNT}/Messages.json"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": "Basic eDp5"}

    assert refusal_of(url, b"Body=x", headers) == 422


@pytest.mark.parametrize(
    "batch",
    [
        [Outgoing("1-1", "anna@owner.example", "Listo.", subject="Su coche")],
        [Outgoing(f"1-{n}", f"owner{n}@owner.example", "Listo.", subject="x", html="<p>Listo</p>") for n in range(50)],
        [Outgoing("1-2", "anna@owner.example", "Listo.", subject="x", attachments=(VISIT,))],
        [Outgoing("1-3", "anna@owner.example", "车好了。", subject="车", unsubscribe_url=UNSUBSCRIBE)],
    ],
    ids=["one", "many", "with a file", "with a way out"],
)
def test_mails_are_asked_for_as_sendgrid_describes_it(batch: list[Outgoing], sendgrid_at: str) -> None:
    ours = account(
        "sendgrid",
        sendgrid_at,
        api_key="SG.the.key-of-a-test",
        secret="a secret of a test",
        reply_address="replies@reply.north.example",
    )

    outcomes = registry.get("sendgrid").send(ours, batch)

    assert all(isinstance(one, Sent) for one in outcomes), outcomes


def test_the_judge_of_mails_refuses_what_it_does_not_know(sendgrid_at: str) -> None:
    body = {
        "personalizations": [{"to": [{"email": "anna@owner.example"}]}],
        "from": {"email": "service@north.example"},
        "content": [{"type": "text/plain", "value": "x"}],
        "unheard_of": True,
    }
    headers = {"Content-Type": "application/json", "Authorization": "Bearer x"}

    assert refusal_of(f"{sendgrid_at}/v3/mail/send", json.dumps(body).encode(), headers) == 422
