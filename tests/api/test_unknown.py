"""Bodies that no call understands: misspelt fields, numbers that are none, names that stand twice."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tenants.scope import DealerRef, dealer_scope
from tests.api import making
from tests.api.actions import ACTIONS
from tests.api.addresses import calls
from tests.api.bodies import BODIES, body_of
from tests.core.documents.samples import PDF

N = 600_001
WITH_BODY = [call for call in calls() if str(call) in BODIES and str(call) in ACTIONS]


@pytest.fixture
def world(north: DealerRef) -> None:
    with dealer_scope(north):
        making.make_world(N, marker="x")


def send(client: Client, method: str, path: str, text: str) -> tuple[int, Any]:
    answer = client.generic(method, path, text, content_type="application/json")
    return answer.status_code, answer.json()


def test_a_field_that_there_is_not_is_refused_by_name(world: None, as_clara: Client, uncounted: None) -> None:
    answers = {
        str(call): send(as_clara, call.method, call.at(N), json.dumps(body_of(call, N) | {"nmae": "x"}))
        for call in WITH_BODY
    }

    # Some are for other posts, or want a confirmation first.
    taken = {call: answer for call, (code, answer) in answers.items() if code != 403}
    assert len(taken) > 40
    refusal = [{"field": "nmae", "message": "There is no such field here."}]
    assert {call: answer.get("errors") for call, answer in taken.items()} == dict.fromkeys(taken, refusal)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("appointments/", {"customer": N, "slot": {"kind": "MAINTENANCE", "bay": 1}}, "slot.bay"),
        (f"surveys/{N}/answer/", {"answers": [{"item": "a"}, {"itme": "b"}]}, "answers.1.itme"),
        ("touches/", {"x" * 500: 1}, "x" * 60),
    ],
)
def test_it_is_named_wherever_it_stands(path: str, body: object, field: str, world: None, as_clara: Client) -> None:
    code, answer = send(as_clara, "POST", f"/api/v1/{path}", json.dumps(body))

    assert (code, [row["field"] for row in answer["errors"]]) == (400, [field])


def test_a_field_that_only_answers_have_is_none_of_a_request(world: None, as_clara: Client) -> None:
    code, answer = send(as_clara, "PATCH", f"/api/v1/customers/{N}/", '{"name": "Anna", "lifecycle": "LAPSED"}')

    assert (code, answer["errors"][0]["field"]) == (400, "lifecycle")


def test_an_upload_has_no_fields_of_its_own_either(world: None, as_clara: Client) -> None:
    file = SimpleUploadedFile("a.pdf", PDF)

    answer = as_clara.post("/api/v1/documents/", {"file": file, "custmer": N})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "custmer")


@pytest.mark.parametrize(
    "text",
    [
        '{"name": NaN}',
        '{"name": Infinity}',
        '{"name": -Infinity}',
        '{"name": 1e999}',
        '{"name": "Anna", "name": "Boris"}',
        '{"name": "Anna"',
        '{"name": "\\ud800"}',
        '{"language": "\\ud800"}',
        '{"\\udfff": 1}',
        '{"name": ' + "1" * 5000 + "}",
        "\x00",
        b"\xff\xfe{\x00}\x00".decode("latin-1"),
    ],
)
def test_what_is_no_json_is_not_guessed(text: str, as_clara: Client) -> None:
    code, answer = send(as_clara, "PATCH", "/api/v1/me/", text)

    assert (code, answer["detail"]) == (400, "This cannot be read.")


@pytest.mark.parametrize("value", ["1e999", "1e400", "-1e999"])
def test_a_number_without_end_is_no_text(value: str, as_clara: Client) -> None:
    code, _ = send(as_clara, "PATCH", "/api/v1/me/", f'{{"name": {value}}}')

    assert code == 400
    assert as_clara.get("/api/v1/me/").json()["name"] == "Clara"
