"""Replies at the pace of a busy channel: from an owner's reply at our door to the next question at the provider."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from queue import SimpleQueue

from django.db import connections

from channels_app import simulator_provider
from channels_app.contract import RawRequest
from deploy.celery import app
from notifications.channels import operations as channels
from notifications.inbound import handling
from notifications.inbound import operations as inbound
from notifications.inbound.models import InboundEvent
from notifications.outbox import operations as outbox
from notifications.outbox.accounts import account_of
from tenants.scope import DealerRef, dealer_scope
from tests.bench import dealers
from tests.bench.latency import Latency
from tests.bench.subjects import answering, importing

# Replies in all; they come at this pace whether or not the earlier ones are answered.
SIZES: Sequence[int] = (200, 500)
A_SECOND = 50
AIM = "p99 < 1,000 ms"


def latencies(sizes: Sequence[int]) -> Iterator[Latency]:
    """Yield how long owners wait for the next question, by how many write; one worker, one web process."""
    for size in sorted(sizes):
        with dealers.opened() as dealer, dealer_scope(dealer):
            row = channels.open_account(kind="simulator", address="100", settings={}, now=dealers.OPENED_AT)
            importing.import_once(size * answering.ORDERS_A_QUESTION)
            answering.send_questions()
            replies = answering.replies(account_of(row), size)
            seconds = _answered(dealer, row.public_id, replies)
            simulator_provider.forget(account_of(row))
            app.control.purge()
        yield Latency("replies", f"{A_SECOND} a second", size, AIM, {"ours": seconds})


def _answered(dealer: DealerRef, public_id: str, replies: Sequence[RawRequest]) -> list[float]:
    arrived: SimpleQueue[float | None] = SimpleQueue()
    waited: list[float] = []
    with _worker(dealer, arrived, waited):
        began = time.perf_counter()
        for number, reply in enumerate(replies):
            due = began + number / A_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            inbound.accept(account_ref=public_id, request=reply, now=answering.NOW)
            # Since it should have been taken: a door that is late keeps people waiting too.
            arrived.put(due)
    return waited


@contextmanager
def _worker(dealer: DealerRef, arrived: "SimpleQueue[float | None]", waited: list[float]) -> Iterator[None]:
    thread = threading.Thread(target=_work, args=(dealer, arrived, waited))
    thread.start()
    yield
    arrived.put(None)
    thread.join()


def _work(dealer: DealerRef, arrived: "SimpleQueue[float | None]", waited: list[float]) -> None:
    """Do what the worker's two tasks do after a reply was accepted."""
    waiting = InboundEvent.objects.filter(state=InboundEvent.State.RECEIVED, kind=InboundEvent.Kind.MESSAGE)
    try:
        with dealer_scope(dealer):
            while (due := arrived.get()) is not None:
                handling.handle(waiting.order_by("id").values_list("id", flat=True)[0], now=answering.NOW)
                while outbox.dispatch_batch(now=answering.NOW).has_more:
                    pass
                waited.append(time.perf_counter() - due)
    finally:
        connections.close_all()
