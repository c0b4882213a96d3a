"""An account as its channel gets it."""

from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse

from notifications.channels import operations
from notifications.outbox.accounts import account_of
from tenants.scope import DealerRef

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_its_provider_calls_where_the_house_listens(in_north: DealerRef) -> None:
    row = operations.open_account(kind="simulator", address="100", settings={}, now=NOW)

    path = reverse("webhook", kwargs={"account": row.public_id})

    assert account_of(row).webhook_url == settings.PUBLIC_URL + path
