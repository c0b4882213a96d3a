"""The simulator's door: who may answer in an owner's name, whose phones there are, and that it is the real way in."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from notifications.channels.models import ChannelAccount
from notifications.conversations.models import Conversation
from notifications.inbound.models import InboundEvent
from notifications.outbox.models import Message
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.permissions import KEY_SCOPES
from tenants.accounts.roles import DEALER_ROLES, Role
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NORTH_HOST, client_of
from tests.notifications.links.following import path_in
from tests.stories import telling
from tests.stories.telling import Story

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture
def anna(north: DealerRef) -> Story:
    """Anna, asked how her visit was."""
    with dealer_scope(north):
        story = telling.begin("north")
        values = {"visit_date": "2026-11-15"}
        story.start("after_sales_survey", case_kind="follow_up", case_id=story.follow_up(), values=values)
    return story


def phone(dealer: DealerRef) -> str:
    with dealer_scope(dealer):
        return f"/api/v1/simulator/conversations/{Conversation.objects.get().pk}/messages/"


def heard(dealer: DealerRef) -> list[InboundEvent]:
    with dealer_scope(dealer):
        return list(InboundEvent.objects.order_by("id"))


def post(client: Client, path: str, **body: object) -> int:
    return client.post(path, {"text": "1", **body}, content_type="application/json").status_code


def test_what_is_typed_goes_in_as_a_providers_signed_call(as_clara: Client, anna: Story, north: DealerRef) -> None:
    assert post(as_clara, phone(north), text="非常满意") == 202

    (event,) = heard(north)
    assert (event.kind, event.account_id) == ("MESSAGE", anna.account.pk)
    with dealer_scope(north):
        anna.work()
        assert Message.objects.filter(direction="IN").get().text == "非常满意"


def test_a_tap_names_the_message_that_it_stood_under(as_clara: Client, anna: Story, north: DealerRef) -> None:
    with dealer_scope(north):
        asked = anna.last()
        Message.objects.filter(pk=asked.pk).update(provider_id="sim-7")
    button = asked.buttons[0]

    status = post(as_clara, phone(north), text=button["label"], payload=button["payload"], reply_to=asked.pk)

    assert status == 202
    with dealer_scope(north):
        assert anna.work() == "TAP"


@pytest.mark.parametrize("role", sorted(DEALER_ROLES))
def test_only_the_centre_answers_for_owners(anna: Story, north: DealerRef, role: Role) -> None:
    with dealer_scope(north):
        user = accounts.create_user(
            email="somebody@north.example", name="Somebody", role=role, password=None, language="en", now=NOW
        )
    client = client_of(user, host=NORTH_HOST, scope=dealer_scope(north))
    may = {Role.GENERAL_MANAGER, Role.COC_DIRECTOR, Role.SERVICE_SPECIALIST, Role.RELATIONS_SPECIALIST}

    assert post(client, phone(north)) == (202 if role in may else 403)
    assert len(heard(north)) == (1 if role in may else 0)


def test_nobody_signed_in_answers_for_nobody(nobody: Client, anna: Story, north: DealerRef) -> None:
    assert post(nobody, phone(north)) == 401
    assert heard(north) == []


def test_no_key_answers_for_an_owner(nobody: Client, clara: User, anna: Story, north: DealerRef) -> None:
    with dealer_scope(north):
        _key, secret = accounts.issue_key(name="program", scopes=sorted(KEY_SCOPES), created_by=clara, now=NOW)
    headers = {"Authorization": f"Api-Key {secret}"}

    answer = nobody.post(phone(north), {"text": "1"}, content_type="application/json", headers=headers)

    assert answer.status_code == 403


def test_a_foreign_page_cannot_answer_in_claras_name(clara: User, anna: Story, north: DealerRef) -> None:
    client = Client(HTTP_HOST=NORTH_HOST, enforce_csrf_checks=True)
    with dealer_scope(north):
        client.force_login(clara)

    assert post(client, phone(north)) == 403
    assert heard(north) == []


def test_north_has_no_phone_of_souths_owners(
    as_clara: Client, in_south_as: Callable[[Role], Client], anna: Story, north: DealerRef, south: DealerRef
) -> None:
    stranger = in_south_as(Role.COC_DIRECTOR)

    assert post(stranger, phone(north)) == 404
    assert (heard(north), heard(south)) == ([], [])


def test_a_message_of_another_conversation_is_not_answered(as_clara: Client, anna: Story, north: DealerRef) -> None:
    assert post(as_clara, phone(north), reply_to=10**9) == 404
    assert heard(north) == []


def test_an_unknown_conversation_is_not_found(as_clara: Client, anna: Story, north: DealerRef) -> None:
    assert post(as_clara, "/api/v1/simulator/conversations/99999/messages/") == 404


def test_only_the_simulators_accounts_have_phones(as_clara: Client, anna: Story, north: DealerRef) -> None:
    with dealer_scope(north):
        ChannelAccount.objects.update(kind="sms")

    assert post(as_clara, phone(north)) == 404


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": "x" * 2001},
        {"text": None},
        {"payload": "x" * 201},
        {"reply_to": 0},
        {"reply_to": "one"},
        {"text": {"a": 1}},
    ],
    ids=["empty", "long", "nothing", "long payload", "no id", "a word for an id", "an object"],
)
def test_what_no_phone_can_send_is_refused(
    as_clara: Client, anna: Story, north: DealerRef, body: dict[str, object]
) -> None:
    assert post(as_clara, phone(north), **body) == 400
    assert heard(north) == []


def test_a_forged_call_of_the_provider_is_refused(nobody: Client, anna: Story, north: DealerRef) -> None:
    answer = nobody.post(
        f"/api/webhooks/{anna.account.public_id}/", "[]", content_type="application/json", HTTP_HOST="localhost"
    )

    assert answer.status_code == 403
    assert heard(north) == []


def texts(client: Client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return [message["text"] for message in answer.json()["results"]]


def test_the_phone_has_the_link_that_the_inbox_does_not_show(as_clara: Client, anna: Story, north: DealerRef) -> None:
    with dealer_scope(north):
        link = path_in(anna.last())
    inbox = phone(north).replace("/simulator", "")

    (received,), (shown,) = texts(as_clara, phone(north)), texts(as_clara, inbox)

    assert f"http://north.localhost:8000{link}" in received
    assert link not in shown
    assert "/o/......" in shown


def test_who_may_not_answer_for_an_owner_does_not_see_their_phone(
    nobody: Client, clara: User, anna: Story, north: DealerRef, in_south_as: Callable[[Role], Client]
) -> None:
    with dealer_scope(north):
        _key, secret = accounts.issue_key(name="program", scopes=sorted(KEY_SCOPES), created_by=clara, now=NOW)

    assert nobody.get(phone(north)).status_code == 401
    assert nobody.get(phone(north), headers={"Authorization": f"Api-Key {secret}"}).status_code == 403
    assert in_south_as(Role.COC_DIRECTOR).get(phone(north)).status_code == 404


def test_a_phone_costs_the_same_with_many_messages(
    as_clara: Client, anna: Story, north: DealerRef, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    with dealer_scope(north):
        for _ in range(5):
            anna.hear("帮助")

    with django_assert_max_num_queries(10):
        assert len(texts(as_clara, phone(north))) > 10
