"""Who calls without the page's token is told so in the shape they read: a problem for programs, a page for people."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.api.conftest import NORTH_HOST
from tests.api.test_problems import in_three_languages

JSON = "application/json"
SENTENCES = {"en": "This page was open", "es": "La página estuvo abierta", "zh-hans": "页面打开时间过长"}


@pytest.fixture
def strict(as_clara: Client) -> Client:
    """Clara's browser, on a page that does not send its token."""
    client = Client(HTTP_HOST=NORTH_HOST, enforce_csrf_checks=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = as_clara.cookies[settings.SESSION_COOKIE_NAME].value
    return client


@pytest.mark.parametrize("path", ["/api/v1/complaints/", "/_allauth/browser/v1/auth/login"])
def test_programs_get_a_problem(path: str, strict: Client) -> None:
    def call(headers: dict[str, str]) -> Any:
        return strict.post(path, {"text": "x"}, content_type=JSON, headers=headers)

    in_three_languages(call, status=403, code="csrf_failed")
    assert "CSRF" not in call({}).content.decode()


@pytest.mark.parametrize("language", SENTENCES)
def test_people_get_a_page_in_their_language(language: str, strict: Client) -> None:
    answer = strict.post("/language/", {"language": "es"}, headers={"Accept-Language": language})

    assert answer.status_code == 403
    assert answer["Content-Type"].startswith("text/html")
    assert SENTENCES[language] in answer.content.decode()
