"""The door for providers: what it says to the forged, the unknown, the large, the broken and the repeated."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client

from api import webhooks
from channels_app import registry, simulator, simulator_provider
from channels_app.contract import Account, Answer, RawRequest
from notifications.channels import operations as channels
from notifications.inbound import operations as inbound
from notifications.models import ChannelAccount, InboundEvent
from notifications.outbox.accounts import account_of
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.api.conftest import PUBLIC_HOST
from tests.doubles import aliyun, smtp, wechat, whatsapp

JSON = "application/json"
MEGABYTE = 1024 * 1024


@pytest.fixture
def account(north: DealerRef) -> Iterator[ChannelAccount]:
    with dealer_scope(north):
        yield channels.open_account(kind="simulator", address="100", settings={}, now=datetime.now(UTC))
    with public_scope():
        cache.clear()


@pytest.fixture
def provider(north: DealerRef) -> Client:
    return Client(HTTP_HOST=PUBLIC_HOST)


def signed(account: ChannelAccount, dealer: DealerRef, *, text: str = "你好", provider_id: str = "p1") -> RawRequest:
    now = datetime.now(UTC)
    event = simulator_provider.inbound_event(provider_id=provider_id, sender="+8613800000001", text=text, at=now)
    with dealer_scope(dealer):
        return simulator.signed_request(account_of(account), [event], now=now)


def post(client: Client, account_ref: str, call: RawRequest, **extra: Any) -> Any:
    return client.generic("POST", f"/api/webhooks/{account_ref}/", call.body, JSON, headers=dict(call.headers), **extra)


def stored(dealer: DealerRef) -> int:
    with dealer_scope(dealer):
        return InboundEvent.objects.count()


def test_what_is_signed_is_stored_once_however_often_it_comes(
    account: ChannelAccount, provider: Client, north: DealerRef
) -> None:
    call = signed(account, north)

    answers = [post(provider, account.public_id, call) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [204, 204, 204]
    assert {answer.content for answer in answers} == {b""}
    assert stored(north) == 1


def test_no_session_and_no_token_are_asked_for(account: ChannelAccount, north: DealerRef) -> None:
    client = Client(HTTP_HOST=PUBLIC_HOST, enforce_csrf_checks=True)

    assert post(client, account.public_id, signed(account, north)).status_code == 204


def test_the_body_is_verified_byte_for_byte(account: ChannelAccount, provider: Client, north: DealerRef) -> None:
    call = signed(account, north)
    # The same meaning in other bytes: whoever parses first and writes again would let it through.
    rewritten = json.dumps(json.loads(call.body), indent=1).encode()

    answer = provider.generic("POST", f"/api/webhooks/{account.public_id}/", rewritten, JSON, headers=call.headers)

    assert rewritten != call.body
    assert answer.status_code == 403
    assert stored(north) == 0


def test_the_forged_and_the_unknown_get_the_same_answer(
    account: ChannelAccount, provider: Client, north: DealerRef
) -> None:
    call = signed(account, north)
    forged = provider.generic("POST", f"/api/webhooks/{account.public_id}/", call.body, JSON)
    unknown = post(provider, "nobodys", call)

    assert forged.status_code == unknown.status_code == 403
    assert forged.content == unknown.content
    assert forged["Content-Type"] == unknown["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("kind", ["aliyun", "telegram", "twilio", "wechat", "whatsapp"])
def test_an_account_that_nobody_has_set_up_takes_nothing(kind: str, provider: Client, north: DealerRef) -> None:
    with dealer_scope(north):
        bare = channels.open_account(kind=kind, address="1", settings={}, now=datetime.now(UTC))

    answer = provider.post(f"/api/webhooks/{bare.public_id}/", b"{}", JSON)

    assert answer.status_code == 403
    assert stored(north) == 0


@pytest.mark.parametrize("account_ref", ["%00", "a%00b", "..%2f", "a b", "%F0%9F%9A%97", "x" * 5000])
def test_a_nonsense_account_is_nobodys(account_ref: str, provider: Client) -> None:
    assert provider.post(f"/api/webhooks/{account_ref}/", b"", JSON).status_code in {403, 404}


def test_what_is_too_long_is_not_read(account: ChannelAccount, provider: Client, north: DealerRef) -> None:
    announced = post(provider, account.public_id, signed(account, north), CONTENT_LENGTH=str(3 * 1024 * 1024))
    sent = provider.generic("POST", f"/api/webhooks/{account.public_id}/", b"x" * (2 * 1024 * 1024 + 1), JSON)

    assert announced.status_code == sent.status_code == 413
    assert announced.json()["code"] == "too_large"
    assert stored(north) == 0


@pytest.fixture
def mail_account(north: DealerRef) -> Iterator[ChannelAccount]:
    with dealer_scope(north):
        settings = {"host": "mail.example.com", "secret": "s"}
        yield channels.open_account(kind="smtp", address="a@b.example", settings=settings, now=datetime.now(UTC))


def mail_of(size: int) -> bytes:
    head = b"From: anna@example.com\r\nMessage-ID: <1@example.com>\r\nContent-Type: application/pdf\r\n\r\n"
    return head + b"x" * (size - len(head))


def post_mail(client: Client, account: ChannelAccount, raw: bytes) -> Any:
    call = smtp.posted(raw, secret="s", now=datetime.now(UTC))
    return client.generic("POST", f"/api/webhooks/{account.public_id}/", raw, JSON, headers=dict(call.headers))


def test_a_mail_may_be_larger_than_other_calls(
    mail_account: ChannelAccount, provider: Client, north: DealerRef
) -> None:
    assert post_mail(provider, mail_account, mail_of(3 * MEGABYTE)).status_code == 204
    assert stored(north) == 1


def test_a_mail_larger_than_its_channel_says_is_refused(
    mail_account: ChannelAccount, provider: Client, north: DealerRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = replace(registry.get("smtp").capabilities, largest_call=3 * MEGABYTE)
    monkeypatch.setattr(registry.get("smtp"), "capabilities", small, raising=False)

    assert post_mail(provider, mail_account, mail_of(3 * MEGABYTE + 1)).status_code == 413
    assert stored(north) == 0


def test_few_large_calls_are_taken_in_at_once(
    mail_account: ChannelAccount, provider: Client, north: DealerRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[int] = []

    def accept(*, account_ref: str, request: RawRequest, now: datetime) -> None:
        """While this one is taken in, another comes."""
        if len(answers) < webhooks.LARGE_AT_ONCE:
            answers.append(0)
            place = len(answers) - 1
            answers[place] = post_mail(provider, mail_account, request.body).status_code

    monkeypatch.setattr(inbound, "accept", accept)

    first = post_mail(provider, mail_account, mail_of(3 * MEGABYTE)).status_code
    small = post_mail(provider, mail_account, mail_of(1000)).status_code

    assert first == small == 204
    assert sorted(answers) == [204] * (webhooks.LARGE_AT_ONCE - 1) + [503]


@pytest.mark.parametrize("length", ["x", "-1", "1.5", "²", "1" * 400])
def test_a_length_that_is_none_is_refused(
    length: str, account: ChannelAccount, provider: Client, north: DealerRef
) -> None:
    answer = post(provider, account.public_id, signed(account, north), CONTENT_LENGTH=length)

    assert (answer.status_code, answer.json()["status"]) == (400, 400)
    assert stored(north) == 0


@pytest.mark.parametrize("table", ["channelroute", "inboundevent"])
def test_while_the_database_is_away_the_provider_is_told_to_repeat(
    table: str, account: ChannelAccount, provider: Client, north: DealerRef
) -> None:
    call = signed(account, north)

    def execute(run, sql, params, many, context):
        if table in str(sql):
            raise OperationalError("host=10.0.0.7 refused")
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        answer = post(provider, account.public_id, call)

    assert (answer.status_code, answer.json()["code"]) == (503, "try_again")
    assert "10.0.0.7" not in answer.content.decode()
    assert post(provider, account.public_id, call).status_code == 204
    assert stored(north) == 1


def test_souths_account_takes_nothing_signed_for_norths(
    account: ChannelAccount, provider: Client, north: DealerRef, south: DealerRef
) -> None:
    with dealer_scope(south):
        other = channels.open_account(kind="simulator", address="100", settings={}, now=datetime.now(UTC))

    assert post(provider, other.public_id, signed(account, north)).status_code == 403
    assert stored(north) == stored(south) == 0


def test_looking_is_not_sending(account: ChannelAccount, provider: Client) -> None:
    assert provider.get(f"/api/webhooks/{account.public_id}/").status_code == 403


class Asked(simulator.Simulator):
    """The simulator, had it a provider that reads what we say."""

    def answer(self, account: Account, request: RawRequest) -> Answer | None:
        """Say a word; to a handshake, what it asks."""
        return Answer(request.query.encode(), "text/html") if request.query else Answer(b"success")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.LOADED, "simulator", Asked())


@pytest.mark.usefixtures("asked")
def test_a_provider_that_wants_a_word_gets_it_and_is_stored(
    account: ChannelAccount, provider: Client, north: DealerRef
) -> None:
    answer = post(provider, account.public_id, signed(account, north))

    assert (answer.status_code, answer.content) == (200, b"success")
    assert stored(north) == 1


@pytest.mark.usefixtures("asked")
def test_a_handshake_is_answered_and_not_stored(account: ChannelAccount, provider: Client, north: DealerRef) -> None:
    call = signed(account, north)

    answer = provider.generic(
        "GET", f"/api/webhooks/{account.public_id}/?<b>", call.body, JSON, headers=dict(call.headers)
    )

    assert (answer.status_code, answer.content) == (200, b"<b>")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert stored(north) == 0


@pytest.mark.usefixtures("asked")
def test_a_handshake_that_is_forged_is_not_answered(account: ChannelAccount, provider: Client) -> None:
    answer = provider.get(f"/api/webhooks/{account.public_id}/?<b>")

    assert (answer.status_code, b"<b>" in answer.content) == (403, False)


def test_meta_is_answered_at_each_dealers_account_by_its_own_word_alone(
    provider: Client, north: DealerRef, south: DealerRef
) -> None:
    accounts = {}
    for dealer, word in ((north, "of north"), (south, "of south")):
        known = {"phone_number_id": "1", "token": "t", "app_secret": "s", "verify_token": word}
        with dealer_scope(dealer):
            accounts[word] = channels.open_account(
                kind="whatsapp", address="+1", settings=known, now=datetime.now(UTC)
            ).public_id

    def ask(account: str, word: str) -> Any:
        call = whatsapp.handshake("/", token=word, now=datetime.now(UTC))
        return provider.get(f"/api/webhooks/{account}/?{call.query}")

    own, strange = ask(accounts["of north"], "of north"), ask(accounts["of north"], "of south")

    assert (own.status_code, own.content) == (200, b"1158201444")
    assert own["Content-Type"].startswith("text/plain")
    assert strange.status_code == 403
    assert stored(north) == stored(south) == 0


def test_a_secret_in_the_address_opens_its_own_dealers_door_alone(
    provider: Client, north: DealerRef, south: DealerRef
) -> None:
    accounts = {}
    for dealer, word in ((north, "of north"), (south, "of south")):
        with dealer_scope(dealer):
            accounts[word] = channels.open_account(
                kind="aliyun", address="北方汽车", settings={"secret": word}, now=datetime.now(UTC)
            ).public_id
    answer = aliyun.answer("8", sender="13800000001", at=datetime.now(UTC))

    def call(account: str, word: str) -> Any:
        made = aliyun.called("/", [answer], secret=word, now=datetime.now(UTC))
        return provider.post(f"/api/webhooks/{account}/?{made.query}", made.body, JSON)

    own, strange = call(accounts["of north"], "of north"), call(accounts["of north"], "of south")

    assert (own.status_code, own.json()["code"]) == (200, 0)
    assert strange.status_code == 403
    assert (stored(north), stored(south)) == (1, 0)


def test_wechat_is_answered_at_each_dealers_account_by_its_own_token_alone(
    provider: Client, north: DealerRef, south: DealerRef
) -> None:
    now, accounts = datetime.now(UTC), {}
    for dealer, word in ((north, "ofNorth"), (south, "ofSouth")):
        known = {"app_id": wechat.APP_ID, "app_secret": "s", "token": word, "aes_key": wechat.AES_KEY}
        with dealer_scope(dealer):
            accounts[word] = channels.open_account(kind="wechat", address="gh_north", settings=known, now=now).public_id
    said = wechat.xml("oAnna", "text", at=now, Content="8", MsgId="8")

    def tell(account: str, word: str) -> Any:
        call = wechat.call("/", said, now=now, token=word)
        return provider.post(f"/api/webhooks/{account}/?{call.query}", call.body, "text/xml")

    def ask(account: str, word: str) -> Any:
        call = wechat.handshake("/", "4815162342", now=now, token=word)
        return provider.get(f"/api/webhooks/{account}/?{call.query}")

    own = [ask(accounts["ofNorth"], "ofNorth"), *(tell(accounts["ofNorth"], "ofNorth") for _ in range(2))]
    strange = [ask(accounts["ofSouth"], "ofNorth"), tell(accounts["ofSouth"], "ofNorth")]

    assert [(one.status_code, one.content) for one in own] == [
        (200, b"4815162342"), (200, b"success"), (200, b"success"),
    ]  # fmt: skip
    assert [one.status_code for one in strange] == [403, 403]
    assert (stored(north), stored(south)) == (1, 0)
