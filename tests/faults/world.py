"""A dealer's outbox under faults: work that can be killed, a clock that can be turned, and the reckoning."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from unittest import mock

from django.db import connections

from channels_app import registry
from channels_app import simulator_provider as provider
from channels_app.contract import Account, Outcome, Outgoing, Receipt
from channels_app.simulator import Simulator, signed_request
from notifications.channels.models import ChannelAccount
from notifications.outbox import claiming, operations, rules
from notifications.outbox.accounts import account_of
from notifications.outbox.handing import wire_id
from notifications.outbox.models import Message
from notifications.outbox.rules import State
from tests.notifications.outbox import making
from tests.notifications.outbox.making import NOW

STEP = timedelta(minutes=1)
# Long enough for a lease, a doubt and a look-up to pass, and for the retries of hours of outage.
PATIENCE_STEPS = 400


@dataclass(frozen=True)
class Reckoning:
    """What a fault cost, the books compared with what the provider took."""

    accepted: int
    provider_took: int
    lost: int
    twice: int
    still_due: int
    unconfirmed: int
    after_opt_out: int = 0
    is_balanced: bool = True

    @property
    def is_clean(self) -> bool:
        """Nothing lost, nothing twice, nothing after an opt-out, nothing left, and the books balance."""
        bad = self.lost + self.twice + self.still_due + self.unconfirmed + self.after_opt_out
        return bad == 0 and self.is_balanced


def work(now: datetime) -> None:
    """Do one turn of everything the outbox's tasks do."""
    operations.dispatch_batch(now=now)
    operations.settle_doubts(now=now)


def work_until_quiet(account: ChannelAccount, *, now: datetime, chance: Random, with_receipts: bool = True) -> datetime:
    """Turn the clock minute by minute, working and taking receipts, until nothing is due any more."""
    seen = "0-0"
    for _ in range(PATIENCE_STEPS):
        work(now)
        if with_receipts:
            seen = take_receipts(account, after=seen, now=now, chance=chance)
        if not operations.accounting().still_due:
            break
        now += STEP
    return now


def take_receipts(account: ChannelAccount, *, after: str, now: datetime, chance: Random) -> str:
    """Let the provider tell what it took since, in the manner of its account; give where it stopped."""
    border = account_of(account)
    taken = provider.accepted_messages(border, after=after, limit=100_000)
    events = provider.receipt_events(border, taken, now=now, chance=chance)
    request = signed_request(border, events, now=now)
    receipts = [one for one in registry.get(account.kind).parse(border, request) if isinstance(one, Receipt)]
    operations.apply_receipts(receipts, account_id=account.pk, now=now)
    return taken[-1].provider_id if taken else after


def reckon(account: ChannelAccount, *, after_opt_out: int = 0) -> Reckoning:
    """Compare the books with the provider's."""
    books = operations.accounting()
    took = Counter(one.message.message_id for one in making.accepted(account))
    reached = Message.objects.filter(account=account, state__in=rules.REACHED).values_list("id", flat=True)
    # Lost: believed to have left although the provider never saw it.
    lost = sum(1 for pk in reached if not took[wire_id(pk)])
    return Reckoning(
        accepted=books.accepted,
        provider_took=sum(took.values()),
        lost=lost,
        twice=sum(count - 1 for count in took.values()),
        still_due=books.still_due,
        unconfirmed=books.still_due_by_state.get(State.UNCONFIRMED, 0),
        after_opt_out=after_opt_out,
        is_balanced=books.is_balanced,
    )


class Death:
    """Where a worker is killed; each is a patch that ends the process when it gets there."""

    @staticmethod
    @contextmanager
    def before_commit() -> Iterator[None]:
        """In the claim's transaction, with everything written and nothing committed."""
        with mock.patch.object(claiming, "wake", _die):
            yield

    @staticmethod
    @contextmanager
    def before_call() -> Iterator[None]:
        """After the claim's commit, before the provider hears of it."""
        with mock.patch.dict(registry.LOADED, simulator=_DyingBefore()):
            yield

    @staticmethod
    @contextmanager
    def after_call() -> Iterator[None]:
        """After the provider took the batch, before we wrote so."""
        with mock.patch.dict(registry.LOADED, simulator=_DyingAfter()):
            yield


def killed(act: Callable[[], object], *, at: Callable[[], object]) -> None:
    """Run `act` in a process of its own that is killed with -9 at a named point."""
    connections.close_all()  # a forked process must not speak through our socket
    child = os.fork()
    if child == 0:
        try:
            with at():  # type: ignore[attr-defined]  # the deaths are context managers
                act()
        finally:
            os._exit(0)  # the point was not reached
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the worker was to be killed and was not"
    assert os.WTERMSIG(status) == signal.SIGKILL


def _die(*_args: object, **_kwargs: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _DyingBefore(Simulator):
    def send(self, account: Account, batch: "list[Outgoing]") -> list[Outcome]:  # type: ignore[override]
        _die()
        raise AssertionError


class _DyingAfter(Simulator):
    def send(self, account: Account, batch: "list[Outgoing]") -> list[Outcome]:  # type: ignore[override]
        outcomes = super().send(account, batch)
        _die()
        return outcomes


__all__ = ["NOW", "Death", "Reckoning", "killed", "reckon", "take_receipts", "work", "work_until_quiet"]
