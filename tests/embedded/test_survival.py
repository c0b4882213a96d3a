"""What was confirmed is still there after kill -9, and what kill -9 leaves behind stops no start."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
import redis

from deploy.embedded.places import Place
from deploy.embedded.postgres import Postgres
from deploy.embedded.processes import is_serving
from deploy.embedded.valkey import Valkey


@pytest.fixture
def postgres(place: Place) -> Postgres:
    place.make()
    server = Postgres(place)
    server.start()
    return server


@pytest.fixture
def stranger() -> Iterator[int]:
    """A process of somebody else's that got the number of a server that has died."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process.pid
    process.communicate()


def kill(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # dead, but still a zombie that keeps its number


def write(server: Postgres, number: int) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        connection.execute("INSERT INTO kept VALUES (%s)", [number])


def kept(server: Postgres) -> list[int]:
    with psycopg.connect(server.url) as connection:
        return [row[0] for row in connection.execute("SELECT number FROM kept ORDER BY number")]


def test_confirmed_rows_survive_three_kills(postgres: Postgres) -> None:
    for number in range(3):
        write(postgres, number)
        kill(postgres.pid())
        assert not postgres.is_running()
        postgres.start()

    assert kept(postgres) == [0, 1, 2]


def test_a_pid_file_that_names_a_stranger_stops_no_start(postgres: Postgres, stranger: int) -> None:
    write(postgres, 7)
    kill(postgres.pid())
    pid_file = postgres.place.postgres_data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(stranger), *lines[1:]]) + "\n")
    assert not postgres.is_running()

    postgres.start()

    assert kept(postgres) == [7]
    assert is_serving(stranger, marker="input()")


def test_an_interrupted_first_start_is_begun_again(place: Place) -> None:
    place.make()
    place.postgres_data.mkdir()
    (place.postgres_data / "base").mkdir()
    server = Postgres(place)

    server.start()

    assert server.is_running()


def test_what_valkey_wrote_to_disk_survives_a_kill(place: Place) -> None:
    place.make()
    server = Valkey(place)
    server.start()
    with redis.Redis.from_url(server.url) as valkey:
        valkey.set("kept", "yes")
        valkey.execute_command("WAITAOF", 1, 0, 5000)  # it writes every second; wait for that

    kill(server.pid())
    assert not server.is_running()
    server.start()

    with redis.Redis.from_url(server.url) as valkey:
        assert valkey.get("kept") == b"yes"
