"""The table of effects, and what dialogues do not show of them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.appointments.rules import Slot
from core.tasks.models import Task
from core.vehicles.models import Ownership, Vehicle
from notifications.due.models import Due
from notifications.effects import files, visits
from notifications.effects.context import Context
from notifications.effects.operations import EFFECTS
from notifications.flows import store, vocabulary
from notifications.flows.engine import Result
from tenants.scope import DealerRef
from tests.stories import telling
from tests.stories.telling import Story


@pytest.fixture
def boris(in_south: DealerRef) -> Story:
    """Boris and his phone."""
    return telling.begin("south")


@pytest.fixture
def context(boris: Story) -> Context:
    """A running reminder."""
    begun = boris.start("maintenance_reminder", due_id=boris.maintenance_due(), values={"due_date": "2026-11-28"})
    assert begun.run_id
    flow = store.current("maintenance_reminder", now=boris.now).flow
    return Context(run=boris.run(), conversation=boris.run().conversation, flow=flow, now=boris.now)


def test_every_effect_a_flow_may_name_is_done_by_something() -> None:
    assert set(EFFECTS) == set(vocabulary.EFFECTS)


def slot_at(hour: int, *, day: int = 19) -> Slot:
    start = datetime(2026, 11, day, hour, tzinfo=UTC)
    return Slot(kind="MAINTENANCE", bay_id=1, start_at=start, end_at=start + timedelta(hours=1))


def test_offered_slots_are_spread_over_days_and_halves() -> None:
    slots = [slot_at(hour, day=day) for day in (19, 20, 23) for hour in range(8, 17)]

    chosen = visits.spread(slots, zone=ZoneInfo("Europe/Madrid"))

    assert [(slot.start_at.day, slot.start_at.hour) for slot in chosen] == [
        (19, 8),
        (19, 11),
        (20, 8),
        (20, 11),
        (23, 8),
    ]


def test_a_slot_survives_the_runs_state() -> None:
    assert visits.as_slot(visits.as_value(slot_at(9))) == slot_at(9)


def test_a_window_in_the_past_or_too_soon_offers_nothing(context: Context) -> None:
    window = {"from_at": context.now.isoformat(), "until_at": (context.now + timedelta(hours=1)).isoformat()}

    assert visits.offer_slots(context, {"window": window}) == Result("NONE")


def test_a_slot_off_the_grid_is_answered_like_a_lost_one(context: Context) -> None:
    assert visits.book(context, {"slot": visits.as_value(slot_at(3))}) == visits.TAKEN


@pytest.mark.parametrize("act", [visits.move, visits.confirm_visit, visits.cancel_visit])
def test_without_a_visit_there_is_nothing_to_change(context: Context, act: object) -> None:
    assert callable(act)
    assert act(context, {"slot": visits.as_value(slot_at(9))}) == visits.GONE


def another_car(boris: Story) -> Vehicle:
    """A second car of Boris's, due for maintenance too."""
    car = Vehicle.objects.create(vin="WVWZZZ1KZAW000002", plate="5678FGH", created_at=boris.now, updated_at=boris.now)
    Ownership.objects.create(vehicle=car, customer=boris.customer, from_date=date(2024, 1, 1))
    Due.objects.create(
        rule="MAINTENANCE",
        subject_kind="vehicle",
        subject_id=car.pk,
        occurrence="2026-05-21:1",
        customer=boris.customer,
        vehicle=car,
        planned_at=boris.now,
        due_at=boris.now,
        state=Due.State.DONE,
        created_at=boris.now,
    )
    return car


def start_for_two_cars(boris: Story) -> Vehicle:
    car = another_car(boris)
    boris.start(
        "maintenance_reminder",
        vehicle_ids=(boris.vehicle.pk, car.pk),
        due_id=boris.maintenance_due(),
        values={"due_date": "2026-11-28"},
    )
    return car


def test_later_holds_for_every_car_the_message_spoke_of(boris: Story) -> None:
    car = start_for_two_cars(boris)

    boris.hear("más adelante")
    boris.hear("en un mes")

    later = Due.objects.filter(occurrence__contains=":later:", state="PLANNED")
    assert set(later.values_list("subject_id", flat=True)) == {boris.vehicle.pk, car.pk}
    assert Due.objects.filter(subject_id=car.pk, state="CANCELLED", reason="LATER").count() == 3


def test_which_of_two_cars_is_sold_a_person_asks(boris: Story) -> None:
    start_for_two_cars(boris)

    boris.hear("vendido")

    assert Ownership.objects.filter(to_date__isnull=True).count() == 2
    assert Task.objects.get().reason == "WHICH_CAR_IS_SOLD"


def test_a_booking_from_a_message_about_two_cars_leaves_the_other_to_a_person(boris: Story) -> None:
    start_for_two_cars(boris)

    boris.hear("reservar")
    boris.hear("1")

    assert boris.run().outcome == "BOOKED"
    assert Task.objects.get().reason == "MORE_CARS_TO_BOOK"


def test_only_known_wishes_are_written_into_a_file(context: Context, boris: Story) -> None:
    files.set_preference(context, {"name": "language", "value": "en"})
    boris.customer.refresh_from_db()

    assert boris.customer.language == "en"
    with pytest.raises(files.PreferenceUnknown):
        files.set_preference(context, {"name": "is_member", "value": "yes"})
