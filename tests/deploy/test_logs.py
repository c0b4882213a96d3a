"""The last net under the logs: what looks like personal data does not come through."""

import io
import json
import logging
from typing import Any

import pytest
from django.test import RequestFactory

from deploy import logs

LEAKS = {
    "e-mail": ("no route to anna@example.com today", "no route to [masked] today"),
    "phone": ("called +86 138 0013 8000 twice", "called [masked] twice"),
    "bare phone": ("number 13800138000 refused", "number [masked] refused"),
    "vin": ("vehicle LSVAB4BR5EN123456 unknown", "vehicle [masked] unknown"),
    "password in an address": (
        "cannot reach postgresql://care:hush@db/care",
        "cannot reach postgresql://care:[masked]@db/care",
    ),
}
HARMLESS = (
    "message 12345 sent in 250 ms",
    "127.0.0.1:8000",
    "2026-11-21T19:40:00.123456Z",
    "d_north",
    "run f307cde9-4a13",
)


@pytest.mark.parametrize(("text", "expected"), LEAKS.values(), ids=LEAKS.keys())
def test_personal_data_is_masked(text: str, expected: str) -> None:
    assert logs.masked(text) == expected


@pytest.mark.parametrize("text", HARMLESS)
def test_what_an_operator_needs_stays_readable(text: str) -> None:
    assert logs.masked(text) == text


def test_a_line_is_json_with_its_fields_and_no_owner_in_it() -> None:
    line = logged(
        "message refused", extra={"message_id": 7, "to": "+8613800138000", "reason": "anna@example.com is full"}
    )

    assert (line["event"], line["message_id"], line["level"]) == ("message refused", 7, "error")
    assert line["to"] == logs.MASK
    assert line["reason"] == "[masked] is full"


def test_a_request_is_named_without_its_query() -> None:
    request = RequestFactory().get("/api/v1/x/", {"value": "+8613800138000", "name": "Anna"})

    line = logs.mask_event(None, "warning", {"event": "Not Found", "request": request, "args": ("anna@example.com",)})

    assert line["request"] == "GET /api/v1/x/"
    assert "anna" not in str(line).lower()


def test_an_exceptions_text_is_masked_too() -> None:
    try:
        int("anna@example.com")
    except ValueError:
        line = logged("import failed", exc_info=True)

    assert "ValueError" in line["exception"]
    assert "anna@" not in json.dumps(line)


def logged(message: str, **kwargs: Any) -> dict[str, Any]:
    configuration = logs.configuration(as_json=True, level="INFO")
    sink = io.StringIO()
    configuration["handlers"]["stderr"]["stream"] = sink
    formatter = configuration["formatters"]["line"]
    handler = logging.StreamHandler(sink)
    handler.setFormatter(formatter.pop("()")(**formatter))
    logger = logging.Logger("test")  # outside the tree, so that pytest's own handlers stay out of it
    logger.addHandler(handler)
    logger.error(message, **kwargs)
    line: dict[str, Any] = json.loads(sink.getvalue())
    return line


def test_an_owners_token_is_masked_and_the_mark_that_stands_for_one_is_not() -> None:
    assert logs.masked("Not Found: /o/Zk3_a-9QxYbB2cD4eF6gH8/visit.ics") == "Not Found: /o/[masked]/visit.ics"
    assert logs.masked("/o/....................17/") == "/o/....................17/"
