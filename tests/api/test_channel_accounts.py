"""Senders: opened by a form, kept sealed, changed without a call lost, tried there and back; each dealer its own."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from channels_app import registry
from core.models import ContactPoint, Customer
from notifications.channels import health
from notifications.models import ChannelAccount, Message
from notifications.outbox import rates
from notifications.outbox.accounts import account_of
from notifications.shared import operations as senders
from tenants.accounts.models import AuditEntry
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NOW, confirm
from tests.doubles import twilio as double

ROOT = "/api/v1/channel-accounts/"
MINE = "+8613800138000"


@pytest.fixture
def provider(settings: LazySettings) -> Iterator[double.Twilio]:
    settings.PROVIDER_HOSTS = ["127.0.0.1"]
    with double.Twilio() as provider:
        yield provider


@pytest.fixture
def clara_confirmed(as_clara: Client, north: DealerRef) -> Client:
    with dealer_scope(north):
        cache.clear()
    confirm(as_clara, password="clara's password")
    return as_clara


@pytest.fixture
def account(clara_confirmed: Client, provider: double.Twilio) -> dict[str, Any]:
    answer = call(clara_confirmed, "POST", kind="twilio", address=double.NUMBER, settings=told(provider))
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def told(provider: double.Twilio) -> dict[str, str]:
    return {"account_sid": double.ACCOUNT, "auth_token": double.TOKEN, "url": provider.url}


def call(client: Client, method: str, path: str = "", **body: object) -> Any:
    return client.generic(method, ROOT + path, json.dumps(body), content_type="application/json")


def stored(dealer: DealerRef) -> ChannelAccount:
    with dealer_scope(dealer):
        return ChannelAccount.objects.get()


def test_each_kind_says_what_it_must_be_told(as_clara: Client) -> None:
    kinds = {one["kind"]: one for one in as_clara.get(f"{ROOT}kinds/").json()}

    assert set(kinds) == set(registry.CHANNELS)
    assert [one["name"] for one in kinds["twilio"]["settings"]] == [
        "account_sid",
        "auth_token",
        "messaging_service_sid",
        "url",
    ]
    assert {"probe", "register", "test"} <= set(kinds["twilio"]["can"])


def test_a_provider_that_calls_nobody_is_given_no_address(clara_confirmed: Client, settings: LazySettings) -> None:
    settings.PROVIDER_HOSTS = ["127.0.0.1"]
    told = {"host": "127.0.0.1", "port": "2775", "security": "none", "system_id": "north", "password": "secret"}

    answer = call(clara_confirmed, "POST", kind="smpp", address="10690", settings=told)

    assert (answer.status_code, answer.json().get("webhook_url")) == (201, ""), answer.content


def test_nothing_secret_is_read_back(account: dict[str, Any], north: DealerRef, as_clara: Client) -> None:
    for answer in (as_clara.get(ROOT), as_clara.get(f"{ROOT}{account['id']}/")):
        assert double.TOKEN not in answer.content.decode()

    shown = {one["name"]: one for one in account["settings"]}
    assert (shown["auth_token"]["is_set"], shown["auth_token"]["tail"]) == (True, "")
    assert shown["account_sid"]["tail"] == double.ACCOUNT[-6:]
    assert account["webhook_url"].endswith(f"/api/webhooks/{stored(north).public_id}/")


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"settings": {"account_sid": double.ACCOUNT}}, "settings.auth_token"),
        ({"settings": {"account_sid": double.ACCOUNT, "auth_token": "x", "color": "red"}}, "settings.color"),
        ({"settings": {"account_sid": "no sid", "auth_token": "x"}}, "settings.account_sid"),
        (
            {"settings": {"account_sid": double.ACCOUNT, "auth_token": "x", "url": "http://169.254.169.254"}},
            "settings.url",
        ),
        ({"kind": "pigeon"}, "kind"),
    ],
)
def test_what_cannot_be_taken_is_named(wish: dict[str, Any], field: str, clara_confirmed: Client) -> None:
    answer = call(clara_confirmed, "POST", **{"kind": "twilio", "address": double.NUMBER, "settings": {}, **wish})

    assert answer.status_code == 400
    assert field in {one["field"] for one in answer.json()["errors"]}


def test_an_address_of_another_form_is_refused(clara_confirmed: Client) -> None:
    answer = call(clara_confirmed, "POST", kind="sendgrid", address="+34600999999", settings={"api_key": "x"})

    assert (answer.status_code, answer.json()["code"]) == (422, "address_unfit")


def test_the_house_makes_what_only_it_needs_to_know(clara_confirmed: Client, north: DealerRef) -> None:
    answer = call(clara_confirmed, "POST", kind="telegram", address="@north_bot", settings={"token": "1:a"})

    assert answer.status_code == 201
    assert len(stored(north).settings["secret"]) > 30
    assert stored(north).settings["secret"] not in answer.content.decode()


def test_opened_twice_it_is_refused(clara_confirmed: Client, account: dict[str, Any], provider: double.Twilio) -> None:
    again = call(clara_confirmed, "POST", kind="twilio", address=double.NUMBER, settings=told(provider))

    assert (again.status_code, again.json()["code"]) == (409, "account_exists")


def test_settings_are_changed_by_somebody_who_confirmed(as_clara: Client, north: DealerRef) -> None:
    with dealer_scope(north):
        row = ChannelAccount.objects.create(kind="twilio", address="+1", public_id="x", created_at=NOW)

    settings = call(as_clara, "PATCH", f"{row.pk}/", settings={"auth_token": "x"})
    rank = call(as_clara, "PATCH", f"{row.pk}/", rank=3)

    assert (settings.status_code, settings.json()["code"]) == (403, "confirmation_needed")
    assert (rank.status_code, rank.json()["rank"]) == (200, 3)


def test_a_new_secret_keeps_the_one_before_until_it_is_forgotten(
    clara_confirmed: Client, account: dict[str, Any], north: DealerRef, provider: double.Twilio
) -> None:
    changed = call(clara_confirmed, "PATCH", f"{account['id']}/", settings={"auth_token": "the next"}).json()
    token = next(one for one in changed["settings"] if one["name"] == "auth_token")

    assert token["has_before"]
    assert token["before_until"]
    assert stored(north).settings["auth_token_before"] == double.TOKEN
    assert stored(north).settings["url"] == provider.url

    forgotten = call(clara_confirmed, "POST", f"{account['id']}/forget/", name="auth_token")
    again = call(clara_confirmed, "POST", f"{account['id']}/forget/", name="auth_token")

    assert forgotten.status_code == 200
    assert not [name for name in stored(north).settings if "before" in name]
    assert (again.status_code, again.json()["code"]) == (409, "no_secret_before")


def test_the_audit_names_settings_and_never_their_values(
    clara_confirmed: Client, account: dict[str, Any], north: DealerRef
) -> None:
    call(clara_confirmed, "PATCH", f"{account['id']}/", settings={"auth_token": "the next"}, is_active=False)

    with dealer_scope(north):
        entries = AuditEntry.objects.filter(subject_kind="channel_account").order_by("id")
        told = [(one.action, one.before, one.after) for one in entries]
    assert [action for action, _before, _after in told] == ["channel.opened", "channel.changed"]
    assert told[1][1:] == (
        {"rank": 50, "is_active": True},
        {"rank": 50, "is_active": False, "settings": ["auth_token"]},
    )
    assert double.TOKEN not in str(told)
    assert "the next" not in str(told)


def test_its_provider_is_asked_and_told(
    clara_confirmed: Client, account: dict[str, Any], provider: double.Twilio
) -> None:
    probed = call(clara_confirmed, "POST", f"{account['id']}/probe/")
    registered = call(clara_confirmed, "POST", f"{account['id']}/register/")

    assert probed.json() == {"name": "North Motors", "detail": "active"}
    assert registered.status_code == 204
    assert list(provider.webhooks.values()) == [account["webhook_url"]]


@pytest.mark.parametrize(
    ("how", "code"),
    [("misconfigured", "channel_misconfigured"), ("throttle", "channel_throttled"), ("fail", "channel_unavailable")],
)
def test_a_providers_refusal_says_what_to_do(
    how: str, code: str, clara_confirmed: Client, account: dict[str, Any], provider: double.Twilio
) -> None:
    provider.how = how

    refused = call(clara_confirmed, "POST", f"{account['id']}/probe/")

    assert (refused.status_code, refused.json()["code"]) == (424, code)
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_what_no_provider_offers_is_not_done(clara_confirmed: Client, north: DealerRef) -> None:
    made = call(clara_confirmed, "POST", kind="simulator", address="100").json()

    answer = call(clara_confirmed, "POST", f"{made['id']}/register/")

    assert (answer.status_code, answer.json()["code"]) == (409, "cannot_do_that")


def test_a_test_goes_by_the_outbox_and_counts_for_nothing(
    clara_confirmed: Client, account: dict[str, Any], north: DealerRef
) -> None:
    answer = call(clara_confirmed, "POST", f"{account['id']}/test/", address="138 0013 8000")

    assert answer.status_code == 201
    with dealer_scope(north):
        message = Message.objects.get()
        audited = AuditEntry.objects.get(action="channel.tested")
    assert (message.address, message.state, message.case_kind) == (MINE, "QUEUED", "channel_test")
    assert (message.is_proactive, message.purpose, message.customer_id) == (False, "", None)
    assert MINE not in str((audited.before, audited.after))


def test_an_owners_address_is_no_place_to_test(
    clara_confirmed: Client, account: dict[str, Any], north: DealerRef
) -> None:
    with dealer_scope(north):
        anna = Customer.objects.create(name="Anna", name_key="anna", created_at=NOW, updated_at=NOW)
        ContactPoint.objects.create(customer=anna, kind="PHONE", value=MINE, created_at=NOW, updated_at=NOW)

    answer = call(clara_confirmed, "POST", f"{account['id']}/test/", address=MINE)

    assert (answer.status_code, answer.json()["code"]) == (409, "owners_address")
    with dealer_scope(north):
        assert Message.objects.count() == 0


def test_tests_are_limited_by_the_hour(clara_confirmed: Client, account: dict[str, Any], north: DealerRef) -> None:
    with dealer_scope(north):
        rates.forget(f"test:{stored(north).public_id}")
    answers = [call(clara_confirmed, "POST", f"{account['id']}/test/", address=MINE).status_code for _ in range(6)]

    assert answers == [201] * 5 + [429]


def test_what_is_switched_off_is_not_tested(clara_confirmed: Client, account: dict[str, Any]) -> None:
    call(clara_confirmed, "PATCH", f"{account['id']}/", is_active=False)

    answer = call(clara_confirmed, "POST", f"{account['id']}/test/", address=MINE)

    assert (answer.status_code, answer.json()["code"]) == (409, "account_off")


def test_what_lacks_a_template_for_a_test_says_so_in_words(clara_confirmed: Client) -> None:
    told = {"access_key_id": "LTAI1", "access_key_secret": "x"}
    made = call(clara_confirmed, "POST", kind="aliyun", address="北方", settings=told).json()

    answer = call(clara_confirmed, "POST", f"{made['id']}/test/", address=MINE)

    assert (answer.status_code, answer.json()["code"]) == (409, "template_missing")
    assert "模板" in answer.json()["detail"]


def test_the_list_says_how_each_stands(clara_confirmed: Client, account: dict[str, Any], north: DealerRef) -> None:
    call(clara_confirmed, "POST", f"{account['id']}/test/", address=MINE)
    with dealer_scope(north):
        Message.objects.update(error="MISCONFIGURED", created_at=datetime.now(UTC))

    [shown] = clara_confirmed.get(ROOT).json()["results"]

    assert (shown["standing"], shown["queued"], bool(shown["last_trouble"])) == (health.Standing.BROKEN, 1, True)


@pytest.mark.parametrize(("error", "is_of_one"), [("UNDELIVERABLE", True), ("REJECTED", True), ("UNAVAILABLE", False)])
def test_one_recipients_bad_address_is_told_apart_from_the_senders_own_trouble(
    error: str, is_of_one: bool, clara_confirmed: Client, account: dict[str, Any], north: DealerRef
) -> None:
    assert account["is_trouble_of_one"] is False
    call(clara_confirmed, "POST", f"{account['id']}/test/", address=MINE)
    with dealer_scope(north):
        Message.objects.update(error=error, created_at=datetime.now(UTC))

    [shown] = clara_confirmed.get(ROOT).json()["results"]

    assert (shown["standing"], shown["is_trouble_of_one"]) == (health.Standing.ON, is_of_one)


def test_south_sees_and_changes_nothing_of_north(
    account: dict[str, Any], north: DealerRef, in_south_as: Any, provider: double.Twilio
) -> None:
    theirs = in_south_as(Role.GENERAL_MANAGER)

    assert theirs.get(ROOT).json()["results"] == []
    bodies = {"probe/": {}, "register/": {}, "test/": {"address": MINE}, "forget/": {"name": "auth_token"}}
    for path, body in bodies.items():
        assert call(theirs, "POST", f"{account['id']}/{path}", **body).status_code == 404
    assert call(theirs, "PATCH", f"{account['id']}/", rank=1).status_code == 404
    assert stored(north).rank == 50
    assert provider.taken == []


def test_who_only_answers_owners_has_no_senders_to_look_at(in_south_as: Any) -> None:
    specialist = in_south_as(Role.SERVICE_SPECIALIST)

    assert specialist.get(ROOT).status_code == 403
    assert specialist.get(f"{ROOT}kinds/").status_code == 403


def test_a_webhook_is_proved_by_both_secrets_and_then_by_the_new_one(
    clara_confirmed: Client, account: dict[str, Any], north: DealerRef
) -> None:
    call(clara_confirmed, "PATCH", f"{account['id']}/", settings={"auth_token": "the next"})
    with dealer_scope(north):
        hook = account_of(ChannelAccount.objects.get()).webhook_url
    old, new = (
        double.signed(hook, {"MessageSid": f"SM{n}", "From": MINE, "Body": "8"}, token=token, now=NOW)
        for n, token in enumerate((double.TOKEN, "the next"))
    )

    def knock(raw: Any) -> int:
        return (
            Client()
            .generic(
                "POST",
                raw.path,
                raw.body,
                content_type="application/x-www-form-urlencoded",
                headers={"X-Twilio-Signature": raw.headers["X-Twilio-Signature"], "Host": "localhost"},
            )
            .status_code
        )

    assert (knock(old), knock(new)) == (204, 204)
    call(clara_confirmed, "POST", f"{account['id']}/forget/", name="auth_token")
    assert (knock(old), knock(new)) == (403, 204)


def test_of_a_shared_sender_a_dealer_sees_no_keys_and_changes_its_order_alone(
    clara_confirmed: Client, north: DealerRef
) -> None:
    told = {"token": "1:a-key-of-the-brand"}
    sender = senders.open_sender(
        manufacturer_id=north.manufacturer_id or 0,
        kind="telegram",
        address="@marca_bot",
        settings=told,
        by=None,
        now=NOW,
    )
    senders.share(sender_id=sender.pk, dealer_id=north.id, by=None, now=NOW)

    answer = clara_confirmed.get(ROOT)

    [seen] = answer.json()["results"]
    assert (seen["is_shared"], seen["settings"], seen["webhook_url"]) == (True, [], "")
    assert "register" not in seen["can"]
    assert "a-key-of-the-brand" not in answer.content.decode()
    assert call(clara_confirmed, "PATCH", f"{seen['id']}/", rank=3).json()["rank"] == 3
    for change in ({"is_active": False}, {"settings": {"token": "1:x"}}):
        refused = call(clara_confirmed, "PATCH", f"{seen['id']}/", **change)
        assert (refused.status_code, refused.json()["code"]) == (409, "account_shared")


def test_a_sender_says_which_templates_it_needs_and_which_it_lacks(clara_confirmed: Client, north: DealerRef) -> None:
    told = {"access_key_id": "LTAI1", "access_key_secret": "x", "templates": "win_back.opening zh-hans SMS_1"}
    made = call(clara_confirmed, "POST", kind="aliyun", address="北方汽车", settings=told).json()

    rows = clara_confirmed.get(f"{ROOT}{made['id']}/templates/").json()

    known = {(row["name"], row["language"]): row for row in rows}
    reminder = known["maintenance_reminder.opening", "zh-hans"]
    assert (reminder["places"], reminder["is_opening"], reminder["code"]) == (["vehicle", "due_date"], True, "")
    assert reminder["text"].startswith("North Motors：")
    assert "${due_date}" in reminder["text"]
    assert known["win_back.opening", "zh-hans"]["code"] == "SMS_1"
    missing = clara_confirmed.get(ROOT).json()["results"][0]["templates_missing"]
    assert "maintenance_reminder.opening" in missing
    assert "win_back.opening" not in missing


def test_a_sender_that_takes_free_words_needs_no_templates(account: dict[str, Any], as_clara: Client) -> None:
    assert account["templates_missing"] == []
    assert as_clara.get(f"{ROOT}{account['id']}/templates/").json() == []


def test_the_templates_of_another_dealers_sender_are_nobodys(as_clara: Client, south: DealerRef) -> None:
    with dealer_scope(south):
        theirs = ChannelAccount.objects.create(kind="aliyun", address="南方", public_id="theirs", created_at=NOW)

    assert as_clara.get(f"{ROOT}{theirs.pk}/templates/").status_code == 404
