"""Times that callers send: of a zone, and of a year, that make sense."""

import pytest
from django.test import Client

from core.models import Customer
from tenants.scope import DealerRef, dealer_scope
from tests.api.test_tasks import make_calls

REFUSED = {
    "2001-01-01T00:00:00Z": (422, "time_over"),
    "2999-01-01T00:00:00Z": (422, "time_too_far"),
    "2026-12-01T09:00:00": (400, "invalid"),
}


@pytest.mark.parametrize(("again_at", "refusal"), REFUSED.items())
def test_work_is_put_aside_for_a_time_that_is_to_come_and_has_a_zone(
    again_at: str, refusal: tuple[int, str], as_clara: Client, north: DealerRef
) -> None:
    with dealer_scope(north):
        (task_id,) = make_calls(1)

    answer = as_clara.post(
        f"/api/v1/tasks/{task_id}/postpone/", {"again_at": again_at}, content_type="application/json"
    )

    assert (answer.status_code, answer.json()["code"]) == refusal


def test_a_time_without_its_zone_is_refused_in_words(as_clara: Client) -> None:
    body = {"again_at": "2026-12-01T09:00:00"}

    answer = as_clara.post("/api/v1/tasks/1/postpone/", body, content_type="application/json")

    assert answer.json()["errors"] == [
        {"field": "again_at", "message": "Say the time with its zone: 2026-03-02T10:00:00+08:00."}
    ]


@pytest.mark.parametrize("next_at", ["2001-01-01T00:00:00Z", "2999-01-01T00:00:00Z"])
def test_a_next_step_is_for_a_time_that_is_to_come(next_at: str, as_clara: Client, north: DealerRef) -> None:
    with dealer_scope(north):
        make_calls(1)
        anna = Customer.objects.get(name="Anna").pk
    body = {"customer": anna, "kind": "NOTE", "subject": "x", "next_step": "call", "next_at": next_at}

    answer = as_clara.post("/api/v1/touches/", body, content_type="application/json")

    assert answer.status_code == 422


@pytest.mark.parametrize("until_at", ["2001-01-01T00:00:00Z", "2999-01-01T00:00:00Z"])
def test_what_is_due_is_put_off_to_a_time_that_is_to_come(until_at: str, as_clara: Client) -> None:
    answer = as_clara.post("/api/v1/dues/1/put_off/", {"until_at": until_at}, content_type="application/json")

    assert answer.status_code == 422
