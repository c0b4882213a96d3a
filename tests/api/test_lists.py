"""Lists: as many queries for thirty rows as for one, pages right while rows come in, no name in an address."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator

from core.models import Customer, Task
from notifications.models import Conversation
from tenants.accounts import operations as accounts
from tenants.accounts.roles import Role
from tenants.models import Manufacturer, Region, Standard
from tenants.scope import DealerRef, dealer_scope, operator_scope
from tests.api import making
from tests.api.addresses import LISTS, MANUFACTURERS
from tests.api.conftest import NORTH_HOST, NOW, client_of

FIRST = 800_000
# What a person could be found by; such words travel in bodies, which no log keeps.
PERSONAL = ("name", "phone", "value", "email", "address", "vin", "plate", "text", "wording", "note", "sender")


@pytest.fixture(autouse=True)
def _uncounted(north: DealerRef) -> Iterator[None]:
    yield
    with dealer_scope(north):
        cache.clear()


@pytest.fixture
def manager(north: DealerRef) -> Client:
    with dealer_scope(north):
        user = accounts.create_user(
            email="gm@north.example", name="x", role=Role.GENERAL_MANAGER, password=None, language="en", now=NOW
        )
    return client_of(user, host=NORTH_HOST, scope=dealer_scope(north))


def queries(client: Client, address: str) -> tuple[int, int]:
    """Return how many rows a list shows, and how many queries it takes."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address, {"page_size": 500})
    assert answer.status_code == 200, address
    return len(answer.json()["results"]), len(captured)


def test_a_list_takes_as_many_queries_for_thirty_rows_as_for_one(north: DealerRef, manager: Client) -> None:
    addresses = [one for one in LISTS if one not in MANUFACTURERS]
    addresses += [f"/api/v1/conversations/{FIRST}/messages/", f"/api/v1/customers/{FIRST}/timeline/"]
    with dealer_scope(north):
        making.make_world(FIRST, marker="x")
    one = {address: queries(manager, address) for address in addresses}
    with dealer_scope(north):
        for number in range(FIRST + 1, FIRST + 31):
            making.make_world(number, marker="x")
    many = {address: queries(manager, address) for address in addresses}

    lists = [address for address in addresses if str(FIRST) not in address]
    assert all(many[address][0] >= one[address][0] + 30 for address in lists), many
    assert {address: count for address, (_, count) in many.items()} == {
        address: count for address, (_, count) in one.items()
    }


def test_a_file_takes_as_many_queries_for_thirty_orders_as_for_one(north: DealerRef, manager: Client) -> None:
    with dealer_scope(north):
        making.make_world(FIRST, marker="x")
    files = [f"/api/v1/customers/{FIRST}/file/", f"/api/v1/vehicles/{FIRST}/file/"]
    one = {address: counted(manager, address) for address in files}
    with dealer_scope(north):
        for number in range(FIRST + 1, FIRST + 31):
            making.make_order(number, of=FIRST)

    assert {address: counted(manager, address) for address in files} == one


def counted(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_manufacturers_lists_take_as_many_queries(north: DealerRef, as_doris: Client) -> None:
    lists = ["/api/v1/dealers/", "/api/v1/regions/", "/api/v1/standards/"]
    one = {address: queries(as_doris, address)[1] for address in lists}
    with operator_scope():
        maker = Manufacturer.objects.get(name="marca")
        for number in range(30):
            Region.objects.create(manufacturer=maker, name=f"R{number}")
            Standard.objects.create(manufacturer=maker, version=100 + number, in_force_from=NOW.date())

    assert {address: queries(as_doris, address)[1] for address in lists} == one


def pages(client: Client, address: str, *, between: Any = lambda: None) -> list[int]:
    """Read a list to its end, page by page; between two pages something happens."""
    ids: list[int] = []
    for _ in range(100):
        answer = client.get(address).json()
        ids += [row["id"] for row in answer["results"]]
        if answer["next"] is None:
            return ids
        between()
        address = answer["next"]
    raise AssertionError("the pages have no end")


def test_pages_show_each_row_once_while_rows_come_in(north: DealerRef, as_clara: Client) -> None:
    def arrive() -> None:
        with dealer_scope(north):
            Customer.objects.create(name="late", created_at=NOW, updated_at=NOW)

    with dealer_scope(north):
        people = [Customer.objects.create(name="x", created_at=NOW, updated_at=NOW).pk for _ in range(25)]

    assert pages(as_clara, "/api/v1/customers/?page_size=4", between=arrive) == people[::-1]


def test_tasks_of_one_time_are_paged_without_loss_while_urgent_ones_come_in(north: DealerRef, as_clara: Client) -> None:
    def make(number: int, *, priority: int) -> int:
        return Task.objects.create(
            kind="CALL", key=f"t{number}", reason="x", priority=priority, due_at=NOW, created_at=NOW
        ).pk

    def arrive() -> None:
        # It belongs before all that were shown: a counting cursor would show one of those again.
        with dealer_scope(north):
            make(1000 + Task.objects.count(), priority=1)

    with dealer_scope(north):
        known = [make(number, priority=10 + number % 3) for number in range(30)]

    shown = pages(as_clara, "/api/v1/tasks/?page_size=4", between=arrive)

    assert len(shown) == len(set(shown))
    assert [one for one in shown if one in known] == sorted(known, key=lambda pk: ((pk - known[0]) % 3, pk))


def test_conversations_go_by_their_last_message_and_silent_ones_stay_out(north: DealerRef, as_clara: Client) -> None:
    with dealer_scope(north):
        for number in range(FIRST, FIRST + 9):
            making.make_world(number, marker="x")
        Conversation.objects.filter(pk__gte=FIRST + 6).update(last_message_at=NOW + timedelta(days=30))
        Conversation.objects.filter(pk=FIRST).update(last_message_at=None)

    assert pages(as_clara, "/api/v1/conversations/?page_size=2") == [
        *(FIRST + number for number in (8, 7, 6, 5, 4, 3, 2, 1))
    ]


@pytest.mark.parametrize(
    "query",
    [
        "cursor=nonsense",
        "cursor=%00",
        "cursor=W10",
        "cursor=bnVsbA",
        "cursor=WyI5OTk5OTk5OTk5OTk5OTk5OTk5OTk5Il0",
        "cursor=W251bGxd",
        "cursor=WyJ4Il0",
        "cursor=" + "A" * 10_000,
        "page_size=0",
        "page_size=501",
        "page_size=-1",
        "page_size=x",
        "page_size=²",
        "kind=%00",
        "household=99999999999999999999999",
        "household=1e400",
        "is_member=maybe",
    ],
)
def test_nonsense_in_a_query_is_no_defect_of_ours(query: str, as_clara: Client) -> None:
    answer = as_clara.get(f"/api/v1/customers/?{query}")

    assert answer.status_code in {200, 400}
    if query.startswith("page_size"):
        assert answer.json()["errors"] == [{"field": "page_size", "message": "1-500"}]


@pytest.mark.parametrize("number", ["9999999999999999999", "99999999999999999999", "0", "-1", "1.5", "x", "%00"])
def test_a_row_of_an_odd_number_is_not_found(number: str, as_clara: Client) -> None:
    assert as_clara.get(f"/api/v1/customers/{number}/").status_code == 404


def test_no_address_can_hold_what_a_person_is_found_by() -> None:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]  # type: ignore[no-untyped-call] # the library's
    asked = {
        (path, given["name"])
        for path, methods in paths.items()
        for call in methods.values()
        for given in call.get("parameters", [])
        if given["in"] in {"query", "path"}
    }

    assert len(asked) > 100
    assert [one for one in asked if one[1].split("__")[0] in PERSONAL] == []


def test_the_next_pages_address_holds_no_name(north: DealerRef, as_clara: Client) -> None:
    with dealer_scope(north):
        for _ in range(2):
            Customer.objects.create(name="MARKER", created_at=NOW, updated_at=NOW)

    following = as_clara.get("/api/v1/customers/?page_size=1").json()["next"]

    assert set(parse_qs(urlsplit(following).query)) == {"cursor", "page_size"}
    assert "MARKER" not in following
