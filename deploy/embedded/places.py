"""Where an embedded stack keeps its files and sockets. Nothing here starts or creates anything but the folders."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

# A unix socket's whole path may have 107 characters; PostgreSQL appends "/.s.PGSQL.5432.lock" to the folder.
LONGEST_SOCKET_FOLDER = 88


class PlaceUnsafe(Exception):
    """A folder for sockets exists already and belongs to somebody else."""


@dataclass(frozen=True)
class Place:
    """One stack's folder. `durable` is false for the tests' stack, which may forget everything."""

    folder: Path
    durable: bool

    @property
    def postgres_data(self) -> Path:
        return self.folder / "postgres"

    @property
    def valkey_data(self) -> Path:
        return self.folder / "valkey"

    @property
    def sockets(self) -> Path:
        inside = self.folder / "sockets"
        key = hashlib.sha256(str(inside).encode()).hexdigest()[:12]
        short = f"aftercare-{os.getuid()}-{key}"
        runtime = os.environ.get("XDG_RUNTIME_DIR", "")
        candidates = [inside, *([Path(runtime) / short] if runtime else [])]
        fitting = (folder for folder in candidates if len(str(folder)) <= LONGEST_SOCKET_FOLDER)
        return next(fitting, Path("/tmp") / short)  # noqa: S108 - make() proves the owner

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def make(self) -> None:
        """Create the folders, closed to others.

        Raises: PlaceUnsafe when the sockets' folder is another user's or open to others.
        """
        for folder in (self.folder, self.valkey_data, self.sockets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        seen = self.sockets.lstat()
        if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.getuid() or seen.st_mode & 0o077:
            message = f"{self.sockets} must be a folder of this user's, closed to others."
            raise PlaceUnsafe(message)


def main(var: Path) -> Place:
    """Return the place of the stack that `make run` and the commands share."""
    return Place(folder=var / "embedded", durable=True)


def tests(var: Path) -> Place:
    """Return the place of the tests' stack, which runs beside the main one."""
    return Place(folder=var / "embedded-tests", durable=False)
