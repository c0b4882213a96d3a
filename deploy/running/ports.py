"""Which port the house listens on."""

import socket

FIRST_PORT = 8000
LAST_PORT = 8099


class PortTaken(Exception):
    """Another program listens on the port that was asked for."""


def choose(*, host: str, wanted: int | None) -> int:
    """Return the wanted port when it is free, or the first free one when none was asked for.

    Raises: PortTaken.
    """
    if wanted is not None:
        if not is_free(host=host, port=wanted):
            message = f"Port {wanted} is taken by another program. Choose another: make run PORT=8123"
            raise PortTaken(message)
        return wanted
    for port in range(FIRST_PORT, LAST_PORT + 1):
        if is_free(host=host, port=port):
            return port
    message = f"Every port from {FIRST_PORT} to {LAST_PORT} is taken. Choose one: make run PORT=9123"
    raise PortTaken(message)


def is_free(*, host: str, port: int) -> bool:
    """Return whether one could listen there."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except OSError:
            return False
        return True
