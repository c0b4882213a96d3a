"""Dispatch: queued messages to a provider that answers in 20 ms, their receipts taken."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from queue import Empty

from django.db import connections

from channels_app.contract import Outgoing, Receipt
from deploy.celery import app
from notifications.channels.models import ChannelAccount
from notifications.outbox import operations
from notifications.outbox.models import Message
from notifications.outbox.operations import Draft
from notifications.outbox.rules import State
from tenants.scope import DealerRef, dealer_scope
from tests.bench import dealers
from tests.bench.frame import Contender, Subject, Work
from tests.bench.loopback import channel, peer

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
# As many as a small machine's queue of messages out has.
WORKERS = 2
PEER_PROCESSES = 8
PEER_STARTS_WITHIN_SECONDS = 60
PEER_GIVES_UP_SECONDS = 300


@contextmanager
def _ours(size: int) -> Iterator[Work]:
    with channel.standing() as socket, dealers.opened() as dealer, dealer_scope(dealer):
        sender = queue(size, socket=socket)

        def work() -> int:
            threads = [threading.Thread(target=_worker, args=(dealer, sender)) for _ in range(WORKERS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return Message.objects.filter(state=State.DELIVERED).count()

        yield work


def _worker(dealer: DealerRef, account: ChannelAccount) -> None:
    """Send what there is; after each turn take the receipts of what went out, as the webhook's task does."""
    try:
        with dealer_scope(dealer):
            while operations.dispatch_batch(now=NOW).has_more:
                _take_receipts(account)
            while not channel.taken.empty():
                _take_receipts(account)
    finally:
        connections.close_all()


def _take_receipts(account: ChannelAccount) -> None:
    try:
        confirmed = channel.taken.get_nowait()
    except Empty:
        return
    receipts = [Receipt(provider_id=one, message_id="", status="delivered", event_id=one) for one in confirmed]
    operations.apply_receipts(receipts, account_id=account.pk, now=NOW)


@contextmanager
def _a_task_a_message(size: int) -> Iterator[Work]:
    with channel.standing() as socket, dealers.opened() as dealer, dealer_scope(dealer), _celery():
        queue(size, socket=socket)
        ids = list(Message.objects.order_by("id").values_list("id", flat=True))

        def work() -> int:
            for message_id in ids:
                peer.send.delay(message_id, socket)
            return _wait_until_delivered(size)

        yield work


@contextmanager
def _client_alone(size: int) -> Iterator[Work]:
    with channel.standing() as socket:
        client = channel.client(socket)
        batch = [Outgoing(message_id=str(n), to=_address(n), text="Your car is ready.") for n in range(size)]

        def work() -> int:
            return len(client.post_all(batch))

        yield work


@contextmanager
def _celery() -> Iterator[None]:
    """A worker as `celery worker` starts it, with more processes than it would take by itself."""
    arguments = [sys.executable, "-m", "celery", "-A", "deploy", "worker", "-Q", peer.QUEUE, "-l", "ERROR"]
    arguments += ["-c", str(PEER_PROCESSES), "-I", "tests.bench.loopback.peer", "--without-gossip", "--without-mingle"]
    arguments += ["--prefetch-multiplier", "4"]  # Celery's own default; the house takes one at a time
    worker = subprocess.Popen(arguments, env={**os.environ, "LOG_LEVEL": "ERROR"})
    try:
        _wait_for_worker()
        yield
    finally:
        worker.terminate()
        worker.wait()


def _wait_for_worker() -> None:
    """Its start is not what is measured."""
    until = time.monotonic() + PEER_STARTS_WITHIN_SECONDS
    while not app.control.ping(timeout=0.5):
        if time.monotonic() > until:
            raise TimeoutError


def _wait_until_delivered(size: int) -> int:
    until = time.monotonic() + PEER_GIVES_UP_SECONDS
    while (done := Message.objects.filter(state=State.DELIVERED).count()) < size and time.monotonic() < until:
        time.sleep(0.05)
    return done


def queue(size: int, *, socket: str) -> ChannelAccount:
    """Have that many messages queued by the dealer in scope, and return the account they leave by."""
    sender = account(socket)
    drafts = [draft(number, sender) for number in range(size)]
    for first in range(0, size, 1000):
        operations.queue_messages(drafts[first : first + 1000], now=NOW)
    return sender


def account(socket: str) -> ChannelAccount:
    """Give the dealer in scope an account at the provider on loopback."""
    return ChannelAccount.objects.create(
        kind=channel.KIND, address="+100", public_id="bench", settings={"socket": socket}, created_at=NOW
    )


def draft(number: int, sender: ChannelAccount) -> Draft:
    """Return a message to one of the owners."""
    return Draft(
        account_id=sender.pk,
        address=_address(number),
        text="Your car is due for maintenance. 1 book, 2 later",
        purpose="REMINDER",
        priority=50,
        expires_at=NOW + timedelta(days=30),
    )


def _address(number: int) -> str:
    return f"+861390{number:07d}"


SUBJECT = Subject(
    key="dispatch",
    title="dispatch, provider answers in 20 ms, receipts taken",
    unit="messages",
    aim=">= 5x peer; >= 0.6 of the client's rate",
    sizes=(2_000, 6_000, 20_000),
    ours=Contender("two workers of the outbox", _ours),
    peer=Contender("one Celery task a message, one a receipt", _a_task_a_message, largest=2_000),
    limit=Contender("the HTTP client alone, 256 at a time", _client_alone),
)
