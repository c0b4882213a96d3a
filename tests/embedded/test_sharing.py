"""Who starts the embedded servers, who may use them, and who stops them."""

import shutil
import subprocess

import psycopg
import pytest
import redis

from deploy.embedded import places, sharing, stack
from deploy.embedded.places import Place
from deploy.embedded.postgres import Postgres
from deploy.embedded.valkey import Valkey
from tests.embedded.conftest import Hold

NAMESPACE = ("unshare", "--user", "--map-user=12345", "--map-group=12345")


def may_make_namespaces() -> bool:
    return bool(shutil.which("unshare")) and subprocess.run([*NAMESPACE, "true"], check=False).returncode == 0


def test_the_last_one_out_stops_the_servers(place: Place, hold: Hold) -> None:
    first, second = hold(), hold()
    assert first.pids == second.pids

    first.leave()
    assert Postgres(place).is_running()
    assert Valkey(place).is_running()

    second.leave()
    assert not Postgres(place).is_running()
    assert not Valkey(place).is_running()


def test_a_holder_that_was_killed_counts_for_nothing(place: Place, hold: Hold) -> None:
    killed = hold()
    killed.die()
    assert Postgres(place).is_running()

    heir = hold()
    assert heir.pids == killed.pids

    heir.leave()
    assert not Postgres(place).is_running()


def test_servers_in_use_are_not_stopped_from_outside(place: Place, hold: Hold) -> None:
    holder = hold()
    assert not sharing.stop_if_unused(Valkey(place))

    holder.die()
    assert sharing.stop_if_unused(Valkey(place))
    assert sharing.stop_if_unused(Postgres(place))


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({}, ["postgres", "valkey"]),
        ({"DATABASE_URL": "postgresql://elsewhere/x"}, ["valkey"]),
        ({"VALKEY_URL": "redis://elsewhere"}, ["postgres"]),
        ({"DATABASE_URL": "postgresql://elsewhere/x", "VALKEY_URL": "redis://elsewhere"}, []),
        ({"DATABASE_URL": "  "}, ["postgres", "valkey"]),
    ],
    ids=["none named", "database named", "valkey named", "both named", "blank is not named"],
)
def test_each_server_is_replaced_by_itself(
    monkeypatch: pytest.MonkeyPatch, place: Place, settings: dict[str, str], names: list[str]
) -> None:
    for key, value in settings.items():
        monkeypatch.setenv(key, value)

    assert [server.name for server in stack.wanted(place)] == names


def test_two_stacks_run_side_by_side_and_open_no_port(place: Place) -> None:
    other = places.tests(place.folder.parent)
    with stack.running(place), stack.running(other):
        for one in (place, other):
            with psycopg.connect(Postgres(one).url) as connection:
                assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            with redis.Redis.from_url(Valkey(one).url) as valkey:
                assert valkey.config_get("port") == {"port": "0"}

    assert not Postgres(other).is_running()


@pytest.mark.skipif(not may_make_namespaces(), reason="this machine allows no user namespaces")
def test_a_user_without_a_passwd_entry_can_run_them(place: Place, hold: Hold) -> None:
    stranger = hold(*NAMESPACE)

    assert Postgres(place).is_running()

    stranger.leave()
    assert not Postgres(place).is_running()
