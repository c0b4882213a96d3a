"""Authenticator apps and recovery codes: added by somebody who confirmed, asked for at sign-in, each code once."""

import time
from datetime import UTC, datetime

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from tenants.accounts.models import AuditEntry, User
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import AT_THE_DOOR, NORTH_HOST, SOUTH_HOST, allauth, confirm, sign_in
from tests.api.sign_in.conftest import CLARAS_PASSWORD, Mailed

PERIOD = 30


def code(secret: str, *, periods_later: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD + periods_later)))


def add_totp(client: Client) -> str:
    confirm(client, password=CLARAS_PASSWORD)
    asked = allauth(client, "account/authenticators/totp", method="GET")
    secret = str(asked.json()["meta"]["secret"])
    added = allauth(client, "account/authenticators/totp", code=code(secret))
    assert (asked.status_code, added.status_code) == (404, 200), added.content
    return secret


@pytest.fixture
def secret(signed_in: Client) -> str:
    """Clara's authenticator app."""
    return add_totp(signed_in)


def half_in(clara: User) -> Client:
    """Somebody who gave the password and is asked for more."""
    client = Client(HTTP_HOST=NORTH_HOST)
    answer = sign_in(client, clara.email, CLARAS_PASSWORD)
    assert answer.status_code == 401
    (pending,) = [flow for flow in answer.json()["data"]["flows"] if flow.get("is_pending")]
    assert pending["id"] == "mfa_authenticate"
    return client


def test_nothing_is_added_in_a_session_left_open(signed_in: Client) -> None:
    secret = allauth(signed_in, "account/authenticators/totp", method="GET").json()["meta"]["secret"]

    assert allauth(signed_in, "account/authenticators/totp", code=code(secret)).status_code == 401
    assert allauth(signed_in, "account/authenticators/webauthn", method="GET").status_code == 401


def test_the_password_alone_lets_nobody_in_any_more(secret: str, clara: User) -> None:
    client = half_in(clara)

    assert client.get("/api/v1/me/").status_code == 401
    assert allauth(client, "auth/2fa/authenticate", code="000000").status_code == 400
    assert allauth(client, "auth/2fa/authenticate", code=code(secret, periods_later=1)).status_code == 200
    assert client.get("/api/v1/me/").status_code == 200


def test_a_code_works_once_as_long_as_it_is_valid(secret: str, clara: User) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        used = code(secret)
        assert allauth(half_in(clara), "auth/2fa/authenticate", code=used).status_code == 200
        clock.shift(PERIOD)

        assert allauth(half_in(clara), "auth/2fa/authenticate", code=used).status_code == 400


def test_guessing_codes_ends(secret: str, clara: User) -> None:
    client = half_in(clara)
    codes = [allauth(client, "auth/2fa/authenticate", code=f"{number:06}").json() for number in range(6)]

    assert [said["errors"][0]["code"] for said in codes] == ["incorrect_code"] * 5 + ["too_many_login_attempts"]
    assert allauth(half_in(clara), "auth/2fa/authenticate", code=code(secret, periods_later=1)).status_code == 400


def test_the_secret_is_sealed_in_the_database(secret: str, north: DealerRef) -> None:
    with dealer_scope(north):
        kept = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert secret not in kept


def test_recovery_codes_come_with_the_first_factor_and_work_once(secret: str, signed_in: Client, clara: User) -> None:
    shown = allauth(signed_in, "account/authenticators/recovery-codes", method="GET").json()["data"]

    first = shown["unused_codes"][0]
    assert len(shown["unused_codes"]) == 10
    assert allauth(half_in(clara), "auth/2fa/authenticate", code=first).status_code == 200
    assert allauth(half_in(clara), "auth/2fa/authenticate", code=first).status_code == 400


def test_what_changed_is_noted_and_mailed(signed_in: Client, clara: User, north: DealerRef, mailed: Mailed) -> None:
    with mailed(dealer_scope(north)) as mails:
        add_totp(signed_in)

    assert [mail.to for mail in mails] == [[f"Clara <{clara.email}>"]]
    assert "身份验证器" in mails[0].body
    with dealer_scope(north):
        entry = AuditEntry.objects.exclude(action__in=AT_THE_DOOR).get()
        assert (entry.action, entry.actor_id, entry.address) == ("user.totp_added", clara.pk, "192.0.2.1")


def test_taking_it_away_takes_the_codes_with_it(secret: str, signed_in: Client, clara: User) -> None:
    assert allauth(signed_in, "account/authenticators/totp", method="DELETE").status_code == 200

    assert allauth(signed_in, "account/authenticators", method="GET").json()["data"] == []
    assert sign_in(Client(HTTP_HOST=NORTH_HOST), clara.email, CLARAS_PASSWORD).status_code == 200


def test_a_code_confirms_as_well_as_a_password(secret: str, signed_in: Client) -> None:
    with time_machine.travel(datetime.now(UTC), tick=True) as clock:
        clock.shift(400)
        stale = allauth(signed_in, "account/authenticators/recovery-codes", method="GET")
        confirmed = allauth(signed_in, "auth/2fa/reauthenticate", code=code(secret))

        assert (stale.status_code, confirmed.status_code) == (401, 200)
        assert allauth(signed_in, "account/authenticators/recovery-codes", method="GET").status_code == 200


def test_a_half_signed_in_browser_is_nobody_at_south(secret: str, clara: User, south: DealerRef) -> None:
    client = half_in(clara)
    client.defaults["HTTP_HOST"] = SOUTH_HOST

    assert allauth(client, "auth/2fa/authenticate", code=code(secret, periods_later=1)).status_code == 401
