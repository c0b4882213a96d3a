"""A file's keeper through the API, and the share of new files that heads give."""

import json
from typing import Any

import pytest
from django.test import Client

from core.models import Customer
from tenants.accounts import operations as accounts
from tenants.accounts.models import AuditEntry, User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api import making
from tests.api.conftest import NORTH_HOST, NOW, client_of

N = 700_001
ADDRESS = f"/api/v1/customers/{N}/"


@pytest.fixture
def boris(north: DealerRef) -> User:
    """Somebody who may keep files; Clara's world is there too."""
    with dealer_scope(north):
        making.make_world(N, marker="NORTHERN")
        return accounts.create_user(
            email="boris@north.example",
            name="Boris",
            role=Role.RELATIONS_SPECIALIST,
            password=None,
            language="en",
            now=NOW,
        )


def send(client: Client, address: str, body: object, *, method: str = "post") -> Any:
    return getattr(client, method)(address, json.dumps(body), content_type="application/json")


def test_a_file_is_given_to_a_keeper(as_clara: Client, clara: User, boris: User, north: DealerRef) -> None:
    before = as_clara.get(f"{ADDRESS}keeper/").json()
    given = send(as_clara, f"{ADDRESS}keep/", {"keeper": boris.pk})
    foreign = send(as_clara, f"{ADDRESS}keep/", {"keeper": N})

    assert (before["keeper"], before["allowed"]) == (None, ["keep"])
    assert {one["name"] for one in before["choices"]} == {"Clara", "Boris"}
    assert (given.status_code, given.json()["keeper"]) == (200, boris.pk)
    # Somebody of the house, in another post.
    assert (foreign.status_code, foreign.json()["code"]) == (422, "no_keeper")
    with dealer_scope(north):
        assert Customer.objects.get(pk=N).keeper_id == boris.pk


def test_who_may_not_change_files_only_sees_the_keeper(boris: User, north: DealerRef) -> None:
    with dealer_scope(north):
        manager = accounts.create_user(
            email="manager@north.example",
            name="Doris",
            role=Role.SERVICE_MANAGER,
            password=None,
            language="en",
            now=NOW,
        )
    client = client_of(manager, host=NORTH_HOST, scope=dealer_scope(north))

    assert client.get(f"{ADDRESS}keeper/").json()["allowed"] == []
    assert send(client, f"{ADDRESS}keep/", {"keeper": None}).status_code == 403


def test_heads_give_shares_of_new_files(as_clara: Client, boris: User, north: DealerRef) -> None:
    address = f"/api/v1/users/{boris.pk}/"

    given = send(as_clara, address, {"ability": 50}, method="patch")
    too_much = send(as_clara, address, {"ability": 301}, method="patch")

    assert (given.json()["ability"], "share" in given.json()["allowed"]) == (50, True)
    assert too_much.status_code == 400
    with dealer_scope(north):
        entry = AuditEntry.objects.get(action="user.changed")
    assert (entry.before, entry.after) == ({"ability": 100}, {"ability": 50})
