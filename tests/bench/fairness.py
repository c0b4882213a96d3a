"""Fairness: one dealer sends very many messages while others confirm visits. How long do the others wait?

Workers take turns as they come over the queue of messages out, without Celery around them: a turn is
bounded, and whoever has more goes to its end. The peer is one queue that is worked from its front.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from queue import SimpleQueue

from django.db import connections

from notifications.channels.models import ChannelAccount
from notifications.outbox import operations
from tenants.scope import DealerRef, dealer_scope
from tests.bench import dealers
from tests.bench.latency import Latency
from tests.bench.loopback import channel
from tests.bench.subjects import dispatch

SIZES: Sequence[int] = (2_000, 20_000)
OTHERS, CONFIRMATIONS = 50, 200
# Ten a second, as on a busy morning of fifty dealers.
PACE_SECONDS = 0.1
WORKERS = 2
AIM = "p95 < 5,000 ms"

Turn = Callable[[], bool]


def latencies(sizes: Sequence[int]) -> Iterator[Latency]:
    """Yield how long a confirmation takes until it is sent, by the size of the large dealer's work."""
    with channel.standing() as socket, ExitStack() as open_until_the_end:
        others = [_with_account(open_until_the_end.enter_context(dealers.opened()), socket) for _ in range(OTHERS)]
        for size in sorted(sizes):
            seconds = {"limit": _waited(others, large=None, turn=_a_turn)}
            for role, turn in (("ours", _a_turn), ("peer", _to_the_end)):
                with dealers.opened() as large:
                    with dealer_scope(large):
                        dispatch.queue(size, socket=socket)
                    seconds[role] = _waited(others, large=large, turn=turn)
            yield Latency("fairness", f"a confirmation beside {size:,} messages of another", size, AIM, seconds)


def _with_account(dealer: DealerRef, socket: str) -> DealerRef:
    with dealer_scope(dealer):
        dispatch.account(socket)
    return dealer


def _a_turn() -> bool:
    return operations.dispatch_batch(now=dispatch.NOW).has_more


def _to_the_end() -> bool:
    while operations.dispatch_batch(now=dispatch.NOW).has_more:
        pass
    return False


class _Board:
    """Who waits since when, and how long those waited who were served."""

    def __init__(self) -> None:
        self.queue: SimpleQueue[DealerRef | None] = SimpleQueue()
        self.waited: list[float] = []
        self._since: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    def ask(self, dealer: DealerRef) -> None:
        with self._lock:
            self._since.setdefault(dealer.name, []).append(time.perf_counter())
        self.queue.put(dealer)

    def take(self, dealer: DealerRef) -> list[float]:
        with self._lock:
            return self._since.pop(dealer.name, [])

    def served(self, since: list[float]) -> None:
        with self._lock:
            self.waited += [time.perf_counter() - begun for begun in since]


def _waited(others: Sequence[DealerRef], *, large: DealerRef | None, turn: Turn) -> list[float]:
    board = _Board()
    if large is not None:
        for _ in range(WORKERS):
            board.queue.put(large)
    with _working(board, turn=turn):
        for number in range(CONFIRMATIONS):
            dealer = others[number % OTHERS]
            with dealer_scope(dealer):
                operations.queue_messages([dispatch.draft(number, ChannelAccount.objects.get())], now=dispatch.NOW)
            board.ask(dealer)
            time.sleep(PACE_SECONDS)
        while len(board.waited) < CONFIRMATIONS:
            time.sleep(PACE_SECONDS)
    return board.waited


@contextmanager
def _working(board: _Board, *, turn: Turn) -> Iterator[None]:
    threads = [threading.Thread(target=_work, args=(board, turn)) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    yield
    for _ in threads:
        board.queue.put(None)
    for thread in threads:
        thread.join()


def _work(board: _Board, turn: Turn) -> None:
    try:
        while (dealer := board.queue.get()) is not None:
            since = board.take(dealer)
            with dealer_scope(dealer):
                has_more = turn()
            board.served(since)
            if has_more:
                board.queue.put(dealer)
    finally:
        connections.close_all()
