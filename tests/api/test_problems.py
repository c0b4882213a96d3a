"""Every failure has one shape and speaks the caller's language."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client

from api import domain_problems
from api.access import CallerThrottle
from core.models import Customer
from tenants.accounts.models import User
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NORTH_HOST, NOW

JSON = "application/json"
LANGUAGES = ("zh-hans", "es", "en")


@pytest.fixture(autouse=True)
def _uncounted(north: DealerRef) -> Iterator[None]:
    yield
    with dealer_scope(north):
        cache.clear()


def in_three_languages(call: Callable[[dict[str, str]], Any], *, status: int, code: str) -> None:
    """Assert the shape of a failure, and that each language says it in its own words."""
    details = set()
    for language in LANGUAGES:
        answer = call({"Accept-Language": language})
        problem = answer.json()
        assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
        assert answer["Content-Type"] == "application/problem+json"
        assert problem["type"] == f"urn:aftercare:problem:{code}"
        assert problem["title"]
        details.add(problem["detail"])
    assert len(details) == len(LANGUAGES)


def test_400_names_the_fields(as_clara: Client) -> None:
    def call(headers: dict[str, str]) -> Any:
        return as_clara.post("/api/v1/complaints/", {"customer": "x"}, content_type=JSON, headers=headers)

    in_three_languages(call, status=400, code="invalid")
    assert {row["field"] for row in call({}).json()["errors"]} == {"customer", "text"}


def test_400_for_what_is_no_json(as_clara: Client) -> None:
    answer = as_clara.post("/api/v1/complaints/", b"{", content_type=JSON)

    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


def test_401(nobody: Client) -> None:
    in_three_languages(
        lambda headers: nobody.get("/api/v1/customers/", headers=headers), status=401, code="not_authenticated"
    )


def test_401_for_a_key_that_is_unknown(nobody: Client) -> None:
    def call(headers: dict[str, str]) -> Any:
        return nobody.get("/api/v1/customers/", headers={**headers, "Authorization": "Api-Key nonsense"})

    in_three_languages(call, status=401, code="authentication_failed")


def test_403(as_clara: Client) -> None:
    in_three_languages(
        lambda headers: as_clara.get("/api/v1/api-keys/", headers=headers), status=403, code="permission_denied"
    )


@pytest.mark.parametrize("address", ["/api/v1/customers/1/", "/api/v1/nothing/", "/api/nothing"])
def test_404(address: str, as_clara: Client) -> None:
    in_three_languages(lambda headers: as_clara.get(address, headers=headers), status=404, code="not_found")


def test_405(as_clara: Client) -> None:
    in_three_languages(
        lambda headers: as_clara.delete("/api/v1/customers/", headers=headers), status=405, code="method_not_allowed"
    )


def test_409_says_what_the_rule_said(as_clara: Client, north: DealerRef) -> None:
    with dealer_scope(north):
        anna = Customer.objects.create(name="Anna", created_at=NOW, updated_at=NOW)

    in_three_languages(
        lambda headers: as_clara.post(f"/api/v1/customers/{anna.pk}/unmerge/", headers=headers),
        status=409,
        code="merge_refused",
    )


def test_413(as_clara: Client) -> None:
    in_three_languages(
        lambda headers: as_clara.post(
            "/api/v1/complaints/", {"text": "x" * 1024 * 1024}, content_type=JSON, headers=headers
        ),
        status=413,
        code="too_large",
    )


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_415(content_type: str, as_clara: Client) -> None:
    in_three_languages(
        lambda headers: as_clara.post("/api/v1/complaints/", b"text=x", content_type=content_type, headers=headers),
        status=415,
        code="unsupported_media_type",
    )


def test_422(as_clara: Client) -> None:
    in_three_languages(
        lambda headers: as_clara.get("/api/v1/appointments/slots/", {"kind": "DANCING"}, headers=headers),
        status=422,
        code="kind_unknown",
    )


def test_429(monkeypatch: pytest.MonkeyPatch, as_clara: Client) -> None:
    monkeypatch.setattr(CallerThrottle, "THROTTLE_RATES", {"calls": "1/min"})
    as_clara.get("/api/v1/me/")

    in_three_languages(lambda headers: as_clara.get("/api/v1/me/", headers=headers), status=429, code="throttled")


def failing_on(table: str, error: Exception) -> Any:
    """Let the database refuse every statement about a table."""

    def execute(run: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:  # the hook's shape
        if table in str(sql):
            raise error
        return run(sql, params, many, context)

    return connection.execute_wrapper(execute)


def test_500_tells_nothing(as_clara: Client) -> None:
    as_clara.raise_request_exception = False

    with failing_on("core_customer", RuntimeError("a secret of ours")):
        in_three_languages(
            lambda headers: as_clara.get("/api/v1/customers/", headers=headers), status=500, code="internal"
        )
        answer = as_clara.get("/api/v1/customers/")

    assert "secret" not in answer.content.decode()


def test_503_while_the_database_is_away(as_clara: Client) -> None:
    with failing_on("core_customer", OperationalError("host=10.0.0.7 refused")):
        in_three_languages(
            lambda headers: as_clara.get("/api/v1/customers/", headers=headers), status=503, code="try_again"
        )
        assert "10.0.0.7" not in as_clara.get("/api/v1/customers/").content.decode()


@pytest.mark.parametrize(
    ("host", "error", "code"),
    [
        ("nobodys.localhost", None, "not_found"),
        ("north.localhost", OperationalError("host=10.0.0.7 refused"), "try_again"),
    ],
    ids=["nobody's host", "database away"],
)
def test_before_the_dealer_is_known_the_shape_is_the_same(
    host: str, error: Exception | None, code: str, north: DealerRef
) -> None:
    with failing_on("tenants_domain", error) if error else nullcontext():
        answer = Client(HTTP_HOST=host).get("/api/v1/me/")

    assert answer.json()["code"] == code
    assert set(answer.json()) == {"type", "title", "status", "code", "detail"}
    assert (answer.status_code, answer["Content-Type"]) == (answer.json()["status"], "application/problem+json")
    assert "10.0.0.7" not in answer.content.decode()


def test_a_page_of_another_site_cannot_write(clara: User, north: DealerRef) -> None:
    client = Client(HTTP_HOST=NORTH_HOST, enforce_csrf_checks=True)
    with dealer_scope(north):
        client.force_login(clara)
    token = client.get("/api/v1/me/").json()["csrf_token"]
    body = {"text": "The door squeaks."}

    bare = client.post("/api/v1/complaints/", body, content_type=JSON)
    own = client.post("/api/v1/complaints/", body, content_type=JSON, headers={"X-CSRFToken": token})

    assert (bare.status_code, bare.json()["code"]) == (403, "csrf_failed")
    assert own.status_code == 201


@pytest.mark.parametrize("kind", list(domain_problems.PROBLEMS), ids=lambda kind: kind.__name__)
def test_every_row_of_the_table_is_a_failure_with_a_word(kind: type[Exception]) -> None:
    row = domain_problems.PROBLEMS[kind]

    assert row.status >= 400
    assert row.code.replace("_", "").isalpha()
    assert row.sentence.endswith(".")


@pytest.mark.parametrize(
    "text", ["\x00", "a\x00b", "\ud800", "' OR 1=1 --", "{{7*7}}", "=1+1", "\u202e", "🚗" * 50, "%s%n"]
)
def test_hostile_text_is_text_or_refused(text: str, as_clara: Client) -> None:
    answer = as_clara.post("/api/v1/complaints/", {"text": text}, content_type=JSON)

    assert answer.status_code in {201, 400}
    if answer.status_code == 201:
        assert answer.json()["text"] == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_shows_what_people_need_and_no_words_of_programs(
    language: str, as_clara: Client, north: DealerRef
) -> None:
    with dealer_scope(north):
        anna = Customer.objects.create(name="Anna", created_at=NOW, updated_at=NOW)

    answer = as_clara.post(
        "/api/v1/contact-points/",
        {"customer": anna.pk, "kind": "EMAIL", "value": "nobody"},
        content_type=JSON,
        headers={"Accept-Language": language},
    )

    assert "name@example.com" in answer.json()["detail"]
    assert "%(" not in answer.content.decode()


def test_what_the_rule_said_in_english_is_beside_the_sentence(as_clara: Client, north: DealerRef) -> None:
    with dealer_scope(north):
        anna = Customer.objects.create(name="Anna", created_at=NOW, updated_at=NOW)

    problem = as_clara.post(f"/api/v1/customers/{anna.pk}/unmerge/", headers={"Accept-Language": "es"}).json()

    assert problem["specifics"] == "The file is not merged."
    assert "merged" not in problem["detail"]
