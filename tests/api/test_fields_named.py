"""What is refused is refused in words, and at the field that must be mended."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api import making
from tests.api.conftest import confirm, sign_in

N = 600_001


@pytest.fixture
def world(north: DealerRef) -> None:
    with dealer_scope(north):
        making.make_world(N, marker="x")


def faults(answer: Any) -> list[tuple[str, str]]:
    return [(row["field"], row["message"]) for row in answer.json()["errors"]]


@pytest.mark.parametrize("value", ["2090-01-01", "0001-01-01"])
@pytest.mark.parametrize("field", ["purchase_date", "warranty_end_date"])
def test_a_day_of_a_car_that_cannot_be_right_is_named(field: str, value: str, world: None, as_clara: Client) -> None:
    answer = as_clara.patch(f"/api/v1/vehicles/{N}/", {field: value}, content_type="application/json")

    assert answer.status_code in {400, 422}
    assert [name for name, _ in faults(answer)] == [field]


@pytest.mark.parametrize("value", ["a@localhost", "a@b", "a b@c.example"])
def test_an_owners_address_is_of_a_domain_that_mail_finds(value: str, world: None, as_clara: Client) -> None:
    body = {"customer": N, "kind": "EMAIL", "value": value}

    answer = as_clara.post("/api/v1/contact-points/", body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (422, "email_unusable")


def test_nobody_is_invited_at_localhost(as_clara: Client) -> None:
    body = {"email": "anna@localhost", "name": "Anna", "role": "SERVICE_ADVISOR", "language": "en"}

    assert faults(as_clara.post("/api/v1/invitations/", body, content_type="application/json")) == [
        ("email", "Enter a valid email address.")
    ]


def test_a_password_that_is_refused_is_the_fields(clara: Any, north: DealerRef, nobody: Client) -> None:
    sign_in(nobody, clara.email, "clara's password")
    confirm(nobody, password="clara's password")

    answer = nobody.post("/api/v1/me/password/", {"new": "short"}, content_type="application/json")

    assert {field for field, _ in faults(answer)} == {"new"}


@pytest.mark.parametrize("path", ["customers/", "tasks/work/", "audit/", f"customers/{N}/timeline/"])
def test_a_cursor_that_is_none_is_refused_in_words(path: str, world: None, as_clara: Client) -> None:
    answer = as_clara.get(f"/api/v1/{path}?cursor=xxx")

    assert faults(answer) == [("cursor", "This is no place in the list. Begin again with its first page.")]


def test_pairs_that_might_be_one_are_for_those_who_merge(
    world: None, as_clara: Client, in_south_as: Callable[[Role], Client]
) -> None:
    address = "/api/v1/merge-suggestions/"

    assert as_clara.get(address).status_code == 200
    assert in_south_as(Role.SERVICE_ADVISOR).get(address).status_code == 403
