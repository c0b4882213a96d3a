"""The console's one page as HTTP: what it lets in, what it starts, and which addresses are its."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from frontend import built
from tenants.scope import DealerRef
from tests.api.conftest import NORTH_HOST, PUBLIC_HOST


@pytest.fixture
def visitor(north: DealerRef) -> Client:
    return Client(HTTP_HOST=NORTH_HOST)


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("path", ["/", "/today", "/inbox/7", "/settings/people", "/no/such/screen"])
def test_every_address_of_the_console_is_the_same_page(visitor: Client, path: str) -> None:
    answer = visitor.get(path)

    assert (answer.status_code, answer.headers["Cache-Control"][:9]) == (200, "max-age=0")
    assert built.entry().script in answer.content.decode()


@pytest.mark.parametrize("path", ["/favicon.ico", "/wp-login.php", "/static/console/none.js", "/api/nothing/", "/.env"])
def test_what_is_no_screen_is_not_found(visitor: Client, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_the_public_host_has_the_console_too(db: None) -> None:
    assert Client(HTTP_HOST=PUBLIC_HOST).get("/today").status_code == 200


def test_styles_are_let_in_by_a_word_that_is_new_each_time(visitor: Client) -> None:
    answers = [visitor.get("/today") for _ in range(2)]

    words = [re.search(r"'nonce-([^']+)'", answer["Content-Security-Policy"]) for answer in answers]
    assert all(
        word and f'nonce="{word[1]}"' in answer.content.decode() for word, answer in zip(words, answers, strict=True)
    )
    assert len({word[1] for word in words if word}) == 2


def test_the_policy_lets_no_foreign_or_inline_script_in(visitor: Client) -> None:
    answer = visitor.get("/today")

    assert "script-src 'self';" in answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    tags = Tags(answer.content.decode()).found
    assert all(attributes.get("src") for tag, attributes in tags if tag == "script")
    assert not [tag for tag, _ in tags if tag == "style"]


def test_the_page_gives_the_token_that_changes_need(visitor: Client) -> None:
    assert "csrftoken" in visitor.get("/today").cookies


def test_built_files_are_kept_for_good_and_sent_packed(visitor: Client) -> None:
    answer = visitor.get(f"/static/{built.entry().script}", HTTP_ACCEPT_ENCODING="br, gzip")

    assert answer["Content-Encoding"] == "br"
    assert "immutable" in answer["Cache-Control"]
