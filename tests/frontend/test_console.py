"""The console's one page as HTTP: what it lets in, what it starts, and which addresses are its."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client

from frontend import built
from frontend.pages import console
from tenants.accounts.models import User
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NORTH_HOST, PUBLIC_HOST, SOUTH_HOST, client_of


@pytest.fixture
def visitor(north: DealerRef) -> Client:
    return Client(HTTP_HOST=NORTH_HOST)


@pytest.fixture
def as_clara(clara: User, north: DealerRef) -> Client:
    return client_of(clara, host=NORTH_HOST, scope=dealer_scope(north))


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("path", ["/", "/today", "/inbox/7", "/settings/people", "/no/such/screen"])
def test_every_address_of_the_console_is_the_same_page(as_clara: Client, path: str) -> None:
    answer = as_clara.get(path)

    assert (answer.status_code, answer.headers["Cache-Control"][:9]) == (200, "max-age=0")
    assert built.entry().script in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "led_to"),
    [
        ("/", "/sign-in?next=%2F"),
        ("/settings/audit?order=when", "/sign-in?next=%2Fsettings%2Faudit%3Forder%3Dwhen"),
    ],
)
def test_who_is_not_signed_in_is_led_to_the_form_and_no_call_is_refused(
    visitor: Client, path: str, led_to: str
) -> None:
    answer = visitor.get(path)

    assert (answer.status_code, answer.headers["Location"]) == (302, led_to)


def test_a_session_of_north_opens_no_screen_at_south(as_clara: Client, south: DealerRef) -> None:
    assert as_clara.get("/today", HTTP_HOST=SOUTH_HOST).status_code == 302


def test_what_is_open_is_open_in_the_consoles_own_table_too(visitor: Client) -> None:
    table = (settings.BASE_DIR / "frontend" / "console" / "src" / "app" / "screens.ts").read_text()

    assert set(re.findall(r'path: "([^"]+)"[^}]*isOpen: true', table)) == console.OPEN
    assert {visitor.get(f"/{path}").status_code for path in console.OPEN} == {200}


@pytest.mark.parametrize("path", ["/favicon.ico", "/wp-login.php", "/static/console/none.js", "/api/nothing/", "/.env"])
def test_what_is_no_screen_is_not_found(visitor: Client, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_the_public_host_has_the_console_too(db: None) -> None:
    assert Client(HTTP_HOST=PUBLIC_HOST).get("/sign-in").status_code == 200


def test_styles_are_let_in_by_a_word_that_is_new_each_time(visitor: Client) -> None:
    answers = [visitor.get("/sign-in") for _ in range(2)]

    words = [re.search(r"'nonce-([^']+)'", answer["Content-Security-Policy"]) for answer in answers]
    assert all(
        word and f'nonce="{word[1]}"' in answer.content.decode() for word, answer in zip(words, answers, strict=True)
    )
    assert len({word[1] for word in words if word}) == 2


def test_the_policy_lets_no_foreign_or_inline_script_in(visitor: Client) -> None:
    answer = visitor.get("/sign-in")

    assert "script-src 'self';" in answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    tags = Tags(answer.content.decode()).found
    assert all(attributes.get("src") for tag, attributes in tags if tag == "script")
    assert not [tag for tag, _ in tags if tag == "style"]


def test_the_page_gives_the_token_that_changes_need(visitor: Client) -> None:
    assert "csrftoken" in visitor.get("/sign-in").cookies


def test_built_files_are_kept_for_good_and_sent_packed(visitor: Client) -> None:
    answer = visitor.get(f"/static/{built.entry().script}", HTTP_ACCEPT_ENCODING="br, gzip")

    assert answer["Content-Encoding"] == "br"
    assert "immutable" in answer["Cache-Control"]
