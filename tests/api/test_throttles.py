"""Calls are counted: too many wait, each caller for themself, and nobody waits for a counter that is broken."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from api.access import CallerThrottle
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope


@pytest.fixture(autouse=True)
def _uncounted(north: DealerRef, south: DealerRef) -> Iterator[None]:
    yield
    for dealer in (north, south):
        with dealer_scope(dealer):
            cache.clear()


@pytest.fixture
def two_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = dict.fromkeys(CallerThrottle.THROTTLE_RATES, "2/min")
    monkeypatch.setattr(CallerThrottle, "THROTTLE_RATES", rates)


def test_the_third_call_waits(two_a_minute: None, as_clara: Client) -> None:
    assert [as_clara.get("/api/v1/me/").status_code for _ in range(3)] == [200, 200, 429]

    answer = as_clara.get("/api/v1/me/", headers={"Accept-Language": "es"})

    assert 1 <= int(answer["Retry-After"]) <= 61
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.json()["status"], answer.json()["code"]) == (429, "throttled")


def test_others_do_not_wait(two_a_minute: None, as_clara: Client, in_south_as, nobody: Client) -> None:
    for _ in range(3):
        as_clara.get("/api/v1/me/")

    assert in_south_as(Role.COC_DIRECTOR).get("/api/v1/me/").status_code == 200
    assert nobody.get("/api/v1/me/").status_code == 401


def test_what_sends_and_books_is_scarcer_than_looking(monkeypatch: pytest.MonkeyPatch, as_clara: Client) -> None:
    rates = {**dict.fromkeys(CallerThrottle.THROTTLE_RATES, "100/min"), "bookings": "1/min"}
    monkeypatch.setattr(CallerThrottle, "THROTTLE_RATES", rates)

    booked = [as_clara.post("/api/v1/appointments/", {}, content_type="application/json").status_code for _ in range(2)]

    assert booked == [400, 429]
    assert as_clara.get("/api/v1/appointments/").status_code == 200


def test_guessing_passwords_is_slow_whatever_the_header_says(two_a_minute: None, nobody: Client) -> None:
    answers = [
        nobody.post(
            "/_allauth/browser/v1/auth/login",
            {"email": f"n{number}@north.example", "password": "x"},
            content_type="application/json",
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        )
        for number in range(3)
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 61


def test_without_the_cache_the_house_still_works(settings: LazySettings, as_clara: Client) -> None:
    dead = {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/valkey.sock"}
    settings.CACHES = {"default": dead}

    assert as_clara.get("/api/v1/me/").status_code == 200
