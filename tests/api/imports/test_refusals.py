"""Files that are no table, too large, or break off."""

import io
from pathlib import Path

import pytest
from django.test import Client

from core.models import ImportRun
from tenants.scope import DealerRef, dealer_scope
from tests.api.imports.asking import ADDRESS, done, upload
from tests.core.repair_orders import exports
from tests.core.repair_orders.exports import row


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\x00\xff\x00", "text_undecodable"),
        (b"PK\x03\x04nonsense", "workbook_broken"),
        (b"\xd0\xcf\x11\xe0old", "format_unknown"),
        (b'a,b,c\n"never closed' + b"x" * 30_000, "rows_unreadable"),
    ],
    ids=["empty", "binary", "broken workbook", "old workbook", "open quote"],
)
def test_a_file_that_cannot_be_read_says_so_and_is_not_kept(
    content: bytes, code: str, as_clara: Client, north: DealerRef, tmp_path: Path
) -> None:
    answer = upload(as_clara, content)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert "%" not in answer.json()["detail"]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    with dealer_scope(north):
        assert not ImportRun.objects.exists()


def test_a_workbook_packed_like_a_bomb_is_refused(as_clara: Client) -> None:
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (8 << 20))

    assert upload(as_clara, packed.getvalue()).json()["code"] == "workbook_too_large"


def test_a_file_that_breaks_off_later_fails_with_its_place(as_clara: Client, north: DealerRef) -> None:
    rows = [row(number=f"RO{number}") for number in range(100)]

    failed = done(as_clara, north, exports.text_file(rows).getvalue() + b'"' + b"x" * 30_000)

    assert (failed["state"], failed["failure"]["code"]) == ("FAILED", "rows_unreadable")
    assert "102" in failed["failure"]["message"]


def test_a_file_that_is_too_large_is_not_read(as_clara: Client, north: DealerRef) -> None:
    answer = as_clara.post(
        ADDRESS, b"x", content_type="multipart/form-data; boundary=b", CONTENT_LENGTH=str(101 * 1024 * 1024)
    )

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    with dealer_scope(north):
        assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"--b\r\n", b"--b--\r\n", b"\x00" * 100], ids=["empty", "cut off", "no part", "zeroes"]
)
def test_a_form_that_is_none_is_refused(body: bytes, as_clara: Client) -> None:
    assert as_clara.post(ADDRESS, body, content_type="multipart/form-data; boundary=b").status_code == 400
    assert as_clara.post(ADDRESS, body, content_type="multipart/form-data").status_code == 400
