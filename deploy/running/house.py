"""What `make run` consists of, from the first line to the last."""

import fcntl
import http.client
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.core.management import call_command, get_commands

from deploy import env
from deploy.celery import QUEUES
from deploy.embedded import stack
from deploy.running import ports
from deploy.running.children import Recipe, end_with_parent, say
from deploy.running.supervisor import Supervisor

PYTHON = sys.executable
MANAGE = str(settings.BASE_DIR / "manage.py")
DEMO_COMMAND = "demo_owners"  # opens the demo when it is not there yet, then plays the owners
WAIT_SECONDS = 120.0
WEB = "--workers 1 --log-level warning --workers-kill-timeout 3 deploy.asgi:application"
# Gossip and mingle are for many workers; two forks suit two cores.
WORKER = "--concurrency 2 --without-gossip --without-mingle --loglevel WARNING -n worker@%h"
# Whoever runs this as root on a machine of one's own knows it; Celery would say so in ten lines at each start.
QUIET_ROOT = {"PYTHONWARNINGS": "ignore::UserWarning:celery.platforms,ignore::UserWarning:celery.apps.worker"}
LOGIN_PAGE = "deploy.demo.logins"


class RunningAlready(Exception):
    """Another `make run` holds this checkout."""


@dataclass(frozen=True)
class Address:
    """Where the house listens."""

    host: str
    port: int

    def url(self, subdomain: str = "") -> str:
        """Return what to type into a browser."""
        return f"http://{subdomain}{'.' if subdomain else ''}localhost:{self.port}"


def run() -> None:
    """Migrate, start web, worker, beat, lines and the demo, and stay until asked to stop.

    Raises: RunningAlready, ports.PortTaken, supervisor.KeepsFalling.
    """
    if "MAKELEVEL" in os.environ:
        end_with_parent()
    host = env.text("HOST", default="127.0.0.1")  # the demo's passwords are no secret: nobody else may reach it
    wanted = env.number("PORT", default=0) or None
    with _only_one(settings.VAR_DIR / "run.lock") as note:
        address = Address(host=host, port=ports.choose(host=host, wanted=wanted))
        note(address.url())
        if wanted is None and address.port != ports.FIRST_PORT:
            say("house", f"port {ports.FIRST_PORT} is taken by another program; using {address.port}")
        say("house", "migrating")
        call_command("migrate", verbosity=0, interactive=False)
        if not settings.IS_LOCAL:
            call_command("collectstatic", verbosity=0, interactive=False)
        Supervisor(recipes(address)).run(
            when_started=lambda stop: _announce_when_ready(address, stop=stop), tend=_raise_servers
        )
    say("house", "stopped")


def _raise_servers() -> None:
    for name in stack.raise_up(settings.EMBEDDED):
        say("house", f"{name} had ended and was started again")


def recipes(address: Address) -> list[Recipe]:
    """Return the processes of this run; the demo's is there when its command is and DEMO does not say no."""
    here = {"PORT": str(address.port)}
    pool = {"DB_POOL": env.text("DB_POOL", default="10")}
    kept = {"DB_KEEP_SECONDS": env.text("DB_KEEP_SECONDS", default="600")}
    web = f"granian --interface asginl --host {address.host} --port {address.port} {WEB}"
    rows = [
        Recipe("web", _module(web), {**here, **pool}),
        Recipe(
            "worker",
            _module(f"celery -q -A deploy worker -Q {','.join(QUEUES)} {WORKER}"),
            {**here, **kept, **QUIET_ROOT},
        ),
        Recipe("beat", _module("celery -q -A deploy beat --loglevel WARNING"), here),
        Recipe("lines", (PYTHON, MANAGE, "lines"), {**here, **kept}),
    ]
    if wants_demo():
        rows.append(Recipe("demo", (PYTHON, MANAGE, DEMO_COMMAND), here, is_server=False))
    return rows


def _module(words: str) -> tuple[str, ...]:
    return (PYTHON, "-m", *words.split())


def wants_demo() -> bool:
    """Return whether invented dealers belong here: not by default beside a database that somebody configured."""
    return DEMO_COMMAND in get_commands() and env.flag("DEMO", default=settings.IS_LOCAL)


def _announce_when_ready(address: Address, *, stop: threading.Event) -> None:
    waited = 0.0
    while not stop.wait(0.5) and waited < WAIT_SECONDS:
        waited += 0.5
        if _is_healthy(address):
            for line in _welcome(address):
                say("house", line)
            return
    if not stop.is_set():
        say("house", f"not well after {WAIT_SECONDS:.0f} s: see {address.url()}/health")


def _is_healthy(address: Address) -> bool:
    line = http.client.HTTPConnection(address.host, address.port, timeout=5)
    try:
        line.request("GET", "/health", headers={"Host": "localhost"})
        return line.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        line.close()


def _welcome(address: Address) -> list[str]:
    dealers = [address.url("north"), address.url("south")] if wants_demo() else []
    lines = ["", "Aftercare is open:", *(f"  {url}" for url in (address.url(), *dealers))]
    lines += [f"  {address.url()}/health says how it is", *_mails(), *_logins(), "Ctrl-C stops it.", ""]
    return lines


def _mails() -> list[str]:
    """Say where mails to people who sign in are left, if a folder takes them; nobody is mailed from a checkout."""
    kept_in = getattr(settings, "EMAIL_FILE_PATH", "")
    return [f"  mails to people who sign in (invitations, other passwords): {kept_in}/"] if kept_in else []


def _logins() -> list[str]:
    """Return one line per invented user of the demo, from the demo's own table."""
    if not wants_demo() or find_spec(LOGIN_PAGE) is None:
        return []
    return [f"  {line}" for line in import_module(LOGIN_PAGE).lines()]


@contextmanager
def _only_one(lock: Path) -> Iterator["Note"]:
    lock.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        where = os.pread(descriptor, 200, 0).decode()
        os.close(descriptor)
        message = f"Aftercare is running already from this folder: {where}. Stop that one first (Ctrl-C where it runs)."
        raise RunningAlready(message) from error
    try:
        yield Note(descriptor)
    finally:
        os.ftruncate(descriptor, 0)
        os.close(descriptor)


class Note:
    """Writes into the lock's file where the house is, for the one who comes second."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __call__(self, where: str) -> None:
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{where} (process {os.getpid()})".encode(), 0)
