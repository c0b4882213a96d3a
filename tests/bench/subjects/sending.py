"""Sending by each channel: from the outbox to the provider's double on loopback, beside the channel's bare client.

The rates and caps that protect providers and purses are lifted: what is measured is the house, not its patience.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from unittest import mock
from uuid import uuid4

from django.db import connections

from channels_app import registry, telegram, twilio, whatsapp
from channels_app.sendgrid import channel as sendgrid
from notifications.channels.models import ChannelAccount
from notifications.outbox import operations
from notifications.outbox.models import Message
from notifications.outbox.operations import Draft
from notifications.outbox.rules import State
from notifications.texting.rules import Caps
from tenants.scope import DealerRef, dealer_scope
from tests.bench import dealers
from tests.bench.frame import Contender, Subject, Work
from tests.bench.sending import provider
from tests.bench.sending.bare import BARE, TEXT
from tests.faults.mixed import kinds
from tests.faults.mixed.kinds import Kind

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
# As many as a small machine's queue of messages out has.
WORKERS = 2
NO_LIMIT = 10.0**9
NO_CAPS = Caps(per_number=10**9, per_account=10**9, per_dealer=10**9, per_block=10**9)
# A line and a mail server are spoken to by as many connections as there are workers, or by one.
AT_ONCE = {
    "twilio": WORKERS * twilio.AT_ONCE,
    "smpp": 10,
    "aliyun": WORKERS * 20,
    "sendgrid": WORKERS * sendgrid.AT_ONCE,
    "smtp": WORKERS,
    "telegram": WORKERS * telegram.AT_ONCE,
    "whatsapp": WORKERS * whatsapp.AT_ONCE,
    "wechat": WORKERS * 30,
}
NAMES = "north"


@contextmanager
def _ours(size: int, *, kind: Kind) -> Iterator[Work]:
    at = provider.standing(kind.name)
    with _lifted(kind), dealers.opened() as dealer, dealer_scope(dealer):
        _queue(size, kind, at)

        def work() -> int:
            threads = [threading.Thread(target=_worker, args=(dealer,)) for _ in range(WORKERS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return Message.objects.filter(state=State.SENT).count()

        yield work


@contextmanager
def _bare(size: int, *, kind: Kind) -> Iterator[Work]:
    at = provider.standing(kind.name)
    addresses = [kind.owner(NAMES, number) for number in range(size)]
    yield lambda: BARE[kind.name](at, addresses, AT_ONCE[kind.name])


@contextmanager
def _lifted(kind: Kind) -> Iterator[None]:
    before = kinds.dress()
    channel = registry.get(kind.name)
    can = replace(channel.capabilities, per_second=NO_LIMIT, recipient_per_second=NO_LIMIT)
    try:
        with (
            mock.patch.object(type(channel), "capabilities", can),
            mock.patch("notifications.texting.operations.caps_in_force", return_value=NO_CAPS),
        ):
            yield
    finally:
        registry.LOADED.clear()
        registry.LOADED.update(before)


def _queue(size: int, kind: Kind, at: provider.Standing) -> None:
    account = ChannelAccount.objects.create(
        kind=kind.name, address=kind.address, public_id=uuid4().hex, settings=kind.settings(at), created_at=NOW
    )
    drafts = [
        Draft(
            account_id=account.pk,
            address=kind.owner(NAMES, number),
            text=TEXT,
            purpose="SERVICE",
            priority=20,
            expires_at=NOW + timedelta(days=30),
        )
        for number in range(size)
    ]
    for first in range(0, size, 1000):
        operations.queue_messages(drafts[first : first + 1000], now=NOW)


def _worker(dealer: DealerRef) -> None:
    try:
        with dealer_scope(dealer):
            while operations.dispatch_batch(now=NOW).has_more:
                pass
    finally:
        connections.close_all()


def _subject(kind: Kind) -> Subject:
    ours: Callable[[int], AbstractContextManager[Work]] = partial(_ours, kind=kind)
    return Subject(
        key=f"sending-{kind.name}",
        title=f"sending by {kind.name}",
        unit="messages",
        aim=">= 0.6 of the bare client's rate",
        sizes=(1_000,),
        ours=Contender("two workers of the outbox", ours),
        limit=Contender("the bare client at the same concurrency", partial(_bare, kind=kind)),
    )


SUBJECTS = tuple(_subject(kind) for kind in kinds.KINDS)
