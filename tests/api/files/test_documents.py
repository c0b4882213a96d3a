"""Documents over HTTP: kept, looked at by those who may, refused in words."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from api.exporting import SavedFile
from core.models import Document
from tenants.accounts import operations as accounts
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NORTH_HOST, NOW
from tests.api.files.asking import N, post
from tests.core.documents import samples


def upload(client: Client, *, name: str = "合同.pdf", content: bytes = samples.PDF, **more: object) -> Any:
    file = SimpleUploadedFile(name, content, content_type="application/pdf")
    body = {"file": file, "kind": "CONTRACT", "customer": N} | more
    return client.post("/api/v1/documents/", body, content_type=MULTIPART_CONTENT)


def test_a_document_is_kept_listed_opened_and_removed(as_clara: Client) -> None:
    kept = upload(as_clara)
    assert kept.status_code == 201, kept.content
    number = kept.json()["id"]
    assert (kept.json()["name"], kept.json()["allowed"]) == ("合同.pdf", ["open", "remove"])

    url = post(as_clara, f"documents/{number}/link").json()["url"]
    content = as_clara.get(url)

    assert isinstance(cast(object, content), SavedFile)  # goes piece by piece, not gathered first
    assert content.getvalue() == samples.PDF
    assert content["Content-Disposition"].startswith("attachment;")
    assert content["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in content["Content-Security-Policy"]
    assert "no-store" in content["Cache-Control"]
    assert post(as_clara, f"documents/{number}/remove", reason="wrong file").json()["removed_reason"] == "wrong file"
    assert as_clara.get(url).json()["code"] == "document_removed"
    assert number in [row["id"] for row in as_clara.get(f"/api/v1/documents/?customer={N}").json()["results"]]


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("a.pdf", samples.HTML, 422, "content_unlike_name"),
        ("a.html", samples.HTML, 422, "type_not_allowed"),
        ("a.svg", samples.SVG, 422, "type_not_allowed"),
        ("a.pdf", b"", 422, "file_empty"),
    ],
)
def test_what_is_not_kept_is_refused_in_words(
    name: str, content: bytes, status: int, code: str, as_clara: Client
) -> None:
    answer = upload(as_clara, name=name, content=content)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_file_too_long_is_refused_before_it_is_kept(as_clara: Client, settings: LazySettings, tmp_path: Path) -> None:
    settings.DOCUMENT_MOST_BYTES = 1024

    answer = upload(as_clara, content=samples.PDF + b"x" * 1024)

    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_long")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_body_too_long_for_any_document_is_not_read_and_told_alike(
    as_clara: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.documents.OneFile.longest", 10)

    answer = upload(as_clara)

    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_long")
    assert answer.json()["specifics"] == "20 MB"


def test_a_link_is_its_persons_at_its_dealer_and_nobody_elses(
    as_clara: Client,
    nobody: Client,
    as_role: Callable[[Role], Client],
    in_south_as: Callable[[Role], Client],
    north: DealerRef,
) -> None:
    url = post(as_clara, f"documents/{upload(as_clara).json()['id']}/link").json()["url"]

    assert nobody.get(url).status_code == 401
    assert as_role(Role.GENERAL_MANAGER).get(url).json()["code"] == "link_ended"
    assert in_south_as(Role.COC_DIRECTOR).get(url).json()["code"] == "link_ended"
    assert as_clara.get(url).status_code == 200


def test_a_program_opens_no_document(north: DealerRef) -> None:
    with dealer_scope(north):
        _, secret = accounts.issue_key(name="dms", scopes=["customers.read"], created_by=None, now=NOW)
    program = Client(HTTP_HOST=NORTH_HOST, headers={"Authorization": f"Api-Key {secret}"})

    assert program.get("/api/v1/documents/").status_code == 403
    assert upload(program).status_code == 403


def test_souths_document_is_neither_listed_nor_opened_at_north(
    as_clara: Client, in_south_as: Callable[[Role], Client], south: DealerRef
) -> None:
    kept = upload(in_south_as(Role.GENERAL_MANAGER), name="southern.pdf").json()["id"]

    assert "southern" not in as_clara.get("/api/v1/documents/?page_size=500").content.decode()
    with dealer_scope(south):
        assert Document.objects.get(pk=kept).path.startswith("dealers/d_south/documents/")
