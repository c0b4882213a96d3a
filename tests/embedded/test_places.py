"""Where the sockets lie."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded import places
from deploy.embedded.places import LONGEST_SOCKET_FOLDER, PlaceUnsafe
from deploy.embedded.postgres import Postgres

LONG = "a-folder-with-a-long-name/" * 5


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    # Not tmp_path: under xdist that one is too long for a socket itself.
    with tempfile.TemporaryDirectory(prefix="run-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


def test_sockets_lie_inside_the_folder() -> None:
    assert places.main(Path("/srv/care/var")).sockets == Path("/srv/care/var/embedded/sockets")


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path: Path, runtime: Path) -> None:
    place = places.main(tmp_path / LONG)

    assert place.sockets.parent == runtime
    assert place.sockets != places.tests(tmp_path / LONG).sockets


def test_a_runtime_folder_that_is_too_long_itself_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / LONG))

    assert len(str(places.main(tmp_path / LONG).sockets)) < LONGEST_SOCKET_FOLDER


def test_postgres_serves_from_a_long_path(tmp_path: Path, runtime: Path) -> None:
    server = Postgres(places.main(tmp_path / LONG))
    server.place.make()

    server.start()

    assert list(server.place.sockets.glob(".s.PGSQL.*"))
    server.stop()


def test_a_folder_that_others_may_enter_is_refused(tmp_path: Path, runtime: Path) -> None:
    place = places.main(tmp_path / LONG)
    place.sockets.mkdir()
    place.sockets.chmod(0o777)

    with pytest.raises(PlaceUnsafe):
        place.make()
