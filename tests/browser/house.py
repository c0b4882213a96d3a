"""The real house beside a test: web and worker as processes of their own, over the test's database and Valkey."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection
from redis import Redis

from deploy.celery import QUEUES

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 180.0  # a machine that does much else at the same time
STOP_SECONDS = 20.0
MAIL_SECONDS = 60.0
LINK = re.compile(r"http://\S+#\S+")
WEB = "granian --interface asginl --host 127.0.0.1 --workers 1 --log-level warning deploy.asgi:application --port"
WORKER = f"celery -q -A deploy worker --pool solo --without-gossip --without-mingle -Q {','.join(QUEUES)}"


class HouseSilent(Exception):
    """The web process did not answer in time; its output is in the message."""


@dataclass(frozen=True)
class House:
    """Where the house answers, and the folder that its mails go to."""

    port: int
    mails: Path

    def url(self, dealer: str, path: str = "/") -> str:
        """Return an address on the dealer's host; "" is the public one."""
        return f"http://{dealer}{'.' if dealer else ''}localhost:{self.port}{path}"

    def forget_mails(self) -> None:
        """Remove what was sent before."""
        for path in self.mails.glob("*"):
            path.unlink()

    def link_in_mail_to(self, address: str) -> str:
        """Return the link of the newest mail to somebody, waiting until the worker has sent it. Raises: HouseSilent."""
        until = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < until:
            for path in sorted(self.mails.glob("*"), key=lambda path: path.stat().st_mtime, reverse=True):
                text = path.read_text()
                if address in text and (found := LINK.search(text)):
                    return found[0]
            time.sleep(0.1)
        raise HouseSilent(f"no mail in {self.mails}")


@contextmanager
def running(*, output: Path) -> Iterator[House]:
    """Keep web and worker running inside the block.

    Raises: HouseSilent.
    """
    # What other tests queued would be done now, in the middle of these.
    Redis.from_url(settings.VALKEY_URL).delete(*QUEUES)
    port = _free_port()
    output.mkdir(parents=True, exist_ok=True)
    mails = output / "mail"
    shutil.rmtree(mails, ignore_errors=True)
    with (output / "web.log").open("w") as web_log, (output / "worker.log").open("w") as worker_log:
        web = _start(f"{WEB} {port}", log=web_log, port=port, mails=mails)
        worker = _start(WORKER, log=worker_log, port=port, mails=mails)
        try:
            _wait_until_well(port, web=web, log=output / "web.log")
            yield House(port, mails)
        finally:
            _stop(worker)
            _stop(web)


def _start(command: str, *, log: IO[str], port: int, mails: Path) -> "subprocess.Popen[bytes]":
    database = urlsplit(os.environ["DATABASE_URL"])
    name = str(connection.settings_dict["NAME"])  # the test's, made after the settings were read
    here = {
        "DATABASE_URL": urlunsplit(database._replace(path=f"/{name}")),
        "PORT": str(port),
        "EMAIL_URL": f"file://{mails}",
        "DB_POOL": "4",
        # Doubles of providers stand on this machine.
        "PROVIDER_HOSTS": "127.0.0.1",
        "PYTHONWARNINGS": "ignore",
    }
    return subprocess.Popen(
        [sys.executable, "-m", *command.split()],
        cwd=ROOT,
        env={**os.environ, **here},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
    )


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_until_well(port: int, *, web: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and web.poll() is None:
        if _answers(port):
            return
        time.sleep(0.1)
    raise HouseSilent(log.read_text())


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request("GET", "/sign-in", headers={"Host": "localhost"})
        return line.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        line.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
