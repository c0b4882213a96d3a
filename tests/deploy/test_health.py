"""The health page: well, broken, and what it does not say."""

import pytest
from django.test import Client

from deploy import health, signs


@pytest.fixture
def seen():
    for role in ("worker", "beat"):
        signs.leave(role)


@pytest.mark.usefixtures("db", "seen")
def test_a_house_that_is_well_says_so() -> None:
    response = Client().get("/health")

    assert response.status_code == 200, response.json()
    assert response.json()["status"] == "ok"
    assert list(response.json()["checks"]) == ["database", "valkey", "broker", "worker", "beat", "migrations"]


@pytest.mark.usefixtures("db")
def test_a_worker_that_is_not_seen_breaks_the_house() -> None:
    signs.valkey().flushdb()

    response = Client().get("/health")

    assert response.status_code == 503
    assert {name for name, check in response.json()["checks"].items() if not check["ok"]} == {"worker", "beat"}


@pytest.mark.usefixtures("db", "seen")
def test_people_get_lines() -> None:
    response = Client().get("/health", headers={"accept": "text/html,*/*;q=0.1"})

    assert response.content.decode().startswith("Aftercare: ok\n")


@pytest.mark.usefixtures("db", "seen")
def test_what_broke_is_named_without_its_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> str:
        raise ConnectionRefusedError("postgresql://care:hush@db/care")

    monkeypatch.setitem(health.CHECKS, "database", refuse)

    response = Client().get("/health")

    assert response.status_code == 503
    assert response.json()["checks"]["database"]["detail"] == "ConnectionRefusedError"
    assert b"hush" not in response.content


@pytest.mark.usefixtures("db", "seen")
def test_every_host_gets_the_health_page() -> None:
    assert Client().get("/health", headers={"host": "nobody.localhost"}).status_code == 200
