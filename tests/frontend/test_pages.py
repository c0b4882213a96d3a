"""The pages as HTTP: where they lead, what they refuse, how small they are, and that words stay words."""

import pytest
from django.conf import settings
from django.test import Client

from tenants import hosts
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.models import Dealer
from tenants.scope import DealerRef, dealer_scope, operator_scope, public_scope
from tests.api.conftest import NORTH_HOST, PUBLIC_HOST, SOUTH_HOST, client_of, sign_in
from tests.conftest import OPENED_AT

PASSWORD = "clara's password"
MOST_BYTES = 20_000


@pytest.fixture
def visitor(north: DealerRef) -> Client:
    """Nobody yet, at north."""
    return Client(HTTP_HOST=NORTH_HOST)


@pytest.fixture
def as_clara(clara: User, north: DealerRef) -> Client:
    return client_of(clara, host=NORTH_HOST, scope=dealer_scope(north))


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example/"])
def test_changing_the_language_never_leads_to_another_place(visitor: Client, onward: str) -> None:
    answer = visitor.post("/language/", {"language": "es", "next": onward})

    assert answer["Location"] == "/"


def test_the_language_stays(visitor: Client) -> None:
    visitor.post("/language/", {"language": "es", "next": "/"})

    assert 'lang="es"' in visitor.get("/sign-in").content.decode()


def test_an_unknown_language_changes_nothing(visitor: Client) -> None:
    visitor.post("/language/", {"language": "xx", "next": "/"})

    assert 'lang="en"' in visitor.get("/sign-in").content.decode()


def test_signing_in_goes_on_in_the_persons_language(visitor: Client, clara: User) -> None:
    answer = sign_in(visitor, clara.email, PASSWORD)

    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "zh-hans"


def test_a_language_chosen_here_is_kept_when_signing_in(visitor: Client, clara: User) -> None:
    visitor.post("/language/", {"language": "es", "next": "/"})

    answer = sign_in(visitor, clara.email, PASSWORD)

    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies


def test_a_link_cannot_sign_anybody_out(as_clara: Client) -> None:
    as_clara.get("/sign-out/")
    as_clara.get("/_allauth/browser/v1/auth/session")

    assert as_clara.get("/api/v1/me/").status_code == 200


def test_a_foreign_page_cannot_sign_anybody_in_or_out(clara: User, north: DealerRef) -> None:
    client = Client(HTTP_HOST=NORTH_HOST, enforce_csrf_checks=True)
    with dealer_scope(north):
        client.force_login(clara)

    assert sign_in(client, clara.email, PASSWORD).status_code == 403
    assert client.delete("/_allauth/browser/v1/auth/session").status_code == 403


def test_the_session_is_a_new_one_after_signing_in(visitor: Client, clara: User) -> None:
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "fixed-by-somebody-else-1234567890"

    sign_in(visitor, clara.email, PASSWORD)

    assert visitor.cookies[settings.SESSION_COOKIE_NAME].value != "fixed-by-somebody-else-1234567890"
    assert visitor.cookies[settings.SESSION_COOKIE_NAME]["httponly"]


def test_nobody_signed_in_is_led_to_the_form(visitor: Client) -> None:
    assert visitor.get("/simulator/")["Location"] == "/sign-in?next=/simulator/"


def test_a_session_of_north_is_nobodys_at_south(as_clara: Client, south: DealerRef) -> None:
    assert as_clara.get("/simulator/", HTTP_HOST=SOUTH_HOST).status_code == 302


def test_the_simulator_is_found_at_dealers_only(doris: User) -> None:
    client = client_of(doris, host=PUBLIC_HOST, scope=public_scope())

    assert client.get("/").status_code == 200
    answer = client.get("/simulator/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(visitor: Client) -> None:
    assert visitor.get("/nothing/")["Content-Type"] == "text/html; charset=utf-8"
    assert visitor.get("/api/v1/nothing/")["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("hostile", ['"><script>alert(1)</script>', "{{ settings.SECRET_KEY }}", "</title><img src=x>"])
def test_a_dealers_name_is_text(visitor: Client, clara: User, north: DealerRef, hostile: str) -> None:
    with operator_scope():
        Dealer.objects.filter(pk=north.id).update(shown_name=hostile)
    hosts.forget()
    sign_in(visitor, clara.email, PASSWORD)

    for path in ("/sign-in", "/", "/simulator/", "/nothing/"):
        text = visitor.get(path).content.decode()
        assert "<script>alert" not in text
        assert "<img" not in text
        assert settings.SECRET_KEY not in text


@pytest.mark.parametrize("path", ["/sign-in", "/", "/simulator/", "/nothing/", "/api/v1/me/", "/health"])
def test_every_answer_says_what_a_browser_may_load(as_clara: Client, path: str) -> None:
    policy = as_clara.get(path)["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_the_api_page_may_style_itself_and_no_more(as_clara: Client) -> None:
    policy = as_clara.get("/api/docs/")["Content-Security-Policy"]

    assert "script-src 'self';" in policy
    assert policy.count("unsafe") == 1


@pytest.mark.parametrize("path", ["/sign-in", "/", "/simulator/", "/nothing/"])
def test_pages_are_small_and_bring_no_script_of_their_own(as_clara: Client, path: str) -> None:
    text = as_clara.get(path).content.decode()

    assert len(text.encode()) < MOST_BYTES
    assert "<style" not in text
    assert " style=" not in text
    assert "<script>" not in text
    assert " on" + "click" not in text


def test_a_post_without_the_simulator_sees_why(north: DealerRef) -> None:
    with dealer_scope(north):
        advisor = accounts.create_user(
            email="advisor@north.example",
            name="Advisor",
            role=Role.SERVICE_ADVISOR,
            password=None,
            language="en",
            now=OPENED_AT,
        )
    client = client_of(advisor, host=NORTH_HOST, scope=dealer_scope(north))

    answer = client.get("/simulator/")

    assert answer.status_code == 403
    assert "Your role does not include this page." in answer.content.decode()
