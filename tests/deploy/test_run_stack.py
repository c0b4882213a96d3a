"""The whole of `make run`, from the first line to the last, over servers of its own."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.embedded import places
from deploy.embedded.postgres import Postgres
from deploy.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]
OURS = (
    "DATABASE_URL",
    "VALKEY_URL",
    "BROKER_URL",
    "TEST_DATABASE_URL",
    "LOCAL",
    "LIVE_PREFIX",
    "MAKELEVEL",
    "SECRET_KEY",
)
COMMAND = [sys.executable, "manage.py", "run_stack"]
WELL_WITHIN_SECONDS = 180.0  # a machine that does much else at the same time
STOPPED_WITHIN_SECONDS = 10.0

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class House:
    """A running house: where it keeps what it keeps, and what it was started with."""

    process: subprocess.Popen[str]
    var: Path
    environment: dict[str, str]

    @property
    def port(self) -> int:
        return int(self.environment["PORT"])

    @property
    def said(self) -> str:
        return (self.var / "output").read_text()

    @property
    def servers(self) -> list[Postgres | Valkey]:
        place = places.main(self.var)
        return [Postgres(place), Valkey(place)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all tests of this file: it takes seconds to start."""
    var = tmp_path_factory.mktemp("var")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
    kept = {key: value for key, value in os.environ.items() if key not in OURS}
    environment = {**kept, "AFTERCARE_VAR": str(var), "PORT": port, "DEMO": "0", "PYTHONUNBUFFERED": "1"}
    with (var / "output").open("w") as output:
        process = subprocess.Popen(
            COMMAND, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, text=True
        )
    yield House(process, var, environment)
    process.terminate()
    process.wait(timeout=30)


def health(port: int) -> tuple[int, dict[str, Any]]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request("GET", "/health")
        response = line.getresponse()
        return response.status, json.loads(response.read())
    except OSError:
        return 0, {}
    finally:
        line.close()


def wait_until_well(house: House, *, and_said: str = "") -> dict[str, Any]:
    deadline = time.monotonic() + WELL_WITHIN_SECONDS
    while time.monotonic() < deadline and house.process.poll() is None:
        status, body = health(house.port)
        if status == http.HTTPStatus.OK and and_said in house.said:
            return body
        time.sleep(0.2)
    raise AssertionError(house.said)


def test_it_opens_and_says_where(house: House) -> None:
    body = wait_until_well(house, and_said="Ctrl-C stops it.")

    assert all(check["ok"] for check in body["checks"].values())
    assert f"house  |   http://localhost:{house.port}\n" in house.said


def test_a_second_one_is_refused(house: House) -> None:
    wait_until_well(house)

    second = subprocess.run(COMMAND, cwd=ROOT, env=house.environment, capture_output=True, text=True, check=False)

    assert second.returncode == 1
    assert f"running already from this folder: http://localhost:{house.port}" in second.stderr


@pytest.mark.parametrize("number", [0, 1], ids=["postgres", "valkey"])
def test_a_killed_server_comes_back(house: House, number: int) -> None:
    wait_until_well(house)
    server = house.servers[number]
    pid = server.pid()
    assert pid is not None

    os.kill(pid, signal.SIGKILL)

    wait_until_well(house, and_said=f"{server.name} had ended and was started again")
    assert server.pid() != pid


def test_ctrl_c_stops_everything_in_time(house: House) -> None:
    wait_until_well(house)

    started = time.monotonic()
    house.process.send_signal(signal.SIGINT)
    house.process.wait(timeout=30)

    assert time.monotonic() - started < STOPPED_WITHIN_SECONDS
    assert house.process.returncode == 0
    assert [server.name for server in house.servers if server.is_running()] == []
