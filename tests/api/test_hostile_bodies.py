"""Bodies made to break something: whatever stands in a field, it is taken or refused, and nothing falls over."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tenants.accounts import operations as accounts
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api import making
from tests.api.actions import ACTIONS
from tests.api.addresses import Call, calls
from tests.api.bodies import BODIES, body_of
from tests.api.conftest import NORTH_HOST, NOW, client_of

N = 600_001
HOSTILE: list[object] = [
    "a\x00b",
    "\ud800",
    "x" * 100_000,
    "'; DROP TABLE core_customer; --",
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-12:00",
    10**30,
    -1,
    2**63,
    1e308,
    True,
    None,
    [],
    [None],
    [[["x"] * 50]],
    {},
    {"\x00": "\x00", "": {"a": [1]}},
]


@pytest.fixture
def manager(north: DealerRef) -> Client:
    with dealer_scope(north):
        making.make_world(N, marker="x")
        user = accounts.create_user(
            email="gm@north.example", name="x", role=Role.GENERAL_MANAGER, password=None, language="en", now=NOW
        )
    client = client_of(user, host=NORTH_HOST, scope=dealer_scope(north))
    client.raise_request_exception = False
    return client


def spoilt(body: Any) -> Iterator[Any]:
    """Yield the body with each thing in it, at any depth, in the place of each hostile one."""
    yield from HOSTILE
    if isinstance(body, dict):
        for name, value in body.items():
            yield from ({**body, name: worse} for worse in spoilt(value))
    elif isinstance(body, list) and body:
        yield from ([worse, *body[1:]] for worse in spoilt(body[0]))


@pytest.mark.slow
@pytest.mark.parametrize("call", [call for call in calls() if str(call) in BODIES and str(call) in ACTIONS], ids=str)
def test_no_body_breaks_a_call(call: Call, manager: Client, uncounted: None) -> None:
    codes = {}
    for body in spoilt(body_of(call, N)):
        text = json.dumps(body)
        answer = manager.generic(call.method, call.at(N), text, content_type="application/json")
        codes[text[:300]] = answer.status_code

    assert {text: code for text, code in codes.items() if code >= 500} == {}
