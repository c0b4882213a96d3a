"""Names of PostgreSQL roles: one for each dealer, and the group of them all."""

import hashlib
from functools import cache

GROUP = "aftercare_dealers"


@cache
def role_of(*, schema: str, database: str) -> str:
    """Return the role that may use this dealer's schema in this database.

    Roles belong to the whole server. The database's mark keeps a test database, or a second
    installation beside ours, from sharing them. Must agree with the row level security
    policies, which compute the same name in SQL from the same parts.
    """
    return f"{schema}_{_mark(database)}"


def group_of(*, database: str) -> str:
    """Return the role that holds what every dealer may do with the shared tables."""
    return f"{GROUP}_{_mark(database)}"


def _mark(database: str) -> str:
    digest = hashlib.md5(database.encode(), usedforsecurity=False)  # md5: PostgreSQL has it too
    return digest.hexdigest()[:8]
