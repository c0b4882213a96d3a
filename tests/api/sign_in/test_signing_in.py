"""Signing in by e-mail and password on a host: its own people, and nobody learns who they are."""

import json
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.contrib.sessions.models import Session
from django.test import Client

from api.access import CallerThrottle
from api.sign_in.urls import VIEWS
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NORTH_HOST, NOW, PUBLIC_HOST, SOUTH_HOST, allauth, sign_in
from tests.api.sign_in.conftest import CLARAS_PASSWORD

NOBODY = "nobody@north.example"


def test_clara_signs_in_and_out(clara: User, nobody: Client) -> None:
    answer = sign_in(nobody, "Clara@North.example", CLARAS_PASSWORD)

    assert answer.status_code == 200, answer.content
    assert answer.json()["data"]["user"] == {
        "id": clara.pk,
        "display": "Clara",
        "email": clara.email,
        "has_usable_password": True,
    }
    assert nobody.get("/api/v1/me/").json()["name"] == "Clara"
    assert allauth(nobody, "auth/session", method="DELETE").status_code == 401
    assert nobody.get("/api/v1/me/").status_code == 401


def test_blanks_at_the_ends_belong_to_a_password(clara: User, nobody: Client, north: DealerRef) -> None:
    with dealer_scope(north):
        accounts.create_user(
            email="a@north.example",
            name="Anna",
            role="SERVICE_ADVISOR",
            password=" two blanks ",
            language="en",
            now=NOW,
        )

    assert sign_in(nobody, "a@north.example", "two blanks").status_code == 400
    assert sign_in(nobody, "a@north.example", " two blanks ").status_code == 200


@pytest.mark.parametrize("host", [SOUTH_HOST, PUBLIC_HOST])
def test_claras_password_opens_north_only(host: str, clara: User, south: DealerRef) -> None:
    assert sign_in(Client(HTTP_HOST=host), clara.email, CLARAS_PASSWORD).status_code == 400


def test_doris_signs_in_on_the_public_host(doris: User, nobody: Client) -> None:
    public = Client(HTTP_HOST=PUBLIC_HOST)

    assert sign_in(public, doris.email, "doris's password").status_code == 200
    assert public.get("/api/v1/me/").json()["dealer"] is None
    assert sign_in(nobody, doris.email, "doris's password").status_code == 400


def test_a_session_of_north_is_nobodys_at_south(signed_in: Client, south: DealerRef) -> None:
    answer = signed_in.get("/_allauth/browser/v1/auth/session", headers={"host": SOUTH_HOST})

    assert answer.status_code == 401


def test_whoever_has_left_is_refused_like_a_wrong_password(clara: User, nobody: Client, north: DealerRef) -> None:
    with dealer_scope(north):
        accounts.deactivate_user(user_id=clara.pk)

    gone, wrong = sign_in(nobody, clara.email, CLARAS_PASSWORD), sign_in(nobody, NOBODY, CLARAS_PASSWORD)

    assert (gone.status_code, gone.json()) == (wrong.status_code, wrong.json())


@pytest.mark.parametrize("email", ["clara@north.example", NOBODY, "without@north.example", "gone@north.example"])
def test_a_wrong_password_costs_the_same_for_anybody(
    email: str, clara: User, nobody: Client, north: DealerRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One password is hashed, whoever is asked for: the time tells nothing, and neither does the answer."""
    with dealer_scope(north):
        for name in ("without", "gone"):
            accounts.create_user(
                email=f"{name}@north.example", name="x", role="SERVICE_ADVISOR", password=None, language="en", now=NOW
            )
        User.objects.filter(email="gone@north.example").update(is_active=False)
    hashed: list[str] = []
    hasher = type(hashers.get_hasher())
    encode = hasher.encode

    def counted(*values: Any) -> Any:
        hashed.append("x")
        return encode(*values)

    monkeypatch.setattr(hasher, "encode", counted)

    answer = sign_in(nobody, email, "a wrong password")

    assert len(hashed) == 1
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "message": "The email address and/or password you specified are not correct.",
            "code": "email_password_mismatch",
            "param": "password",
        }
    ]


def test_signing_in_needs_the_token_of_our_page(clara: User) -> None:
    client = Client(HTTP_HOST=NORTH_HOST, enforce_csrf_checks=True)
    bare = sign_in(client, clara.email, CLARAS_PASSWORD)
    client.get("/_allauth/browser/v1/config")
    token = client.cookies["csrftoken"].value

    right = client.post(
        "/_allauth/browser/v1/auth/login",
        {"email": clara.email, "password": CLARAS_PASSWORD},
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )

    assert (bare.status_code, right.status_code) == (403, 200)


@pytest.mark.parametrize(
    "path",
    [
        "auth/signup",
        "auth/webauthn/signup",
        "account/email",
        "account/phone",
        "account/password/change",
        "auth/code/request",
    ],
)
def test_nobody_signs_up_or_adds_addresses(path: str, signed_in: Client) -> None:
    assert signed_in.post(f"/_allauth/browser/v1/{path}", {}, content_type="application/json").status_code == 404


HOSTILE: list[Any] = [
    b"",
    b"[]",
    b"{",
    b"\xff\xfe",
    b"null",
    b'{"email": "clara@north.example", "password": "\\ud800"}',
    b'{"email": "\\u0000@north.example", "password": "x"}',
    b'{"email": {"$ne": 1}, "password": ["x"]}',
    json.dumps({"email": "clara@north.example", "password": "x" * 70_000}).encode(),
    json.dumps({"email": "x" * 500 + "@north.example", "password": "x"}).encode(),
    json.dumps({"credential": {"response": {"clientDataJSON": "x"}}, "code": "x", "key": "x-y-z"}).encode(),
    json.dumps({"credential": [1], "code": 5, "key": "zzzzzzzzzzzzzzz-1-2", "password": "a long password"}).encode(),
    json.dumps({"sessions": ["x", -1, 10**30], "authenticators": [10**30], "id": 10**30, "name": "x"}).encode(),
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_nonsense_breaks_nothing(
    body: bytes, clara: User, signed_in: Client, nobody: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CallerThrottle, "THROTTLE_RATES", dict.fromkeys(CallerThrottle.THROTTLE_RATES))

    for client in (nobody, signed_in):
        for path in VIEWS:
            for method in ("POST", "PUT", "DELETE"):
                if (path, method) == ("auth/session", "DELETE"):
                    continue
                answer = client.generic(
                    method,
                    f"/_allauth/browser/v1/{path}",
                    body,
                    content_type="application/json",
                    REMOTE_ADDR="192.0.2.9",
                )
                assert answer.status_code < 500, (method, path, answer.content)


def test_a_look_at_the_page_leaves_no_session(nobody: Client, north: DealerRef) -> None:
    nobody.get("/_allauth/browser/v1/config")
    nobody.get("/_allauth/browser/v1/auth/session")

    with dealer_scope(north):
        assert Session.objects.count() == 0
