"""Passkeys: one host's are none at another, and only what our own page asked for counts."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from api.access import CallerThrottle
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NORTH_HOST, NOW, SOUTH_HOST, allauth, client_of, confirm, sign_in
from tests.api.sign_in.conftest import CLARAS_PASSWORD
from tests.api.sign_in.passkey import Passkey

NORTHS, SOUTHS = "http://north.localhost:8000", "http://south.localhost:8000"
KEYS = "account/authenticators/webauthn"


@pytest.fixture(autouse=True)
def _port(settings: Any) -> None:
    settings.PUBLIC_URL = "http://localhost:8000"


def add(client: Client, passkey: Passkey, *, name: str = "phone") -> Any:
    options = client.get(f"/_allauth/browser/v1/{KEYS}?passwordless").json()["data"]["creation_options"]
    return allauth(client, KEYS, name=name, credential=passkey.made_for(options), passwordless=True)


def enter(client: Client, passkey: Passkey, path: str = "auth/webauthn/login") -> Any:
    options = allauth(client, path, method="GET").json()["data"]["request_options"]
    return allauth(client, path, credential=passkey.signed_for(options))


@pytest.fixture
def passkey(signed_in: Client) -> Passkey:
    """Clara's phone."""
    confirm(signed_in, password=CLARAS_PASSWORD)
    passkey = Passkey(NORTHS)
    answer = add(signed_in, passkey)
    assert answer.status_code == 200, answer.content
    return passkey


def test_clara_signs_in_with_her_phone_alone(passkey: Passkey, nobody: Client) -> None:
    assert enter(nobody, passkey).status_code == 200
    assert nobody.get("/api/v1/me/").json()["name"] == "Clara"


def test_it_is_the_second_step_after_a_password(passkey: Passkey, clara: User, nobody: Client) -> None:
    assert sign_in(nobody, clara.email, CLARAS_PASSWORD).status_code == 401

    assert enter(nobody, passkey, "auth/webauthn/authenticate").status_code == 200


def test_it_confirms_that_it_is_oneself(passkey: Passkey, signed_in: Client) -> None:
    other = Client(HTTP_HOST=NORTH_HOST)
    enter(other, passkey)
    before = allauth(other, KEYS, method="GET").status_code

    assert enter(other, passkey, "auth/webauthn/reauthenticate").status_code == 200
    assert (before, allauth(other, KEYS, method="GET").status_code) == (401, 200)


@pytest.mark.parametrize(
    "origin", [SOUTHS, "http://evil.north.localhost:8000", "http://north.localhost:9", "https://north.localhost:8000"]
)
def test_a_foreign_page_gets_nowhere(origin: str, passkey: Passkey, nobody: Client) -> None:
    passkey.origin = origin

    assert enter(nobody, passkey).status_code == 400


def test_a_foreign_page_adds_none(signed_in: Client) -> None:
    confirm(signed_in, password=CLARAS_PASSWORD)

    assert add(signed_in, Passkey("http://evil.north.localhost:8000")).status_code == 400


def test_what_was_signed_is_not_taken_twice(passkey: Passkey, nobody: Client) -> None:
    options = allauth(nobody, "auth/webauthn/login", method="GET").json()["data"]["request_options"]
    signed = passkey.signed_for(options)

    assert allauth(nobody, "auth/webauthn/login", credential=signed).status_code == 200
    assert allauth(Client(HTTP_HOST=NORTH_HOST), "auth/webauthn/login", credential=signed).status_code == 400


def test_norths_passkey_is_none_at_south(passkey: Passkey, clara: User, south: DealerRef, nobody: Client) -> None:
    """South even has somebody of Clara's number, with the same key in the table."""
    with dealer_scope(south):
        other = accounts.create_user(
            email="x@south.example", name="x", role=Role.COC_DIRECTOR, password=None, language="es", now=NOW
        )
        User.objects.filter(pk=other.pk).update(id=clara.pk)
    client = Client(HTTP_HOST=SOUTH_HOST)
    unknown = enter(client, passkey)
    passkey.origin = SOUTHS

    assert (unknown.status_code, enter(client, passkey).status_code) == (400, 400)


def test_somebody_elses_passkey_is_neither_renamed_nor_removed(
    passkey: Passkey, north: DealerRef, south: DealerRef
) -> None:
    with dealer_scope(north):
        known = Authenticator.objects.get(type="webauthn").pk
    for dealer, host in ((north, NORTH_HOST), (south, SOUTH_HOST)):
        with dealer_scope(dealer):
            other = accounts.create_user(
                email="m@x.example", name="x", role=Role.COC_DIRECTOR, password=CLARAS_PASSWORD, language="en", now=NOW
            )
        client = client_of(other, host=host, scope=dealer_scope(dealer))
        confirm(client, password=CLARAS_PASSWORD)

        assert allauth(client, KEYS, method="PUT", id=known, name="mine").status_code == 400
        assert allauth(client, KEYS, method="DELETE", authenticators=[known]).status_code == 400


def test_whoever_has_left_does_not_come_back_by_passkey(
    passkey: Passkey, clara: User, nobody: Client, north: DealerRef
) -> None:
    with dealer_scope(north):
        accounts.deactivate_user(user_id=clara.pk)

    enter(nobody, passkey)

    assert nobody.get("/api/v1/me/").status_code == 401


def test_a_passkey_is_named_renamed_and_removed(passkey: Passkey, signed_in: Client, nobody: Client) -> None:
    (known,) = [
        row
        for row in allauth(signed_in, "account/authenticators", method="GET").json()["data"]
        if row["type"] == "webauthn"
    ]

    assert known["name"] == "phone"
    assert allauth(signed_in, KEYS, method="PUT", id=known["id"], name="stick").json()["data"]["name"] == "stick"
    assert allauth(signed_in, KEYS, method="DELETE", authenticators=[known["id"]]).status_code == 200
    assert enter(nobody, passkey).status_code == 400


@pytest.mark.parametrize(
    "broken",
    [
        {},
        [],
        {"id": "x", "rawId": "x", "type": "public-key", "response": None},
        {"id": "x", "rawId": "x", "type": "public-key", "response": {"clientDataJSON": "!!!"}},
        {"id": 1, "rawId": [], "response": {"clientDataJSON": "e30", "userHandle": None}},
    ],
)
def test_a_credential_that_is_none_breaks_nothing(
    broken: Any, passkey: Passkey, signed_in: Client, nobody: Client
) -> None:
    allauth(nobody, "auth/webauthn/login", method="GET")
    allauth(signed_in, "auth/webauthn/reauthenticate", method="GET")
    signed_in.get(f"/_allauth/browser/v1/{KEYS}?passwordless")

    assert allauth(nobody, "auth/webauthn/login", credential=broken).status_code == 400
    assert allauth(signed_in, "auth/webauthn/reauthenticate", credential=broken).status_code == 400
    assert allauth(signed_in, KEYS, credential=broken).status_code == 400


def test_a_right_answer_with_one_part_changed_is_refused(
    passkey: Passkey, nobody: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MFA_RATE_LIMITS = {"webauthn_login": None}
    monkeypatch.setattr(CallerThrottle, "THROTTLE_RATES", dict.fromkeys(CallerThrottle.THROTTLE_RATES))
    for part in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        for wrong in ("", "AAAA", None, 5, "Zm9v" * 40):
            options = allauth(nobody, "auth/webauthn/login", method="GET").json()["data"]["request_options"]
            signed = passkey.signed_for(options)
            signed["response"][part] = wrong
            answer = allauth(nobody, "auth/webauthn/login", credential=signed)
            assert answer.status_code == 400, (part, wrong, answer.content)
