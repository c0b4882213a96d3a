"""One worker, one provider, two dealers: a campaign of the one never stands before the other's confirmation."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from notifications import loop
from notifications.outbox import dispatching, rates, tasks
from notifications.outbox.models import Message
from notifications.outbox.operations import Priority, queue_message
from tenants.scope import DealerRef, current_dealer, dealer_scope
from tests.notifications.due.saying import Teller
from tests.notifications.outbox import making
from tests.notifications.outbox.making import NOW, draft, queue_many

TURN = 2
CAMPAIGN = 40
SECOND = timedelta(seconds=1)


@dataclass
class Worker:
    """A process that does what it is handed in its order, for all dealers; each turn takes a moment."""

    commits: DjangoCaptureOnCommitCallbacks
    now: datetime = NOW
    waiting: deque[tuple[DealerRef, bool]] = field(default_factory=deque)
    turns: list[str] = field(default_factory=list)

    def tick(self) -> None:
        """Have the clock hand out the turns of all dealers whose work is due."""
        loop.tick(now=self.now, hand_out=lambda dealer: self.waiting.append((dealer, False)))

    def work(self) -> None:
        """Do the one turn that has waited longest."""
        dealer, continues = self.waiting.popleft()
        self.now += SECOND
        self.turns.append(dealer.name)
        with dealer_scope(dealer), self._committing():
            if continues:
                tasks.take_turn(continues=True, now=self.now)
            else:
                loop.work_dealer(now=self.now, start=Teller())

    @contextmanager
    def _committing(self) -> Iterator[None]:
        with self.commits(execute=True):
            yield


@pytest.fixture
def worker(
    north: DealerRef,
    south: DealerRef,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> Worker:
    """The one worker of both; whatever is given to the broker, it gets."""
    one = Worker(django_capture_on_commit_callbacks)
    monkeypatch.setattr(dispatching.dispatch_batch, "__kwdefaults__", {"limit": TURN})
    monkeypatch.setattr(
        tasks.dispatch, "apply_async", lambda _args, kwargs: one.waiting.append((current_dealer(), bool(kwargs)))
    )
    for dealer in (north, south):
        with dealer_scope(dealer):
            rates.forget(tasks.CONTINUATION)
    return one


def sent() -> int:
    return Message.objects.filter(state="SENT").count()


def test_a_confirmation_leaves_amid_another_dealers_campaign(
    worker: Worker, north: DealerRef, south: DealerRef
) -> None:
    with dealer_scope(north):
        queue_many(making.make_account(), CAMPAIGN, priority=Priority.CAMPAIGN, purpose="MARKETING")
    worker.tick()
    worker.work()
    with dealer_scope(south):
        confirmation = queue_message(draft(making.make_account(), priority=Priority.APPOINTMENT), now=worker.now)

    worker.tick()
    while south.name not in worker.turns:
        worker.work()

    with dealer_scope(south):
        assert making.state_of(confirmation) == "SENT"
    with dealer_scope(north):
        assert 0 < sent() <= 3 * TURN


def test_the_campaign_goes_on_all_the_same(worker: Worker, north: DealerRef) -> None:
    with dealer_scope(north):
        queue_many(making.make_account(), CAMPAIGN, priority=Priority.CAMPAIGN, purpose="MARKETING")
    worker.tick()

    while worker.waiting:
        worker.work()
        worker.tick()

    with dealer_scope(north):
        assert sent() == CAMPAIGN


def test_a_dealers_own_campaign_waits_for_its_confirmation(worker: Worker, north: DealerRef) -> None:
    with dealer_scope(north):
        account = making.make_account()
        queue_many(account, CAMPAIGN, priority=Priority.CAMPAIGN, purpose="MARKETING")
    worker.tick()
    worker.work()
    with dealer_scope(north):
        confirmation = queue_message(draft(account, priority=Priority.APPOINTMENT), now=worker.now)

    worker.work()

    with dealer_scope(north):
        assert making.state_of(confirmation) == "SENT"
        assert sent() < CAMPAIGN
