"""Names that carry the dealer: cache keys, channel groups, locks, media paths.

Whatever lives outside PostgreSQL has no schemas; its names are the wall.
"""

import hashlib
from pathlib import PurePosixPath

from tenants import scope

# Channels allows group names of fewer than 100 characters out of [a-zA-Z0-9-_.].
GROUP_NAME_LENGTH = 99


def make_key(key: str, key_prefix: str, version: int) -> str:
    """Return the cache's key for `key` in the scope that holds; Django's KEY_FUNCTION.

    Raises: ScopeMissing outside every scope.
    """
    return f"{key_prefix}:{scope.current_scope().key}:{version}:{key}"


def group_name(subject: str) -> str:
    """Return the channel layer's group of this subject for the current dealer.

    Raises: DealerMissing outside a dealer's scope.
    """
    return f"{scope.current_dealer().schema}.{subject}"[:GROUP_NAME_LENGTH]


def lock_name(subject: str) -> str:
    """Return the name of a lock for the current dealer.

    Raises: DealerMissing outside a dealer's scope.
    """
    return f"lock:{scope.current_dealer().schema}:{subject}"


def lock_number(subject: str) -> int:
    """Return a number for PostgreSQL's advisory locks, of this subject and dealer.

    Two subjects that share a number only wait for each other; nothing is wrong then.
    Raises: DealerMissing outside a dealer's scope.
    """
    digest = hashlib.sha256(lock_name(subject).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def media_path(name: str) -> str:
    """Return the path of a stored file, inside the current dealer's own folder.

    Raises: DealerMissing outside a dealer's scope; ValueError for a name that climbs out.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("a stored file's name must stay inside its dealer's folder")
    return str(PurePosixPath(media_folder(scope.current_dealer().schema)) / path)


def media_folder(schema: str) -> str:
    """Return the folder in which all files of a dealer lie, in every storage."""
    return f"dealers/{schema}"
