"""One process of `make run`: started in a session of its own, its lines carried to our output under its name."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

NAME_WIDTH = 6
PR_SET_PDEATHSIG = 1  # Source: Linux, include/uapi/linux/prctl.h
# Loaded here, because after a fork only what is loaded already may be called safely.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

Say = Callable[[str, str], None]


def say(name: str, line: str) -> None:
    """Print one line under a process's name."""
    sys.stdout.write(f"{name:<{NAME_WIDTH}} | {line}\n")
    sys.stdout.flush()


def end_with_parent() -> None:
    """Ask the kernel to end this process when its parent has gone, however it went."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(frozen=True)
class Recipe:
    """How a process is started, and whether its end is a failure (a server's) or its purpose (a job's)."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    is_server: bool = True


class Child:
    """A started process and its last fate."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.started_at = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - the commands are house.py's, without a shell
            recipe.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us alone; we stop the others in order
            preexec_fn=end_with_parent,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **recipe.environment},
            text=True,
            errors="replace",
        )
        self._reader = threading.Thread(target=self._carry_lines, daemon=True)
        self._reader.start()

    @property
    def exit_code(self) -> int | None:
        """None while it lives; minus the signal's number when a signal ended it."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        if self.exit_code is None:
            self._process.terminate()

    def kill_group(self) -> None:
        """End whatever is left of the process and of what it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._reader.join(timeout=1)

    def _carry_lines(self) -> None:
        for line in self._process.stdout or ():
            say(self.recipe.name, line.rstrip())
