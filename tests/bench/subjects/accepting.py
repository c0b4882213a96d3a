"""A webhook accepted: verified, stored, handed on; one owner's reply a call."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from api import webhooks
from channels_app import simulator, simulator_provider
from channels_app.contract import RawRequest
from deploy.celery import app
from notifications.channels import operations as channels
from notifications.channels.models import ChannelAccount
from notifications.inbound.models import InboundEvent
from notifications.outbox.accounts import account_of
from tenants.scope import DealerRef, dealer_scope
from tests.bench import dealers
from tests.bench.frame import Contender, Subject, Work

_numbers = itertools.count()


@contextmanager
def _ours(size: int) -> Iterator[Work]:
    with _account() as (_dealer, account):
        requests = [_http(account, request) for request in _replies(account, size)]

        def work() -> int:
            return sum(webhooks.receive(request, account.public_id).status_code == 204 for request in requests)

        yield work
        app.control.purge()


@contextmanager
def _one_row(size: int) -> Iterator[Work]:
    """A view as anybody would write it first: no signature, no repeats, the body into a row."""
    with _account() as (dealer, account):
        requests = [_http(account, request) for request in _replies(account, size)]

        def view(request: HttpRequest) -> HttpResponse:
            with dealer_scope(dealer):
                InboundEvent.objects.create(
                    account=account,
                    provider_id=f"row-{next(_numbers)}",
                    kind=InboundEvent.Kind.MESSAGE,
                    raw=request.body,
                    received_at=dealers.NOW,
                )
            return HttpResponse(status=204)

        yield lambda: sum(view(request).status_code == 204 for request in requests)


@contextmanager
def _account() -> Iterator[tuple[DealerRef, ChannelAccount]]:
    with dealers.opened() as dealer:
        with dealer_scope(dealer):
            account = channels.open_account(kind="simulator", address="100", settings={}, now=dealers.NOW)
        yield dealer, account


def _replies(account: ChannelAccount, size: int) -> list[RawRequest]:
    # The signature holds for minutes only, so this one clock is the real one.
    now = datetime.now(tz=UTC)
    events = (
        simulator_provider.inbound_event(
            provider_id=f"reply-{next(_numbers)}", sender=f"+861390{number:07d}", text="1", at=now
        )
        for number in range(size)
    )
    return [simulator.signed_request(account_of(account), [event], now=now) for event in events]


def _http(account: ChannelAccount, request: RawRequest) -> HttpRequest:
    return RequestFactory().post(
        f"/api/webhooks/{account.public_id}/",
        request.body,
        content_type="application/json",
        headers=dict(request.headers),
    )


SUBJECT = Subject(
    key="accept",
    title="accept a reply",
    unit="calls",
    aim=">= 0.5 of a view that inserts one row",
    sizes=(100, 300, 1_000),
    ours=Contender("the webhook", _ours),
    peer=Contender("a view that inserts one row", _one_row),
)
