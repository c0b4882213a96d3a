"""Lists of files: narrowed, ordered, paged."""

import pytest
from django.test import Client

from core.models import Customer, Ownership, Vehicle
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NOW


def test_lists_are_narrowed_and_ordered(north: DealerRef, as_clara: Client) -> None:
    with dealer_scope(north):
        Customer.objects.update(missing=["name"], lifecycle="LAPSED", last_visit_date=None)
        lately, long_ago = (
            Customer.objects.create(name="x", last_visit_date=day, created_at=NOW, updated_at=NOW).pk
            for day in ("2026-11-01", "2020-01-01")
        )

    def ids(query: str) -> list[int]:
        return [row["id"] for row in as_clara.get(f"/api/v1/customers/?{query}").json()["results"]]

    assert ids("order=seen")[:2] == [long_ago, lately]
    assert ids("order=-seen&lifecycle=ACTIVE") == [lately, long_ago]
    assert set(ids("is_incomplete=false")) == {lately, long_ago}
    assert not {lately, long_ago} & set(ids("is_incomplete=true"))
    assert as_clara.get("/api/v1/customers/?order=phone").status_code == 400


def test_the_pages_of_an_order_follow_each_other(north: DealerRef, as_clara: Client) -> None:
    with dealer_scope(north):
        for day in range(1, 8):
            Customer.objects.create(name="x", last_visit_date=f"2026-11-0{day}", created_at=NOW, updated_at=NOW)

    first = as_clara.get("/api/v1/customers/?order=seen&page_size=3").json()
    second = as_clara.get(first["next"]).json()

    days = [row["last_visit_date"] for page in (first, second) for row in page["results"]]
    assert days == [f"2026-11-0{day}" for day in range(1, 7)]


@pytest.mark.parametrize("order", ["seen", "-seen", "name", "-name", "updated", "-created"])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 500])
def test_every_order_shows_each_file_once_those_without_a_value_last(
    order: str, size: int, north: DealerRef, as_clara: Client
) -> None:
    days = [None, "2026-11-03", None, "2026-11-01", "2026-11-03", None, "2026-11-02"]
    with dealer_scope(north):
        Customer.objects.update(lifecycle="LAPSED")
        made = [
            Customer.objects.create(
                name="x", name_key=f"x{number % 3}", last_visit_date=day, created_at=NOW, updated_at=NOW
            ).pk
            for number, day in enumerate(days)
        ]

    address: str | None = f"/api/v1/customers/?lifecycle=ACTIVE&order={order}&page_size={size}"
    rows = []
    while address:
        answer = as_clara.get(address).json()
        rows += answer["results"]
        address = answer["next"]

    assert sorted(row["id"] for row in rows) == made
    seen = [row["last_visit_date"] for row in rows]
    known = [day for day in seen if day]
    if order.endswith("seen"):
        assert seen == [*sorted(known, reverse=order.startswith("-")), None, None, None]


def test_a_fleets_cars_are_listed_in_part_and_counted_whole(north: DealerRef, as_clara: Client) -> None:
    with dealer_scope(north):
        fleet = Customer.objects.create(name="x", kind="COMPANY", created_at=NOW, updated_at=NOW)
        for number in range(8):
            car = Vehicle.objects.create(vin=f"LZZF{number:013d}", created_at=NOW, updated_at=NOW)
            Ownership.objects.create(vehicle=car, customer=fleet, from_date=NOW.date())
        given = Vehicle.objects.create(vin="LZZG0000000000009", created_at=NOW, updated_at=NOW)
        Ownership.objects.create(vehicle=given, customer=fleet, from_date=NOW.date(), to_date=NOW.date())

    row = as_clara.get("/api/v1/customers/?kind=COMPANY").json()["results"][0]

    assert (row["id"], len(row["cars"]), row["cars_total"]) == (fleet.pk, 5, 8)
