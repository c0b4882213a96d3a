"""What we must know about other processes: whether a remembered pid still is our server, and how to end it."""

import os
import signal
import subprocess
import time
from pathlib import Path

PROC = Path("/proc")
POLL_SECONDS = 0.02


class ServerFailed(Exception):
    """A server of the embedded stack did not start or did not stop."""


def is_serving(pid: int, *, marker: str) -> bool:
    """Return whether the pid lives, is not a zombie, and its command line names the marker.

    A pid file that survived kill -9 may point to a zombie or to a stranger who got the number since.
    """
    if not PROC.exists():
        return _answers_signals(pid)
    try:
        state = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
        command = (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False
    return state not in {"Z", "X"} and marker in command


def _answers_signals(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def launch(command: list[str], *, log: Path, extra_env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, so that Ctrl-C in our terminal does not reach it."""
    environment = {**os.environ, "LC_ALL": "C", **(extra_env or {})}
    with log.open("ab") as sink:
        return subprocess.Popen(  # noqa: S603 - the command is made by us, without a shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
            env=environment,
            cwd="/",
        )


def end(pid: int, *, marker: str, by: signal.Signals, within_seconds: float) -> None:
    """Send the signal and wait until the server has gone.

    Raises: ServerFailed when it is still there afterwards.
    """
    if is_serving(pid, marker=marker):
        os.kill(pid, by)
    deadline = time.monotonic() + within_seconds
    while is_serving(pid, marker=marker):
        if time.monotonic() > deadline:
            message = f"process {pid} ({marker}) did not stop within {within_seconds:.0f} s."
            raise ServerFailed(message)
        time.sleep(POLL_SECONDS)


def tail(log: Path, *, lines: int = 12) -> str:
    """Return the last lines of a log, for an error's text."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
