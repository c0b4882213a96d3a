"""`make bench`: measures every subject beside its peer and its limit, prints one table, writes JSON.

python -m tests.bench                        every subject whose rate is measured, default sizes
python -m tests.bench importing dispatch     these subjects only
python -m tests.bench importing --sizes 1000,50000 --rounds 3
python -m tests.bench screens --sizes 100000 the calls behind each screen, by percentiles
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib import import_module

from tests.bench import frame, house, latency, paper
from tests.bench.latency import Latency

# One file each in tests/bench/subjects, imported when the servers stand, for they import models.
SUBJECTS = (
    "importing",
    "reimporting",
    "planning",
    "opening",
    "upgrading",
    "dispatch",
    "sending",
    "accepting",
    "answering",
    "idling",
    "comparing",
    "staffing",
)
# Of these single calls are timed: SIZES, and latencies(sizes).
BY_THE_CALL = {
    "screens": "tests.bench.screens.measuring",
    "searching": "tests.bench.searching",
    "replying": "tests.bench.replying",
    "fairness": "tests.bench.fairness",
    "live": "tests.bench.live",
}
ALL = (*SUBJECTS, *BY_THE_CALL)


def main(arguments: list[str]) -> int:
    """Measure what was asked for; return 2 for a name nobody knows."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("names", nargs="*", metavar="SUBJECT", help=", ".join(ALL))
    parser.add_argument("--sizes", help="instead of each subject's own: 1000,10000")
    parser.add_argument("--rounds", type=int, default=frame.ROUNDS)
    asked = parser.parse_args(arguments)
    if unknown := sorted(set(asked.names) - set(ALL)):
        parser.error(f"no subject {', '.join(unknown)}; there are {', '.join(ALL)}")
    today = datetime.now(tz=UTC).date()
    results: list[frame.Result | Latency] = []
    with house.standing():
        for result in _measured(asked.names or list(SUBJECTS), sizes=asked.sizes, rounds=asked.rounds):
            results.append(result)
            # After each, so that a run that is broken off has measured something.
            path = paper.write(results, folder=house.VAR / "bench", today=today)
        import_module("tests.bench.dealers").close_kept()
    print(f"\n{_table(results)}\n\nmedian (least-most) of up to {asked.rounds} runs; everything in {path}")
    return 0


def _measured(names: Sequence[str], *, sizes: str | None, rounds: int) -> Iterator[frame.Result | Latency]:
    asked = [int(size) for size in sizes.split(",")] if sizes else None
    for name in names:
        if name in BY_THE_CALL:
            calls = import_module(BY_THE_CALL[name])
            for one in calls.latencies(asked or calls.SIZES):
                print(latency.table([one]).splitlines()[1], file=sys.stderr)
                yield one
            continue
        for subject in _subjects(name):
            for result in frame.measure(subject, sizes=asked or subject.sizes, rounds=rounds):
                print(f"{subject.key} {result.size:,}: {paper.table([result]).splitlines()[1]}", file=sys.stderr)
                yield result


def _subjects(name: str) -> Sequence[frame.Subject]:
    """Return what a file measures: one subject, or the same thing in several ways."""
    module = import_module(f"tests.bench.subjects.{name}")
    several: Sequence[frame.Subject] = getattr(module, "SUBJECTS", ())
    return several or (module.SUBJECT,)


def _table(results: Sequence[frame.Result | Latency]) -> str:
    """Return both tables, one below the other; an empty one is left out."""
    rates = [result for result in results if isinstance(result, frame.Result)]
    calls = [result for result in results if isinstance(result, Latency)]
    return "\n\n".join([*([paper.table(rates)] if rates else []), *([latency.table(calls)] if calls else [])])


sys.exit(main(sys.argv[1:]))
