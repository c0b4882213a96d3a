"""Browsers of Clara at north, of somebody at south, of Doris, and of nobody."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from api.access import CallerThrottle
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope, public_scope

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
# What the audit keeps of coming in, beside what is done inside.
AT_THE_DOOR = ("user.signed_in", "user.locked")
NORTH_HOST, SOUTH_HOST, PUBLIC_HOST = "north.localhost", "south.localhost", "localhost"


def client_of(user: User | None, *, host: str, scope: object) -> Client:
    """Return a client of that host, signed in as the user within the scope."""
    client = Client(HTTP_HOST=host)
    if user is not None:
        with scope:  # type: ignore[attr-defined]  # a dealer's or the public scope
            client.force_login(user)
    return client


@pytest.fixture
def as_clara(clara: User, north: DealerRef) -> Client:
    return client_of(clara, host=NORTH_HOST, scope=dealer_scope(north))


@pytest.fixture
def in_south_as(south: DealerRef) -> Callable[[Role], Client]:
    """Sign in at south with a role."""

    def sign_in(role: Role) -> Client:
        with dealer_scope(south):
            user = accounts.create_user(
                email=f"{role.lower()}@south.example",
                name="Boris's dealer",
                role=role,
                password="a long password",
                language="es",
                now=NOW,
            )
        return client_of(user, host=SOUTH_HOST, scope=dealer_scope(south))

    return sign_in


@pytest.fixture
def as_doris(doris: User) -> Client:
    return client_of(doris, host=PUBLIC_HOST, scope=public_scope())


@pytest.fixture
def uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is told that they called too often."""
    monkeypatch.setattr(CallerThrottle, "allow_request", lambda *_: True)


@pytest.fixture
def nobody(north: DealerRef) -> Client:
    return Client(HTTP_HOST=NORTH_HOST)


def sign_in(client: Client, email: str, password: str, *, address: str = "192.0.2.1") -> Any:
    """Send e-mail and password as the console does."""
    return allauth(client, "auth/login", email=email, password=password, address=address)


def confirm(client: Client, *, password: str) -> None:
    """Show once more that one is oneself, as is asked before what outlives a session."""
    answer = allauth(client, "auth/reauthenticate", password=password)
    assert answer.status_code == 200, answer.content


def allauth(client: Client, path: str, *, method: str = "POST", address: str = "192.0.2.1", **body: object) -> Any:
    """Call sign-in's own addresses."""
    return client.generic(
        method,
        f"/_allauth/browser/v1/{path}",
        json.dumps(body) if method != "GET" else "",
        content_type="application/json",
        REMOTE_ADDR=address,
    )
