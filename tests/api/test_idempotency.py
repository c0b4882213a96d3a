"""Idempotency-Key: one key, one effect, one answer, however often and however fast it comes."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from api.idempotency import KEPT, SWEPT
from api.models import IdempotentCall
from core.models import Complaint, Customer
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NORTH_HOST, NOW, client_of

ADDRESS = "/api/v1/complaints/"
BODY = {"text": "The door squeaks.", "category": "REPAIR_QUALITY"}


@pytest.fixture(autouse=True)
def _uncounted(north: DealerRef) -> Iterator[None]:
    yield
    with dealer_scope(north):
        cache.clear()


def post(client: Client, key: str, body: Mapping[str, object] = BODY, address: str = ADDRESS) -> HttpResponse:
    return client.post(address, body, content_type="application/json", headers={"Idempotency-Key": key})  # type: ignore[return-value]  # the test client's own class


def complaints(dealer: DealerRef) -> int:
    with dealer_scope(dealer):
        return Complaint.objects.count()


def test_a_repeat_gets_the_first_answer_and_does_nothing(as_clara: Client, north: DealerRef) -> None:
    first, again = post(as_clara, "one"), post(as_clara, "one")

    assert first.status_code == again.status_code == 201
    assert again.json() == first.json()  # type: ignore[attr-defined]  # the test client's
    assert again["Idempotent-Replay"] == "true"
    assert "Idempotent-Replay" not in first
    assert complaints(north) == 1


def test_another_key_is_another_call(as_clara: Client, north: DealerRef) -> None:
    post(as_clara, "one")
    post(as_clara, "two")
    as_clara.post(ADDRESS, BODY, content_type="application/json")

    assert complaints(north) == 3


@pytest.mark.parametrize(
    ("body", "address"),
    [({**BODY, "text": "The roof leaks."}, ADDRESS), ({"customer": 1, "wording": "x"}, "/api/v1/suppressions/")],
    ids=["another body", "another address"],
)
def test_a_key_used_for_something_else_is_a_mistake(
    body: dict[str, object], address: str, as_clara: Client, north: DealerRef
) -> None:
    post(as_clara, "one")

    answer = post(as_clara, "one", body, address)

    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency_key_reused"  # type: ignore[attr-defined]  # the test client's
    assert complaints(north) == 1


def test_a_failed_call_keeps_no_key(as_clara: Client, north: DealerRef) -> None:
    assert post(as_clara, "one", {"text": ""}).status_code == 400
    assert post(as_clara, "one", {"text": "x", "customer": 10**9}).status_code == 404

    assert post(as_clara, "one").status_code == 201
    assert complaints(north) == 1


def test_a_key_that_is_too_long_is_refused(as_clara: Client) -> None:
    assert post(as_clara, "k" * 121).status_code == 400


def test_two_people_and_two_programs_may_choose_the_same_key(as_clara: Client, north: DealerRef) -> None:
    with dealer_scope(north):
        secrets = [
            accounts.issue_key(name=name, scopes=["complaints.open"], created_by=None, now=NOW)[1] for name in "ab"
        ]
    post(as_clara, "one")

    for secret in secrets:
        program = Client(HTTP_HOST=NORTH_HOST, headers={"Authorization": f"Api-Key {secret}"})
        assert post(program, "one").status_code == 201

    assert complaints(north) == 3


def test_what_is_kept_is_the_dealers_own(as_clara: Client, north: DealerRef, south: DealerRef) -> None:
    post(as_clara, "one")

    with dealer_scope(south):
        assert not IdempotentCall.objects.exists()
    with dealer_scope(north):
        assert BODY["text"] in str(IdempotentCall.objects.get().answer)


def test_old_answers_go_when_new_ones_come(as_clara: Client, north: DealerRef) -> None:
    for number in range(12):
        post(as_clara, f"old {number}")
    with dealer_scope(north):
        IdempotentCall.objects.update(called_at=datetime.now(UTC) - KEPT - timedelta(minutes=1))

    post(as_clara, "new")

    with dealer_scope(north):
        assert IdempotentCall.objects.count() == 12 + 1 - SWEPT


@pytest.mark.django_db(transaction=True)
def test_two_at_once_have_one_effect(clara: User, north: DealerRef) -> None:
    with dealer_scope(north):
        Customer.objects.create(name="Anna", created_at=NOW, updated_at=NOW)
    callers = 6
    start = Barrier(callers)
    clients = [client_of(clara, host=NORTH_HOST, scope=dealer_scope(north)) for _ in range(callers)]

    def call(client: Client) -> HttpResponse:
        start.wait()
        try:
            return post(client, "at once")
        finally:
            connection.close()

    with ThreadPoolExecutor(callers) as pool:
        answers = list(pool.map(call, clients))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1  # type: ignore[attr-defined]  # the test client's
    assert all(answer.json() == answers[0].json() for answer in answers)  # type: ignore[attr-defined]
    assert sum("Idempotent-Replay" in answer for answer in answers) == callers - 1
    assert complaints(north) == 1
