"""The frame measures and reports; what it measures is run by `make bench`, not here."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from tests.bench import frame, latency, paper
from tests.bench.frame import Contender, Subject, Timing, Work
from tests.bench.latency import Latency


def contender(name: str, *, log: list[str], largest: int | None = None) -> Contender:
    @contextmanager
    def prepare(size: int) -> Iterator[Work]:
        log.append(f"{name} prepared")
        yield lambda: size
        log.append(f"{name} cleaned")

    return Contender(name, prepare, largest)


def subject(log: list[str]) -> Subject:
    return Subject(
        key="demo",
        title="demo",
        unit="rows",
        aim="-",
        sizes=(10, 100),
        ours=contender("ours", log=log),
        peer=contender("peer", log=log, largest=10),
    )


def test_contenders_take_turns_after_a_warm_up() -> None:
    log: list[str] = []

    (result,) = frame.measure(subject(log), sizes=[10], rounds=2)

    assert log == ["ours prepared", "ours cleaned", "peer prepared", "peer cleaned"] * 3
    assert len(result.timings["ours"].seconds) == 2


def test_a_slow_peer_is_left_out_of_large_sizes() -> None:
    small, large = frame.measure(subject([]), sizes=[100, 10], rounds=1)

    assert set(small.timings) == {"ours", "peer"}
    assert set(large.timings) == {"ours"}
    assert large.ratio_to("peer") is None


def test_ratios_compare_what_gets_done_in_a_second() -> None:
    timings = {"ours": Timing([1.0, 2.0, 3.0], done=100), "peer": Timing([20.0], done=100)}
    result = frame.Result(subject([]), 10, timings)

    assert result.timings["ours"].median == 2.0
    assert result.ratio_to("peer") == pytest.approx(10.0)


def test_the_table_and_the_file_say_the_same(tmp_path: Path) -> None:
    results = list(frame.measure(subject([]), sizes=[10, 100], rounds=1))

    path = paper.write(results, folder=tmp_path, today=date(2026, 11, 20))

    written = json.loads(path.read_text())
    assert path.name == "2026-11-20.json"
    assert [row["size"] for row in written["results"]] == [10, 100]
    assert paper.table(results).count("demo (rows)") == 2


def test_a_second_run_of_a_day_keeps_what_the_first_measured(tmp_path: Path) -> None:
    for size in (10, 100, 10):
        results = list(frame.measure(subject([]), sizes=[size], rounds=1))
        path = paper.write(results, folder=tmp_path, today=date(2026, 11, 20))

    assert [row["size"] for row in json.loads(path.read_text())["results"]] == [10, 100]


def test_calls_are_told_by_percentiles(tmp_path: Path) -> None:
    calls = Latency("screens", "Files: one", 100, "-", {"ours": [n / 1000 for n in range(1, 101)], "limit": [0.025]})

    path = paper.write([calls], folder=tmp_path, today=date(2026, 11, 20))

    (written,) = json.loads(path.read_text())["results"]
    assert (calls.at(0.5), calls.at(0.95), calls.at(1.0)) == (50, 95, 100)
    assert (written["subject"], written["ours"]["p95_ms"]) == ("screens/Files: one", 95)
    assert latency.table([calls]).splitlines()[1].split()[-3:] == ["25.0", "2", "-"]
