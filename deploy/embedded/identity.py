"""Under whose name PostgreSQL runs. It refuses to run as root and wants its user to be in the passwd file; a container
or a rented machine often has it otherwise.

Note [Which user]
As root, or as a uid without a passwd entry, we enter a user namespace in which our own uid is called nobody (65534).
The files stay ours, a folder closed to others works, and no user is made. Where namespaces are forbidden, root becomes
nobody in earnest, which needs the data folder to be nobody's and every parent to be passable.
"""

import functools
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from deploy.embedded.processes import ServerFailed

NOBODY = 65534
INTO_NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
INTO_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")


class NoSuitableUser(ServerFailed):
    """PostgreSQL can run neither as this user nor as another."""


@functools.cache
def prefix() -> tuple[str, ...]:
    """Return the words to put before PostgreSQL's programs; none when the present user will do.

    Raises: NoSuitableUser.
    """
    if os.getuid() != 0 and _has_name(os.getuid()):
        return ()
    if _works((*INTO_NAMESPACE, "true")):
        return INTO_NAMESPACE
    if os.getuid() == 0 and _works((*INTO_NOBODY, "true")):
        return INTO_NOBODY
    message = (
        f"The embedded PostgreSQL cannot run as uid {os.getuid()}: it is root or has no passwd entry, and this machine "
        "allows neither `unshare --user` nor `setpriv`. Run as an ordinary user, or set DATABASE_URL."
    )
    raise NoSuitableUser(message)


def hand_over(folders: tuple[Path, ...]) -> None:
    """Give the folders to the user that `prefix` chose, when that is really another one (see Note [Which user]).

    Raises: NoSuitableUser when that user cannot pass through the parent folders.
    """
    if prefix() != INTO_NOBODY:
        return
    for folder in folders:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chown(folder, NOBODY, NOBODY)
        if not _works((*INTO_NOBODY, "test", "-x", str(folder))):
            message = f"User nobody must be able to pass into {folder}: grant o+x on its parents, or set DATABASE_URL."
            raise NoSuitableUser(message)


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _works(command: tuple[str, ...]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - fixed words
