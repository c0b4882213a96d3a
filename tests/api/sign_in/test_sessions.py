"""The sessions a person has: listed, ended one by one or all but this one, swept when they ran out."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from tenants.accounts import operations as accounts
from tenants.accounts import sessions
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NORTH_HOST, NOW, SOUTH_HOST, allauth, confirm, sign_in
from tests.api.sign_in.conftest import CLARAS_PASSWORD


@pytest.fixture
def elsewhere(clara: User) -> Client:
    """Clara's other browser."""
    client = Client(HTTP_HOST=NORTH_HOST, HTTP_USER_AGENT="Tablet")
    sign_in(client, clara.email, CLARAS_PASSWORD, address="192.0.2.77")
    return client


def listed(client: Client) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = allauth(client, "auth/sessions", method="GET").json()["data"]
    return rows


def test_she_sees_where_she_is_signed_in(signed_in: Client, elsewhere: Client) -> None:
    rows = listed(signed_in)

    assert {(row["user_agent"], row["ip"], row["is_current"]) for row in rows} == {
        ("", "192.0.2.1", True),
        ("Tablet", "192.0.2.77", False),
    }


def test_she_ends_the_other_one(signed_in: Client, elsewhere: Client) -> None:
    other = [row["id"] for row in listed(signed_in) if not row["is_current"]]

    answer = allauth(signed_in, "auth/sessions", method="DELETE", sessions=other)

    assert [row["is_current"] for row in answer.json()["data"]] == [True]
    assert elsewhere.get("/api/v1/me/").status_code == 401
    assert signed_in.get("/api/v1/me/").status_code == 200


def test_she_ends_all_of_them(signed_in: Client, elsewhere: Client) -> None:
    everywhere = [row["id"] for row in listed(signed_in)]

    assert allauth(signed_in, "auth/sessions", method="DELETE", sessions=everywhere).status_code == 401
    assert {client.get("/api/v1/me/").status_code for client in (signed_in, elsewhere)} == {401}


def test_souths_sessions_are_not_hers_to_end(signed_in: Client, south: DealerRef) -> None:
    with dealer_scope(south):
        accounts.create_user(
            email="x@south.example",
            name="x",
            role=Role.COC_DIRECTOR,
            password=CLARAS_PASSWORD,
            language="es",
            now=NOW,
        )
    other = Client(HTTP_HOST=SOUTH_HOST)
    for _ in range(3):
        sign_in(other, "x@south.example", CLARAS_PASSWORD)
        other.cookies.pop("aftercare_session", None)
    sign_in(other, "x@south.example", CLARAS_PASSWORD)
    foreign = max(int(str(row["id"])) for row in listed(other))

    allauth(signed_in, "auth/sessions", method="DELETE", sessions=[foreign])

    assert len(listed(other)) == 4


def test_another_password_keeps_this_session_in_the_list_and_ends_the_others(
    signed_in: Client, elsewhere: Client
) -> None:
    confirm(signed_in, password=CLARAS_PASSWORD)
    answer = signed_in.post("/api/v1/me/password/", {"new": "a quiet green lorry"}, content_type="application/json")

    assert answer.status_code == 204
    assert elsewhere.get("/api/v1/me/").status_code == 401
    assert [row["is_current"] for row in listed(signed_in)] == [True]


def test_whoever_has_left_and_comes_back_signs_in_anew(signed_in: Client, clara: User, north: DealerRef) -> None:
    with dealer_scope(north):
        accounts.deactivate_user(user_id=clara.pk)
        User.objects.filter(pk=clara.pk).update(is_active=True)

    assert signed_in.get("/api/v1/me/").status_code == 401


def test_what_ran_out_is_swept_when_somebody_signs_in(clara: User, nobody: Client, north: DealerRef) -> None:
    with dealer_scope(north):
        for number, days in enumerate((-1, 1)):
            key = f"{number}" * 32
            Session.objects.create(session_key=key, expire_date=datetime.now(UTC) + timedelta(days=days))
            UserSession.objects.create(session_key=key, user=clara, ip="192.0.2.5", user_agent="old")

    sign_in(nobody, clara.email, CLARAS_PASSWORD)

    with dealer_scope(north):
        assert not Session.objects.filter(session_key="0" * 32).exists()
        assert Session.objects.filter(session_key="1" * 32).exists()
        assert not UserSession.objects.filter(session_key="0" * 32).exists()


def test_it_is_swept_now_and_then_and_not_at_every_sign_in(north: DealerRef, south: DealerRef) -> None:
    for dealer in (north, south):
        with dealer_scope(dealer):
            for _ in range(2):
                Session.objects.create(session_key="0" * 32, expire_date=NOW - timedelta(days=1))
                sessions.sweep(now=NOW)
                left = Session.objects.count()
                Session.objects.all().delete()
            assert left == 1  # the second sweep was too early
            cache.clear()
