"""What a closed dealer leaves outside the database: its folder in each storage, documents and uploads.

A row names the folder from the transaction that drops the schema until the last file is gone, so that whoever was
stopped in between goes on. As long as it stands nobody opens a dealer under that name, whose files would lie in the
same folder.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.storage import Storage, storages
from django.db import connection

from tenants.caching import media_folder
from tenants.models import Leftover
from tenants.scope import operator_scope

logger = logging.getLogger(__name__)

# Number of an advisory lock, beside those of migrating; any would do.
CLEARING_LOCK = 7_240_003
# The house's own scripts and styles: nothing of a dealer's.
NOT_DEALERS = frozenset({"staticfiles"})


class FilesLeft(RuntimeError):
    """A storage did not let go of all files; the row stays, and it can be tried again."""


def clear(*, name: str) -> bool:
    """Delete what a closed dealer left in every storage, and say whether there was anything to see to.

    Safe to run again and by several at once. Raises: FilesLeft.
    """
    with operator_scope(), _alone():
        left = Leftover.objects.filter(name=name).first()
        if left is None:
            return False
        folder = media_folder(left.schema)
        try:
            for alias in storages.backends:
                if alias not in NOT_DEALERS:
                    _empty(storages[alias], folder)
        except Exception as error:
            # Each storage fails in its own way; whichever it is, the row must stay.
            logger.exception("a closed dealer's files could not all be deleted")
            raise FilesLeft(f"files of {name} are left: run this again") from error
        left.delete()
        return True


def _empty(storage: Storage, folder: str) -> None:
    """Delete a folder with all in it, through what every storage can do; one that is not there is empty."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        storage.delete(f"{folder}/{name}")
    for name in folders:
        _empty(storage, f"{folder}/{name}")
    # Where folders are things of their own, as on a disk; elsewhere nothing has this name.
    storage.delete(folder)


@contextmanager
def _alone() -> Iterator[None]:
    """One at a time: a second one, still at it when the row is gone, would meet the files of a new dealer.

    For the session, not for a transaction: storages are slow, and none is held meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [CLEARING_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [CLEARING_LOCK])
