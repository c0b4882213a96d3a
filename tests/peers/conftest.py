"""Servers that others wrote, each a process of its own on loopback, ended with its test file."""

import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.peers import fetching

VAR = Path(__file__).resolve().parents[2] / "var"
ENDS_WITHIN_SECONDS = 10
TRIES, TRY_SECONDS = 240, 0.25


@dataclass(frozen=True)
class Peer:
    """A peer of ours in JavaScript: where it listens, and what it says, a line at a time."""

    port: int
    process: "subprocess.Popen[str]"

    def said(self) -> dict[str, Any]:
        """Wait for its next line."""
        assert self.process.stdout is not None
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found


@pytest.fixture(scope="session")
def packages() -> Path:
    try:
        return fetching.fetched(var=VAR)
    except fetching.RegistryAway as away:
        pytest.skip(str(away))


@pytest.fixture(scope="module")
def start(packages: Path) -> Iterator[Callable[[str], Peer]]:
    """Start a script of this folder beside the packages."""
    with ExitStack() as running:

        def begin(script: str) -> Peer:
            shutil.copy(fetching.HERE / script, packages)
            process = running.enter_context(_running(packages, script))
            assert process.stdout is not None
            return Peer(json.loads(process.stdout.readline())["port"], process)

        yield begin


@pytest.fixture(scope="module")
def judge(packages: Path) -> Iterator[Callable[[str], str]]:
    """Start Prism before a description of this folder; it answers by the example, or says what is wrong with a call."""
    with ExitStack() as running:

        def begin(description: str) -> str:
            port = _free_port()
            program = packages / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
            told = ("mock", "--errors", "--host", "127.0.0.1", "--port", str(port), str(fetching.HERE / description))
            process = running.enter_context(_running(packages, str(program), *told, is_heard=False))
            _wait_for(port, process)
            return f"http://127.0.0.1:{port}"

        yield begin


@contextmanager
def _running(folder: Path, *arguments: str, is_heard: bool = True) -> Iterator["subprocess.Popen[str]"]:
    """Run a program of Node for the block; what stands before it in the venv may be a program that starts it."""
    process = subprocess.Popen(
        [fetching.node("node"), *arguments],
        cwd=folder,
        env=dict(fetching.environment()),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if is_heard else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=ENDS_WITHIN_SECONDS)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _wait_for(port: int, process: "subprocess.Popen[str]") -> None:
    for _ in range(TRIES):
        with socket.socket() as caller:
            caller.settimeout(TRY_SECONDS)
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        try:
            process.wait(TRY_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError("the judge ended before it had begun")
    raise AssertionError("the judge did not begin")
