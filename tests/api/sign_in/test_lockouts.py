"""Too many wrong passwords: from one place, from everywhere, and never at another dealer's."""

import logging
from datetime import UTC, datetime
from typing import Any

import pytest
import redis
from django.conf import LazySettings
from django.test import Client

from api.access import CallerThrottle
from tenants.accounts import lockouts
from tenants.accounts import operations as accounts
from tenants.accounts.lockouts import MOST_FROM_EVERYWHERE, MOST_FROM_ONE_PLACE
from tenants.accounts.models import AuditEntry, User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import AT_THE_DOOR, NORTH_HOST, NOW, SOUTH_HOST, allauth, client_of, sign_in
from tests.api.sign_in.conftest import CLARAS_PASSWORD

HOME, ELSEWHERE = "192.0.2.1", "192.0.2.200"


@pytest.fixture(autouse=True)
def _unthrottled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CallerThrottle, "THROTTLE_RATES", dict.fromkeys(CallerThrottle.THROTTLE_RATES))


def guess(client: Client, email: str, *, times: int, address: str = HOME) -> list[int]:
    return [sign_in(client, email, "wrong", address=address).status_code for _ in range(times)]


@pytest.mark.parametrize("email", ["clara@north.example", "nobody@north.example"])
def test_the_fifth_wrong_password_locks_known_or_not(email: str, clara: User, nobody: Client) -> None:
    assert guess(nobody, email, times=MOST_FROM_ONE_PLACE) == [400] * (MOST_FROM_ONE_PLACE - 1) + [429]

    answer = sign_in(nobody, email, CLARAS_PASSWORD)

    assert answer.status_code == 429
    assert 800 <= int(answer["Retry-After"]) <= 900
    assert answer.json()["meta"]["retry_after_seconds"] == int(answer["Retry-After"])
    assert answer.json()["errors"][0]["code"] == "locked_out"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Wait 15 min"), ("es", "Espere 15 min"), ("zh-hans", "15 分钟")]
)
def test_it_is_said_how_long(language: str, words: str, clara: User, nobody: Client) -> None:
    guess(nobody, clara.email, times=MOST_FROM_ONE_PLACE)

    answer = nobody.post(
        "/_allauth/browser/v1/auth/login",
        {"email": clara.email, "password": "x"},
        content_type="application/json",
        REMOTE_ADDR=HOME,
        headers={"Accept-Language": language},
    )

    assert words in answer.json()["errors"][0]["message"]


def test_guessing_from_one_place_locks_nobody_out_elsewhere(clara: User, nobody: Client) -> None:
    guess(nobody, clara.email, times=MOST_FROM_ONE_PLACE)

    assert sign_in(nobody, clara.email, CLARAS_PASSWORD, address=ELSEWHERE).status_code == 200


def test_guessing_from_many_places_locks_everywhere(clara: User, nobody: Client) -> None:
    for number in range(MOST_FROM_EVERYWHERE):
        guess(nobody, clara.email, times=1, address=f"198.51.100.{number}")

    assert sign_in(nobody, clara.email, CLARAS_PASSWORD, address=ELSEWHERE).status_code == 429


def test_whoever_knows_the_password_begins_anew(clara: User, nobody: Client) -> None:
    for _ in range(2):
        guess(nobody, clara.email, times=MOST_FROM_ONE_PLACE - 1)
        assert sign_in(nobody, clara.email, CLARAS_PASSWORD).status_code == 200
        allauth(nobody, "auth/session", method="DELETE")


def test_a_lock_at_north_is_none_at_south(clara: User, nobody: Client, south: DealerRef) -> None:
    with dealer_scope(south):
        accounts.create_user(
            email=clara.email, name="x", role=Role.COC_DIRECTOR, password=CLARAS_PASSWORD, language="es", now=NOW
        )
    guess(nobody, clara.email, times=MOST_FROM_ONE_PLACE)

    assert sign_in(nobody, clara.email, CLARAS_PASSWORD).status_code == 429
    assert sign_in(Client(HTTP_HOST=SOUTH_HOST), clara.email, CLARAS_PASSWORD).status_code == 200


def test_confirming_is_counted_too(signed_in: Client, clara: User) -> None:
    codes = [allauth(signed_in, "auth/reauthenticate", password="wrong").status_code for _ in range(6)]

    assert codes == [400] * 4 + [429] * 2


def test_a_director_unlocks(
    clara: User, nobody: Client, north: DealerRef, django_capture_on_commit_callbacks: Any
) -> None:
    with dealer_scope(north):
        manager = accounts.create_user(
            email="gm@north.example", name="x", role=Role.GENERAL_MANAGER, password=None, language="en", now=NOW
        )
    as_manager = client_of(manager, host=NORTH_HOST, scope=dealer_scope(north))
    guess(nobody, clara.email, times=MOST_FROM_ONE_PLACE)
    (shown,) = [row for row in as_manager.get("/api/v1/users/").json()["results"] if row["id"] == clara.pk]

    with django_capture_on_commit_callbacks(execute=True):
        answer = as_manager.post(f"/api/v1/users/{clara.pk}/unlock/")

    assert "unlock" in shown["allowed"]
    assert datetime.fromisoformat(shown["locked_until"]) > datetime.now(UTC)
    assert answer.status_code == 200
    assert as_manager.get(f"/api/v1/users/{clara.pk}/").json()["locked_until"] is None
    assert sign_in(nobody, clara.email, CLARAS_PASSWORD).status_code == 200
    with dealer_scope(north):
        assert AuditEntry.objects.exclude(action__in=AT_THE_DOOR).get().action == "user.unlocked"


def test_unlocking_lifts_the_lock_from_everywhere_too(clara: User, nobody: Client, north: DealerRef) -> None:
    for number in range(MOST_FROM_EVERYWHERE):
        guess(nobody, clara.email, times=1, address=f"198.51.100.{number}")

    with dealer_scope(north):
        lockouts.lift("CLARA@north.example ")

    assert sign_in(nobody, clara.email, CLARAS_PASSWORD).status_code == 200


def test_a_specialist_unlocks_nobody(clara: User, north: DealerRef) -> None:
    with dealer_scope(north):
        specialist = accounts.create_user(
            email="s@north.example", name="x", role=Role.SERVICE_SPECIALIST, password=None, language="en", now=NOW
        )
    client = client_of(specialist, host=NORTH_HOST, scope=dealer_scope(north))

    assert client.post(f"/api/v1/users/{clara.pk}/unlock/").status_code == 403


def test_the_log_names_nobody(clara: User, nobody: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        guess(nobody, clara.email, times=MOST_FROM_ONE_PLACE + 1)
        sign_in(nobody, clara.email, CLARAS_PASSWORD, address=ELSEWHERE)

    said = "\n".join(
        f"{record.getMessage()} {record.__dict__}" for record in caplog.records if record.name != "django.request"
    )
    assert "sign-in locked after wrong passwords" in said
    for secret in (clara.email, "clara@", HOME, ELSEWHERE, CLARAS_PASSWORD):
        assert secret not in said


def test_without_the_cache_people_still_come_in(settings: LazySettings, clara: User, nobody: Client) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/valkey.sock"}}

    assert sign_in(nobody, clara.email, "wrong").status_code == 400
    assert sign_in(nobody, clara.email, CLARAS_PASSWORD).status_code == 200


def test_the_memory_holds_no_address_in_the_clear(clara: User, nobody: Client, settings: LazySettings) -> None:
    guess(nobody, clara.email, times=MOST_FROM_ONE_PLACE)

    keys = str(redis.Redis.from_url(settings.VALKEY_URL).keys())
    assert "lockout" in keys
    assert "clara" not in keys
