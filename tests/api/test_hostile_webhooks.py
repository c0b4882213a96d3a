"""Every channel's door under what no provider documents: a table over the registry, so that a new channel is in it.

Whatever comes is refused or taken, never a failure of ours, for a provider repeats what failed; and taken once.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from channels_app import registry
from notifications.channels import operations as channels
from notifications.models import ChannelAccount, InboundEvent
from notifications.outbox.models import EarlyReceipt
from tenants.scope import DealerRef, dealer_scope
from tests.api import hostile
from tests.api.conftest import PUBLIC_HOST
from tests.api.hostile import Call

KINDS = sorted(registry.CHANNELS)
REFUSED = 403


@pytest.fixture
def provider(north: DealerRef) -> Client:
    # What fails answers 500, as it would outside; the reason is in the log.
    return Client(HTTP_HOST=PUBLIC_HOST, raise_request_exception=False)


@pytest.fixture(params=KINDS)
def account(request: pytest.FixtureRequest, north: DealerRef) -> ChannelAccount:
    """An account of each kind that has been told what reading needs."""
    kind: str = request.param
    with dealer_scope(north):
        return channels.open_account(
            kind=kind, address="100", settings=hostile.SETTINGS.get(kind, {}), now=datetime.now(UTC)
        )


@pytest.fixture
def trusted(account: ChannelAccount, monkeypatch: pytest.MonkeyPatch) -> ChannelAccount:
    """The account, at a provider that proves whatever it says."""
    monkeypatch.setattr(registry.get(account.kind), "verify", lambda _account, _request: None, raising=True)
    return account


def bring(client: Client, account_ref: str, call: Call, *, method: str = "POST") -> Any:
    address = f"/api/webhooks/{account_ref}/?{call.query}"
    return client.generic(method, address, call.body, call.content_type)


def stored(dealer: DealerRef) -> int:
    with dealer_scope(dealer):
        return InboundEvent.objects.count() + EarlyReceipt.objects.count()


def failures(client: Client, account: ChannelAccount, calls: Iterable[tuple[str, Call]], north: DealerRef) -> list[str]:
    """Bring each call twice, and list those that failed or were stored again."""
    found = []
    for name, call in calls:
        first = bring(client, account.public_id, call).status_code
        once = stored(north)
        again = bring(client, account.public_id, call).status_code
        if first >= 500 or again != first:
            found.append(f"{name}: {first}, then {again}")
        if stored(north) != once:
            found.append(f"{name}: stored twice")
    return found


def test_every_kind_of_channel_has_genuine_calls_to_spoil() -> None:
    assert sorted(hostile.genuine()) == KINDS


def test_what_nobody_signed_is_refused_without_a_word(
    account: ChannelAccount, provider: Client, north: DealerRef
) -> None:
    unknown = bring(provider, "nobodys", Call("", b""))
    calls = [call for _, call in hostile.bodies()] + [Call("", b"{}", query) for query in hostile.QUERIES]

    answers = [bring(provider, account.public_id, call, method=way) for call in calls for way in ("POST", "GET")]

    assert {answer.status_code for answer in answers} == {REFUSED}
    assert {answer.content for answer in answers} == {unknown.content}
    assert stored(north) == 0


def test_a_body_that_is_no_providers_breaks_nothing(
    trusted: ChannelAccount, provider: Client, north: DealerRef
) -> None:
    wrap = hostile.WRAPPED.get(trusted.kind)
    calls = [*hostile.bodies(), *((f"{name}, wrapped", wrap(one)) for name, one in hostile.bodies() if wrap)]

    assert failures(provider, trusted, calls, north) == []


def test_a_genuine_call_is_read_and_breaks_nothing_when_it_is_spoilt(
    trusted: ChannelAccount, provider: Client, north: DealerRef
) -> None:
    wrap = hostile.WRAPPED.get(trusted.kind, hostile.as_it_is)

    for call in hostile.genuine()[trusted.kind]:
        before = stored(north)
        assert bring(provider, trusted.public_id, wrap(call)).status_code in (200, 204)
        assert stored(north) > before
        assert failures(provider, trusted, ((name, wrap(one)) for name, one in hostile.spoilt(call)), north) == []


def test_an_address_that_says_anything_breaks_nothing(
    trusted: ChannelAccount, provider: Client, north: DealerRef
) -> None:
    for call in hostile.genuine()[trusted.kind]:
        asked = [(query, Call(call.content_type, call.body, query)) for query in hostile.QUERIES]

        assert failures(provider, trusted, asked, north) == []
        assert [
            one for _, one in asked if bring(provider, trusted.public_id, one, method="GET").status_code >= 500
        ] == []
