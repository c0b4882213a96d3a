"""A visit by its link: picked, moved, confirmed, given up; lost races are told; two dealers, one lock a date."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.appointments import operations as appointments
from core.appointments.models import Appointment, Bay
from core.customers.models import Customer
from core.events.models import Event
from core.tasks.models import Task
from core.vehicles.models import Ownership
from notifications.flows.models import Expectation, FlowRun
from notifications.links import visits
from notifications.links.models import OwnerLink
from notifications.links.operations import LinkOver
from notifications.links.rules import Purpose
from notifications.links.visits import BookedMeanwhile, SlotGone
from notifications.loop import work_dealer
from notifications.outbox.models import Message
from tenants import directory
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.inbound.test_concurrency import at_once
from tests.notifications.links.following import link_in, new_link
from tests.stories import telling
from tests.stories.telling import Story

HOUR = timedelta(hours=1)


@pytest.fixture
def anna(in_north: DealerRef) -> Story:
    """Anna at 10:00 on a Wednesday."""
    return telling.begin("north")


def reminded(story: Story, **wishes: object) -> OwnerLink:
    """Remind of maintenance; return the link to pick a time by."""
    story.start("maintenance_reminder", due_id=story.maintenance_due(), values={"due_date": "2026-11-28"}, **wishes)
    return link_in(story.last())


def fresh(link: OwnerLink) -> OwnerLink:
    return OwnerLink.objects.select_related("customer__merged_into", "run__flow_version").get(pk=link.pk)


def free(link: OwnerLink, now: datetime) -> list[datetime]:
    found = visits.matter(fresh(link), now=now)
    return [slot.start_at for slot in visits.free_slots(found, from_at=now, now=now)]


def book(story: Story, link: OwnerLink, *, place: int = 0, vehicle_id: int | None = None) -> Appointment:
    start_at = free(link, story.now)[place]
    return visits.book(fresh(link), start_at=start_at, vehicle_id=vehicle_id, now=story.now)


def test_times_begin_in_two_hours_and_on_the_dealers_half_hours(anna: Story) -> None:
    starts = free(reminded(anna), anna.now)

    walls = [start.astimezone(ZoneInfo("Asia/Shanghai")) for start in starts]
    assert starts[0] == anna.now + 2 * HOUR
    assert {wall.minute for wall in walls} == {0, 30}
    assert starts[-1] < anna.now + 2 * HOUR + visits.SHOWN_AHEAD


def test_a_picked_time_is_booked_from_the_reminder(anna: Story) -> None:
    link = reminded(anna)

    visit = book(anna, link)

    assert (visit.customer_id, visit.vehicle_id, visit.kind) == (anna.customer.pk, anna.vehicle.pk, "MAINTENANCE")
    assert (visit.origin, visit.channel, visit.state) == ("OUTBOUND", "page", "BOOKED")
    assert (fresh(link).case_kind, fresh(link).case_id, fresh(link).used_at) == ("appointment", visit.pk, anna.now)
    assert Event.objects.get(kind="appointment.booked").actor == "owner"


def test_the_reminders_dialogue_is_over_once_a_time_is_picked(anna: Story) -> None:
    book(anna, reminded(anna))

    assert (anna.run().status, anna.run().outcome) == ("ENDED", "ON_PAGE")
    assert not Expectation.objects.filter(state="OPEN").exists()


def test_the_confirmation_comes_by_message_with_a_link_to_the_visit(anna: Story) -> None:
    visit = book(anna, reminded(anna))

    work_dealer(now=anna.now + timedelta(minutes=1))

    link = link_in(anna.last())
    assert (link.case_kind, link.case_id) == ("appointment", visit.pk)
    assert anna.run().flow_version.key == "appointment"


def test_the_same_time_again_is_the_same_visit_and_another_is_refused(anna: Story) -> None:
    link = reminded(anna)
    first, second = free(link, anna.now)[:2]
    visit = visits.book(fresh(link), start_at=first, vehicle_id=None, now=anna.now)

    again = visits.book(fresh(link), start_at=first, vehicle_id=None, now=anna.now)

    assert again.pk == visit.pk
    with pytest.raises(BookedMeanwhile):
        visits.book(fresh(link), start_at=second, vehicle_id=None, now=anna.now)
    assert Appointment.objects.count() == 1


def test_of_several_cars_one_is_chosen_and_a_person_asks_about_the_others(anna: Story) -> None:
    other = anna.another_car()
    link = reminded(anna, vehicle_ids=(anna.vehicle.pk, other.pk))

    visit = book(anna, link, vehicle_id=other.pk)

    assert visit.vehicle_id == other.pk
    assert Task.objects.get().reason == "MORE_CARS_TO_BOOK"


def test_a_car_that_is_not_theirs_cannot_be_chosen(anna: Story) -> None:
    link = reminded(anna)
    stranger = anna.another_car()

    assert book(anna, link, vehicle_id=stranger.pk).vehicle_id == anna.vehicle.pk


@pytest.mark.parametrize(
    "start_at",
    [
        datetime(2026, 11, 18, 1, 0, tzinfo=UTC),
        datetime(2026, 11, 18, 2, 30, tzinfo=UTC),
        datetime(2026, 11, 19, 2, 10, tzinfo=UTC),
        datetime(2026, 11, 22, 2, 0, tzinfo=UTC),
        datetime(2026, 11, 19, 20, 0, tzinfo=UTC),
        datetime(2027, 11, 18, 2, 0, tzinfo=UTC),
    ],
    ids=["past", "too soon", "off the grid", "Sunday", "at night", "past the horizon"],
)
def test_only_what_is_offered_can_be_picked(anna: Story, start_at: datetime) -> None:
    link = reminded(anna)

    with pytest.raises(SlotGone):
        visits.book(fresh(link), start_at=start_at, vehicle_id=None, now=anna.now)
    assert not Appointment.objects.exists()


def test_a_lost_race_is_told(anna: Story) -> None:
    link = reminded(anna)
    wanted = free(link, anna.now)[0]
    Bay.objects.update(is_active=False)

    with pytest.raises(SlotGone):
        visits.book(fresh(link), start_at=wanted, vehicle_id=None, now=anna.now)
    assert fresh(link).case_kind == ""


def test_a_visit_is_moved_and_its_own_time_is_not_in_its_way(anna: Story) -> None:
    Bay.objects.exclude(pk=Bay.objects.order_by("id")[0].pk).update(is_active=False)
    link = reminded(anna)
    visit = book(anna, link)
    half_an_hour_later = visit.starts_at + HOUR / 2

    assert half_an_hour_later in free(link, anna.now)
    moved = visits.move(fresh(link), start_at=half_an_hour_later, now=anna.now)

    assert (moved.pk, moved.starts_at, moved.sequence) == (visit.pk, half_an_hour_later, 1)


def test_a_visit_that_cannot_be_moved_stays(anna: Story) -> None:
    link = reminded(anna)
    visit = book(anna, link)

    with pytest.raises(SlotGone):
        visits.move(fresh(link), start_at=anna.now, now=anna.now)
    assert Appointment.objects.get().starts_at == visit.starts_at


def test_coming_is_confirmed(anna: Story) -> None:
    link = reminded(anna)
    book(anna, link)

    assert visits.confirm(fresh(link), now=anna.now).state == "CONFIRMED"
    assert visits.confirm(fresh(link), now=anna.now).state == "CONFIRMED"


def test_giving_up_frees_the_time_and_ends_the_dialogues_about_it(anna: Story) -> None:
    visit = anna.visit(in_days=2)
    anna.start("appointment", entry="day_before", case_kind="appointment", case_id=visit.pk)
    link = link_in(anna.last())

    cancelled = visits.cancel(fresh(link), now=anna.now)
    again = visits.cancel(fresh(link), now=anna.now)

    assert (cancelled.state, again.sequence, cancelled.sequence) == ("CANCELLED", 1, 1)
    assert visit.starts_at in free(link, anna.now)
    assert anna.run().outcome == "ON_PAGE"


def test_after_giving_up_another_time_can_be_picked_by_the_same_link(anna: Story) -> None:
    link = reminded(anna)
    book(anna, link)
    visits.cancel(fresh(link), now=anna.now)

    second = book(anna, link, place=3)

    assert (second.state, fresh(link).case_id) == ("BOOKED", second.pk)


@pytest.mark.parametrize("state", ["ARRIVED", "COMPLETED"])
def test_once_the_car_came_the_link_is_over(anna: Story, state: str) -> None:
    link = reminded(anna)
    book(anna, link)
    Appointment.objects.update(state=state)

    with pytest.raises(LinkOver):
        visits.matter(fresh(link), now=anna.now)
    for act in (visits.cancel, visits.confirm):
        with pytest.raises(LinkOver):
            act(fresh(link), now=anna.now)


def test_a_visit_whose_time_is_past_is_over(anna: Story) -> None:
    link = reminded(anna)
    visit = book(anna, link)

    with pytest.raises(LinkOver):
        visits.matter(fresh(link), now=visit.ends_at)


def test_a_missed_visit_may_be_booked_anew(anna: Story) -> None:
    link = reminded(anna)
    book(anna, link)
    Appointment.objects.update(state="NO_SHOW")

    assert book(anna, link, place=5).state == "BOOKED"


def test_a_sold_cars_link_is_over(anna: Story) -> None:
    link = reminded(anna)
    Ownership.objects.update(to_date=anna.now.date())

    with pytest.raises(LinkOver, match="CAR_SOLD"):
        visits.matter(fresh(link), now=anna.now)


def test_the_reminders_link_still_books_when_its_dialogue_fell_silent(anna: Story) -> None:
    link = reminded(anna)
    anna.silence(after=timedelta(days=7))

    assert anna.run().outcome == "SILENT"
    assert book(anna, link).state == "BOOKED"


def test_a_chat_that_gave_the_visit_up_is_seen_on_the_page(anna: Story) -> None:
    visit = anna.visit(in_days=2)
    anna.start("appointment", entry="day_before", case_kind="appointment", case_id=visit.pk)
    link = link_in(anna.last())
    anna.hear("3")

    with pytest.raises(LinkOver):
        visits.confirm(fresh(link), now=anna.now)
    assert not visits.matter(fresh(link), now=anna.now).is_ahead


RIVALS = 40


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_forty_owners_pick_the_last_slot_and_one_gets_it(two_dealers: None, transactional_db: None) -> None:
    north = directory.dealer_named("north")
    with dealer_scope(north):
        story = telling.begin("north")
        Bay.objects.exclude(pk=Bay.objects.order_by("id")[0].pk).update(is_active=False)
        rivals = [_rival(story, number) for number in range(RIVALS)]
        wanted = free(rivals[0], story.now)[0]
    got: list[str] = []

    def pick(link: OwnerLink) -> None:
        try:
            got.append(visits.book(fresh(link), start_at=wanted, vehicle_id=None, now=story.now).state)
        except SlotGone:
            got.append("told")

    for some in (rivals[:20], rivals[20:]):
        at_once(north, *[lambda link=link: pick(link) for link in some])

    with dealer_scope(north):
        assert sorted(got) == ["BOOKED"] + ["told"] * (RIVALS - 1)
        assert Appointment.objects.count() == 1


def _rival(story: Story, number: int) -> OwnerLink:
    other = Customer.objects.create(name="Anna", created_at=story.now, updated_at=story.now)
    return new_link(story, Purpose.VISIT, customer_id=other.pk)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_page_and_chat_that_pick_one_time_at_once_make_one_visit(two_dealers: None, transactional_db: None) -> None:
    from notifications.inbound import operations as inbound
    from tests.notifications.inbound.test_concurrency import send

    north = directory.dealer_named("north")
    with dealer_scope(north):
        story = telling.begin("north")
        link = reminded(story)
        story.hear("1")
        (event,) = send(story, "1")
        wanted = free(link, story.now)[0]
    told: list[str] = []

    def pick() -> None:
        try:
            visits.book(fresh(link), start_at=wanted, vehicle_id=None, now=story.now)
        except (SlotGone, BookedMeanwhile):
            told.append("told")

    at_once(north, lambda: inbound.handle(event, now=story.now), pick, pick)
    at_once(north, lambda: appointments.mark_no_shows(now=story.now), pick)

    with dealer_scope(north):
        assert Appointment.objects.filter(starts_at=wanted).count() == 1
        assert FlowRun.objects.get().status == "ENDED"
        assert Message.objects.filter(direction="IN").count() == 2
