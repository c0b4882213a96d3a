from datetime import UTC, datetime

import pytest

from notifications.channels import operations
from notifications.channels.models import ChannelAccount
from tenants.models import ChannelRoute
from tenants.scope import DealerRef, dealer_scope, public_scope

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_webhook_finds_the_account_by_its_route(in_north: DealerRef) -> None:
    account = operations.open_account(kind="simulator", address="100", settings={}, now=NOW)

    with public_scope():
        route = ChannelRoute.objects.get(public_id=account.public_id)
    assert (route.dealer_id, route.account_id, route.kind) == (in_north.id, account.pk, "simulator")


def test_opened_twice_it_stays_the_one_it_was(in_north: DealerRef) -> None:
    first = operations.open_account(kind="simulator", address="100", settings={"receipts": "late"}, now=NOW)
    second = operations.open_account(kind="simulator", address="100", settings={}, now=NOW)

    assert first.pk == second.pk
    assert second.settings == {"receipts": "late"}
    with public_scope():
        assert ChannelRoute.objects.filter(dealer_id=in_north.id).count() == 1


def test_each_dealer_has_its_own(north: DealerRef, south: DealerRef) -> None:
    ids = set()
    for dealer in (north, south):
        with dealer_scope(dealer):
            account = operations.open_account(kind="simulator", address="100", settings={}, now=NOW)
            ids.add(account.public_id)
            assert ChannelAccount.objects.count() == 1

    assert len(ids) == 2


def test_a_channel_that_nobody_registered_is_refused(in_north: DealerRef) -> None:
    with pytest.raises(LookupError):
        operations.open_account(kind="pigeon", address="100", settings={}, now=NOW)
