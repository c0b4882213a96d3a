"""Starting, raising up and stopping the processes of `make run`."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
STOP_WITHIN_SECONDS = 5.0  # the supervisor under test gives its processes half a second


class Crowd:
    """A running supervisor and what it has said so far."""

    def __init__(self, *names: str) -> None:
        command = [sys.executable, "-m", "tests.deploy.running.crowd", *names]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines: list[str] = []

    def read_until(self, *, is_enough: Callable[[list[str]], bool]) -> None:
        while not is_enough(self.lines):
            line = self.process.stdout.readline() if self.process.stdout else ""
            assert line, self.lines
            self.lines.append(line.rstrip())

    @property
    def pids(self) -> list[int]:
        return [int(line.split()[-1]) for line in self.lines if "| pid" in line]

    def stop(self, number: signal.Signals) -> float:
        started = time.monotonic()
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=STOP_WITHIN_SECONDS)
        self.lines += rest.splitlines()
        return time.monotonic() - started


Gather = Callable[..., Crowd]


@pytest.fixture
def crowd() -> Iterator[Gather]:
    gathered: list[Crowd] = []

    def gather(*names: str) -> Crowd:
        gathered.append(Crowd(*names))
        return gathered[-1]

    yield gather
    for one in gathered:
        one.process.kill()
        one.process.communicate()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_everything_ends_in_time_even_the_deaf_and_grandchildren(crowd: Gather, number: signal.Signals) -> None:
    run = crowd("quiet", "deaf", "parent")
    run.read_until(is_enough=lambda lines: sum("| pid" in line for line in lines) == 4)

    seconds = run.stop(number)

    assert seconds < STOP_WITHIN_SECONDS
    assert run.process.returncode == 0
    assert [pid for pid in run.pids if is_alive(pid)] == []


def test_children_end_when_the_supervisor_is_killed(crowd: Gather) -> None:
    run = crowd("quiet")
    run.read_until(is_enough=lambda lines: any("| pid" in line for line in lines))

    run.stop(signal.SIGKILL)

    deadline = time.monotonic() + 5
    while any(map(is_alive, run.pids)) and time.monotonic() < deadline:
        os.sched_yield()
    assert [pid for pid in run.pids if is_alive(pid)] == []


def test_a_killed_server_is_started_again_and_a_finished_job_is_not(crowd: Gather) -> None:
    run = crowd("quiet", "job")
    run.read_until(is_enough=lambda lines: bool(any("| pid" in line for line in lines) and "job    | done" in lines))

    os.kill(run.pids[0], signal.SIGKILL)
    run.read_until(is_enough=lambda lines: sum("| pid" in line for line in lines) == 2)
    run.stop(signal.SIGTERM)

    assert "quiet  | ended with exit code -9; starting again in 1 s" in run.lines
    assert run.lines.count("job    | worked") == 1
