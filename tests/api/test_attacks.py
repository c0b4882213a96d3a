"""What people try who should not: each is refused, and nothing is kept for the next one at the screen."""

from collections.abc import Callable

import pytest
from django.test import Client

from tenants.accounts import operations as accounts
from tenants.accounts.models import AuditEntry, User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NORTH_HOST, NOW, client_of, confirm, sign_in

DEEP = "[" * 100_000


@pytest.mark.parametrize("path", ["/api/v1/me/", "/api/v1/search/"])
def test_what_is_nested_without_end_cannot_be_read(path: str, as_clara: Client) -> None:
    method = "PATCH" if path.endswith("me/") else "POST"

    answer = as_clara.generic(method, path, DEEP, content_type="application/json")

    assert (answer.status_code, answer.json()["detail"]) == (400, "This cannot be read.")


@pytest.mark.parametrize("household", ["1", "9999999", "-1", "99999999999999999999"])
def test_a_household_that_is_none_narrows_the_list_to_nothing_or_is_refused(household: str, as_clara: Client) -> None:
    answer = as_clara.get("/api/v1/customers/", {"household": household})

    assert answer.status_code in {200, 400}


@pytest.mark.parametrize(
    "path", ["/api/v1/customers/", "/api/v1/me/", "/api/v1/nothing/", "/_allauth/browser/v1/config"]
)
def test_nobody_keeps_an_answer_of_the_api(path: str, as_clara: Client) -> None:
    assert "no-store" in as_clara.get(path).headers["Cache-Control"]


@pytest.mark.parametrize("origin", ["http://south.localhost", "http://evil.example", "null"])
def test_a_page_of_another_host_changes_nothing(origin: str, clara: User, north: DealerRef) -> None:
    client = client_of(clara, host=NORTH_HOST, scope=dealer_scope(north))
    strict = Client(HTTP_HOST=NORTH_HOST, enforce_csrf_checks=True)
    strict.cookies = client.cookies
    token = strict.get("/api/v1/me/").json()["csrf_token"]

    def rename(page: str) -> int:
        headers = {"Origin": page, "X-CSRFToken": token}
        return int(
            strict.patch(
                "/api/v1/me/", {"language": "es"}, content_type="application/json", headers=headers
            ).status_code
        )

    assert rename(origin) == 403
    assert rename(f"http://{NORTH_HOST}") == 200


def test_a_director_does_not_rename_whoever_stands_above(as_clara: Client, north: DealerRef) -> None:
    with dealer_scope(north):
        manager = accounts.create_user(
            email="gm@north.example", name="Doris", role=Role.GENERAL_MANAGER, password=None, language="en", now=NOW
        )

    answer = as_clara.patch(f"/api/v1/users/{manager.pk}/", {"name": "x"}, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (403, "role_too_high")


def test_the_password_one_has_is_no_new_one(clara: User, north: DealerRef, nobody: Client) -> None:
    sign_in(nobody, clara.email, "clara's password")
    confirm(nobody, password="clara's password")

    answer = nobody.post("/api/v1/me/password/", {"new": "clara's password"}, content_type="application/json")

    assert answer.status_code == 400


def test_coming_in_and_being_locked_out_are_in_the_audit(clara: User, north: DealerRef, nobody: Client) -> None:
    sign_in(nobody, clara.email, "clara's password")
    for _ in range(5):
        sign_in(Client(HTTP_HOST=NORTH_HOST), clara.email, "not it", address="192.0.2.9")
        sign_in(Client(HTTP_HOST=NORTH_HOST), "nobody@north.example", "not it", address="192.0.2.9")

    with dealer_scope(north):
        entries = list(AuditEntry.objects.order_by("id").values_list("action", "actor_kind", "subject_id", "address"))
    assert entries == [
        ("user.signed_in", "user", clara.pk, "192.0.2.1"),
        ("user.locked", "system", clara.pk, "192.0.2.9"),
    ]


def test_at_the_other_dealer_nobody_came_in(
    clara: User, south: DealerRef, nobody: Client, in_south_as: Callable[[Role], Client]
) -> None:
    sign_in(nobody, clara.email, "clara's password")

    assert in_south_as(Role.COC_DIRECTOR).get("/api/v1/audit/").json()["results"] == []
