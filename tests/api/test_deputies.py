"""Deputies through the API: heads name them and end them, others see their day, south knows nothing of it."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from core.models import Task
from core.tasks import operations as tasks
from notifications.models import Conversation, Message, Suppression
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api import making
from tests.api.conftest import NORTH_HOST, NOW, client_of

ADDRESS = "/api/v1/deputies/"
N = 700_001
DAYS = {"from_date": "2026-11-20", "last_date": "2026-11-24"}


@pytest.fixture(autouse=True)
def _time_stands_still() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def add(name: str, role: str) -> User:
    """Add somebody to the dealer in scope."""
    email = f"{name.lower()}@here.example"
    return accounts.create_user(email=email, name=name, role=role, password=None, language="en", now=NOW)


@pytest.fixture
def anna(north: DealerRef) -> User:
    """Somebody who will be away."""
    with dealer_scope(north):
        return add("Anna", Role.RELATIONS_SPECIALIST)


@pytest.fixture
def boris(north: DealerRef) -> User:
    with dealer_scope(north):
        return add("Boris", Role.SERVICE_SPECIALIST)


def post(client: Client, address: str, **body: object) -> Any:
    return client.post(address, json.dumps(body), content_type="application/json")


def named(client: Client, away: User, deputy: User, **days: str) -> Any:
    return post(client, ADDRESS, away=away.pk, deputy=deputy.pk, **{**DAYS, **days})


def work_of(user: User, north: DealerRef) -> list[str]:
    client = client_of(user, host=NORTH_HOST, scope=dealer_scope(north))
    return [one["reason"] for one in client.get("/api/v1/tasks/work/").json()["results"]]


def test_a_deputy_is_named_seen_and_ended(as_clara: Client, anna: User, boris: User) -> None:
    made = named(as_clara, anna, boris)
    (shown,) = as_clara.get(ADDRESS).json()["results"]
    ended = post(as_clara, f"{ADDRESS}{shown['id']}/end/")

    assert made.status_code == 201
    assert made.json() == shown
    assert (shown["away_name"], shown["deputy_name"]) == ("Anna", "Boris")
    assert (shown["from_date"], shown["last_date"], shown["is_standing"]) == ("2026-11-20", "2026-11-24", True)
    assert (shown["allowed"], ended.json()["allowed"], ended.json()["is_standing"]) == (["end"], [], False)
    assert as_clara.get(ADDRESS).json()["results"] == []


def test_what_is_over_is_listed_no_more(
    as_clara: Client, clara: User, anna: User, boris: User, north: DealerRef
) -> None:
    named(as_clara, anna, boris)

    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        later = client_of(clara, host=NORTH_HOST, scope=dealer_scope(north))
        assert later.get(ADDRESS).json()["results"] == []


def test_who_could_stand_in_is_said(as_clara: Client, clara: User, anna: User, boris: User, north: DealerRef) -> None:
    with dealer_scope(north):
        advisor = add("Doris", Role.SERVICE_ADVISOR)

    by_id = {one["id"]: one["deputies"] for one in as_clara.get(f"{ADDRESS}choices/").json()}

    assert set(by_id[anna.pk]) == {boris.pk, clara.pk}
    assert by_id[advisor.pk] == []


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ({"from_date": "2026-11-24", "last_date": "2026-11-20"}, "period_unusable"),
        ({"from_date": "2026-01-01", "last_date": "2026-01-02"}, "period_unusable"),
    ],
    ids=["backwards", "over"],
)
def test_days_that_cannot_be_are_refused_in_words(
    days: dict[str, str], code: str, as_clara: Client, anna: User, boris: User
) -> None:
    refused = named(as_clara, anna, boris, **days)

    assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_each_refusal_has_its_words(as_clara: Client, clara: User, anna: User, boris: User, north: DealerRef) -> None:
    with dealer_scope(north):
        advisor = add("Doris", Role.SERVICE_ADVISOR)
    named(as_clara, anna, boris)

    codes = [
        named(as_clara, away, deputy).json()["code"]
        for away, deputy in ((anna, advisor), (anna, clara), (boris, clara), (boris, anna))
    ]

    assert codes == ["not_able", "stood_in_already", "away_stands_in", "deputy_away"]


def test_only_heads_name_deputies(anna: User, boris: User, north: DealerRef) -> None:
    client = client_of(boris, host=NORTH_HOST, scope=dealer_scope(north))

    assert named(client, anna, boris).status_code == 403
    assert client.get(ADDRESS).status_code == 403


def test_today_shows_the_moved_work_and_says_why(as_clara: Client, anna: User, boris: User, north: DealerRef) -> None:
    with dealer_scope(north):
        tasks.open_task(kind="CALL", customer_id=None, vehicle_id=None, reason="given", due_at=NOW, now=NOW)
        Task.objects.update(assignee_id=anna.pk)
    assert (work_of(anna, north), work_of(boris, north)) == (["given"], [])

    row = named(as_clara, anna, boris).json()

    assert (work_of(anna, north), work_of(boris, north)) == ([], ["given"])
    days = [
        client_of(user, host=NORTH_HOST, scope=dealer_scope(north)).get("/api/v1/tasks/day/").json()
        for user in (anna, boris)
    ]
    assert [(day["stood_in_by"], day["stands_in_for"], day["left"]) for day in days] == [
        ("Boris", [], 0),
        ("", ["Anna"], 1),
    ]
    post(as_clara, f"{ADDRESS}{row['id']}/end/")
    assert (work_of(anna, north), work_of(boris, north)) == (["given"], [])


def test_a_conversation_is_answered_by_the_deputy_and_stays_whose_it_is(
    as_clara: Client, anna: User, boris: User, north: DealerRef
) -> None:
    with dealer_scope(north):
        making.make_world(N, marker="NORTHERN")
        Suppression.objects.all().delete()
        Conversation.objects.filter(pk=N).update(mode="PERSON", assignee_id=anna.pk, last_message_at=NOW)
    client = client_of(boris, host=NORTH_HOST, scope=dealer_scope(north))
    mine = "/api/v1/conversations/?tab=mine"
    assert client.get(mine).json()["results"] == []
    assert post(client, f"/api/v1/conversations/{N}/write/", text="Hello").json()["code"] == "conversation_taken"

    named(as_clara, anna, boris)

    assert [one["id"] for one in client.get(mine).json()["results"]] == [N]
    assert client.get("/api/v1/conversations/counts/").json()["mine"] == 1
    assert "take_over" not in client.get(f"/api/v1/conversations/{N}/").json()["allowed"]
    written = post(client, f"/api/v1/conversations/{N}/write/", text="Hello")
    assert written.status_code == 201, written.json()
    with dealer_scope(north):
        assert Conversation.objects.get(pk=N).assignee_id == anna.pk
        assert Message.objects.filter(conversation=N, actor=f"user:{boris.pk}").exists()


def test_south_sees_nothing_of_it(
    as_clara: Client, anna: User, boris: User, in_south_as: Callable[[Role], Client]
) -> None:
    row = named(as_clara, anna, boris).json()
    theirs = in_south_as(Role.GENERAL_MANAGER)

    assert theirs.get(ADDRESS).json()["results"] == []
    assert theirs.get(f"{ADDRESS}{row['id']}/").status_code == 404
    assert post(theirs, f"{ADDRESS}{row['id']}/end/").status_code == 404
    assert {one["name"] for one in theirs.get(f"{ADDRESS}choices/").json()} == {"Boris's dealer"}
