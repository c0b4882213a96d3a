"""The sender that north and south share, at the simulated provider."""

from collections.abc import Iterator

import pytest

from channels_app import simulator_provider as provider
from notifications.shared.accounts import account_of
from tenants.scope import DealerRef, public_scope
from tests.notifications.shared.sharing import Shared, share


@pytest.fixture
def shared(north: DealerRef, south: DealerRef) -> Iterator[Shared]:
    """A number of the brand that both dealers write from."""
    made = share(north, south)
    with public_scope():
        yield made
    provider.forget(account_of(made.sender))
