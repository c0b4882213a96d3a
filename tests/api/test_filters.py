"""Filters by a row's number work at each dealer, whichever asked first."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.customers import operations
from core.models import Customer
from tenants.scope import DealerRef, dealer_scope
from tests.api.addresses import LISTS, MANUFACTURERS
from tests.api.conftest import NOW


@pytest.mark.parametrize("address", [one for one in LISTS if one not in MANUFACTURERS])
def test_a_filter_by_customer_belongs_to_no_dealer(
    address: str, north: DealerRef, south: DealerRef, as_clara: Client, in_south_as
) -> None:
    answers = []
    for dealer, client in ((north, as_clara), (south, in_south_as("GENERAL_MANAGER"))):
        with dealer_scope(dealer):
            customer = Customer.objects.create(name="Anna", created_at=NOW, updated_at=NOW)
        answers.append(client.get(address, {"customer": customer.pk}).status_code)

    assert set(answers) <= {200, 403}


@pytest.mark.parametrize("asked", ["subject_id", "subject_id__in"])
def test_a_history_asked_for_by_number_is_the_own_dealers(
    asked: str, north: DealerRef, south: DealerRef, as_clara: Client, in_south_as: Callable[[str], Client]
) -> None:
    numbers = []
    for dealer, name in ((north, "Anna"), (south, "Boris")):
        with dealer_scope(dealer):
            customer = Customer.objects.create(name="?", created_at=NOW, updated_at=NOW)
            operations.edit_customer(customer_id=customer.pk, changes={"name": name}, actor="user:1", now=NOW)
            numbers.append(customer.pk)
    # Both dealers number from one: the same numbers are other people there.
    wanted = {
        asked: ",".join(map(str, set(numbers))) if asked.endswith("in") else numbers[0],
        "subject_kind": "customer",
    }

    seen, others = (
        {row["after"] for row in client.get("/api/v1/field-changes/", wanted).json()["results"]}
        for client in (as_clara, in_south_as("GENERAL_MANAGER"))
    )

    assert seen == {"Anna"}
    assert others <= {"Boris"}
