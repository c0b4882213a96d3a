"""Our OpenAPI description against what we do: calls made up from it, sound and unsound, break nothing and
are answered as described.

Bounded and always the same: a few examples a call from a fixed seed. More by EXAMPLES=50 in the environment.
"""

import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as bounds
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.access import CallerThrottle
from tenants.accounts import operations as accounts
from tenants.accounts.permissions import ROLES_BY_ACTION
from tenants.accounts.roles import DEALER_ROLES, Role
from tenants.scope import DealerRef, dealer_scope
from tests.api import making
from tests.api.actions import ACTIONS
from tests.api.conftest import NORTH_HOST, NOW, PUBLIC_HOST, client_of

EXAMPLES = int(os.environ.get("EXAMPLES", "3"))
# The row that stands in every table, so that calls about a row find one.
KNOWN = 600_001
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
BOUNDS = bounds(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    # Shrinking what fails costs more than reading it.
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
App = Callable[[dict[str, Any], Any], Iterable[bytes]]


@cache
def described() -> Any:
    """Return the description as the tool reads it."""
    return schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))  # type: ignore[no-untyped-call] # the library's


def operations() -> list[Any]:
    return [found.ok() for found in described().get_all_operations()]


def is_dealers(operation: Any) -> bool:
    """Whether the call is found on a dealer's host."""
    path = operation.path.removeprefix("/api/v1")
    action = next((a for call, a in ACTIONS.items() if call.split(" ")[1] == path), "customers.read")
    return bool(ROLES_BY_ACTION[action] & DEALER_ROLES)


def as_signed_in(client: Client, host: str) -> App:
    """Return the house as a WSGI application that takes every call for that person's."""
    token = client.get("/api/v1/me/").json()["csrf_token"]
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    handler = WSGIHandler()

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ |= {"HTTP_HOST": host, "HTTP_COOKIE": cookies, "HTTP_X_CSRFTOKEN": token}
        # As Django's own test client does: the test's connection is the test's to close.
        request_started.disconnect(close_old_connections)
        request_finished.disconnect(close_old_connections)
        try:
            response = handler(environ, start_response)
            body = b"".join(response)
            response.close()
        finally:
            request_started.connect(close_old_connections)
            request_finished.connect(close_old_connections)
        return [body]

    return app


@pytest.fixture
def houses(north: DealerRef, as_doris: Client, monkeypatch: pytest.MonkeyPatch) -> dict[bool, App]:
    monkeypatch.setattr(CallerThrottle, "THROTTLE_RATES", dict.fromkeys(CallerThrottle.THROTTLE_RATES))
    with dealer_scope(north):
        making.make_world(KNOWN, marker="x")
        user = accounts.create_user(
            email="gm@north.example", name="x", role=Role.GENERAL_MANAGER, password=None, language="en", now=NOW
        )
    manager = client_of(user, host=NORTH_HOST, scope=dealer_scope(north))
    return {True: as_signed_in(manager, NORTH_HOST), False: as_signed_in(as_doris, PUBLIC_HOST)}


@pytest.mark.slow
@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.label)
def test_a_call_made_up_from_the_description_is_answered_as_described(
    operation: Any, houses: dict[bool, App], north: DealerRef
) -> None:
    app = houses[is_dealers(operation)]
    modes = schemathesis.GenerationMode
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in (modes.POSITIVE, modes.NEGATIVE)])

    @seed(20_261_120)
    @BOUNDS
    @given(case=cases, is_known=st.booleans())
    def answers(case: Any, is_known: bool) -> None:
        if is_known and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = KNOWN
        with dealer_scope(north), transaction.atomic():
            response = case.call(app=app, base_url=f"http://{NORTH_HOST}")
            transaction.set_rollback(True)
        case.validate_response(response, checks=CHECKS)

    answers()


def test_every_call_is_described() -> None:
    described_calls = {
        (found.method.upper(), found.path.replace("{conversation_id}", "{id}")) for found in operations()
    }

    assert {(call.split(" ")[0], f"/api/v1{call.split(' ')[1]}") for call in ACTIONS} <= described_calls


def test_the_description_and_its_page_are_served_to_anybody(nobody: Client) -> None:
    description, page = nobody.get("/api/schema/?format=json"), nobody.get("/api/docs/")

    assert description.status_code == page.status_code == 200
    assert description.json()["components"]["schemas"]["Problem"]
    assert str(settings.SPECTACULAR_SETTINGS["TITLE"]) in page.content.decode()
