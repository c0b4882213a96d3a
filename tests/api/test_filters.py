"""Filters by a row's number work at each dealer, whichever asked first."""

import pytest
from django.test import Client

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
