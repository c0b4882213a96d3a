"""Sessions and keys end at the dealer's wall; what is behind it is crawled in test_isolation."""

import pytest
from django.test import Client

from core.models import Customer, Vehicle
from tenants.accounts import operations as accounts
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NORTH_HOST, NOW, SOUTH_HOST

MARKER = "NORTH-ONLY"


@pytest.fixture
def anna(north: DealerRef) -> Customer:
    with dealer_scope(north):
        anna = Customer.objects.create(name=f"Anna {MARKER}", created_at=NOW, updated_at=NOW)
        Vehicle.objects.create(vin="LZWADAGA0KB000001", plate=MARKER, created_at=NOW, updated_at=NOW)
        return anna


def test_norths_own_list_shows_its_row(anna: Customer, as_clara: Client) -> None:
    answer = as_clara.get("/api/v1/customers/").json()

    assert [row["name"] for row in answer["results"]] == [anna.name]


def test_a_session_of_north_is_nobody_in_south(as_clara: Client, south: DealerRef) -> None:
    answer = as_clara.get("/api/v1/customers/", headers={"host": SOUTH_HOST})

    assert answer.status_code == 401


def test_a_key_of_north_is_unknown_in_south(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(north):
        _, secret = accounts.issue_key(name="dms", scopes=["customers.read"], created_by=None, now=NOW)
    header = {"Authorization": f"Api-Key {secret}"}

    assert Client(HTTP_HOST=NORTH_HOST).get("/api/v1/customers/", headers=header).status_code == 200
    assert Client(HTTP_HOST=SOUTH_HOST).get("/api/v1/customers/", headers=header).status_code == 401


def test_a_key_does_what_its_scopes_say_and_no_more(north: DealerRef) -> None:
    with dealer_scope(north):
        _, secret = accounts.issue_key(name="dms", scopes=["customers.read"], created_by=None, now=NOW)
    client = Client(HTTP_HOST=NORTH_HOST, headers={"Authorization": f"Api-Key {secret}"})

    assert client.get("/api/v1/customers/").status_code == 200
    assert client.get("/api/v1/vehicles/").status_code == 403
    assert client.get("/api/v1/users/").status_code == 403


def test_doris_sees_dealers_and_no_customer(as_doris: Client, anna: Customer) -> None:
    dealers = as_doris.get("/api/v1/dealers/").json()["results"]

    assert {row["name"] for row in dealers} == {"north", "south"}
    assert as_doris.get("/api/v1/customers/").status_code == 403


@pytest.mark.parametrize(
    ("scopes", "code"),
    [
        (["customers.read"], 403),
        (["customers.read", "vehicles.read"], 403),
        (["customers.read", "vehicles.read", "repair_orders.read"], 200),
    ],
)
def test_a_whole_file_asks_for_every_scope_of_what_is_in_it(
    scopes: list[str], code: int, anna: Customer, north: DealerRef
) -> None:
    with dealer_scope(north):
        vehicle = Vehicle.objects.get()
        _, secret = accounts.issue_key(name="dms", scopes=scopes, created_by=None, now=NOW)
    client = Client(HTTP_HOST=NORTH_HOST, headers={"Authorization": f"Api-Key {secret}"})

    assert client.get(f"/api/v1/customers/{anna.pk}/file/").status_code == code
    assert client.get(f"/api/v1/vehicles/{vehicle.pk}/file/").status_code == code
