"""Lets several processes share one server: the first starts it, the last one out stops it.

Note [Who is in the room]
Everyone who uses a server holds a shared lock on its `users` file. The kernel drops the lock when a process ends,
however it ends, so there are no pids to count and none to go stale. Starting and stopping happen under an exclusive
lock on the `door` file. Whoever leaves takes the door, lets go of its own lock, and asks for the users' lock
exclusively without waiting: when it gets it, nobody else is in the room.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from deploy.embedded.places import Place


class Server(Protocol):
    """What sharing needs to know of a server."""

    @property
    def name(self) -> str: ...
    @property
    def place(self) -> Place: ...
    def is_running(self) -> bool: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


@contextmanager
def shared(server: Server) -> Iterator[None]:
    """Keep the server running inside the block; stop it afterwards when nobody else uses it."""
    server.place.make()
    owner = os.getpid()
    with _open(_file(server, "users")) as users:
        with _door(server):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not server.is_running():
                server.start()
        try:
            yield
        finally:
            # A fork of ours shares the lock and must not leave on our behalf.
            if os.getpid() == owner:
                _leave(server, users=users)


def raise_up(server: Server) -> bool:
    """Start the server again if it has fallen; return whether it had. For one who holds it already."""
    if server.is_running():
        return False
    with _door(server):
        if server.is_running():
            return False
        server.start()
        return True


def stop_if_unused(server: Server) -> bool:
    """Stop the server unless somebody uses it; return whether it is down now."""
    server.place.make()
    with _open(_file(server, "users")) as users, _door(server):
        if _is_alone(users):
            server.stop()
        return not server.is_running()


def _leave(server: Server, *, users: int) -> None:
    with _door(server):
        fcntl.flock(users, fcntl.LOCK_UN)
        if _is_alone(users):
            server.stop()


def _is_alone(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _door(server: Server) -> Iterator[None]:
    with _open(_file(server, "door")) as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield


@contextmanager
def _open(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _file(server: Server, role: str) -> Path:
    return server.place.folder / f"{server.name}.{role}"
