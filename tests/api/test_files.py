"""Files over HTTP: what may be done is said, conflicts are told in words, documents are looked at."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from api.exporting import SavedFile
from core.models import ContactPoint, Customer, Document, Ownership, Vehicle
from tenants.accounts import operations as accounts
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api import making
from tests.api.conftest import NORTH_HOST, NOW, client_of
from tests.core.documents import samples

JSON = "application/json"
N = 720_001


@pytest.fixture(autouse=True)
def _house(north: DealerRef, south: DealerRef, tmp_path: Path, settings: LazySettings) -> Iterator[None]:
    settings.STORAGES = settings.STORAGES | {
        "documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    for dealer in (north, south):
        with dealer_scope(dealer):
            making.make_world(N, marker=dealer.name)
    yield
    for dealer in (north, south):
        with dealer_scope(dealer):
            cache.clear()


@pytest.fixture
def as_role(north: DealerRef) -> Callable[[Role], Client]:
    def sign_in(role: Role) -> Client:
        with dealer_scope(north):
            user = accounts.create_user(
                email=f"{role.lower()}@north.example", name="x", role=role, password=None, language="en", now=NOW
            )
        return client_of(user, host=NORTH_HOST, scope=dealer_scope(north))

    return sign_in


def post(client: Client, address: str, **body: object) -> Any:
    return client.post(f"/api/v1/{address}/", body, content_type=JSON)


def upload(client: Client, *, name: str = "合同.pdf", content: bytes = samples.PDF, **more: object) -> Any:
    file = SimpleUploadedFile(name, content, content_type="application/pdf")
    body = {"file": file, "kind": "CONTRACT", "customer": N} | more
    return client.post("/api/v1/documents/", body, content_type=MULTIPART_CONTENT)


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


def test_lists_are_narrowed_and_ordered(north: DealerRef, as_clara: Client) -> None:
    with dealer_scope(north):
        Customer.objects.update(missing=["name"], lifecycle="LAPSED", last_visit_date=None)
        lately, long_ago = (
            Customer.objects.create(name="x", last_visit_date=day, created_at=NOW, updated_at=NOW).pk
            for day in ("2026-11-01", "2020-01-01")
        )

    def ids(query: str) -> list[int]:
        return [row["id"] for row in as_clara.get(f"/api/v1/customers/?{query}").json()["results"]]

    assert ids("order=seen")[:2] == [long_ago, lately]
    assert ids("order=-seen&lifecycle=ACTIVE") == [lately, long_ago]
    assert set(ids("is_incomplete=false")) == {lately, long_ago}
    assert not {lately, long_ago} & set(ids("is_incomplete=true"))
    assert as_clara.get("/api/v1/customers/?order=phone").status_code == 400


def test_the_pages_of_an_order_follow_each_other(north: DealerRef, as_clara: Client) -> None:
    with dealer_scope(north):
        for day in range(1, 8):
            Customer.objects.create(name="x", last_visit_date=f"2026-11-0{day}", created_at=NOW, updated_at=NOW)

    first = as_clara.get("/api/v1/customers/?order=seen&page_size=3").json()
    second = as_clara.get(first["next"]).json()

    days = [row["last_visit_date"] for page in (first, second) for row in page["results"]]
    assert days == [f"2026-11-0{day}" for day in range(1, 7)]


@pytest.mark.parametrize("order", ["seen", "-seen", "name", "-name", "updated", "-created"])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 500])
def test_every_order_shows_each_file_once_those_without_a_value_last(
    order: str, size: int, north: DealerRef, as_clara: Client
) -> None:
    days = [None, "2026-11-03", None, "2026-11-01", "2026-11-03", None, "2026-11-02"]
    with dealer_scope(north):
        Customer.objects.update(lifecycle="LAPSED")
        made = [
            Customer.objects.create(
                name="x", name_key=f"x{number % 3}", last_visit_date=day, created_at=NOW, updated_at=NOW
            ).pk
            for number, day in enumerate(days)
        ]

    address: str | None = f"/api/v1/customers/?lifecycle=ACTIVE&order={order}&page_size={size}"
    rows = []
    while address:
        answer = as_clara.get(address).json()
        rows += answer["results"]
        address = answer["next"]

    assert sorted(row["id"] for row in rows) == made
    seen = [row["last_visit_date"] for row in rows]
    known = [day for day in seen if day]
    if order.endswith("seen"):
        assert seen == [*sorted(known, reverse=order.startswith("-")), None, None, None]


def test_a_fleets_cars_are_listed_in_part_and_counted_whole(north: DealerRef, as_clara: Client) -> None:
    with dealer_scope(north):
        fleet = Customer.objects.create(name="x", kind="COMPANY", created_at=NOW, updated_at=NOW)
        for number in range(8):
            car = Vehicle.objects.create(vin=f"LZZF{number:013d}", created_at=NOW, updated_at=NOW)
            Ownership.objects.create(vehicle=car, customer=fleet, from_date=NOW.date())
        given = Vehicle.objects.create(vin="LZZG0000000000009", created_at=NOW, updated_at=NOW)
        Ownership.objects.create(vehicle=given, customer=fleet, from_date=NOW.date(), to_date=NOW.date())

    row = as_clara.get("/api/v1/customers/?kind=COMPANY").json()["results"][0]

    assert (row["id"], len(row["cars"]), row["cars_total"]) == (fleet.pk, 5, 8)


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
    assert specialist.get(f"/api/v1/merge-suggestions/{N}/").json()["allowed"] == []


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


def test_a_document_is_kept_listed_opened_and_removed(as_clara: Client) -> None:
    kept = upload(as_clara)
    assert kept.status_code == 201, kept.content
    number = kept.json()["id"]
    assert (kept.json()["name"], kept.json()["allowed"]) == ("合同.pdf", ["open", "remove"])

    url = post(as_clara, f"documents/{number}/link").json()["url"]
    content = as_clara.get(url)

    assert isinstance(cast(object, content), SavedFile)  # goes piece by piece, not gathered first
    assert content.getvalue() == samples.PDF
    assert content["Content-Disposition"].startswith("attachment;")
    assert content["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in content["Content-Security-Policy"]
    assert "no-store" in content["Cache-Control"]
    assert post(as_clara, f"documents/{number}/remove", reason="wrong file").json()["removed_reason"] == "wrong file"
    assert as_clara.get(url).json()["code"] == "document_removed"
    assert number in [row["id"] for row in as_clara.get(f"/api/v1/documents/?customer={N}").json()["results"]]


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("a.pdf", samples.HTML, 422, "content_unlike_name"),
        ("a.html", samples.HTML, 422, "type_not_allowed"),
        ("a.svg", samples.SVG, 422, "type_not_allowed"),
        ("a.pdf", b"", 422, "file_empty"),
    ],
)
def test_what_is_not_kept_is_refused_in_words(
    name: str, content: bytes, status: int, code: str, as_clara: Client
) -> None:
    answer = upload(as_clara, name=name, content=content)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_file_too_long_is_refused_before_it_is_kept(as_clara: Client, settings: LazySettings, tmp_path: Path) -> None:
    settings.DOCUMENT_MOST_BYTES = 1024

    answer = upload(as_clara, content=samples.PDF + b"x" * 1024)

    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_long")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_body_too_long_for_any_document_is_not_read_and_told_alike(
    as_clara: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.documents.OneFile.longest", 10)

    answer = upload(as_clara)

    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_long")
    assert answer.json()["specifics"] == "20 MB"


def test_a_link_is_its_persons_at_its_dealer_and_nobody_elses(
    as_clara: Client,
    nobody: Client,
    as_role: Callable[[Role], Client],
    in_south_as: Callable[[Role], Client],
    north: DealerRef,
) -> None:
    url = post(as_clara, f"documents/{upload(as_clara).json()['id']}/link").json()["url"]

    assert nobody.get(url).status_code == 401
    assert as_role(Role.GENERAL_MANAGER).get(url).json()["code"] == "link_ended"
    assert in_south_as(Role.COC_DIRECTOR).get(url).json()["code"] == "link_ended"
    assert as_clara.get(url).status_code == 200


def test_a_program_opens_no_document(north: DealerRef) -> None:
    with dealer_scope(north):
        _, secret = accounts.issue_key(name="dms", scopes=["customers.read"], created_by=None, now=NOW)
    program = Client(HTTP_HOST=NORTH_HOST, headers={"Authorization": f"Api-Key {secret}"})

    assert program.get("/api/v1/documents/").status_code == 403
    assert upload(program).status_code == 403


def test_souths_document_is_neither_listed_nor_opened_at_north(
    as_clara: Client, in_south_as: Callable[[Role], Client], south: DealerRef
) -> None:
    kept = upload(in_south_as(Role.GENERAL_MANAGER), name="southern.pdf").json()["id"]

    assert "southern" not in as_clara.get("/api/v1/documents/?page_size=500").content.decode()
    with dealer_scope(south):
        assert Document.objects.get(pk=kept).path.startswith("dealers/d_south/documents/")


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
