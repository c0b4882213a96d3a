"""What may be kept: by its ending and by what stands in it, whatever the caller says."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.documents import rules
from tests.core.documents import samples


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.pdf", samples.PDF, "application/pdf"),
        ("A.PDF", samples.PDF, "application/pdf"),
        ("a.jpg", samples.JPG, "image/jpeg"),
        ("a.jpeg", samples.JPG, "image/jpeg"),
        ("a.png", samples.PNG, "image/png"),
        ("a.heic", samples.HEIC, "image/heic"),
        ("a.docx", samples.DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", samples.XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.gif", samples.GIF, "image/gif"),
        ("a.webp", samples.WEBP, "image/webp"),
        ("a.mp4", samples.FILM, "video/mp4"),
        ("a.mov", samples.FILM, "video/quicktime"),
        ("a.m4a", samples.FILM, "audio/mp4"),
        ("a.mp3", samples.MP3, "audio/mpeg"),
        ("a.amr", samples.AMR, "audio/amr"),
        ("a.ogg", samples.SOUND, "audio/ogg"),
        ("a.txt", samples.TEXT, "text/plain"),
        ("a.txt", "您好".encode("gb18030"), "text/plain"),
    ],
)
def test_a_file_is_known_by_ending_and_content(name: str, content: bytes, media_type: str) -> None:
    assert rules.type_of(name, content).media_type == media_type


@pytest.mark.parametrize(
    ("name", "media_type", "known"),
    [
        pytest.param("car.JPG", "image/jpeg", "car.JPG", id="its own ending"),
        pytest.param("file", "application/pdf", "file.pdf", id="of what it is said to be"),
        pytest.param("image.image", "image/png", "image.image.png", id="behind another"),
        pytest.param("pdf", "image/png", "pdf.png", id="a name like an ending"),
        pytest.param("run.exe", "application/x-msdownload", "run.exe", id="of no kind"),
    ],
)
def test_a_name_without_a_known_ending_gets_that_of_its_type(name: str, media_type: str, known: str) -> None:
    assert rules.named(name, media_type) == known


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.exe", "a.zip", "a.docm", "a.pdf.js", "pdf", "a.", ""])
def test_an_ending_that_is_not_in_the_list_is_not_kept(name: str) -> None:
    with pytest.raises(rules.NotAllowed, match="pdf, jpg"):
        rules.type_of(name, samples.PDF)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.pdf", samples.HTML, id="a page as PDF"),
        pytest.param("a.pdf", samples.HTML + samples.PDF, id="a page with a PDF behind"),
        pytest.param("a.pdf", b"%PDF-1.4\n1 0 obj\nnothing %%EOF\n", id="a few bytes as PDF"),
        pytest.param("a.pdf", samples.PDF[:-10], id="a PDF cut off"),
        pytest.param("a.pdf", samples.PDF.replace(b"\n9\n", b"\n900\n"), id="a PDF whose table lies elsewhere"),
        pytest.param("a.jpg", samples.SVG, id="a drawing as photo"),
        pytest.param("a.png", samples.JPG, id="a photo as another"),
        pytest.param("a.heic", samples.PNG, id="a picture as another"),
        pytest.param("a.docx", samples.XLSX, id="a table as text"),
        pytest.param("a.docx", samples.archive("a.txt"), id="an archive as text"),
        pytest.param("a.docx", samples.WITH_MACROS, id="with macros"),
        pytest.param("a.xlsx", b"PK\x03\x04 no archive", id="a broken archive"),
        pytest.param("a.txt", samples.HTML, id="a page as text"),
        pytest.param("a.txt", b"  \n<svg onload=alert(1)>", id="a drawing as text"),
        pytest.param("a.txt", samples.EXE, id="a program as text"),
        pytest.param("a.txt", samples.PDF[:9] + b"\x01\x02", id="bytes as text"),
    ],
)
def test_content_that_is_not_what_its_ending_says_is_not_kept(name: str, content: bytes) -> None:
    with pytest.raises(rules.ContentUnlikeName):
        rules.type_of(name, content)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(samples.bomb(20 << 20), id="one part of air"),
        pytest.param(samples.bomb(150 << 20, parts=150), id="many small parts of air"),
        pytest.param(samples.bomb(600, parts=600), id="too many parts"),
        pytest.param(samples.sharing(), id="parts that share their bytes"),
    ],
)
def test_what_comes_to_far_more_when_opened_is_not_kept(content: bytes) -> None:
    with pytest.raises(rules.UnpacksToTooMuch):
        rules.type_of("a.xlsx", content)


def test_an_end_may_stand_before_what_a_writer_added() -> None:
    assert rules.type_of("a.pdf", samples.PDF + b"\x00" * 1000).media_type == "application/pdf"


def test_an_empty_file_is_not_kept() -> None:
    with pytest.raises(rules.Empty):
        rules.type_of("a.pdf", b"")


def test_a_file_longer_than_may_be_kept_is_refused_with_the_measure() -> None:
    rules.check_size(1024 * 1024, most_bytes=1024 * 1024)

    with pytest.raises(rules.TooLong, match="1 MB"):
        rules.check_size(1024 * 1024 + 1, most_bytes=1024 * 1024)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("contract.pdf", "contract.pdf"),
        ("合同 2026.pdf", "合同 2026.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\a.pdf", "a.pdf"),
        ("..pdf", "pdf"),
        (".pdf", "pdf"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("gpj\u202efdp.exe", "gpjfdp.exe"),
        ('a"<b>|.pdf', "a__b__.pdf"),
        ("", "document"),
    ],
)
def test_a_name_is_made_harmless(name: str, shown: str) -> None:
    assert rules.safe_name(name) == shown


@given(st.text(max_size=400))
def test_no_name_leaves_its_folder_or_is_too_long(name: str) -> None:
    safe = rules.safe_name(name)

    assert 0 < len(safe) <= rules.LONGEST_NAME
    assert "/" not in safe
    assert "\\" not in safe
    assert safe not in {".", ".."}
    assert safe.isprintable()


@given(st.binary(max_size=300), st.sampled_from(sorted(rules.TYPES)))
def test_no_content_breaks_the_look_at_it(content: bytes, ending: str) -> None:
    with contextlib.suppress(rules.Empty, rules.ContentUnlikeName):
        rules.type_of(f"a.{ending}", content)
