"""As north's manager with south's ids: nothing of south is shown, found or changed, by any call there is."""

import json
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from tenants.accounts import operations as accounts
from tenants.accounts.permissions import ROLES_BY_ACTION
from tenants.accounts.roles import DEALER_ROLES, Role
from tenants.models import BenchmarkFact
from tenants.scope import DealerRef, dealer_scope, operator_scope
from tests.api import making
from tests.api.actions import ACTIONS
from tests.api.addresses import LISTS, MANUFACTURERS, Call, calls
from tests.api.bodies import body_of
from tests.api.conftest import NORTH_HOST, NOW, client_of

# In both dealers; in south only.
SHARED, SOUTHS = 700_001, 700_888
OF_DEALERS = [call for call in calls() if ROLES_BY_ACTION.get(ACTIONS.get(str(call), ""), set()) & DEALER_ROLES]
CHANGING = [call for call in OF_DEALERS if not call.is_safe]
# Those that name rows in their bodies.
NAMING = {f"POST /{name}/" for name in ("appointments", "complaints", "consents", "contact-points", "households")}
NAMING |= {"POST /deputies/", "POST /suppressions/", "POST /touches/", "POST /merge-suggestions/preview/"}
# The one shared table has ids of its own, the same for nobody.
SHARED_TABLE = "/api/v1/facts/"


@pytest.fixture
def worlds(north: DealerRef, south: DealerRef) -> Iterator[None]:
    with dealer_scope(north):
        making.make_world(SHARED, marker="NORTHERN")
    with dealer_scope(south):
        making.make_world(SHARED, marker="SOUTHERN")
        making.make_world(SOUTHS, marker="SOUTHERN")
    yield
    for dealer in (north, south):
        with dealer_scope(dealer):
            cache.clear()


@pytest.fixture
def manager(north: DealerRef) -> Client:
    """North's general manager: whoever may most."""
    with dealer_scope(north):
        user = accounts.create_user(
            email="gm@north.example", name="x", role=Role.GENERAL_MANAGER, password=None, language="en", now=NOW
        )
    return client_of(user, host=NORTH_HOST, scope=dealer_scope(north))


def send(client: Client, call: Call, number: int) -> tuple[int, str]:
    answer = client.generic(
        call.method, call.at(number), json.dumps(body_of(call, number)), content_type="application/json"
    )
    return answer.status_code, answer.content.decode()


def fingerprint(dealer: DealerRef) -> dict[str, str]:
    """Say for each table of a dealer what stands in it."""
    with operator_scope(dealer.schema), connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name != "django_migrations"]
        found = {}
        for table in tables:
            cursor.execute(f"SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {table} t")  # noqa: S608  # our tables
            found[table] = cursor.fetchone()[0]
        return found


@pytest.mark.parametrize("address", [one for one in LISTS if one not in MANUFACTURERS])
def test_a_list_shows_norths_row_and_none_of_souths(address: str, worlds: None, manager: Client) -> None:
    answer = manager.get(address, {"page_size": 500})

    text = answer.content.decode()
    assert answer.status_code == 200
    assert answer.json()["results"]
    assert "SOUTHERN" not in text
    assert str(SOUTHS) not in text


def test_looking_at_a_row_shows_norths_of_that_number_and_never_souths(worlds: None, manager: Client) -> None:
    looks = [call for call in OF_DEALERS if call.is_safe and call.is_of_row and SHARED_TABLE not in call.address]

    for call in looks:
        code, text = send(manager, call, SHARED)
        assert (str(call), code) == (str(call), 200)
        assert "SOUTHERN" not in text, str(call)
        assert (str(call), send(manager, call, SOUTHS)[0]) == (str(call), 404)


def test_a_count_of_south_is_not_found(worlds: None, manager: Client, south: DealerRef) -> None:
    with dealer_scope(south):
        souths = BenchmarkFact.objects.filter(dealer_id=south.id).values_list("id", flat=True)[0]

    assert manager.get(f"{SHARED_TABLE}{souths}/").status_code == 404


def test_no_call_changes_anything_of_south(worlds: None, manager: Client, south: DealerRef) -> None:
    before = fingerprint(south)

    missing = {str(call): send(manager, call, SOUTHS)[0] for call in CHANGING if call.is_of_row}
    named = {str(call): send(manager, call, SOUTHS)[0] for call in CHANGING if not call.is_of_row}
    for call in CHANGING:
        code, text = send(manager, call, SHARED)
        assert code < 500, (str(call), text)
        assert "SOUTHERN" not in text, str(call)

    assert {call: code for call, code in missing.items() if code != 404} == {}
    # Ids in a body, too.
    assert {call: code for call, code in named.items() if call in NAMING and code != 404} == {}
    assert fingerprint(south) == before


def numbers_asked_for() -> list[str]:
    """Return every list with each filter of it that takes a number."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]  # type: ignore[no-untyped-call] # the library's
    return [
        f"{address}?{given['name']}={SHARED}"
        for address in LISTS
        if address not in MANUFACTURERS
        for given in paths[address]["get"]["parameters"]
        if given["schema"].get("type") == "integer" and given["name"] != "page_size"
    ]


def test_a_filter_by_number_finds_each_dealers_own(
    worlds: None, manager: Client, in_south_as: Callable[[Role], Client]
) -> None:
    other = in_south_as(Role.GENERAL_MANAGER)
    asked = numbers_asked_for()
    assert len(asked) > 40

    # One after the other and back: what is remembered of the first must not answer the second.
    for address in asked:
        for client, foreign in ((manager, "SOUTHERN"), (other, "NORTHERN"), (manager, "SOUTHERN")):
            answer = client.get(address)
            assert answer.status_code in {200, 400}, (address, answer.content)
            assert foreign not in answer.content.decode(), address
    by_customer = f"/api/v1/conversations/?customer={SHARED}"
    assert [len(client.get(by_customer).json()["results"]) for client in (manager, other)] == [1, 1]
