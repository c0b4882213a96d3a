"""Booking, moving and missing visits, with the database."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.appointments import operations, queries
from core.appointments.models import Appointment, Bay
from core.appointments.operations import AppointmentOver, SlotNotOffered, SlotTaken
from core.appointments.rules import Slot
from core.calendar.models import DealerSettings
from core.calendar.rules import Period
from core.events.models import Event
from tenants.scope import DealerRef, dealer_scope
from tests.core.making import NOW, SHANGHAI, local, make_customer, make_vehicle

INBOUND = Appointment.Origin.INBOUND
HOUR = timedelta(hours=1)


def slot_at(text: str, *, bay_id: int | None = None) -> Slot:
    """Return an hour of maintenance that begins then."""
    start = local(text)
    bay = bay_id or Bay.objects.order_by("id").values_list("id", flat=True)[0]
    return Slot("MAINTENANCE", bay, start, start + HOUR)


def book(slot: Slot, *, customer_id: int | None = None) -> Appointment:
    """Book maintenance for Anna, or for somebody given."""
    return operations.book(
        customer_id=customer_id or make_customer().pk,
        vehicle_id=None,
        kind="MAINTENANCE",
        slot=slot,
        origin=INBOUND,
        now=NOW,
    )


def kinds_of(appointment: Appointment) -> list[str]:
    """Return what the log says of a visit."""
    events = Event.objects.filter(subject_kind="appointment", subject_id=appointment.pk)
    return list(events.order_by("id").values_list("kind", flat=True))


def only_one_bay() -> None:
    """Close all bays but the first."""
    first = Bay.objects.order_by("id").values_list("id", flat=True)[0]
    Bay.objects.exclude(id=first).update(is_active=False)


def test_the_next_free_slots_are_offered_in_order(in_north: DealerRef) -> None:
    slots = operations.free_slots(kind="MAINTENANCE", from_at=NOW, until_at=NOW + timedelta(days=2), limit=3)

    assert [slot.start_at for slot in slots] == [NOW, NOW + HOUR / 2, NOW + HOUR]


def test_slots_are_offered_in_few_queries(in_north: DealerRef, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(4):  # type: ignore[operator]  # pytest-django's fixture
        operations.free_slots(kind="MAINTENANCE", from_at=NOW, until_at=NOW + timedelta(days=60), limit=500)


def test_walk_in_and_closed_bays_are_not_offered(in_north: DealerRef) -> None:
    only_one_bay()
    Bay.objects.create(name="free", is_walk_in=True)
    book(slot_at("2026-03-03 09:00"))

    slots = operations.free_slots(
        kind="MAINTENANCE", from_at=local("2026-03-03 09:00"), until_at=local("2026-03-03 12:00"), limit=1
    )

    assert slots[0].start_at == local("2026-03-03 10:00")


def test_a_booking_is_recorded(in_north: DealerRef) -> None:
    anna, car = make_customer(), make_vehicle()

    appointment = operations.book(
        customer_id=anna.pk,
        vehicle_id=car.pk,
        kind="MAINTENANCE",
        slot=slot_at("2026-03-03 09:00"),
        origin=INBOUND,
        channel="simulator",
        now=NOW,
    )

    event = Event.objects.get(subject_kind="appointment")
    assert appointment.state == Appointment.State.BOOKED
    assert (event.kind, event.customer_id, event.vehicle_id) == ("appointment.booked", anna.pk, car.pk)
    assert event.data["starts_at"] == local("2026-03-03 09:00").isoformat()


def test_the_same_booking_twice_is_one(in_north: DealerRef) -> None:
    anna, slot = make_customer(), slot_at("2026-03-03 09:00")

    first, second = book(slot, customer_id=anna.pk), book(slot, customer_id=anna.pk)

    assert first.pk == second.pk
    assert kinds_of(first) == ["appointment.booked"]


def test_a_taken_bay_is_exchanged_for_a_free_one_at_the_same_time(in_north: DealerRef) -> None:
    slot = slot_at("2026-03-03 09:00")

    visits = [book(slot) for _ in range(4)]

    assert len({visit.bay_id for visit in visits}) == 4
    with pytest.raises(SlotTaken):
        book(slot)


def test_the_walk_in_share_is_kept(in_north: DealerRef) -> None:
    only_one_bay()
    DealerSettings.objects.update(walk_in_share=0.9)

    with pytest.raises(SlotTaken):
        book(slot_at("2026-03-03 09:00"))


@pytest.mark.parametrize(
    "start",
    ["2026-03-02 08:30", "2026-03-03 09:10", "2026-03-08 09:00", "2026-03-03 17:30", "2026-07-01 09:00"],
    ids=["past", "off the grid", "Sunday", "past closing", "past the horizon"],
)
def test_only_what_is_offered_can_be_booked(in_north: DealerRef, start: str) -> None:
    with pytest.raises(SlotNotOffered):
        book(slot_at(start))


def test_a_kind_nobody_sells_is_refused(in_north: DealerRef) -> None:
    with pytest.raises(operations.KindUnknown):
        operations.free_slots(kind="PAINTING", from_at=NOW, until_at=NOW + HOUR, limit=1)


def test_the_database_itself_refuses_a_second_visit_in_a_bay(in_north: DealerRef) -> None:
    visit = book(slot_at("2026-03-03 09:00"))
    visit.pk, visit.starts_at = None, visit.starts_at + HOUR / 2
    visit.ends_at += HOUR / 2

    with pytest.raises(IntegrityError, match="appointment_bay_free"), transaction.atomic():
        visit.save(force_insert=True)


def test_moving_frees_the_old_time_and_asks_for_confirmation_anew(in_north: DealerRef) -> None:
    only_one_bay()
    visit = book(slot_at("2026-03-03 09:00"))
    operations.confirm(appointment_id=visit.pk, now=NOW)

    moved = operations.reschedule(appointment_id=visit.pk, slot=slot_at("2026-03-03 09:30"), now=NOW)
    book(slot_at("2026-03-03 08:30"))

    assert (moved.state, moved.sequence, moved.confirmed_at) == ("BOOKED", 1, None)
    assert kinds_of(visit) == ["appointment.booked", "appointment.confirmed", "appointment.moved"]


def test_moving_to_a_taken_time_leaves_the_visit_where_it_was(in_north: DealerRef) -> None:
    only_one_bay()
    visit, _other = book(slot_at("2026-03-03 09:00")), book(slot_at("2026-03-03 10:00"))

    with pytest.raises(SlotTaken):
        operations.reschedule(appointment_id=visit.pk, slot=slot_at("2026-03-03 10:30"), now=NOW)

    visit.refresh_from_db()
    assert visit.starts_at == local("2026-03-03 09:00")


def test_moving_to_where_it_is_changes_nothing(in_north: DealerRef) -> None:
    visit = book(slot_at("2026-03-03 09:00"))

    operations.reschedule(appointment_id=visit.pk, slot=slot_at("2026-03-03 09:00"), now=NOW)

    assert kinds_of(visit) == ["appointment.booked"]


def test_cancelling_frees_the_bay_and_twice_is_once(in_north: DealerRef) -> None:
    only_one_bay()
    visit = book(slot_at("2026-03-03 09:00"))

    operations.cancel(appointment_id=visit.pk, now=NOW)
    operations.cancel(appointment_id=visit.pk, now=NOW)
    book(slot_at("2026-03-03 09:00"))

    assert kinds_of(visit) == ["appointment.booked", "appointment.cancelled"]


@pytest.mark.parametrize("late", [operations.confirm, operations.mark_arrived])
def test_a_cancelled_visit_is_over(in_north: DealerRef, late: Callable[..., Appointment]) -> None:
    visit = book(slot_at("2026-03-03 09:00"))
    operations.cancel(appointment_id=visit.pk, now=NOW)

    with pytest.raises(AppointmentOver, match="CANCELLED"):
        late(appointment_id=visit.pk, now=NOW)


def test_a_visit_goes_from_booking_to_done(in_north: DealerRef) -> None:
    visit = book(slot_at("2026-03-03 09:00"))

    operations.confirm(appointment_id=visit.pk, now=NOW)
    operations.mark_arrived(appointment_id=visit.pk, now=local("2026-03-03 08:55"))
    done = operations.complete(appointment_id=visit.pk, repair_order_id=None, now=local("2026-03-03 10:00"))

    assert done.state == Appointment.State.COMPLETED
    assert [kind.split(".")[1] for kind in kinds_of(visit)] == ["booked", "confirmed", "arrived", "completed"]


def test_a_visit_half_an_hour_late_is_marked_once(in_north: DealerRef) -> None:
    late, early = book(slot_at("2026-03-03 09:00")), book(slot_at("2026-03-03 09:30"))

    marked = [operations.mark_no_shows(now=local("2026-03-03 09:30")) for _ in range(2)]

    assert marked == [1, 0]
    assert kinds_of(late) == ["appointment.booked", "appointment.no_show"]
    assert kinds_of(early) == ["appointment.booked"]
    assert queries.next_no_show_at() == local("2026-03-03 10:00")


def test_a_car_that_comes_after_all_has_arrived(in_north: DealerRef) -> None:
    visit = book(slot_at("2026-03-03 09:00"))
    operations.mark_no_shows(now=local("2026-03-03 09:30"))

    arrived = operations.mark_arrived(appointment_id=visit.pk, now=local("2026-03-03 09:45"))

    assert arrived.state == Appointment.State.ARRIVED


def test_a_car_that_comes_after_its_bay_was_sold_is_told_so(in_north: DealerRef) -> None:
    only_one_bay()
    visit = book(slot_at("2026-03-03 09:00"))
    operations.mark_no_shows(now=local("2026-03-03 09:30"))
    book(slot_at("2026-03-03 09:30"))

    with pytest.raises(SlotTaken):
        operations.mark_arrived(appointment_id=visit.pk, now=local("2026-03-03 09:45"))


def test_the_preparation_list_holds_two_working_days(in_north: DealerRef, django_assert_num_queries: object) -> None:
    for start in ("2026-03-06 09:00", "2026-03-07 09:00", "2026-03-09 10:00", "2026-03-10 09:00"):
        book(slot_at(start))

    with django_assert_num_queries(3):  # type: ignore[operator]  # pytest-django's fixture
        shown = [
            (visit.starts_at, visit.customer.name)
            for visit in queries.preparation_list(today=local("2026-03-06 16:00").date(), now=NOW)
        ]

    assert shown == [(local("2026-03-07 09:00"), "Anna"), (local("2026-03-09 10:00"), "Anna")]


def test_the_board_shows_a_day_in_a_constant_number_of_queries(
    in_north: DealerRef, django_assert_num_queries: object
) -> None:
    for hour in range(9, 15):
        book(slot_at(f"2026-03-03 {hour:02}:00"))

    with django_assert_num_queries(5):  # type: ignore[operator]  # pytest-django's fixture
        board = queries.day_board(local("2026-03-03 12:00").date(), now=NOW)

    assert len(board.appointments) == 6
    assert board.sold == 6 * HOUR
    assert board.capacity == 4 * 9.5 * HOUR * 0.8


def test_souths_lists_show_nothing_of_norths(north: DealerRef, south: DealerRef) -> None:
    day = local("2026-03-03 12:00").date()
    with dealer_scope(north):
        visit = book(slot_at("2026-03-03 09:00"))
    with dealer_scope(south):
        assert not queries.master_list(day, timezone=SHANGHAI).exists()
        assert not queries.preparation_list(today=local("2026-03-02 16:00").date(), now=NOW).exists()
        assert not queries.busy_between(Period(NOW, NOW + timedelta(days=9)), timezone=SHANGHAI)
        assert queries.next_no_show_at() is None
        assert not queries.day_board(local("2026-03-03 12:00").date(), now=NOW).appointments
        assert operations.mark_no_shows(now=local("2026-03-09 12:00")) == 0
        with pytest.raises(Appointment.DoesNotExist):
            operations.cancel(appointment_id=visit.pk, now=NOW)


# --- at the same time ---


def together(dealer: DealerRef, *calls: Callable[[], object]) -> Iterator[object]:
    """Run the calls at the same instant, each on a connection of its own; yield results and errors."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            with dealer_scope(dealer):
                barrier.wait(timeout=30)
                return call()
        except (SlotTaken, AppointmentOver, DatabaseError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        yield from pool.map(run, calls)


@pytest.mark.django_db(transaction=True)
def test_of_forty_who_book_the_last_bay_at_once_one_wins(north: DealerRef) -> None:
    with dealer_scope(north):
        only_one_bay()
        slot = slot_at("2026-03-03 09:00")
        people = [make_customer().pk for _ in range(40)]

    results = list(together(north, *(lambda person=person: book(slot, customer_id=person) for person in people)))

    assert sum(isinstance(result, Appointment) for result in results) == 1
    assert sum(isinstance(result, SlotTaken) for result in results) == 39
    with dealer_scope(north):
        assert Appointment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_forty_overlapping_bookings_fill_the_bays_and_no_more(north: DealerRef) -> None:
    with dealer_scope(north):
        slots = [slot_at(start) for start in ("2026-03-03 09:00", "2026-03-03 09:30")]
        people = [make_customer().pk for _ in range(40)]

    calls = (lambda person=person: book(slots[person % 2], customer_id=person) for person in people)
    results = list(together(north, *calls))

    assert sum(isinstance(result, Appointment) for result in results) == 4
    with dealer_scope(north):
        assert Appointment.objects.values("bay_id").distinct().count() == 4


@pytest.mark.django_db(transaction=True)
def test_without_taking_turns_the_constraint_alone_lets_one_win(north: DealerRef) -> None:
    with dealer_scope(north):
        slot, anna = slot_at("2026-03-03 09:00"), make_customer()

    def insert() -> Appointment:
        return Appointment.objects.create(
            customer=anna,
            bay_id=slot.bay_id,
            kind=slot.kind,
            starts_at=slot.start_at,
            ends_at=slot.end_at,
            origin=INBOUND,
            booked_at=NOW,
        )

    results = list(together(north, *[insert] * 8))

    assert sum(isinstance(result, Appointment) for result in results) == 1
    assert sum(isinstance(result, DatabaseError) for result in results) == 7


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(5))
def test_a_yes_and_a_cancel_in_the_same_instant_end_cancelled(north: DealerRef, _round: int) -> None:
    with dealer_scope(north):
        visit = book(slot_at("2026-03-03 09:00"))

    yes, cancelled = together(
        north,
        lambda: operations.confirm(appointment_id=visit.pk, now=NOW),
        lambda: operations.cancel(appointment_id=visit.pk, now=NOW),
    )

    assert isinstance(cancelled, Appointment)
    with dealer_scope(north):
        visit.refresh_from_db()
        assert visit.state == Appointment.State.CANCELLED
        said_yes = "appointment.confirmed" in kinds_of(visit)
        assert said_yes is isinstance(yes, Appointment)
