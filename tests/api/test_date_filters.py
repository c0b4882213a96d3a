"""Whatever stands in a filter by date is answered: a list, or a problem that names the filter; never a failure of ours.

Read from the API's description, so that a new filter is tried without being named.
"""

import logging
from functools import cache
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from tests.api.addresses import MANUFACTURERS

DATES = ("date", "date-time")
IMPOSSIBLE = (
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "9999-12-31T23:59:59Z",
    "10000-01-01",
    "300000 00:00:00",
    "P300000D",
    "300000",
    "2026-02-30",
    "-1",
    "1e9",
    "NaN",
    "\x00",
)
FURTHEST = {"date": ("1900-01-01", "2999-12-31"), "date-time": ("1900-01-01T00:00:00Z", "2999-12-31T23:59:59Z")}


@cache
def filters() -> list[tuple[str, str, str]]:
    """Return address, name and format of every filter by date that only looks."""
    described: Any = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return [
        (address, one["name"], one["schema"]["format"])
        for address, calls in described["paths"].items()
        for one in calls.get("get", {}).get("parameters", ())
        if one["in"] == "query" and one["schema"].get("format") in DATES and "{" not in address
    ]


def is_public(address: str) -> bool:
    return address in MANUFACTURERS or address == "/api/v1/benchmark/"


def test_there_are_such_filters() -> None:
    assert len(filters()) > 30


@pytest.mark.parametrize("value", IMPOSSIBLE)
def test_what_no_calendar_bears_is_refused_by_name(
    value: str, as_clara: Client, as_doris: Client, uncounted: None, caplog: pytest.LogCaptureFixture
) -> None:
    answers = {}
    with caplog.at_level(logging.ERROR):
        for address, name, _format in filters():
            answer = (as_doris if is_public(address) else as_clara).get(address, {name: value})
            fields = {row["field"] for row in answer.json().get("errors", ())}
            answers[address, name] = (answer.status_code, answer["Content-Type"], name in fields)

    assert {key: told for key, told in answers.items() if told != (400, "application/problem+json", True)} == {}
    assert caplog.records == []


@pytest.mark.parametrize("end", [0, 1])
def test_the_ends_of_what_is_taken_break_nothing(
    end: int, as_clara: Client, as_doris: Client, uncounted: None, caplog: pytest.LogCaptureFixture
) -> None:
    answers = {}
    with caplog.at_level(logging.ERROR):
        for address, name, kind in filters():
            client = as_doris if is_public(address) else as_clara
            answers[address, name] = client.get(address, {name: FURTHEST[kind][end]}).status_code

    assert {key: status for key, status in answers.items() if status >= 500} == {}
    assert caplog.records == []


def test_the_longest_periods_break_nothing(
    as_clara: Client, as_doris: Client, uncounted: None, caplog: pytest.LogCaptureFixture
) -> None:
    by_address: dict[str, dict[str, str]] = {}
    for address, name, kind in filters():
        is_end = name.startswith("until") or name == "last" or name.endswith("__lt")
        by_address.setdefault(address, {})[name] = FURTHEST[kind][is_end]

    with caplog.at_level(logging.ERROR):
        answers = {
            address: (as_doris if is_public(address) else as_clara).get(address, asked).status_code
            for address, asked in by_address.items()
        }

    assert {address: status for address, status in answers.items() if status >= 500} == {}
    assert caplog.records == []
