"""One timeline over everything: in one order, by groups, paged without loss, in a bounded number of queries."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.customers import addresses, merging, operations
from core.customers.models import Customer, FieldChange
from core.events import kinds as log
from core.repair_orders.imports import runs
from core.touches import operations as touches
from core.vehicles.models import Vehicle
from notifications.conversations import notes
from notifications.conversations.operations import Address, conversations_of
from notifications.timeline import kinds, pages
from notifications.timeline.entries import Entry, changes_shown, entries_of
from notifications.timeline.pages import Spot
from tenants.accounts.models import User
from tenants.scope import DealerRef, dealer_scope
from tests.core.kpis import facts
from tests.core.repair_orders.exports import row, text_file
from tests.core.repair_orders.importing import import_rows, local
from tests.stories import telling

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("in_north")


@pytest.fixture
def anna(in_north: DealerRef) -> Customer:
    return facts.make_customer("Anna", day=NOW.date())


def note(customer: Customer, *, at: datetime = NOW, kind: str = "CALL", actor: str = "user:1") -> None:
    new = touches.NewTouch(customer_id=customer.pk, kind=kind, subject="x", at=at)
    touches.note_touch(new, actor=actor, now=NOW)


def all_pages(customer: Customer, *, limit: int) -> list[Spot]:
    spots: list[Spot] = []
    after = None
    while True:
        found = pages.of_customer(customer.pk, after=after, limit=limit)
        spots += found[:limit]
        if len(found) <= limit:
            return spots
        after = found[limit - 1].place


def shown(customer: Customer, *groups: str) -> list[Entry]:
    return entries_of(pages.of_customer(customer.pk, groups=groups))


def test_every_word_of_the_log_is_in_a_group_or_left_out_on_purpose() -> None:
    words = {value for name, value in vars(log).items() if name.isupper()}

    assert words == (set(kinds.GROUPS) - {kinds.FILE_IMPORTED, kinds.CONSENT_IMPORTED}) | kinds.LEFT_OUT


def test_entries_of_one_moment_are_paged_without_loss_or_repetition(anna: Customer) -> None:
    for number in range(25):
        note(anna, at=NOW - timedelta(hours=number // 10))

    spots = all_pages(anna, limit=4)

    assert len(spots) == len(set(spots)) == 25
    assert [spot.at for spot in spots] == sorted((spot.at for spot in spots), reverse=True)


def test_an_entry_that_comes_in_meanwhile_moves_no_page(anna: Customer) -> None:
    for number in range(6):
        note(anna, at=NOW - timedelta(hours=number + 1))
    first = pages.of_customer(anna.pk, limit=3)
    note(anna)

    second = pages.of_customer(anna.pk, after=first[2].place, limit=3)

    assert not set(first[:3]) & set(second)
    assert len(second) == 3


def test_what_an_import_brought_and_changed_stands_among_the_rest() -> None:
    import_rows(row(opened=local("2026-10-01"), closed=""))
    import_rows(row(number="RO2", model="other", opened=local("2026-11-01"), closed=""))
    anna, car = Customer.objects.get(), Vehicle.objects.get()

    of_person = {entry.kind for entry in shown(anna)}
    of_car = entries_of(pages.of_vehicle(car.pk))

    assert {"repair_order.opened", "consent.imported"} <= of_person
    (changed,) = [entry for entry in of_car if entry.kind == "file.imported"]
    assert [(change.field, change.after) for change in changed.changes] == [("model", "other")]


def test_an_import_that_nobody_stood_by_is_named_as_what_did_it() -> None:
    stream = text_file([row(opened=local("2026-10-01"), closed="")])
    runs.start_import(stream, file_name="export.csv", as_of_date=NOW.date(), now=NOW)

    (opened,) = [entry for entry in shown(Customer.objects.get()) if entry.kind == "repair_order.opened"]
    assert opened.actor == "import"


def test_groups_are_read_alone(anna: Customer) -> None:
    note(anna)
    note(anna, kind="NOTE")
    operations.edit_customer(customer_id=anna.pk, changes={"name": "Anna A"}, actor="user:1", now=NOW)

    found = {group: [entry.kind for entry in shown(anna, group)] for group in ("CALLS", "NOTES", "EDITS", "VISITS")}

    assert found == {
        "CALLS": ["touch.noted"],
        "NOTES": ["note.written"],
        "EDITS": ["file.updated"],
        "VISITS": [],
    }


def test_a_note_beside_a_conversation_stands_among_the_notes(in_north: DealerRef, clara: User) -> None:
    story = telling.begin(in_north.name)
    address = Address(story.account.pk, story.address, customer_id=story.customer.pk)
    conversation = next(iter(conversations_of([address], now=NOW).values()))
    notes.add(conversation_id=conversation.pk, text="Prefers mornings.", author_id=clara.pk, now=NOW)

    (entry,) = shown(story.customer, "NOTES")

    assert getattr(entry.about["note"], "text", "") == "Prefers mornings."


def test_an_edit_shows_what_changed_and_who_did_it(anna: Customer, clara: User) -> None:
    actor = f"user:{clara.pk}"
    operations.edit_customer(customer_id=anna.pk, changes={"name": "Anna A"}, actor=actor, now=NOW)
    old = addresses.add_contact_point(customer_id=anna.pk, kind="PHONE", value="13800138000", actor=actor, now=NOW)
    addresses.replace_contact_point(contact_point_id=old.pk, value="13900139000", actor=actor, now=NOW)

    entries = shown(anna)

    changes = [(one.field, one.before, one.after) for entry in entries for one in entry.changes]
    assert changes == [
        ("contact_point", "+8613800138000", "+8613900139000"),
        ("contact_point", "", "+8613800138000"),
        ("name", "Anna", "Anna A"),
    ]
    assert {entry.actor_name for entry in entries} == {"Clara"}


def test_households_and_files_are_named_in_changes(anna: Customer) -> None:
    other = facts.make_customer("Boris", day=NOW.date())
    operations.form_household(name="Hill Road", kind="HOUSEHOLD", customer_ids=[anna.pk], actor="user:1", now=NOW)
    merging.merge_customers(kept_id=anna.pk, other_id=other.pk, by=merging.By("user:1"), now=NOW)

    changes = {one.field: one.after for entry in shown(anna) for one in entry.changes}

    assert changes["household"] == "Hill Road"
    assert changes_shown(list(FieldChange.objects.filter(field="merged_into")))[0].after == "Anna"


def test_a_persons_timeline_holds_all_their_files(anna: Customer) -> None:
    other = facts.make_customer("Anna A", day=NOW.date())
    note(other)
    merging.merge_customers(kept_id=anna.pk, other_id=other.pk, by=merging.By("user:1"), now=NOW)

    for customer in (anna, other):
        assert {"touch.noted", "file.merged"} <= {entry.kind for entry in shown(customer)}


def test_a_page_takes_as_many_queries_for_forty_entries_as_for_four(anna: Customer) -> None:
    def fill(times: int) -> None:
        for number in range(times):
            note(anna, at=NOW - timedelta(minutes=number))
            value = {"name": f"Anna {times} {number}"}
            operations.edit_customer(customer_id=anna.pk, changes=value, actor="user:1", now=NOW)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            shown(anna)
        return len(captured)

    fill(2)
    few = asked()
    fill(20)

    assert asked() == few


def test_souths_timeline_is_souths(anna: Customer, south: DealerRef) -> None:
    note(anna)

    with dealer_scope(south):
        boris = facts.make_customer("Boris", day=NOW.date())
        assert pages.of_customer(boris.pk) == []
        Customer.objects.filter(pk=boris.pk).update(id=anna.pk + 10**6)
        with pytest.raises(Customer.DoesNotExist):
            pages.of_customer(anna.pk)
