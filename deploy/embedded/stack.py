"""The embedded stack as one thing: which of the two servers are wanted, and their life around a command."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy.embedded import places, sharing
from deploy.embedded.places import Place
from deploy.embedded.postgres import Postgres
from deploy.embedded.valkey import Valkey


@contextmanager
def running(place: Place) -> Iterator[None]:
    """Keep those servers running that the environment does not name otherwise."""
    with ExitStack() as held:
        for server in wanted(place):
            held.enter_context(sharing.shared(server))
        yield


def raise_up(place: Place) -> list[str]:
    """Start again what has fallen of the servers that we hold; return their names."""
    return [server.name for server in wanted(place) if sharing.raise_up(server)]


def wanted(place: Place) -> list[Postgres | Valkey]:
    """Return the servers that no DATABASE_URL or VALKEY_URL replaces; each is decided by itself."""
    servers: list[Postgres | Valkey] = []
    if not os.environ.get("DATABASE_URL", "").strip():
        servers.append(Postgres(place))
    if not os.environ.get("VALKEY_URL", "").strip():
        servers.append(Valkey(place))
    return servers


def stop(var: Path) -> list[str]:
    """Stop the main stack and the tests' one where nobody uses them; return the names of those left running."""
    servers = [kind(place) for place in (places.main(var), places.tests(var)) for kind in (Postgres, Valkey)]
    return [
        f"{server.place.folder.name}/{server.name}"
        for server in servers
        if server.place.folder.exists() and not sharing.stop_if_unused(server)
    ]
