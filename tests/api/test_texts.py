"""What callers write holds something to read, and nothing that hides; and no field of a request forgets the rule."""

import ast
import json
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from rest_framework import serializers

from api import texts
from tenants import signs
from tenants.scope import DealerRef, dealer_scope
from tests.api import making

API = Path(settings.BASE_DIR) / "api"
N = 600_001
# What looks like nothing, and is not empty.
BLANK = ["\u200b", "\u2060\ufeff", "\u3164", "\u2800", "\u115f\u1160", "\uffa0", "\U0001d159", "\u00ad", "\ufe0f"]
NO_TEXTS: list[object] = [1e300, 7, True, ["x"], {"x": "y"}]
TURNED = "ab\u202ecd"


@cache
def shapes() -> dict[str, type[serializers.BaseSerializer[Any]]]:
    """Return every shape that a body is checked by, as the views name them."""
    return {
        f"{path.stem}.{name}": getattr(import_module(f"api.{path.stem}"), name)
        for path in sorted(API.glob("*.py"))
        for name in _checked_by(path)
    }


def _checked_by(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"valid", "queried"}:
            shape = node.args[0]
            if isinstance(shape, ast.Name) and path.stem != "reading":
                yield shape.id


def fields_of(field: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every field that takes something, at any depth."""
    yield path, field
    for name, inner in getattr(field, "fields", {}).items():
        if not inner.read_only:
            yield from fields_of(inner, f"{path}.{name}")
    if (child := getattr(field, "child", None)) is not None:
        yield from fields_of(child, f"{path}[]")


def test_every_text_of_a_request_says_what_it_may_hold() -> None:
    found = [(name, *one) for name, shape in shapes().items() for one in fields_of(shape())]

    plain = [
        f"{name}{path}"
        for name, path, field in found
        if isinstance(field, serializers.CharField) and not isinstance(field, texts.Verbatim)
    ]

    assert len(shapes()) > 60
    assert plain == []


def test_bodies_are_checked_in_one_place() -> None:
    others = [path.name for path in API.glob("*.py") if ".is_valid(" in path.read_text()]

    assert others == ["reading.py"]


@pytest.mark.parametrize("text", BLANK)
def test_what_nobody_sees_is_nothing_to_read(text: str) -> None:
    assert not signs.has_something_to_read(text)
    assert signs.has_something_to_read(f"{text}A")


@pytest.mark.parametrize("text", ["安娜", "آنا", "!", "7", "👩\u200d🔧", "é"])
def test_what_is_written_can_be_read(text: str) -> None:
    assert signs.has_something_to_read(text)


@pytest.fixture
def world(north: DealerRef) -> None:
    with dealer_scope(north):
        making.make_world(N, marker="x")


WRITTEN = [
    ("PATCH", f"customers/{N}/", "name", {}),
    ("PATCH", f"customers/{N}/", "address", {}),
    ("PATCH", f"vehicles/{N}/", "plate", {}),
    ("PATCH", f"vehicles/{N}/", "services_wanted", {}),
    ("POST", f"conversations/{N}/write/", "text", {}),
    ("POST", f"conversations/{N}/notes/", "text", {}),
    ("POST", "touches/", "subject", {"customer": N, "kind": "NOTE"}),
    ("POST", f"documents/{N}/remove/", "reason", {}),
    ("POST", f"appointments/{N}/cancel/", "reason", {}),
    ("POST", "complaints/", "text", {"customer": N}),
    ("POST", "households/", "name", {"kind": "HOUSEHOLD", "customers": [N]}),
]
IDS = [f"{path.split('/')[0]} {field}" for _, path, field, _ in WRITTEN]


def refusal(client: Client, method: str, path: str, body: dict[str, Any]) -> list[str]:
    """Return the fields that the call refuses."""
    answer = client.generic(method, f"/api/v1/{path}", json.dumps(body), content_type="application/json")
    assert answer.status_code == 400, answer.content
    return [row["field"] for row in answer.json()["errors"]]


@pytest.mark.parametrize(("method", "path", "field", "rest"), WRITTEN, ids=IDS)
def test_a_text_that_is_none_or_of_invisible_signs_alone_is_refused(
    method: str, path: str, field: str, rest: dict[str, Any], world: None, as_clara: Client, uncounted: None
) -> None:
    refused = [refusal(as_clara, method, path, rest | {field: value}) for value in (*BLANK, *NO_TEXTS)]

    assert refused == [[field]] * len(refused)


@pytest.mark.parametrize("field", ["plate", "model", "services_wanted"])
def test_nothing_of_a_car_turns_the_writing_round(field: str, world: None, as_clara: Client) -> None:
    assert refusal(as_clara, "PATCH", f"vehicles/{N}/", {field: TURNED}) == [field]


def test_a_number_from_an_address_book_is_taken_without_its_wrapping(world: None, as_clara: Client) -> None:
    body = {"customer": N, "kind": "PHONE", "value": "\u202a+86 139 1234 5678\u202c"}

    answer = as_clara.post("/api/v1/contact-points/", body, content_type="application/json")

    assert answer.status_code == 201
