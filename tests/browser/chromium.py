"""Where the browser of the tests comes from: named, found, or fetched as npm packages and kept in var/.

Fetched once for each state of package-lock.json; a second run, also one at the same time, finds it there.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from deploy import env

HERE = Path(__file__).resolve().parent
RECIPE = ("package.json", "package-lock.json", ".npmrc", "unpack.mjs")
SYSTEM = Path("/usr/bin/chromium")
FETCH_SECONDS = 600
QUIETLY = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
FLAGS = (
    "--no-sandbox",  # as root, and where a container allows no namespaces
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Only what we brought, so that pages look the same on every machine. Chinese is in the second family.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}</dir>
  <cachedir>{folder}/cache</cachedir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    """A browser to start, what must stand in its environment, and the accessibility checks to put into pages."""

    program: Path
    environment: dict[str, str]
    axe: Path


def chromium(*, var: Path) -> Chromium:
    """Return the browser, fetched if need be."""
    folder = _fetched(var / "browser")
    named = env.text("BROWSER_PATH")
    program = Path(named) if named else SYSTEM if SYSTEM.exists() else folder / "chromium"
    libraries = {"LD_LIBRARY_PATH": str(folder / "lib")} if program.parent == folder else {}
    return Chromium(
        program=program,
        environment={**libraries, "FONTCONFIG_PATH": str(folder / "fonts")},
        axe=folder / "axe.min.js",
    )


def _fetched(shelf: Path) -> Path:
    recipe = b"".join((HERE / name).read_bytes() for name in RECIPE)
    folder = shelf / hashlib.sha256(recipe).hexdigest()[:12]
    shelf.mkdir(parents=True, exist_ok=True)
    with (shelf / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _fetch(shelf / "draft", folder)
    return folder


def _fetch(draft: Path, folder: Path) -> None:
    shutil.rmtree(draft, ignore_errors=True)
    packages = draft / "packages"
    packages.mkdir(parents=True)
    for name in RECIPE:
        shutil.copy(HERE / name, packages)
    _node("npm", "ci", *QUIETLY, "--cache", str(draft / "npm"), folder=packages)
    _node("node", "unpack.mjs", "node_modules", str(draft / "made"), folder=packages)
    _finish(draft / "made", packages=packages / "node_modules", kept=folder)
    shutil.rmtree(draft)


def _finish(made: Path, *, packages: Path, kept: Path) -> None:
    for archive in made.glob("*.tar"):
        with tarfile.open(archive) as tar:
            # Early 3.11 has no filters; these archives are pinned by hash all the same.
            tar.extraction_filter = getattr(tarfile, "data_filter", None)
            tar.extractall(made)  # noqa: S202  # as above
        archive.unlink()
    (made / "fonts.conf").unlink(missing_ok=True)  # of another place; ours stands beside the fonts
    (made / "fonts" / "fonts.conf").write_text(FONTS.format(folder=kept / "fonts"))
    (made / "chromium").chmod(0o755)
    shutil.copy(packages / "axe-core" / "axe.min.js", made)
    made.rename(kept)


def _node(program: str, *arguments: str, folder: Path) -> None:
    """Run the venv's own Node: a machine may have none, or an old one."""
    binaries = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run(
        [str(binaries / program), *arguments],
        cwd=folder,
        env=environment,
        check=True,
        timeout=FETCH_SECONDS,
        stdout=subprocess.DEVNULL,
    )
