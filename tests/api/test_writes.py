"""What the calls that change something do, through the whole house."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from core.models import Customer, FieldChange, Vehicle
from notifications.models import ChannelAccount, Due, Suppression
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.models import Dealer, Standard
from tenants.provisioning import open_manufacturer
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.api import making
from tests.api.conftest import NORTH_HOST, NOW, PUBLIC_HOST, client_of, confirm
from tests.notifications.policy.test_standard import make_table

N = 710_001
PASSWORD = "a quiet green lorry"


@pytest.fixture(autouse=True)
def _uncounted(north: DealerRef) -> Iterator[None]:
    yield
    with dealer_scope(north):
        cache.clear()


@pytest.fixture
def world(north: DealerRef) -> None:
    with dealer_scope(north):
        making.make_world(N, marker="x")


@pytest.fixture
def manager(north: DealerRef) -> User:
    with dealer_scope(north):
        return accounts.create_user(
            email="gm@north.example",
            name="x",
            role=Role.GENERAL_MANAGER,
            password=PASSWORD,
            language="en",
            now=NOW,
        )


@pytest.fixture
def as_manager(manager: User, north: DealerRef) -> Client:
    return client_of(manager, host=NORTH_HOST, scope=dealer_scope(north))


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/{path}/", body, content_type="application/json")


def patch(client: Client, path: str, **body: Any) -> Any:
    return client.patch(f"/api/v1/{path}/", body, content_type="application/json")


@pytest.mark.parametrize(
    "changes",
    [
        {"timezone": "Mars/Olympus"},
        {"language": "tlh"},
        {"preferred_from": "09:00"},
        {"preferred_until": None, "preferred_from": "09:00"},
        {"name": ""},
        {"kind": "ROBOT"},
        {"name": "x" * 201},
        {"name": "An\u202ena"},
        {"name": "An\nna"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_file_takes_only_what_can_be_used(changes: dict[str, Any], world: None, as_clara: Client) -> None:
    assert patch(as_clara, f"customers/{N}", **changes).status_code == 400


def test_a_file_keeps_what_a_person_wishes(world: None, as_clara: Client, north: DealerRef) -> None:
    wishes = {"timezone": "Europe/Madrid", "language": "", "preferred_from": "09:00:00", "preferred_until": "11:00:00"}

    answer = patch(as_clara, f"customers/{N}", **wishes)

    assert {field: answer.json()[field] for field in wishes} == wishes
    with dealer_scope(north):
        assert FieldChange.objects.filter(subject_kind="customer", source="PERSON", actor__startswith="user:").exists()


def test_what_an_owner_wants_done_stands_in_the_file_and_is_missed_where_nobody_asked(
    world: None, as_clara: Client, north: DealerRef
) -> None:
    def gaps() -> list[str]:
        return [gap["key"] for gap in as_clara.get(f"/api/v1/vehicles/{N}/file/").json()["completeness"]["gaps"]]

    assert "services_wanted" in gaps()
    answer = patch(as_clara, f"vehicles/{N}", services_wanted="Winter tyres, and look at the brakes")

    assert answer.json()["services_wanted"] == "Winter tyres, and look at the brakes"
    assert "services_wanted" not in answer.json()["missing"]
    assert "services_wanted" not in gaps()
    assert patch(as_clara, f"vehicles/{N}", services_wanted="x" * 301).status_code == 400


def test_a_vin_is_corrected_asked_about_and_refused_with_the_file_that_has_it(
    world: None, as_clara: Client, north: DealerRef
) -> None:
    with dealer_scope(north):
        now = datetime(2026, 11, 20, tzinfo=UTC)
        other = Vehicle.objects.create(vin="LZWACAGA6E4123458", created_at=now, updated_at=now).pk

    taken = patch(as_clara, f"vehicles/{N}", vin="LZWACAGA6E4123458")
    unlikely = patch(as_clara, f"vehicles/{N}", vin="LZWACAGA7E4123459")
    sure = patch(as_clara, f"vehicles/{N}", vin="lzwacaga7e4123459", is_vin_sure=True)

    assert (taken.status_code, taken.json()["code"], taken.json()["about"]) == (409, "vin_taken", {"vehicle": other})
    assert (unlikely.status_code, unlikely.json()["code"]) == (409, "vin_unlikely")
    assert (sure.status_code, sure.json()["vin"]) == (200, "LZWACAGA7E4123459")
    assert patch(as_clara, f"vehicles/{N}", vin="short").json()["code"] == "vin_malformed"


def test_a_cars_file_is_corrected_with_its_history(world: None, as_clara: Client, north: DealerRef) -> None:
    answer = patch(as_clara, f"vehicles/{N}", plate="沪A 12345", purchase_date="2024-02-29")

    assert (answer.status_code, answer.json()["plate"], answer.json()["purchase_date"]) == (
        200,
        "沪A 12345",
        "2024-02-29",
    )
    assert patch(as_clara, f"vehicles/{N}", purchase_date=None).json()["purchase_date"] is None
    assert patch(as_clara, f"vehicles/{N}", plate="x" * 21).status_code == 400
    with dealer_scope(north):
        assert Vehicle.objects.get(pk=N).plate_key == "沪A12345"
        assert FieldChange.objects.filter(subject_kind="vehicle").count() == 3


def test_a_car_changes_hands_once(world: None, as_clara: Client) -> None:
    other = N + 500_000

    assert post(as_clara, f"vehicles/{N}/hand_over", customer=other, on_date="2026-12-01").status_code == 201
    again = post(as_clara, f"vehicles/{N}/hand_over", customer=other, on_date="2026-12-02")

    assert (again.status_code, again.json()["code"]) == (409, "transfer_refused")
    owners = as_clara.get(f"/api/v1/vehicles/{N}/").json()["ownerships"]
    assert {(one["customer"], one["to_date"]) for one in owners} == {(N, "2026-12-01"), (other, None)}


def test_files_of_one_person_are_merged_and_parted(world: None, as_clara: Client) -> None:
    other = N + 500_000
    assert post(as_clara, f"customers/{N}/merge", other=other).status_code == 200
    file = as_clara.get(f"/api/v1/customers/{other}/file/").json()
    assert (file["customer"]["id"], [one["id"] for one in file["merged"]]) == (N, [other])
    assert as_clara.get(f"/api/v1/merge-suggestions/{N}/").json()["state"] == "MERGED"

    assert post(as_clara, f"customers/{other}/unmerge").json()["undone_at"]
    assert post(as_clara, f"customers/{other}/unmerge").json()["code"] == "merge_refused"
    assert post(as_clara, f"customers/{N}/merge", other=N).json()["code"] == "merge_refused"


def test_two_people_stay_two(world: None, as_clara: Client) -> None:
    assert post(as_clara, f"merge-suggestions/{N}/dismiss").json()["state"] == "DISMISSED"


def test_a_whole_file_shows_everything_once(world: None, as_clara: Client) -> None:
    customer = as_clara.get(f"/api/v1/customers/{N}/file/").json()
    vehicle = as_clara.get(f"/api/v1/vehicles/{N}/file/").json()

    assert [one["lines"][0]["text"] for one in customer["repair_orders"]] == ["x"]
    assert [one["vehicle"]["id"] for one in customer["ownerships"]] == [N]
    assert [one["customer"]["id"] for one in vehicle["ownerships"]] == [N]
    timelines = [as_clara.get(f"/api/v1/{kind}/{N}/timeline/").json() for kind in ("customers", "vehicles")]
    assert [[entry["kind"] for entry in timeline["results"]] for timeline in timelines] == [["file.updated"]] * 2


def test_a_call_is_taken_down(world: None, as_clara: Client) -> None:
    answer = post(as_clara, f"follow-ups/{N}/call", outcome="PARTLY_COMPLETED", answers=[{"item": "x", "value": "y"}])
    assert answer.status_code in {409, 422}

    assert post(as_clara, f"follow-ups/{N}/call", outcome="NO_ANSWER").json()["state"] == "CARRIED_OUT"
    assert post(as_clara, f"follow-ups/{N}/refuse").json()["state"] == "REFUSED"


def test_a_visit_is_booked_moved_arrives_and_is_done(world: None, as_clara: Client) -> None:
    slots = as_clara.get("/api/v1/appointments/slots/", {"kind": "MAINTENANCE"}).json()
    assert len(slots) >= 2
    booked = post(as_clara, "appointments", customer=N, vehicle=N, slot=slots[0])
    assert booked.status_code == 201, booked.json()
    visit, day = booked.json()["id"], booked.json()["starts_at"][:10]

    moved = post(as_clara, f"appointments/{visit}/move", slot=slots[1])
    board = as_clara.get("/api/v1/appointments/board/", {"day": day}).json()
    listed = as_clara.get("/api/v1/appointments/master_list/", {"day": day}).json()
    prepared = as_clara.get("/api/v1/appointments/preparation/")

    assert moved.json()["starts_at"] == slots[1]["start_at"]
    assert visit in {one["id"] for one in board["appointments"]}
    assert board["capacity_minutes"] > board["sold_minutes"] > 0
    assert {one["customer_name"] for one in listed if one["id"] == visit} == {"x"}
    assert prepared.status_code == 200
    assert post(as_clara, f"appointments/{visit}/arrive").json()["state"] == "ARRIVED"
    assert post(as_clara, f"appointments/{visit}/complete", repair_order=N).json()["state"] == "COMPLETED"
    assert post(as_clara, f"appointments/{visit}/cancel").json()["code"] == "appointment_over"


def test_a_complaint_is_classified_and_alarmed(world: None, as_clara: Client) -> None:
    opened = post(as_clara, "complaints", customer=N, text="The door squeaks.").json()
    path = f"complaints/{opened['id']}/actions"

    assert post(as_clara, path, action="CLASSIFY", text="PRICE").json()["category"] == "PRICE"
    assert post(as_clara, path, action="CLASSIFY", text="WEATHER").json()["code"] == "category_unknown"
    alarmed = post(as_clara, path, action="ALARM", text="SAFETY").json()
    assert (alarmed["alarm"], alarmed["level"]) == ("SAFETY", 4)
    assert post(as_clara, path, action="ALARM", text="BOREDOM").json()["code"] == "signal_unknown"
    for action, text in (
        ("JUDGE_FOUNDED", ""),
        ("INVESTIGATE", "A loose hinge"),
        ("PROPOSE", "Grease"),
        ("SIGN_OFF", ""),
    ):
        answer = post(as_clara, path, action=action, text=text)
        assert answer.status_code == 200, answer.json()
    assert answer.json()["tell_owner_due_at"]
    assert post(as_clara, path, action="TELL_OWNER", text="We greased it").json()["told_owner_at"]
    assert post(as_clara, path, action="INVESTIGATE", text="x" * 501).status_code == 400


def test_a_wall_is_put_up_and_lifted_by_people(world: None, as_clara: Client, north: DealerRef) -> None:
    wall = post(as_clara, "suppressions", customer=N, wording="No more, please", purpose="MARKETING").json()
    assert wall["source"] == "PERSON"
    assert post(as_clara, f"suppressions/{wall['id']}/lift", reason="called").json()["lifted_reason"] == "called"

    with dealer_scope(north):
        Suppression.objects.filter(pk=N).update(source="REPLY")
    assert post(as_clara, f"suppressions/{N}/lift", reason="x").json()["code"] == "not_ours_to_lift"


def test_due_work_is_put_off_and_called_off(world: None, as_clara: Client, north: DealerRef) -> None:
    later = (NOW + timedelta(days=60)).isoformat()
    assert post(as_clara, f"dues/{N}/put_off", until_at=later).json()["state"] == "HELD"
    assert post(as_clara, f"dues/{N}/call_off").json()["state"] == "CANCELLED"
    assert post(as_clara, f"dues/{N}/call_off").json()["code"] == "due_over"


def test_the_plan_is_shown_and_nothing_planned(world: None, as_clara: Client, north: DealerRef) -> None:
    answer = as_clara.get("/api/v1/plan/", {"as_of": "2026-11-20"}).json()

    assert (answer["dealer"], answer["as_of"], answer["is_dry_run"]) == ("north", "2026-11-20", True)
    assert answer["kinds"]
    with dealer_scope(north):
        assert list(Due.objects.exclude(customer=None).values_list("id", flat=True)) == [N]


def test_the_books_balance(world: None, as_clara: Client) -> None:
    books = as_clara.get("/api/v1/accounting/").json()

    assert (books["accepted"], books["still_due"], books["is_balanced"]) == (1, 1, True)
    assert as_clara.get("/api/v1/accounting/", {"until_at": "2020-01-01T00:00:00Z"}).json()["accepted"] == 0


def test_shipped_flows_are_listed_and_are_sound(as_clara: Client) -> None:
    flows = as_clara.get("/api/v1/flow-library/").json()["flows"]

    assert len(flows) >= 4
    for flow in flows:
        assert post(as_clara, "flow-library/check", definition=flow["definition"]).json() == {
            "is_sound": True,
            "faults": [],
        }


def test_a_flow_with_a_fault_says_where(as_clara: Client) -> None:
    flow = as_clara.get("/api/v1/flow-library/").json()["flows"][0]["definition"]

    verdict = post(as_clara, "flow-library/check", definition={**flow, "purpose": "GOSSIP"}).json()

    assert not verdict["is_sound"]
    assert ("purpose", "unknown purpose GOSSIP") in {(one["field"], one["message"]) for one in verdict["faults"]}
    assert not post(as_clara, "flow-library/check", definition={}).json()["is_sound"]


def test_an_account_of_the_simulator_is_opened_by_somebody_who_confirmed(as_clara: Client, north: DealerRef) -> None:
    early = post(as_clara, "channel-accounts", kind="simulator", address="10086")
    confirm(as_clara, password="clara's password")
    right = post(as_clara, "channel-accounts", kind="simulator", address="10086")

    assert (early.status_code, early.json()["code"]) == (403, "confirmation_needed")
    assert right.status_code == 201
    with dealer_scope(north):
        assert ChannelAccount.objects.get().address == "10086"


def test_settings_are_changed_all_or_not_at_all(as_clara: Client) -> None:
    hours = {str(day): [["08:00", "17:00"]] for day in range(5)}
    before = as_clara.get("/api/v1/settings/").json()

    loose = patch(as_clara, "settings", weekly_hours=hours, policy={"per_window": 99})
    assert (loose.status_code, loose.json()["code"]) == (422, "limit_loosened")
    assert as_clara.get("/api/v1/settings/").json() == before
    strict = patch(as_clara, "settings", weekly_hours=hours, policy={"per_window": 1}).json()
    assert (strict["policy"], strict["weekly_hours"]["0"]) == ({"per_window": 1}, [["08:00", "17:00"]])


def test_doris_opens_suspends_and_resumes_a_dealer_of_her_own(as_doris: Client, north: DealerRef) -> None:
    new = {"name": "west-side", "shown_name": "West Side", "country": "es", "region": "West"}
    opened = post(as_doris, "dealers", **new, manufacturer="somebody-else")
    assert opened.status_code == 201, opened.json()
    path = f"dealers/{opened.json()['id']}"

    with public_scope():
        assert Dealer.objects.get(name="west-side").manufacturer_id == north.manufacturer_id
    assert Client(HTTP_HOST="west-side.localhost").get("/api/v1/me/").status_code == 401
    assert post(as_doris, "dealers", **new).json()["code"] == "dealer_exists"
    assert post(as_doris, "dealers", **{**new, "name": "West"}).json()["code"] == "dealer_name_unusable"
    assert post(as_doris, "dealers", **{**new, "name": "w", "country": "XX"}).json()["code"] == "country_unknown"
    assert post(as_doris, "dealers", **{**new, "name": "w", "region": "X"}).json()["code"] == "region_unknown"
    assert post(as_doris, "dealers", **{**new, "name": "w", "timezone": "X"}).json()["code"] == "timezone_unknown"
    assert post(as_doris, f"{path}/suspend").json()["suspended_at"]
    assert post(as_doris, f"{path}/resume").json()["suspended_at"] is None


def test_somebody_elses_dealer_is_not_there(north: DealerRef) -> None:
    other = open_manufacturer(name="other", shown_name="Other", regions=())
    with public_scope():
        user = accounts.create_user(
            email="a@other.example",
            name="x",
            role=Role.MANUFACTURER_ADMIN,
            password=None,
            language="en",
            manufacturer_id=other.pk,
            now=NOW,
        )
    client = client_of(user, host=PUBLIC_HOST, scope=public_scope())

    assert client.get("/api/v1/dealers/").json()["results"] == []
    assert client.get("/api/v1/manufacturer-users/").json()["results"][0]["id"] == user.pk
    for verb in ("suspend", "resume"):
        assert post(client, f"dealers/{north.id}/{verb}").status_code == 404
    with public_scope():
        assert Dealer.objects.get(pk=north.id).suspended_at is None


def test_doris_publishes_a_standard_that_can_be_used(as_doris: Client) -> None:
    sound = {"in_force_from": "2999-01-01", "data": {"contact_policy": make_table()}}

    published = post(as_doris, "standards", **sound)
    assert (published.status_code, published.json()["version"]) == (201, 1)
    assert post(as_doris, "standards", **sound).json()["version"] == 2
    assert post(as_doris, "standards", **{**sound, "data": {"contact_policy": {}}}).json()["code"] == "standard_invalid"
    assert post(as_doris, "standards", **{**sound, "in_force_from": "2020-01-01"}).json()["code"] == (
        "standard_backdated"
    )
    with public_scope():
        assert Standard.objects.count() == 2


def test_a_person_is_not_found_by_a_word_in_an_address(as_clara: Client, north: DealerRef) -> None:
    with dealer_scope(north):
        Customer.objects.create(name="安娜", name_key="安娜", created_at=NOW, updated_at=NOW)

    assert as_clara.get("/api/v1/search/?text=安娜").status_code == 405
    found = post(as_clara, "search", text="安娜").json()
    assert [hit["customer_name"] for hit in found["NAME"]["hits"]] == ["安娜"]
