"""Every call against every role: who may gets in, who may not gets 403, nobody gets 401."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.permissions import KEY_SCOPES, ROLES_BY_ACTION
from tenants.accounts.roles import DEALER_ROLES, MANUFACTURER_ROLES, PUBLIC_ROLES, Role
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.api.actions import ACTIONS, FOR_EVERYBODY, FOR_NOBODY
from tests.api.addresses import Call, calls
from tests.api.conftest import NORTH_HOST, NOW, PUBLIC_HOST, client_of

# No row has this id.
NOWHERE = 10**9
GUARDED = [call for call in calls() if str(call) in ACTIONS]


@pytest.fixture(autouse=True)
def _uncounted(north: DealerRef) -> Iterator[None]:
    # A crawl calls more often in a minute than people do.
    yield
    with dealer_scope(north):
        cache.clear()


def status(client: Client, call: Call) -> int:
    answer = client.generic(call.method, call.at(NOWHERE), b"{}", content_type="application/json")
    # Who is asked to confirm that it is they would get in.
    asks = answer.status_code == 403 and answer.json()["code"] == "confirmation_needed"
    return 200 if asks else int(answer.status_code)


def test_every_call_is_in_the_table() -> None:
    assert {str(call) for call in calls()} == set(ACTIONS) | FOR_EVERYBODY | FOR_NOBODY


@pytest.mark.parametrize("role", sorted(DEALER_ROLES))
def test_a_role_of_the_dealer_gets_where_its_row_says(role: Role, north: DealerRef) -> None:
    with dealer_scope(north):
        user = accounts.create_user(email="x@north.example", name="x", role=role, password=None, language="en", now=NOW)
    client = client_of(user, host=NORTH_HOST, scope=dealer_scope(north))

    got = {str(call): status(client, call) for call in GUARDED}

    assert {call for call, code in got.items() if code != 403} == {
        call for call, action in ACTIONS.items() if role in ROLES_BY_ACTION[action]
    }
    assert {call: code for call, code in got.items() if code >= 500} == {}


@pytest.mark.parametrize("role", sorted(PUBLIC_ROLES))
def test_a_role_of_the_public_host_gets_where_its_row_says(role: Role, north: DealerRef) -> None:
    with public_scope():
        maker = north.manufacturer_id if role in MANUFACTURER_ROLES else None
        user = accounts.create_user(
            email="x@x.example", name="x", role=role, password=None, language="en", manufacturer_id=maker, now=NOW
        )
    client = client_of(user, host=PUBLIC_HOST, scope=public_scope())

    got = {str(call): status(client, call) for call in GUARDED}

    assert {call for call, code in got.items() if code != 403} == {
        call for call, action in ACTIONS.items() if role in ROLES_BY_ACTION[action]
    }
    assert {call: code for call, code in got.items() if code >= 500} == {}


def test_nobody_gets_in(nobody: Client) -> None:
    # Strangers are counted by their address: each call comes from another one.
    got = {
        str(call): nobody.generic(
            call.method, call.at(NOWHERE), b"{}", content_type="application/json", REMOTE_ADDR=f"192.0.2.{number % 250}"
        ).status_code
        for number, call in enumerate(GUARDED)
    }

    assert {call: code for call, code in got.items() if code != 401} == {}


def test_a_key_gets_where_its_scopes_say_and_never_where_only_people_may(north: DealerRef) -> None:
    with dealer_scope(north):
        _, secret = accounts.issue_key(name="dms", scopes=sorted(KEY_SCOPES), created_by=None, now=NOW)
    client = Client(HTTP_HOST=NORTH_HOST, headers={"Authorization": f"Api-Key {secret}"})

    got = {str(call): status(client, call) for call in GUARDED}

    refused = {call for call, code in got.items() if code == 403}
    assert {call for call, action in ACTIONS.items() if action not in KEY_SCOPES} <= refused
    assert {call: code for call, code in got.items() if code >= 500} == {}


def test_no_method_of_any_address_is_a_defect(as_clara: Client) -> None:
    got = {
        (method, call.address): as_clara.generic(method, call.at(NOWHERE)).status_code
        for call in calls()
        for method in ("OPTIONS", "HEAD", "PUT", "DELETE", "TRACE")
        if str(call) not in FOR_NOBODY
    }

    assert {asked: code for asked, code in got.items() if code >= 500} == {}


def test_a_deactivated_person_is_nobody_at_once(clara: User, as_clara: Client, north: DealerRef) -> None:
    with dealer_scope(north):
        accounts.deactivate_user(user_id=clara.pk)

    assert as_clara.get("/api/v1/me/").status_code == 401
