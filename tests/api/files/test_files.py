"""Files over HTTP: what may be done is said, conflicts are told in words."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.models import ContactPoint, Ownership, Vehicle
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NOW
from tests.api.files.asking import JSON, N, post


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.GENERAL_MANAGER, ["edit", "consent", "note", "document", "merge"]),
        (Role.RELATIONS_SPECIALIST, ["edit", "consent", "note", "document"]),
        (Role.SERVICE_MANAGER, ["note", "document"]),
    ],
)
def test_a_file_says_what_the_caller_may_do(role: Role, words: list[str], as_role: Callable[[Role], Client]) -> None:
    client = as_role(role)

    assert client.get(f"/api/v1/customers/{N}/").json()["allowed"] == words
    assert client.get(f"/api/v1/customers/{N}/file/").json()["customer"]["allowed"] == words


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.RELATIONS_SPECIALIST, ["edit", "hand_over", "document", "give_up", "note"]),
        (Role.SERVICE_MANAGER, ["document", "note"]),
    ],
)
def test_a_cars_file_says_what_the_caller_may_do(
    role: Role, words: list[str], north: DealerRef, as_role: Callable[[Role], Client]
) -> None:
    client = as_role(role)
    assert client.get(f"/api/v1/vehicles/{N}/file/").json()["allowed"] == words

    # What is noted is noted of its holder.
    with dealer_scope(north):
        Ownership.objects.filter(vehicle_id=N).update(to_date="2026-11-20")
    left = client.get(f"/api/v1/vehicles/{N}/file/").json()["allowed"]
    assert left == [word for word in words if word not in {"give_up", "note"}]


def test_a_cars_file_says_which_fields_the_next_import_overwrites(as_clara: Client) -> None:
    assert as_clara.get(f"/api/v1/vehicles/{N}/file/").json()["overwritten"] == ["plate", "model"]


def test_somebody_elses_edit_meanwhile_is_a_conflict_in_words(as_clara: Client) -> None:
    seen = as_clara.get(f"/api/v1/customers/{N}/").json()["updated_at"]
    address = f"/api/v1/customers/{N}/"
    assert as_clara.patch(address, {"address": "one", "seen_at": seen}, content_type=JSON).status_code == 200

    answer = as_clara.patch(address, {"address": "two", "seen_at": seen}, content_type=JSON)

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["specifics"]) == (409, "changed_meanwhile", "address")
    assert problem["detail"]


def test_a_change_is_taken_back_once_over_http(as_clara: Client) -> None:
    as_clara.patch(f"/api/v1/customers/{N}/", {"name": "Anna"}, content_type=JSON)
    history = as_clara.get(f"/api/v1/field-changes/?subject_kind=customer&subject_id={N}&field=name").json()["results"]
    change = next(one for one in history if one["after"] == "Anna")
    assert (change["before"], change["after"], change["allowed"]) == ("north", "Anna", ["revert"])

    assert post(as_clara, f"field-changes/{change['id']}/revert").json()["allowed"] == []

    assert as_clara.get(f"/api/v1/customers/{N}/").json()["name"] == "north"
    again = post(as_clara, f"field-changes/{change['id']}/revert")
    assert (again.status_code, again.json()["code"]) == (409, "not_revertible")


def test_a_phone_is_added_replaced_and_preferred_and_the_history_shows_numbers(as_clara: Client) -> None:
    added = post(as_clara, "contact-points", customer=N, kind="PHONE", value="138 0013 8000").json()
    new = post(as_clara, f"contact-points/{added['id']}/replace", value="13900139000").json()
    assert (new["value"], "prefer" in new["allowed"]) == ("+8613900139000", True)
    assert post(as_clara, f"contact-points/{new['id']}/prefer").json()["is_preferred"]

    history = as_clara.get(f"/api/v1/customers/{N}/file/").json()["changes"]

    assert ("+8613800138000", "+8613900139000") in [(one["before"], one["after"]) for one in history]
    old = as_clara.get(f"/api/v1/contact-points/{added['id']}/").json()
    assert (old["replaced_by_id"], old["allowed"]) == (new["id"], ["mark_right"])


def test_a_number_that_is_none_is_refused_with_an_example(as_clara: Client) -> None:
    answer = post(as_clara, "contact-points", customer=N, kind="PHONE", value="12")

    assert (answer.status_code, answer.json()["code"]) == (422, "phone_unusable")
    assert "+86" in answer.json()["specifics"]


def test_a_file_merged_into_another_leaves_the_list_and_stands_in_that_one(as_clara: Client) -> None:
    other = N + 500_000
    preview = post(as_clara, "merge-suggestions/preview", kept=N, other=other).json()
    assert {"contact_points", "consents"} <= {*preview["coming"], "contact_points", "consents"}

    merge = post(as_clara, f"customers/{N}/merge", other=other, take=["address"]).json()

    listed = [row["id"] for row in as_clara.get("/api/v1/customers/?page_size=500").json()["results"]]
    assert (other in listed, merge["allowed"]) == (False, ["undo"])
    parting = as_clara.get(f"/api/v1/file-merges/{merge['id']}/parting/").json()
    assert parting["fields_staying"] == []
    undone = post(as_clara, f"file-merges/{merge['id']}/undo").json()
    assert (undone["allowed"], bool(undone["undone_at"])) == ([], True)
    assert post(as_clara, f"file-merges/{merge['id']}/undo").json()["code"] == "merge_refused"


def test_only_heads_merge(as_role: Callable[[Role], Client]) -> None:
    specialist = as_role(Role.RELATIONS_SPECIALIST)

    assert post(specialist, "merge-suggestions/preview", kept=N, other=N + 500_000).status_code == 403
    assert specialist.get(f"/api/v1/merge-suggestions/{N}/").status_code == 403


def test_a_timeline_is_read_by_groups_and_a_group_that_is_none_is_refused(as_clara: Client) -> None:
    answer = as_clara.get(f"/api/v1/customers/{N}/timeline/?groups=EDITS&groups=CALLS")

    assert [entry["group"] for entry in answer.json()["results"]] == ["EDITS"]
    assert as_clara.get(f"/api/v1/customers/{N}/timeline/?groups=GOSSIP").status_code == 400


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMiwzXQ", "WyIyMDI2LTExLTIwVDA0OjAwOjAwIiwxLDFd", "A" * 9000])
def test_a_cursor_that_is_none_is_refused(cursor: str, as_clara: Client) -> None:
    assert as_clara.get(f"/api/v1/customers/{N}/timeline/?cursor={cursor}").status_code == 400


def test_what_was_written_is_shown_to_those_who_read_messages(
    north: DealerRef, as_clara: Client, as_role: Callable[[Role], Client]
) -> None:
    with dealer_scope(north):
        making_events(N)

    def texts(client: Client) -> list[str | None]:
        entries = client.get(f"/api/v1/customers/{N}/timeline/?groups=MESSAGES").json()["results"]
        return [entry["message"]["text"] for entry in entries]

    assert texts(as_clara) == ["north"]
    assert texts(as_role(Role.SERVICE_ADVISOR)) == [None]


def making_events(number: int) -> None:
    from core.events import operations as events

    events.record("message.sent", subject_kind="message", subject_id=number, at=NOW, customer_id=number)


def test_consents_are_shown_with_their_proof_and_may_be_answered(as_clara: Client) -> None:
    said = {"customer": N, "is_granted": False, "purpose": "SURVEY", "channel": "CALL", "wording": "May we call?"}
    proof = post(as_clara, "consents", **said).json()

    matrix = as_clara.get(f"/api/v1/consents/matrix/?customer={N}").json()

    cell = next(one for one in matrix["cells"] if (one["purpose"], one["channel"]) == ("SURVEY", "CALL"))
    assert (cell["is_allowed"], matrix["allowed"]) == (False, ["answer"])
    shown = next(one for one in matrix["answers"] if one["id"] == proof["id"])
    assert (shown["wording"], shown["source"], shown["actor_name"]) == ("May we call?", "PERSON", "Clara")


def test_a_touch_is_noted_and_corrected(as_clara: Client) -> None:
    noted = post(as_clara, "touches", customer=N, kind="CALL", direction="IN", subject="brakes", said="They squeak.")
    assert (noted.status_code, noted.json()["allowed"]) == (201, ["correct"])

    corrected = post(as_clara, f"touches/{noted.json()['id']}/correct", customer=N, kind="CALL", subject="tyres")

    before = as_clara.get(f"/api/v1/touches/{noted.json()['id']}/").json()
    assert (before["corrected_by"], before["said"], before["allowed"]) == (corrected.json()["id"], "They squeak.", [])
    bad = post(as_clara, "touches", customer=N, kind="CALL", subject="x", recording_url="javascript:alert(1)")
    assert bad.status_code == 400


def test_a_car_is_given_up_and_says_what_may_be_done(as_clara: Client, north: DealerRef) -> None:
    assert "give_up" in as_clara.get(f"/api/v1/vehicles/{N}/").json()["allowed"]

    assert post(as_clara, f"vehicles/{N}/give_up", on_date="2026-12-01").json()["to_date"] == "2026-12-01"

    assert "give_up" not in as_clara.get(f"/api/v1/vehicles/{N}/file/").json()["allowed"]
    with dealer_scope(north):
        assert Vehicle.objects.get(pk=N).missing == ["odometer", "owner"]


def test_a_household_is_joined_over_http(as_clara: Client) -> None:
    other = N + 500_000
    assert post(as_clara, f"households/{N}/join", customer=other).status_code == 200

    file = as_clara.get(f"/api/v1/customers/{N}/file/").json()

    assert (file["household"]["id"], [member["id"] for member in file["members"]]) == (N, [other])


def test_a_file_says_what_it_lacks_and_by_when(as_clara: Client, north: DealerRef) -> None:
    with dealer_scope(north):
        ContactPoint.objects.filter(customer_id=N).delete()

    found = as_clara.get(f"/api/v1/customers/{N}/file/").json()["completeness"]

    gaps = {(gap["key"], gap["is_required"]) for gap in found["gaps"]}
    assert {("address_to_reach", True), ("odometer", True), ("address", False)} <= gaps
    assert (found["is_complete"], found["held"] + len(found["gaps"])) == (False, found["expected"])


def test_the_next_maintenance_is_said(as_clara: Client) -> None:
    assert as_clara.get(f"/api/v1/vehicles/{N}/maintenance/").json() == []
    assert as_clara.get(f"/api/v1/customers/{N}/maintenance/").status_code == 200
