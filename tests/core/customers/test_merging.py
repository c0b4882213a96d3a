"""Merging asks first, takes what a person chose, lets the most restrictive answer win, and is undone whole."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.customers import addresses, merging, operations, previewing, queries, search
from core.customers.models import Consent, Customer, FieldChange, FileMerge, MergeSuggestion
from core.events.models import Event
from core.vehicles.models import Ownership
from tenants.accounts.models import AuditEntry
from tenants.scope import DealerRef, dealer_scope
from tests.core.kpis import facts

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
BY = merging.By("user:7", "192.0.2.1")

pytestmark = pytest.mark.usefixtures("in_north")


def make(name: str, *, number: int = 1, **fields: object) -> Customer:
    customer = facts.make_customer(name, day=NOW.date(), phone=f"+861380013800{number}")
    for field, value in fields.items():
        setattr(customer, field, value)
    customer.save()
    car = facts.make_vehicle(number, day=NOW.date())
    Ownership.objects.create(vehicle=car, customer=customer, from_date=NOW.date())
    return customer


@pytest.fixture
def anna(in_north: DealerRef) -> Customer:
    return make("Anna", address="old street", language="es")


@pytest.fixture
def other(anna: Customer) -> Customer:
    return make("Anna A", number=2, address="new street")


def merge(anna: Customer, other: Customer, *take: str) -> FileMerge:
    return merging.merge_customers(kept_id=anna.pk, other_id=other.pk, take=take, by=BY, now=NOW)


def say(customer: Customer, *, is_granted: bool, purpose: str = "") -> Consent:
    return Consent.objects.create(
        customer=customer, is_granted=is_granted, purpose=purpose, source="PERSON", at=NOW, recorded_at=NOW
    )


def test_a_preview_shows_both_sides_what_differs_and_what_comes_along(anna: Customer, other: Customer) -> None:
    facts.make_orders(other, day=NOW.date(), count=2, first=10)

    preview = previewing.preview_merge(kept_id=anna.pk, other_id=other.pk)

    differing = {pair.field: (pair.kept, pair.other) for pair in preview.fields if not pair.is_same}
    assert differing == {
        "name": ("Anna", "Anna A"),
        "address": ("old street", "new street"),
        "language": ("es", ""),
    }
    assert [point.value for point in preview.other.contact_points] == ["+8613800138002"]
    assert [held.vehicle.plate for held in preview.kept.ownerships] == ["P1"]
    assert preview.coming == {"repair_orders": 2, "ownerships": 1, "contact_points": 1}


@pytest.mark.parametrize(
    ("kept", "others", "result"),
    [(True, True, True), (True, False, False), (False, True, False), (None, True, True), (False, None, False)],
)
def test_the_most_restrictive_answer_wins(
    kept: bool | None, others: bool | None, result: bool, anna: Customer, other: Customer
) -> None:
    for customer, said in ((anna, kept), (other, others)):
        if said is not None:
            say(customer, is_granted=said)

    (pair,) = previewing.preview_merge(kept_id=anna.pk, other_id=other.pk).answers

    assert (pair.kept, pair.other, pair.result) == (kept, others, result)


def test_a_preview_changes_nothing_and_takes_a_fixed_number_of_queries(anna: Customer, other: Customer) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            previewing.preview_merge(kept_id=anna.pk, other_id=other.pk)
        return len(captured)

    few = asked()
    facts.make_orders(other, day=NOW.date(), count=5, first=10)
    for number in range(20):
        say(other, is_granted=bool(number % 2), purpose="SURVEY")

    assert asked() == few
    assert not FileMerge.objects.exists()


def test_chosen_fields_come_from_the_other_file_with_history(anna: Customer, other: Customer) -> None:
    merge(anna, other, "address")

    anna.refresh_from_db()
    change = FieldChange.objects.get(field="address")
    assert (anna.address, anna.name) == ("new street", "Anna")
    assert (change.before, change.after, change.source, change.actor) == ("old street", "new street", "MERGE", "user:7")


def test_a_merge_is_announced_and_audited_without_names(anna: Customer, other: Customer) -> None:
    merge(anna, other, "address")

    event, entry = Event.objects.get(kind="file.merged"), AuditEntry.objects.get()
    assert (event.customer_id, event.data["other"]) == (anna.pk, other.pk)
    assert (entry.action, entry.actor_id, entry.address, entry.subject_id) == ("file.merged", 7, "192.0.2.1", anna.pk)
    assert "street" not in f"{event.data} {entry.after}"


def test_undoing_puts_back_what_was_taken(anna: Customer, other: Customer) -> None:
    done = merge(anna, other, "address", "name")

    undone = merging.undo_merge(done.pk, by=BY, now=LATER)

    anna.refresh_from_db()
    other.refresh_from_db()
    assert (anna.name, anna.address, other.merged_into_id) == ("Anna", "old street", None)
    assert (undone.stayed, undone.undone_by) == ([], "user:7")
    with pytest.raises(merging.MergeRefused, match="parted already"):
        merging.undo_merge(done.pk, by=BY, now=LATER)


def test_what_somebody_changed_since_stays_and_is_said_beforehand(anna: Customer, other: Customer) -> None:
    done = merge(anna, other, "address", "name")
    operations.edit_customer(customer_id=anna.pk, changes={"address": "third street"}, actor="user:8", now=LATER)
    addresses.add_contact_point(customer_id=anna.pk, kind="EMAIL", value="a@b.example", actor="user:8", now=LATER)

    parting = previewing.preview_undo(done.pk)
    assert (parting.fields_back, parting.fields_staying) == (("name",), ("address",))
    assert parting.staying == {"contact_points": 1}

    assert merging.undo_merge(done.pk, by=BY, now=LATER).stayed == ["address"]
    anna.refresh_from_db()
    assert (anna.name, anna.address) == ("Anna", "third street")


def test_files_that_came_along_go_back_with_theirs(anna: Customer, other: Customer) -> None:
    third = make("Anna B", number=3)
    merge(other, third)
    done = merge(anna, other)
    assert queries.files_of(third.pk) == (anna.pk, other.pk, third.pk)

    merging.undo_merge(done.pk, by=BY, now=LATER)

    assert queries.files_of(third.pk) == (other.pk, third.pk)
    assert queries.files_of(anna.pk) == (anna.pk,)


def test_a_merge_is_undone_also_after_its_kept_file_went_into_another(anna: Customer, other: Customer) -> None:
    third = make("Anna B", number=3)
    first = merge(anna, other)
    merge(third, anna)

    merging.undo_merge(first.pk, by=BY, now=LATER)

    assert queries.files_of(other.pk) == (other.pk,)
    assert queries.files_of(anna.pk) == (third.pk, anna.pk)


def test_a_preferred_time_is_taken_and_put_back_whole(anna: Customer, other: Customer) -> None:
    wish = {"preferred_from": datetime(2026, 1, 1, 9).time(), "preferred_until": datetime(2026, 1, 1, 12).time()}  # noqa: DTZ001  # wall times
    operations.edit_customer(customer_id=other.pk, changes=wish, actor="user:1", now=NOW)

    done = merge(anna, other, "preferred_from")
    anna.refresh_from_db()
    assert anna.preferred_until == wish["preferred_until"]

    merging.undo_merge(done.pk, by=BY, now=LATER)
    assert Customer.objects.filter(pk=anna.pk, preferred_from=None, preferred_until=None).exists()


def test_a_merged_file_is_found_by_its_own_name_and_leads_to_the_kept_one(anna: Customer, other: Customer) -> None:
    Customer.objects.filter(pk=other.pk).update(name="Quirin Own", name_key="quirinown")
    merge(anna, other)

    (hit,) = search.find("Quirin", kind=search.NAME).hits

    assert (hit.customer_id, hit.customer_name) == (anna.pk, "Anna")


def test_the_same_phone_is_suggested_when_a_person_enters_it(anna: Customer, other: Customer) -> None:
    addresses.add_contact_point(customer_id=other.pk, kind="PHONE", value="+8613800138001", actor="user:1", now=NOW)

    suggestion = MergeSuggestion.objects.get()
    assert ({suggestion.first_id, suggestion.second_id}, suggestion.reason) == ({anna.pk, other.pk}, "SAME_PHONE")
    assert Customer.objects.filter(merged_into__isnull=False).count() == 0


def test_a_number_that_many_share_suggests_nobody(anna: Customer, other: Customer) -> None:
    for number in range(3, 6):
        addresses.add_contact_point(
            customer_id=make("x", number=number).pk, kind="PHONE", value="+8613800138099", actor="user:1", now=NOW
        )
    before = MergeSuggestion.objects.count()

    addresses.add_contact_point(customer_id=anna.pk, kind="PHONE", value="+8613800138099", actor="user:1", now=NOW)

    assert MergeSuggestion.objects.count() == before


def test_south_previews_nothing_of_norths(anna: Customer, other: Customer, south: DealerRef) -> None:
    with dealer_scope(south), pytest.raises(Customer.DoesNotExist):
        previewing.preview_merge(kept_id=anna.pk, other_id=other.pk)
