"""Which port is chosen when some are taken."""

import socket
from collections.abc import Iterator

import pytest

from deploy.running import ports

HOST = "127.0.0.1"


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server((HOST, 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_that_was_asked_for_is_refused(taken: int) -> None:
    with pytest.raises(ports.PortTaken, match=str(taken)):
        ports.choose(host=HOST, wanted=taken)


def test_a_free_port_that_was_asked_for_is_used() -> None:
    with socket.create_server((HOST, 0)) as server:
        free = server.getsockname()[1]

    assert ports.choose(host=HOST, wanted=free) == free


def test_the_next_free_port_is_used_when_none_was_asked_for(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    monkeypatch.setattr(ports, "FIRST_PORT", taken)
    monkeypatch.setattr(ports, "LAST_PORT", taken + 20)

    assert taken < ports.choose(host=HOST, wanted=None) <= taken + 20
