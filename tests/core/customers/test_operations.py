"""What people change in files, and the history that keeps it."""

from datetime import UTC, datetime

import pytest

from core.customers import addresses, operations
from core.customers.models import Consent, ContactPoint, Customer, FieldChange
from core.events.models import Event
from tenants.scope import DealerRef, dealer_scope

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def anna(in_north: DealerRef) -> Customer:
    return Customer.objects.create(name="Anna", name_key="anna", created_at=NOW, updated_at=NOW)


def test_an_edit_stands_in_the_history_with_what_it_replaced(anna: Customer) -> None:
    operations.edit_customer(customer_id=anna.pk, changes={"name": "Anna B", "language": ""}, actor="user:1", now=NOW)

    change = FieldChange.objects.get()
    assert (change.field, change.before, change.after, change.source) == ("name", "Anna", "Anna B", "PERSON")
    assert Event.objects.get().data == {"fields": ["name"], "changes": [change.pk]}
    assert Customer.objects.get().name_key == "annab"


def test_a_field_that_follows_from_facts_is_not_edited(anna: Customer) -> None:
    with pytest.raises(operations.FieldNotEditable):
        operations.edit_customer(customer_id=anna.pk, changes={"lifecycle": "LAPSED"}, actor="user:1", now=NOW)


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("PHONE", "138 0013 8000", "+8613800138000"),
        ("PHONE", "+34 600 123 456", "+34600123456"),
        ("EMAIL", " Anna@Example.com ", "anna@example.com"),
    ],
    ids=["own country", "abroad", "e-mail"],
)
def test_an_address_is_kept_in_one_form(kind: str, value: str, kept: str, anna: Customer) -> None:
    point = addresses.add_contact_point(customer_id=anna.pk, kind=kind, value=value, actor="user:1", now=NOW)
    again = addresses.add_contact_point(customer_id=anna.pk, kind=kind, value=value, actor="user:1", now=NOW)

    assert point.value == kept
    assert again.pk == point.pk


@pytest.mark.parametrize(("kind", "value"), [("PHONE", "12"), ("EMAIL", "anna"), ("PHONE", "=1+1")])
def test_an_unusable_address_is_refused(kind: str, value: str, anna: Customer) -> None:
    with pytest.raises(addresses.AddressUnusable):
        addresses.add_contact_point(customer_id=anna.pk, kind=kind, value=value, actor="user:1", now=NOW)


def test_a_wrong_number_is_blocked_and_no_number_stands_in_the_history(anna: Customer) -> None:
    point = addresses.add_contact_point(customer_id=anna.pk, kind="PHONE", value="13800138000", actor="user:1", now=NOW)

    addresses.mark_contact_point(contact_point_id=point.pk, is_right=False, actor="user:1", now=NOW)

    assert ContactPoint.objects.get().blocked_at == NOW
    assert "138" not in str(list(FieldChange.objects.values_list("before", "after")))


def test_the_newest_answer_to_may_we_is_added_to_the_others(anna: Customer) -> None:
    for is_granted in (True, False):
        said = operations.Answer(customer_id=anna.pk, is_granted=is_granted, wording="may we call?", purpose="SURVEY")
        operations.answer_consent(said, actor="user:1", now=NOW)

    assert [row.is_granted for row in Consent.objects.order_by("id")] == [True, False]
    assert Event.objects.filter(kind="consent.changed").count() == 2


def test_a_household_is_formed_and_left(anna: Customer) -> None:
    household = operations.form_household(
        name="Anna's", kind="HOUSEHOLD", customer_ids=[anna.pk], actor="user:1", now=NOW
    )
    assert Customer.objects.get().household_id == household.pk

    operations.leave_household(customer_id=anna.pk, actor="user:1", now=NOW)
    assert Customer.objects.get().household_id is None


def test_a_household_of_somebody_unknown_is_not_formed(anna: Customer) -> None:
    with pytest.raises(Customer.DoesNotExist):
        operations.form_household(name="x", kind="FLEET", customer_ids=[anna.pk, 10**6], actor="user:1", now=NOW)


def test_south_knows_no_file_of_north(anna: Customer, south: DealerRef) -> None:
    with dealer_scope(south), pytest.raises(Customer.DoesNotExist):
        operations.edit_customer(customer_id=anna.pk, changes={"name": "x"}, actor="user:1", now=NOW)
