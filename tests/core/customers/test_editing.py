"""Edits that meet: refused where they would overrule somebody unseen, taken back where nothing stands over them."""

from datetime import UTC, datetime, timedelta

import pytest

from core.customers import addresses, history, operations, queries, reverting
from core.customers.models import ContactPoint, Customer, FieldChange
from core.events.models import Event
from core.vehicles import operations as vehicles
from core.vehicles.models import Vehicle
from tenants import signs
from tenants.scope import DealerRef, dealer_scope
from tests.core.kpis import facts

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)

pytestmark = pytest.mark.usefixtures("in_north")


@pytest.fixture
def anna(in_north: DealerRef) -> Customer:
    return facts.make_customer("Anna", day=NOW.date())


def edit(anna: Customer, *, now: datetime = NOW, seen_at: datetime | None = None, **changes: object) -> None:
    operations.edit_customer(customer_id=anna.pk, changes=changes, actor="user:1", now=now, seen_at=seen_at)


def test_the_same_field_changed_meanwhile_refuses_and_names_it(anna: Customer) -> None:
    edit(anna, address="one", now=LATER)

    with pytest.raises(history.FileChangedMeanwhile, match=r"^address$"):
        edit(anna, address="two", name="Anna A", now=LATER, seen_at=NOW)

    anna.refresh_from_db()
    assert (anna.address, anna.name) == ("one", "Anna")


@pytest.mark.parametrize(("before", "refusal"), [("An\u202ena", signs.Unseen), ("\u3164", signs.NothingToRead)])
def test_a_name_that_hides_is_not_put_back(before: str, refusal: type[Exception], anna: Customer) -> None:
    Customer.objects.filter(pk=anna.pk).update(name=before)
    edit(anna, name="Anna")

    with pytest.raises(refusal):
        reverting.revert(FieldChange.objects.get().pk, actor="user:2", now=LATER)

    anna.refresh_from_db()
    assert anna.name == "Anna"


def test_another_field_changed_meanwhile_hinders_nobody(anna: Customer) -> None:
    edit(anna, address="one", now=LATER)

    edit(anna, name="Anna A", now=LATER, seen_at=NOW)

    anna.refresh_from_db()
    assert (anna.address, anna.name) == ("one", "Anna A")


def test_an_imports_change_counts_as_well(anna: Customer) -> None:
    FieldChange.objects.create(
        subject_kind="customer", subject_id=anna.pk, field="address", after="dms", source="IMPORT", at=LATER
    )

    with pytest.raises(history.FileChangedMeanwhile):
        edit(anna, address="two", now=LATER, seen_at=NOW)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "Anna A"), ("is_member", True), ("language", "es"), ("kind", "COMPANY")],
)
def test_the_last_change_of_a_field_is_taken_back(field: str, value: object, anna: Customer) -> None:
    before = getattr(anna, field)
    operations.edit_customer(customer_id=anna.pk, changes={field: value}, actor="user:1", now=NOW)

    reverting.revert(FieldChange.objects.get().pk, actor="user:2", now=LATER)

    anna.refresh_from_db()
    assert getattr(anna, field) == before
    assert [row.actor for row in FieldChange.objects.order_by("id")] == ["user:1", "user:2"]


def test_a_preferred_time_is_taken_back_whole(anna: Customer) -> None:
    edit(anna, preferred_from=datetime(2026, 1, 1, 9).time(), preferred_until=datetime(2026, 1, 1, 12).time())  # noqa: DTZ001  # wall times

    reverting.revert(FieldChange.objects.get(field="preferred_from").pk, actor="user:2", now=LATER)

    anna.refresh_from_db()
    assert (anna.preferred_from, anna.preferred_until) == (None, None)


def test_a_change_with_another_over_it_stays(anna: Customer) -> None:
    edit(anna, name="Anna A")
    edit(anna, name="Anna B", now=LATER)

    with pytest.raises(operations.ChangeNotRevertible):
        reverting.revert(FieldChange.objects.order_by("id")[0].pk, actor="user:2", now=LATER)
    shown = queries.history_of("customer", [anna.pk]).order_by("id")
    assert [queries.is_revertible(change) for change in shown] == [False, True]


def test_what_follows_from_facts_is_not_taken_back(anna: Customer) -> None:
    change = FieldChange.objects.create(
        subject_kind="customer", subject_id=anna.pk, field="merged_into", after="1", source="PERSON", at=NOW
    )

    with pytest.raises(operations.ChangeNotRevertible):
        reverting.revert(change.pk, actor="user:2", now=LATER)


def test_a_cars_correction_is_refused_and_taken_back_alike(anna: Customer) -> None:
    car = facts.make_vehicle(1, day=NOW.date())
    vehicles.correct_vehicle(car.pk, corrections={"warranty_end_date": "2028-01-01"}, now=LATER, actor="user:1")

    with pytest.raises(history.FileChangedMeanwhile):
        vehicles.correct_vehicle(car.pk, corrections={"warranty_end_date": ""}, now=LATER, actor="user:1", seen_at=NOW)
    reverting.revert(FieldChange.objects.get().pk, actor="user:2", now=LATER)

    assert Vehicle.objects.get().warranty_end_date is None
    assert Event.objects.filter(kind="file.updated", vehicle_id=car.pk).count() == 2


def phone(anna: Customer, value: str = "13800138000") -> ContactPoint:
    return addresses.add_contact_point(customer_id=anna.pk, kind="PHONE", value=value, actor="user:1", now=NOW)


def test_a_replaced_number_stays_as_no_longer_theirs_and_the_new_one_takes_its_place(anna: Customer) -> None:
    old = addresses.prefer_contact_point(contact_point_id=phone(anna).pk, actor="user:1", now=NOW)

    new = addresses.replace_contact_point(contact_point_id=old.pk, value="13900139000", actor="user:1", now=LATER)

    old.refresh_from_db()
    assert (new.value, new.is_preferred) == ("+8613900139000", True)
    assert (old.replaced_by_id, old.blocked_at, old.is_preferred) == (new.pk, LATER, False)
    change = FieldChange.objects.order_by("-id")[0]
    assert (change.before, change.after) == (str(old.pk), str(new.pk))
    with pytest.raises(addresses.NotTheirsAnyMore):
        addresses.replace_contact_point(contact_point_id=old.pk, value="13700137000", actor="user:1", now=LATER)


def test_a_number_replaced_by_a_former_one_is_theirs_again(anna: Customer) -> None:
    old = phone(anna)
    new = addresses.replace_contact_point(contact_point_id=old.pk, value="13900139000", actor="user:1", now=LATER)

    again = addresses.replace_contact_point(contact_point_id=new.pk, value="13800138000", actor="user:1", now=LATER)

    assert (again.pk, again.blocked_at, again.replaced_by_id) == (old.pk, None, None)


def test_of_one_kind_one_address_is_preferred(anna: Customer) -> None:
    first, second = phone(anna), phone(anna, "13900139000")
    for point in (first, second):
        addresses.prefer_contact_point(contact_point_id=point.pk, actor="user:1", now=NOW)

    assert [row.pk for row in ContactPoint.objects.filter(is_preferred=True)] == [second.pk]
    addresses.mark_contact_point(contact_point_id=second.pk, is_right=False, actor="user:1", now=NOW)
    assert not ContactPoint.objects.filter(is_preferred=True).exists()
    with pytest.raises(addresses.NotTheirsAnyMore):
        addresses.prefer_contact_point(contact_point_id=second.pk, actor="user:1", now=NOW)


def test_a_wrong_number_entered_again_is_right_again(anna: Customer) -> None:
    point = phone(anna)
    addresses.mark_contact_point(contact_point_id=point.pk, is_right=False, actor="user:1", now=NOW)

    assert phone(anna).blocked_at is None


def test_what_is_no_number_is_refused_with_one_as_it_is_written_here(anna: Customer) -> None:
    with pytest.raises(addresses.PhoneUnusable, match=r"\+86"):
        phone(anna, "12")


def test_a_landline_is_told_by_its_number(anna: Customer) -> None:
    assert phone(anna, "010 6552 9988").is_landline
    assert not phone(anna).is_landline


def test_a_household_is_joined(anna: Customer) -> None:
    household = operations.form_household(
        name="x", kind="HOUSEHOLD", customer_ids=[facts.make_customer("b", day=NOW.date()).pk], actor="u", now=NOW
    )

    operations.join_household(household_id=household.pk, customer_id=anna.pk, actor="user:1", now=NOW)

    assert [member.name for member in queries.customer_file(anna.pk).members] == ["b"]


def test_a_car_given_up_is_held_by_nobody(anna: Customer) -> None:
    car = facts.make_vehicle(1, day=NOW.date())
    vehicles.hand_over(vehicle_id=car.pk, customer_id=anna.pk, on_date=NOW.date(), actor="user:1", now=NOW)

    vehicles.give_up(vehicle_id=car.pk, on_date=NOW.date(), actor="user:1", now=NOW)

    kinds = Event.objects.filter(customer_id=anna.pk).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["ownership.began", "ownership.ended"]
    with pytest.raises(vehicles.TransferRefused, match="Nobody"):
        vehicles.give_up(vehicle_id=car.pk, on_date=NOW.date(), actor="user:1", now=NOW)


def test_south_takes_back_nothing_of_north(anna: Customer, south: DealerRef) -> None:
    edit(anna, name="Anna A")
    change = FieldChange.objects.get()

    with dealer_scope(south), pytest.raises(FieldChange.DoesNotExist):
        reverting.revert(change.pk, actor="user:2", now=LATER)
