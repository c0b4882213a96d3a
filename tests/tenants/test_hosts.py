"""The first wall: a request or a websocket runs for the dealer of its host, and for no other."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from core.customers.models import Customer
from tenants import hosts, live, provisioning, scope
from tenants.middleware import DealerFromHost
from tenants.models import Domain
from tenants.scope import DealerRef, dealer_scope, operator_scope

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def where(request: HttpRequest) -> HttpResponse:
    return HttpResponse(scope.current_scope().schema)


def answer(host: str, view: Any = where, **headers: Any) -> Any:
    request = RequestFactory().get("/", HTTP_HOST=host, **headers)
    return DealerFromHost(view)(request)


@pytest.mark.parametrize(
    ("host", "schema"),
    [
        ("north.localhost", b"d_north"),
        ("north.localhost:8000", b"d_north"),
        ("NORTH.localhost", b"d_north"),
        ("south.localhost.", b"d_south"),
        ("localhost", b"public"),
        ("localhost:8000", b"public"),
        ("127.0.0.1:8000", b"public"),
        ("[::1]:8000", b"public"),
    ],
)
def test_a_host_leads_to_a_schema(north: DealerRef, south: DealerRef, host: str, schema: bytes) -> None:
    assert answer(host).content == schema
    assert scope.scope_or_none() is None


@pytest.mark.parametrize(
    "host",
    ["east.localhost", "localhost.example", "north", "d_north", "", "north.localhost@evil", "' OR 1=1 --", "x" * 300],
)
def test_a_foreign_host_is_not_found(north: DealerRef, host: str) -> None:
    response = answer(host)

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["status"] == 404


def test_what_a_proxy_may_add_changes_nothing(north: DealerRef, south: DealerRef) -> None:
    response = answer("north.localhost", HTTP_X_FORWARDED_HOST="south.localhost")
    assert response.content == b"d_north"


def test_a_host_of_the_dealers_own(north: DealerRef) -> None:
    with operator_scope():
        Domain.objects.create(host="service.north.example", dealer_id=north.id)
        Domain.objects.create(host="console.marca.example", dealer=None)

    assert answer("service.north.example").content == b"d_north"
    assert answer("console.marca.example").content == b"public"


def test_a_suspended_dealer_is_refused(north: DealerRef) -> None:
    provisioning.suspend_dealer(name="north", now=NOW)
    assert answer("north.localhost").status_code == 403


def test_a_host_is_asked_for_once(north: DealerRef, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        answer("north.localhost")
    with django_assert_num_queries(0):
        answer("north.localhost")
        answer("localhost")


def test_unknown_hosts_do_not_fill_the_memory(north: DealerRef, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "MOST_KEPT", 3)
    for number in range(10):
        answer(f"scan{number}.localhost")
    assert len(hosts._kept) <= 3


def test_a_streamed_answer_is_produced_in_the_scope(north: DealerRef, south: DealerRef) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(2):
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_schema()")
                yield cursor.fetchone()[0].encode()

    response = answer("north.localhost", lambda _request: StreamingHttpResponse(parts()))
    with dealer_scope(south):
        assert list(response.streaming_content) == [b"d_north", b"d_north"]


async def test_asynchronous_views_too(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = scope.Scope(schema="d_north")
    monkeypatch.setattr(hosts, "scope_of", lambda _host: found)

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(2):
            yield scope.current_scope().schema.encode()
            await asyncio.sleep(0)

    async def view(_request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(parts())

    response = await answer("north.localhost", view)
    assert [part async for part in response.streaming_content] == [b"d_north", b"d_north"]
    assert scope.scope_or_none() is None


@pytest.mark.django_db(transaction=True)
class TestWebsocket:
    """No look-up of its own: the connection's host decides for every call that the consumer makes."""

    async def test_two_calls_read_the_same_dealer(self, customers: None) -> None:
        seen = await asyncio.gather(*(connect(host) for host in ["north.localhost", "south.localhost"] * 20))

        assert seen == [["Anna"] * 3, ["Boris"] * 3] * 20

    async def test_a_foreign_host_is_closed(self, customers: None) -> None:
        assert await connect("east.localhost") == [live.CLOSE_UNKNOWN_HOST]


@pytest.fixture
def customers(north: DealerRef, south: DealerRef) -> None:
    for dealer, name in ((north, "Anna"), (south, "Boris")):
        with dealer_scope(dealer):
            Customer.objects.create(name=name, created_at=NOW, updated_at=NOW)


async def connect(host: str) -> list[object]:
    """Connect, read three times with pauses between; return what was read, or the closing code."""
    seen: list[object] = []

    async def consumer(_connection: Any, _receive: Any, _send: Any) -> None:
        for _ in range(3):
            seen.append(await database_sync_to_async(lambda: Customer.objects.get().name)())
            await asyncio.sleep(0)

    async def send(message: Any) -> None:
        seen.append(message["code"])

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    await live.DealerFromHost(consumer)({"headers": [(b"host", host.encode())]}, receive, send)
    return seen
