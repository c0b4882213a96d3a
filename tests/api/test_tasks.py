"""The work list through the whole house: what is shown of a task to whom, taking the next, the day's figures."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.complaints import operations as complaints
from core.models import Complaint, ContactPoint, Customer, Task, Vehicle
from core.tasks import operations
from core.tasks.operations import NewTask
from notifications.models import ChannelAccount, Conversation, Message
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NORTH_HOST, NOW, client_of

PHONE, LANDLINE = "+8613800138000", "+862155551234"
Sign = Callable[[Role], Client]


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def sign_in(north: DealerRef) -> Sign:
    """Sign somebody in at north with a role; each call is somebody else."""
    count = 0

    def somebody(role: Role) -> Client:
        nonlocal count
        count += 1
        with dealer_scope(north):
            user = accounts.create_user(
                email=f"p{count}@north.example", name="Somebody", role=role, password=None, language="en", now=NOW
            )
        return client_of(user, host=NORTH_HOST, scope=dealer_scope(north))

    return somebody


def make_calls(count: int, **values: Any) -> list[int]:
    """Open that many calls to Anna about her car, the first the most urgent."""
    anna = Customer.objects.create(name="Anna", created_at=NOW, updated_at=NOW)
    car = Vehicle.objects.create(
        vin=f"LSGTC52U96Y{anna.pk:06}", plate="沪A12345", model="Almera", created_at=NOW, updated_at=NOW
    )
    for number, is_landline in ((PHONE, False), (LANDLINE, True)):
        ContactPoint.objects.create(
            customer=anna, kind="PHONE", value=number, is_landline=is_landline, created_at=NOW, updated_at=NOW
        )
    new = [
        NewTask(
            kind=values.get("kind", "CALL"),
            key=f"call:{anna.pk}:{number}",
            reason="after_sales_call",
            due_at=NOW,
            priority=number,
            customer_id=anna.pk,
            vehicle_id=car.pk,
            conversation_id=values.get("conversation_id"),
        )
        for number in range(count)
    ]
    operations.open_tasks(new, now=NOW)
    return list(Task.objects.filter(customer=anna).order_by("priority").values_list("id", flat=True))


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/tasks/{path}", body, content_type="application/json")


def test_the_next_is_held_with_all_that_is_needed_to_do_it(north: DealerRef, sign_in: Sign) -> None:
    with dealer_scope(north):
        first, _second = make_calls(2)
    client = sign_in(Role.RELATIONS_SPECIALIST)

    task = post(client, "next/").json()

    assert (task["id"], task["is_held"], task["reason"]) == (first, True, "after_sales_call")
    assert task["person"]["name"] == "Anna"
    assert (task["car"]["plate"], task["car"]["model"]) == ("沪A12345", "Almera")
    # Landline first, whole while it is held.
    assert [(one["number"], one["is_whole"]) for one in task["phones"]] == [(LANDLINE, True), (PHONE, True)]
    assert task["allowed"] == ["claim", "complete", "postpone", "release"]
    assert {one["outcome"]: one["then"] for one in task["outcomes"]} == {
        "COMPLETED": "complete",
        "NO_ANSWER": "postpone",
        "BUSY": "postpone",
        "RESCHEDULED": "ask",
        "PARTLY_COMPLETED": "complete",
        "REFUSED": "complete",
        "POWERED_OFF": "postpone",
        "WRONG_NUMBER": "complete",
        "LANGUAGE_BARRIER": "hand_on",
    }


def test_in_a_list_numbers_are_hidden(north: DealerRef, sign_in: Sign) -> None:
    with dealer_scope(north):
        make_calls(1)

    (task,) = sign_in(Role.RELATIONS_SPECIALIST).get("/api/v1/tasks/work/").json()["results"]

    assert [(one["number"], one["is_whole"]) for one in task["phones"]] == [
        ("+86•••••••234", False),
        ("+86••••••••000", False),
    ]
    assert "said" not in task


def test_two_get_two_and_then_there_is_none(north: DealerRef, sign_in: Sign) -> None:
    with dealer_scope(north):
        make_calls(2)
    clients = [sign_in(Role.RELATIONS_SPECIALIST) for _ in range(3)]

    answers = [post(client, "next/") for client in clients]

    assert len({answer.json()["id"] for answer in answers[:2]}) == 2
    assert answers[2].status_code == 204


def test_what_another_holds_is_out_of_the_list_and_may_not_be_done(north: DealerRef, sign_in: Sign) -> None:
    with dealer_scope(north):
        (task_id,) = make_calls(1)
    first, second = sign_in(Role.RELATIONS_SPECIALIST), sign_in(Role.RELATIONS_SPECIALIST)
    post(first, f"{task_id}/claim/")

    assert second.get("/api/v1/tasks/work/").json()["results"] == []
    seen = second.get(f"/api/v1/tasks/{task_id}/").json()
    assert (seen["allowed"], seen["is_held"], seen["phones"][0]["is_whole"]) == ([], False, False)
    assert post(second, f"{task_id}/claim/").json()["code"] == "task_taken"
    assert post(second, f"{task_id}/complete/", outcome="COMPLETED").json()["code"] == "task_taken"

    post(first, f"{task_id}/release/")
    assert post(second, f"{task_id}/claim/").status_code == 200


def test_nobody_gives_back_what_they_do_not_hold(north: DealerRef, sign_in: Sign) -> None:
    with dealer_scope(north):
        (task_id,) = make_calls(1)
    first, second = sign_in(Role.RELATIONS_SPECIALIST), sign_in(Role.RELATIONS_SPECIALIST)
    post(first, f"{task_id}/claim/")

    refused, given_back = (post(client, f"{task_id}/release/") for client in (second, first))

    assert (refused.status_code, refused.json()["detail"]) == (409, "You do not hold this task.")
    assert (given_back.status_code, given_back.json()["claimed_by"]) == (200, None)


def test_an_outcome_without_a_time_comes_back_after_its_pause(north: DealerRef, sign_in: Sign) -> None:
    with dealer_scope(north):
        (task_id,) = make_calls(1)
    client = sign_in(Role.RELATIONS_SPECIALIST)

    again = post(client, f"{task_id}/postpone/", outcome="BUSY").json()

    assert again["not_before_at"] == (NOW + timedelta(minutes=30)).isoformat().replace("+00:00", "Z")
    assert (again["attempts"], again["state"]) == (1, "OPEN")
    assert client.get("/api/v1/tasks/work/").json()["results"] == []
    assert post(client, f"{task_id}/postpone/", outcome="RESCHEDULED").json()["code"] == "time_missing"


def test_a_call_without_a_common_language_names_who_goes_on(north: DealerRef, sign_in: Sign) -> None:
    with dealer_scope(north):
        (task_id,) = make_calls(1)
    client, _colleague = sign_in(Role.RELATIONS_SPECIALIST), sign_in(Role.RELATIONS_SPECIALIST)
    with dealer_scope(north):
        User.objects.filter(id=User.objects.latest("id").pk).update(language="es")

    moved = post(client, f"{task_id}/postpone/", outcome="LANGUAGE_BARRIER", language="es").json()

    assert (moved["state"], moved["given_to"]) == ("OPEN", "Somebody")
    assert client.get("/api/v1/tasks/work/").json()["results"] == []
    assert post(client, f"{task_id}/postpone/", outcome="LANGUAGE_BARRIER", language="tlh").status_code == 400


def test_work_on_a_complaint_says_how_the_complaint_stands_now(north: DealerRef, sign_in: Sign) -> None:
    with dealer_scope(north):
        complaint = complaints.open_complaint(
            customer_id=None, vehicle_id=None, text="Hmm.", category="OTHER", channel="PHONE", now=NOW
        )
        Complaint.objects.filter(pk=complaint.pk).update(level=4, category="PARTS_DELAY", alarm="SAFETY")
    client = sign_in(Role.COC_DIRECTOR)

    shown = [
        *client.get("/api/v1/tasks/", {"kind": "COMPLAINT"}).json()["results"],
        *client.get("/api/v1/tasks/late/", {"role": "GENERAL_MANAGER"}).json()["results"],
        client.post("/api/v1/tasks/next/").json(),
    ]

    told = {"number": complaint.number, "level": 4, "category": "PARTS_DELAY", "alarm": "SAFETY"}
    assert [task["data"] for task in shown] == [told] * len(shown)
    assert len(shown) >= 2


def test_the_number_that_was_called_is_marked_as_wrong(north: DealerRef, sign_in: Sign) -> None:
    with dealer_scope(north):
        (task_id,) = make_calls(1)
    client = sign_in(Role.RELATIONS_SPECIALIST)
    called = post(client, "next/").json()["phones"][1]["id"]

    post(client, f"{task_id}/complete/", outcome="WRONG_NUMBER", contact_point=called)

    with dealer_scope(north):
        assert ContactPoint.objects.get(blocked_at__isnull=False).pk == called


def test_what_was_said_is_told_to_who_may_read_it(north: DealerRef, sign_in: Sign) -> None:
    with dealer_scope(north):
        account = ChannelAccount.objects.create(kind="simulator", address="1", public_id="p" * 20, created_at=NOW)
        talk = Conversation.objects.create(account=account, address="2", created_at=NOW)
        for text, direction in (("How was it?", "OUT"), ("The door squeaks.", "IN")):
            Message.objects.create(
                direction=direction, state="SENT", account=account, conversation=talk, text=text, created_at=NOW
            )
        (task_id,) = make_calls(1, kind="REPLY", conversation_id=talk.pk)

    specialists = post(sign_in(Role.SERVICE_SPECIALIST), "next/").json()
    advisors = sign_in(Role.SERVICE_ADVISOR).get(f"/api/v1/tasks/{task_id}/").json()

    assert [(one["source"], one["text"], one["is_ours"]) for one in specialists["said"]] == [
        ("MESSAGE", "How was it?", True),
        ("MESSAGE", "The door squeaks.", False),
    ]
    assert [one["outcome"] for one in specialists["outcomes"]] == ["COMPLETED"]
    assert advisors["said"] == []


def test_the_list_is_paged_in_its_own_order(north: DealerRef, sign_in: Sign) -> None:
    with dealer_scope(north):
        known = make_calls(7)
    client = sign_in(Role.RELATIONS_SPECIALIST)

    shown, address = [], "/api/v1/tasks/work/?page_size=3"
    while address:
        page = client.get(address).json()
        shown += [task["id"] for task in page["results"]]
        address = page["next"]

    assert shown == known


@pytest.mark.parametrize("cursor", ["WzEsMSwiMjAyNi0xMS0yMFQwNDowMDowMCswMDowMCIsMV0", "WyJ4IiwxLDEsMV0", "W10", "x"])
def test_an_odd_cursor_of_the_work_list_is_no_defect(cursor: str, as_clara: Client) -> None:
    assert as_clara.get(f"/api/v1/tasks/work/?cursor={cursor}").status_code in {200, 400}


def count_of(client: Client, method: str, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.generic(method, f"/api/v1/tasks/{path}", b"{}", content_type="application/json")
    return len(queries)


def test_the_numbers_of_queries_do_not_grow_with_the_work(north: DealerRef, sign_in: Sign) -> None:
    client = sign_in(Role.COC_DIRECTOR)

    def counts() -> list[int]:
        paths = [("GET", "work/"), ("GET", "day/"), ("GET", "centre/"), ("POST", "next/")]
        return [count_of(client, method, path) for method, path in paths]

    with dealer_scope(north):
        make_calls(1)
    counts()
    few = counts()
    with dealer_scope(north):
        for _ in range(12):
            make_calls(2)

    assert counts() == few
    assert max(few) <= 17


def test_the_day_is_counted_for_the_caller(north: DealerRef, sign_in: Sign) -> None:
    with dealer_scope(north):
        make_calls(3)
    client = sign_in(Role.RELATIONS_SPECIALIST)
    task_id = post(client, "next/").json()["id"]
    post(client, f"{task_id}/complete/", outcome="COMPLETED")

    day = client.get("/api/v1/tasks/day/").json()

    assert day == {
        "on": "2026-11-20",
        "done": {
            "by_kind": {"CALL": 1},
            "calls": [
                {"direction": "INBOUND", "done": 0, "least": 50, "most": 60},
                {"direction": "OUTBOUND", "done": 1, "least": 70, "most": 80},
            ],
            "load": pytest.approx(1 / 80),
            "has_norm": True,
        },
        "left": 2,
        "overdue": 0,
        "later": 0,
        "stands_in_for": [],
        "stood_in_by": "",
    }


def test_the_centres_day_is_for_heads(north: DealerRef, sign_in: Sign) -> None:
    head, specialist = sign_in(Role.COC_DIRECTOR), sign_in(Role.RELATIONS_SPECIALIST)

    assert [one["name"] for one in head.get("/api/v1/tasks/centre/").json()["people"]] == ["Somebody"] * 2
    assert specialist.get("/api/v1/tasks/centre/").status_code == 403


def test_what_counts_as_late_is_listed(north: DealerRef, sign_in: Sign) -> None:
    head, an_hour = sign_in(Role.COC_DIRECTOR), timedelta(hours=1)
    with dealer_scope(north):
        late, aside, ahead = make_calls(1), make_calls(1), make_calls(1)
        Task.objects.filter(id__in=late + aside).update(due_at=NOW - an_hour)
        Task.objects.filter(id__in=aside).update(not_before_at=NOW + an_hour)
        Task.objects.filter(id__in=ahead).update(due_at=NOW + an_hour)

    listed = head.get("/api/v1/tasks/late/?role=RELATIONS_SPECIALIST").json()["results"]

    (backlog,) = head.get("/api/v1/tasks/centre/").json()["backlogs"]
    assert [row["id"] for row in listed] == late
    assert (backlog["role"], backlog["overdue"]) == ("RELATIONS_SPECIALIST", len(listed))
    assert (listed[0]["person"]["name"], listed[0]["phones"][0]["is_whole"]) == ("Anna", False)
    assert head.get("/api/v1/tasks/late/?role=SERVICE_SPECIALIST").json()["results"] == []


@pytest.mark.parametrize("role", ["", "COOK", "MANUFACTURER_ADMIN"])
def test_a_role_that_is_none_here_has_no_late_work(role: str, sign_in: Sign) -> None:
    assert sign_in(Role.COC_DIRECTOR).get("/api/v1/tasks/late/", {"role": role}).status_code == 400


def test_what_is_late_is_for_heads_and_of_their_dealer(
    north: DealerRef, sign_in: Sign, in_south_as: Callable[[Role], Client]
) -> None:
    with dealer_scope(north):
        make_calls(1)
        Task.objects.update(due_at=NOW - timedelta(hours=1))
    address = "/api/v1/tasks/late/?role=RELATIONS_SPECIALIST"

    assert sign_in(Role.RELATIONS_SPECIALIST).get(address).status_code == 403
    assert in_south_as(Role.COC_DIRECTOR).get(address).json()["results"] == []


def test_norths_work_and_day_are_not_souths(north: DealerRef, in_south_as: Callable[[Role], Client]) -> None:
    with dealer_scope(north):
        make_calls(2)
    client = in_south_as(Role.COC_DIRECTOR)

    assert client.get("/api/v1/tasks/work/").json()["results"] == []
    assert post(client, "next/").status_code == 204
    assert client.get("/api/v1/tasks/day/").json()["left"] == 0
    assert client.get("/api/v1/tasks/centre/").json()["backlogs"] == []


@pytest.mark.parametrize("step", ["claim", "complete", "postpone"])
def test_work_of_another_post_is_nobody_elses(north: DealerRef, sign_in: Sign, step: str) -> None:
    sign_in(Role.RELATIONS_SPECIALIST)
    with dealer_scope(north):
        (task_id,) = make_calls(1)
    body = {"outcome": "COMPLETED"} if step == "complete" else {"outcome": "NO_ANSWER"} if step == "postpone" else {}

    refused = post(sign_in(Role.SERVICE_ADVISOR), f"{task_id}/{step}/", **body)
    led = post(sign_in(Role.COC_DIRECTOR), f"{task_id}/{step}/", **body)

    assert (refused.status_code, refused.json()["code"]) == (403, "not_on_desk")
    assert led.status_code == 200


def test_a_heads_own_work_is_not_for_those_they_lead(north: DealerRef, sign_in: Sign) -> None:
    specialist, head = sign_in(Role.RELATIONS_SPECIALIST), sign_in(Role.GENERAL_MANAGER)
    with dealer_scope(north):
        (task_id,) = make_calls(1, kind="DISSATISFIED")

    assert post(specialist, f"{task_id}/claim/").status_code == 403
    assert specialist.get(f"/api/v1/tasks/{task_id}/").json()["allowed"] == []
    assert post(head, f"{task_id}/claim/").status_code == 200


def test_what_was_settled_elsewhere_is_no_call_of_anybodys(north: DealerRef, sign_in: Sign) -> None:
    client = sign_in(Role.RELATIONS_SPECIALIST)
    with dealer_scope(north):
        first, second = make_calls(2)
        key = Task.objects.get(pk=second).key
    post(client, f"{first}/complete/", outcome="COMPLETED")
    with dealer_scope(north):
        operations.settle_tasks(keys=[key], now=NOW, actor=f"user:{client.session['_auth_user_id']}")

    done = client.get("/api/v1/tasks/day/").json()["done"]

    assert done["by_kind"] == {"CALL": 1}
    assert [one["done"] for one in done["calls"]] == [0, 1]
