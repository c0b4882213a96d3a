"""A durable stack in a folder of its own for each test, and processes that hold it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.embedded import places
from deploy.embedded.places import Place
from deploy.embedded.postgres import Postgres
from deploy.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]
SERVER_SETTINGS = ("DATABASE_URL", "VALKEY_URL", "BROKER_URL", "TEST_DATABASE_URL", "LOCAL")


@dataclass
class Holder:
    """Another process that uses the stack."""

    process: subprocess.Popen[str]
    pids: dict[str, int]

    def leave(self) -> None:
        self.process.communicate(timeout=30)

    def die(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=30)


Hold = Callable[..., Holder]


@pytest.fixture(autouse=True)
def _no_servers_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SERVER_SETTINGS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = places.main(tmp_path)
    yield made
    for server in (Postgres(made), Valkey(made)):
        if server.is_running():
            server.stop()


@pytest.fixture
def hold(tmp_path: Path) -> Iterator[Hold]:
    """Start a process that holds the stack in tmp_path, behind a prefix of command words if given."""
    started: list[Holder] = []

    def start(*prefix: str) -> Holder:
        command = [*prefix, sys.executable, "-m", "tests.embedded.holder", str(tmp_path)]
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        line = process.stdout.readline() if process.stdout else ""
        holder = Holder(process, json.loads(line))
        started.append(holder)
        return holder

    yield start
    for holder in started:
        with suppress(ProcessLookupError):
            holder.process.send_signal(signal.SIGTERM)
        holder.process.communicate(timeout=30)
