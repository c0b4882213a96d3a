"""A supervisor over small processes, for the tests: `python -m tests.deploy.running.crowd NAME...`."""

import sys
import threading

from deploy.running.children import Recipe, say
from deploy.running.supervisor import KeepsFalling, Supervisor

WAITS = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(600)"
IGNORES_SIGTERM = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAITS}"
HAS_A_CHILD = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {IGNORES_SIGTERM!r}]); {WAITS}"
SCRIPTS = {
    "quiet": (WAITS, True),
    "deaf": (IGNORES_SIGTERM, True),
    "parent": (HAS_A_CHILD, True),
    "job": ("print('worked')", False),
    "broken": ("raise SystemExit(3)", True),
}


def recipe(name: str) -> Recipe:
    script, is_server = SCRIPTS[name]
    return Recipe(name, (sys.executable, "-c", script), is_server=is_server)


def announce(_stop: threading.Event) -> None:
    say("house", "started")


if __name__ == "__main__":
    try:
        Supervisor([recipe(name) for name in sys.argv[1:]], stop_seconds=0.5).run(
            when_started=announce, tend=lambda: None
        )
    except KeepsFalling as error:
        sys.exit(str(error))
