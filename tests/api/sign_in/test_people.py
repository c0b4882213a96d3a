"""The people of a host: their posts and access, what each post may do, one's own password, keys of programs."""

from typing import Any

import pytest
from django.test import Client

from tenants.accounts import operations as accounts
from tenants.accounts.models import ApiKey, AuditEntry, User
from tenants.accounts.permissions import actions_of
from tenants.accounts.roles import DEALER_ROLES, PUBLIC_ROLES, Role
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import AT_THE_DOOR, NORTH_HOST, NOW, client_of, confirm, sign_in

PASSWORD = "a quiet green lorry"


def user(dealer: DealerRef, name: str, role: Role) -> User:
    with dealer_scope(dealer):
        return accounts.create_user(
            email=f"{name}@north.example", name=name, role=role, password=PASSWORD, language="en", now=NOW
        )


@pytest.fixture
def manager(north: DealerRef) -> User:
    return user(north, "gm", Role.GENERAL_MANAGER)


@pytest.fixture
def as_manager(manager: User, north: DealerRef) -> Client:
    return client_of(manager, host=NORTH_HOST, scope=dealer_scope(north))


@pytest.fixture
def advisor(north: DealerRef) -> User:
    return user(north, "advisor", Role.SERVICE_ADVISOR)


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/{path}/", body, content_type="application/json")


def patch(client: Client, path: str, **body: Any) -> Any:
    return client.patch(f"/api/v1/{path}/", body, content_type="application/json")


def test_people_change_posts_and_are_shown_the_door(as_manager: Client, advisor: User, north: DealerRef) -> None:
    path, browser = f"users/{advisor.pk}", Client(HTTP_HOST=NORTH_HOST)
    assert sign_in(browser, advisor.email, PASSWORD).status_code == 200

    assert patch(as_manager, path, role="SERVICE_MANAGER").json()["role"] == "SERVICE_MANAGER"
    assert browser.get("/api/v1/me/").status_code == 401
    assert sign_in(browser, advisor.email, PASSWORD).status_code == 200
    assert not post(as_manager, f"{path}/deactivate").json()["is_active"]
    assert browser.get("/api/v1/me/").status_code == 401
    assert sign_in(browser, advisor.email, PASSWORD).status_code == 400
    assert post(as_manager, f"{path}/reactivate").json()["is_active"]
    with dealer_scope(north):
        assert list(
            AuditEntry.objects.exclude(action__in=AT_THE_DOOR).order_by("id").values_list("action", flat=True)
        ) == [
            "user.changed",
            "user.deactivated",
            "user.reactivated",
        ]


def test_the_list_says_what_may_be_done_to_whom(
    as_clara: Client, clara: User, manager: User, advisor: User, north: DealerRef
) -> None:
    gone = user(north, "gone", Role.SERVICE_ADVISOR)
    with dealer_scope(north):
        accounts.deactivate_user(user_id=gone.pk)

    allowed = {row["id"]: row["allowed"] for row in as_clara.get("/api/v1/users/").json()["results"]}

    assert allowed == {
        clara.pk: [],
        manager.pk: [],
        advisor.pk: ["change_role", "deactivate"],
        gone.pk: ["change_role", "reactivate"],
    }


def test_the_roles_of_a_host_are_explained(as_clara: Client, as_doris: Client) -> None:
    dealers, makers = as_clara.get("/api/v1/roles/").json(), as_doris.get("/api/v1/manufacturer-roles/").json()

    assert {row["role"] for row in dealers} == {role.value for role in DEALER_ROLES}
    assert {row["role"] for row in makers} == {role.value for role in PUBLIC_ROLES}
    assert [row["role"] for row in dealers if not row["may_appoint"]] == ["GENERAL_MANAGER"]
    assert all(row["actions"] == actions_of(row["role"]) for row in dealers + makers)


def test_ones_own_password_needs_a_confirmation(manager: User, as_manager: Client, north: DealerRef) -> None:
    elsewhere = client_of(manager, host=NORTH_HOST, scope=dealer_scope(north))
    assert post(as_manager, "me/password", new="another green lorry").json()["code"] == "confirmation_needed"
    confirm(as_manager, password=PASSWORD)

    assert post(as_manager, "me/password", new="short").status_code == 400
    assert post(as_manager, "me/password", new="another green lorry").status_code == 204

    assert as_manager.get("/api/v1/me/").status_code == 200
    assert elsewhere.get("/api/v1/me/").status_code == 401


def test_a_key_is_made_by_somebody_who_confirmed_and_ends(as_manager: Client, north: DealerRef) -> None:
    wanted = {"name": "dms", "scopes": ["customers.read"]}
    assert post(as_manager, "api-keys", **wanted).json()["code"] == "confirmation_needed"
    confirm(as_manager, password=PASSWORD)
    made = post(as_manager, "api-keys", **wanted).json()
    program = Client(HTTP_HOST=NORTH_HOST, headers={"Authorization": f"Api-Key {made['secret']}"})

    assert program.get("/api/v1/customers/").status_code == 200
    assert "secret" not in as_manager.get(f"/api/v1/api-keys/{made['id']}/").json()
    assert post(as_manager, f"api-keys/{made['id']}/revoke").json()["revoked_at"]
    assert program.get("/api/v1/customers/").status_code == 401
    with dealer_scope(north):
        assert ApiKey.objects.get().created_by is not None


def test_somebody_with_nothing_to_confirm_with_makes_no_key(north: DealerRef) -> None:
    with dealer_scope(north):
        bare = accounts.create_user(
            email="b@north.example", name="x", role=Role.GENERAL_MANAGER, password=None, language="en", now=NOW
        )
    client = client_of(bare, host=NORTH_HOST, scope=dealer_scope(north))

    assert post(client, "api-keys", name="x", scopes=["customers.read"]).json()["code"] == "confirmation_needed"


def test_the_audit_keeps_the_callers_address_as_the_proxy_saw_it(
    as_manager: Client, advisor: User, north: DealerRef, settings: Any
) -> None:
    settings.PROXIES = 1
    as_manager.post(
        f"/api/v1/users/{advisor.pk}/deactivate/",
        headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"},
        REMOTE_ADDR="10.0.0.1",
    )

    with dealer_scope(north):
        assert AuditEntry.objects.get().address == "198.51.100.7"
