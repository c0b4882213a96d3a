"""Where the peers come from: npm packages, fetched once for each state of package-lock.json and kept in var/.

Whoever comes at the same time waits and finds them there.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
RECIPE = ("package.json", "package-lock.json", ".npmrc")
FETCH_SECONDS = 300
QUIETLY = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")


class RegistryAway(Exception):
    """The registry of npm cannot be reached; everything else that fails is a fault of ours."""


def fetched(*, var: Path) -> Path:
    """Return the folder that holds node_modules. Raises: RegistryAway; CalledProcessError."""
    shelf = var / "peers"
    folder = shelf / hashlib.sha256(b"".join((HERE / name).read_bytes() for name in RECIPE)).hexdigest()[:12]
    shelf.mkdir(parents=True, exist_ok=True)
    with (shelf / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _fetch(shelf / "draft", folder)
    return folder


def node(name: str) -> str:
    """Return one of the venv's own programs of Node: a machine may have none, or an old one."""
    return str(Path(sys.executable).parent / name)


def environment() -> Mapping[str, str]:
    """Return what such a program finds its like by."""
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def _fetch(draft: Path, folder: Path) -> None:
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    for name in RECIPE:
        shutil.copy(HERE / name, draft)
    try:
        _npm("ci", *QUIETLY, folder=draft)
    except subprocess.SubprocessError:
        try:
            _npm("ping", folder=draft)
        except subprocess.SubprocessError as error:
            raise RegistryAway("the registry of npm cannot be reached") from error
        raise
    draft.rename(folder)


def _npm(*arguments: str, folder: Path) -> None:
    subprocess.run(
        [node("npm"), *arguments],
        cwd=folder,
        env=environment(),
        check=True,
        timeout=FETCH_SECONDS,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
