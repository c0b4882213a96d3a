"""Measures a subject beside its peer and its limit. Judges nothing: the table says ratios and growth.

A contender is prepared anew before every run; only the run is timed. Contenders take turns
within a round, so that a busy minute of the machine falls on all of them.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

# After a warm-up, the median of this many runs; fewer where one run alone takes long.
ROUNDS = 5
BUDGET_SECONDS = 30.0
LONG_SECONDS = 8.0

Work = Callable[[], int]
Preparing = Callable[[int], AbstractContextManager[Work]]


@dataclass(frozen=True)
class Contender:
    """One way of doing it: entering it with a size prepares, the callable inside is timed.

    `largest` is the size beyond which it is too slow to be worth the wait.
    """

    name: str
    prepare: Preparing
    largest: int | None = None


@dataclass(frozen=True)
class Subject:
    """What is measured: ours, what a Django team would pick instead, and the bare engine."""

    key: str
    title: str
    unit: str
    aim: str
    sizes: tuple[int, ...]
    ours: Contender
    peer: Contender | None = None
    limit: Contender | None = None

    @property
    def contenders(self) -> Mapping[str, Contender]:
        named = {"ours": self.ours, "peer": self.peer, "limit": self.limit}
        return {role: contender for role, contender in named.items() if contender is not None}


@dataclass
class Timing:
    """The runs of one contender at one size: seconds each, and what was done in a run."""

    seconds: list[float] = field(default_factory=list)
    done: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def rate(self) -> float:
        return self.done / self.median


@dataclass(frozen=True)
class Result:
    """One subject at one size, by role."""

    subject: Subject
    size: int
    timings: Mapping[str, Timing]

    def ratio_to(self, role: str) -> float | None:
        """Return how many times as fast ours is, by what it gets done in a second."""
        other = self.timings.get(role)
        return None if other is None else self.timings["ours"].rate / other.rate


def measure(subject: Subject, *, sizes: Sequence[int], rounds: int = ROUNDS) -> Iterator[Result]:
    """Yield one result a size, smallest first."""
    for size in sorted(sizes):
        taking_part = {
            role: one for role, one in subject.contenders.items() if one.largest is None or size <= one.largest
        }
        timings = {role: Timing() for role in taking_part}
        for number in range(rounds + 1):
            for role, contender in taking_part.items():
                if sum(timings[role].seconds) < BUDGET_SECONDS:
                    _run(contender, size=size, timing=timings[role], is_warm_up=number == 0)
        yield Result(subject, size, timings)


def _run(contender: Contender, *, size: int, timing: Timing, is_warm_up: bool) -> None:
    with contender.prepare(size) as work:
        gc.collect()
        began = time.perf_counter()
        timing.done = work()
        seconds = time.perf_counter() - began
    # A warm-up this long is no warm-up any more; throwing it away would double the wait.
    if not is_warm_up or seconds > LONG_SECONDS:
        timing.seconds.append(seconds)
