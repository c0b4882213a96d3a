"""The process of lines is killed at work, and a worker that sends over one: nothing is lost, and nothing taken twice.

A carrier brings again what nobody answered, and knows of each message whether it took it.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from time import monotonic, sleep
from unittest import mock

import pytest
from django.db import connections

from channels_app import registry
from channels_app.contract import Account, Outcome, Outgoing
from channels_app.smpp import pool
from channels_app.smpp.channel import Smpp
from core.events import kinds as facts
from core.events.models import Event
from deploy.management.commands import lines
from notifications.channels.models import ChannelAccount
from notifications.channels.operations import open_account
from notifications.inbound.models import InboundEvent
from notifications.lines import consumers
from notifications.outbox import operations
from notifications.outbox.models import Message
from notifications.outbox.rules import LEASE, State
from tenants.scope import DealerRef, dealer_scope
from tests.doubles import smpp as double
from tests.faults.mixed.kinds import BY_NAME
from tests.faults.mixed.running import NO_CAPS
from tests.faults.world import killed
from tests.notifications.outbox.making import NOW, draft

IS_LONG = os.environ.get("FAULTS") == "long"
KILLS, MESSAGES, WORDS = (50, 400, 200) if IS_LONG else (3, 12, 8)
# After so many deliveries a process dies, before it has stored the last of them, or after it and before it says so.
LIVES_FOR = 5
WITHIN_SECONDS = 60.0
SECOND = timedelta(seconds=1)

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("transactional_db")]


@contextmanager
def carrier(dealer: DealerRef) -> Iterator[tuple[double.Smsc, ChannelAccount]]:
    """A carrier of the dealer's own, which sends over one kind of line and receives over the other."""
    with double.Smsc() as provider, dealer_scope(dealer):
        settings = {**BY_NAME["smpp"].settings(provider), "bind": "split"}
        yield provider, open_account(kind="smpp", address=f"+3460099999{dealer.id}", settings=settings, now=NOW)


def send(account: ChannelAccount, dealer: DealerRef) -> None:
    queue(account, dealer)
    now = NOW
    while operations.accounting().still_due_by_state.get(State.QUEUED):
        operations.dispatch_batch(now=now)
        now += SECOND


def queue(account: ChannelAccount, dealer: DealerRef) -> None:
    numbers = [BY_NAME["smpp"].owner(dealer.name, number) for number in range(MESSAGES)]
    operations.queue_messages([draft(account, address=one) for one in numbers], now=NOW)


@pytest.fixture(autouse=True)
def _texts_are_not_capped() -> Iterator[None]:
    with mock.patch("notifications.texting.operations.caps_in_force", return_value=NO_CAPS):
        yield


def hold(dies: str) -> None:
    """Hold the lines as `manage.py lines` does, until told to stop or killed on the way."""
    taken, take = Counter[str](), consumers.take

    def dying(account_id: str, *, headers: Mapping[str, str], body: bytes) -> None:
        taken["all"] += 1
        if dies == "before" and taken["all"] >= LIVES_FOR:
            os.kill(os.getpid(), signal.SIGKILL)
        take(account_id, headers=headers, body=body)
        if dies == "after" and taken["all"] >= LIVES_FOR:
            os.kill(os.getpid(), signal.SIGKILL)

    with mock.patch.object(consumers, "take", dying), mock.patch.object(pool, "FIRST_PAUSE_SECONDS", 0.05):
        lines.Command().handle()


def held(dies: str) -> BaseProcess:
    connections.close_all()  # a forked process must not speak through our socket
    process = get_context("fork").Process(target=hold, args=(dies,), daemon=True)
    process.start()
    return process


def wait(until: Callable[[], bool]) -> None:
    deadline = monotonic() + WITHIN_SECONDS
    while not until():
        assert monotonic() < deadline
        sleep(0.02)


def bring(provider: double.Smsc, bodies: Sequence[bytes]) -> list[bytes]:
    """Bring them over the line that is there; return those that nobody answered well."""
    wait(lambda: "receiver" in provider.lines)
    answers = provider.bring_all(bodies)
    return [body for body, status in zip(bodies, answers, strict=True) if status != 0]


def deliveries(provider: double.Smsc, dealer: DealerRef) -> list[bytes]:
    """What became of each message, and what owners wrote meanwhile, each under the carrier's name for it."""
    receipts = [double.receipt(one, "DELIVRD") for one in provider.taken]
    said = [
        double.words(
            BY_NAME["smpp"].owner(dealer.name, number).removeprefix("+"), f"Yes {number}", named=f"MO-{number}"
        )
        for number in range(WORDS)
    ]
    return [*receipts, *said]


def test_lines_killed_at_work_lose_nothing_and_take_nothing_twice(north: DealerRef, south: DealerRef) -> None:
    with carrier(north) as (theirs, _), carrier(south) as (provider, account):
        send(account, south)
        left = deliveries(provider, south)
        assert len(provider.taken) == MESSAGES

        for round_ in range(KILLS):
            process = held("before" if round_ % 2 else "after")
            left = bring(provider, left)
            process.join(WITHIN_SECONDS)
            assert process.exitcode == -signal.SIGKILL
            wait(lambda: "receiver" not in provider.lines)
        last = held("never")
        while left:
            left = bring(provider, left)
        last.terminate()
        last.join(WITHIN_SECONDS)

        assert last.exitcode == 0
        assert set(Message.objects.filter(direction="OUT").values_list("state", flat=True)) == {"DELIVERED"}
        assert Event.objects.filter(kind=facts.MESSAGE_DELIVERED).count() == MESSAGES
        heard = InboundEvent.objects.filter(kind=InboundEvent.Kind.MESSAGE)
        assert sorted(heard.values_list("provider_id", flat=True)) == sorted(f"MO-{n}" for n in range(WORDS))
        assert len(provider.taken) == MESSAGES
        with dealer_scope(north):
            assert not InboundEvent.objects.exists()
        assert theirs.taken == []


class DyingSmpp(Smpp):
    """A worker that is killed when the carrier has taken the batch and nobody has written so."""

    def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
        outcomes = super().send(account, batch)
        os.kill(os.getpid(), signal.SIGKILL)
        return outcomes


@contextmanager
def dying() -> Iterator[None]:
    with mock.patch.dict(registry.LOADED, smpp=DyingSmpp()):
        yield


def test_texts_of_a_worker_that_was_killed_are_settled_by_their_receipts(south: DealerRef) -> None:
    with carrier(south) as (provider, account):
        queue(account, south)
        killed(partial(operations.dispatch_batch, now=NOW), at=dying)
        took = len(provider.taken)
        assert took == MESSAGES

        # Nobody sends them again: their lease runs out into doubt, and what the carrier says ends it.
        operations.settle_doubts(now=NOW + LEASE)
        assert set(Message.objects.values_list("state", flat=True)) == {State.UNCONFIRMED}
        process = held("never")
        left = bring(provider, [double.receipt(one, "DELIVRD") for one in provider.taken])
        process.terminate()
        process.join(WITHIN_SECONDS)

        assert left == []
        assert set(Message.objects.values_list("state", flat=True)) == {State.DELIVERED}
        operations.dispatch_batch(now=NOW + 2 * LEASE)
        assert len(provider.taken) == took
