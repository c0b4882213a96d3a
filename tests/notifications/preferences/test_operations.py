"""An owner's list in the database: what it shows, what a change writes, and that the policy then does as told."""

from datetime import timedelta

import pytest

from core.appointments import operations as appointments
from core.customers import merging
from core.customers.models import Consent, ContactPoint, Customer
from core.events.models import Event
from notifications.channels.models import ChannelAccount
from notifications.due.models import Due
from notifications.loop import work_dealer
from notifications.outbox import operations as outbox
from notifications.outbox.models import Message
from notifications.policy.facts import CALL, Purpose
from notifications.policy.models import Decision, Suppression
from notifications.preferences import operations as preferences
from notifications.preferences.operations import MOST_CARS
from notifications.preferences.rules import CHOSEN, Key
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.files import make_car, make_consent
from tests.stories import telling
from tests.stories.telling import Story

REMINDER, SURVEY, MARKETING = (
    Key(purpose, "simulator") for purpose in (Purpose.REMINDER, Purpose.SURVEY, Purpose.MARKETING)
)


@pytest.fixture
def anna(in_north: DealerRef) -> Story:
    """Anna, who allowed everything long ago."""
    story = telling.begin("north")
    make_consent(story.customer, is_granted=True, given_at=story.now - timedelta(days=9))
    return story


def boxes(story: Story) -> dict[Key, bool]:
    return {box.key: box.is_on for box in preferences.preferences(story.customer.pk, now=story.now).boxes}


def change(story: Story, **ticks: bool) -> None:
    """Change boxes of text messages by their purpose, and leave the rest as it is."""
    story.now += timedelta(minutes=1)
    wanted = boxes(story) | {Key(Purpose(name), "simulator"): tick for name, tick in ticks.items()}
    wording = {key: f"{key.purpose} by text" for key in wanted}
    preferences.change(story.customer.pk, wanted=wanted, wording=wording, now=story.now)


def queue(story: Story, *purposes: str) -> None:
    """Put a message of each purpose into the queue."""
    for purpose in purposes:
        draft = outbox.Draft(
            account_id=story.account.pk,
            address=story.address,
            customer_id=story.customer.pk,
            text="x",
            purpose=purpose,
            priority=50,
        )
        outbox.queue_message(draft, now=story.now)


def test_the_list_has_the_ways_the_owner_can_be_reached(anna: Story) -> None:
    shown = preferences.preferences(anna.customer.pk, now=anna.now)

    assert [way.channel for way in shown.ways] == ["simulator", CALL]
    assert set(boxes(anna)) == {Key(purpose, way.channel) for purpose in CHOSEN for way in shown.ways}
    assert all(boxes(anna).values())


def test_cars_are_listed_where_there_are_several_and_not_a_fleet(anna: Story) -> None:
    assert preferences.preferences(anna.customer.pk, now=anna.now).cars == ()

    other = anna.another_car()
    cars = preferences.preferences(anna.customer.pk, now=anna.now).cars
    assert [car.pk for car in cars] == [anna.vehicle.pk, other.pk]

    for number in range(MOST_CARS):
        make_car(anna.customer, number=900 + number)
    assert preferences.preferences(anna.customer.pk, now=anna.now).cars == ()


def test_a_no_is_a_consent_with_its_proof_and_a_wall(anna: Story) -> None:
    change(anna, MARKETING=False)

    consent, wall = Consent.objects.get(source="PAGE"), Suppression.objects.get()
    assert (consent.purpose, consent.channel, consent.is_granted) == ("MARKETING", "simulator", False)
    assert (consent.wording, consent.at, consent.actor) == ("MARKETING by text", anna.now, "owner")
    assert (wall.purpose, wall.channel, wall.source, wall.customer_id) == (
        "MARKETING",
        "simulator",
        "PAGE",
        anna.customer.pk,
    )
    assert Event.objects.filter(kind="consent.changed").count() == 1
    assert not boxes(anna)[MARKETING]
    assert boxes(anna)[REMINDER]


def test_a_no_stops_what_waits_to_leave_and_nothing_else(anna: Story) -> None:
    queue(anna, "MARKETING", "REMINDER", "SERVICE")

    change(anna, MARKETING=False)

    assert dict(Message.objects.values_list("purpose", "state")) == {
        "MARKETING": "OPTED_OUT",
        "REMINDER": "QUEUED",
        "SERVICE": "QUEUED",
    }


def test_saved_twice_is_written_once(anna: Story) -> None:
    wanted = boxes(anna) | {MARKETING: False}

    for _ in range(2):
        preferences.change(anna.customer.pk, wanted=wanted, wording={}, now=anna.now)

    assert (Consent.objects.filter(source="PAGE").count(), Suppression.objects.count()) == (1, 1)


def test_no_and_yes_and_no_again(anna: Story) -> None:
    for tick in (False, True, False, True):
        change(anna, MARKETING=tick)
        assert boxes(anna)[MARKETING] is tick

    assert not Suppression.objects.filter(lifted_at__isnull=True).exists()


def test_a_tick_after_stop_lets_that_purpose_through_and_no_other(anna: Story) -> None:
    anna.hear("退订")
    assert not any(boxes(anna).values())

    change(anna, REMINDER=True)

    assert [key for key, is_on in boxes(anna).items() if is_on] == [REMINDER]
    queue(anna, "MARKETING", "REMINDER")
    outbox.halt(anna.address, now=anna.now)
    states = dict(Message.objects.filter(text="x").values_list("purpose", "state"))
    assert states == {"MARKETING": "OPTED_OUT", "REMINDER": "QUEUED"}


def test_what_a_provider_holds_is_not_lifted_here(anna: Story) -> None:
    Suppression.objects.create(
        address_hash=outbox.address_hash(anna.address), reason="opted out", source="PROVIDER", at=anna.now
    )

    change(anna, REMINDER=True)

    fixed = {box.key for box in preferences.preferences(anna.customer.pk, now=anna.now).boxes if box.is_fixed}
    assert REMINDER in fixed
    assert Suppression.objects.filter(lifted_at__isnull=True).count() == 1


def test_a_no_in_a_merged_file_is_lifted_where_it_stands(anna: Story) -> None:
    other = Customer.objects.create(name="Anna", created_at=anna.now, updated_at=anna.now)
    make_consent(other, is_granted=False, given_at=anna.now, purpose="REMINDER")
    merging.merge_customers(kept_id=anna.customer.pk, other_id=other.pk, by=merging.By("user:1"), now=anna.now)
    assert not boxes(anna)[REMINDER]

    change(anna, REMINDER=True)

    assert boxes(anna)[REMINDER]
    assert Consent.objects.filter(customer=other, is_granted=True, source="PAGE").count() == 1


def test_a_marketing_no_never_silences_ones_own_visit(anna: Story) -> None:
    change(anna, REMINDER=False, SURVEY=False, MARKETING=False)
    (slot,) = appointments.free_slots(
        kind="MAINTENANCE", from_at=anna.now + timedelta(days=3), until_at=anna.now + timedelta(days=9), limit=1
    )
    appointments.book(
        customer_id=anna.customer.pk,
        vehicle_id=anna.vehicle.pk,
        kind="MAINTENANCE",
        slot=slot,
        origin="INBOUND",
        now=anna.now,
    )

    work_dealer(now=anna.now + timedelta(minutes=1))

    assert Due.objects.get(rule="APPOINTMENT_CONFIRMATION").state == "DONE"
    assert Decision.objects.filter(action="SEND").exists()


def test_a_blocked_number_is_no_way(anna: Story) -> None:
    ContactPoint.objects.update(blocked_at=anna.now)

    assert preferences.preferences(anna.customer.pk, now=anna.now).ways == ()


def test_a_change_at_north_is_none_at_south(anna: Story, south: DealerRef) -> None:
    with dealer_scope(south):
        boris = telling.begin("south")
        make_consent(boris.customer, is_granted=True, given_at=boris.now - timedelta(days=9))
        before = boxes(boris)

    change(anna, MARKETING=False)

    with dealer_scope(south):
        assert boxes(boris) == before
        assert not Suppression.objects.exists()
        assert not Consent.objects.filter(source="PAGE").exists()


def test_a_list_costs_the_same_however_much_was_said(anna: Story, django_assert_max_num_queries: object) -> None:
    for days in range(20):
        make_consent(anna.customer, is_granted=bool(days % 2), given_at=anna.now - timedelta(days=days))

    with django_assert_max_num_queries(10):  # type: ignore[operator]  # pytest-django's fixture
        preferences.preferences(anna.customer.pk, now=anna.now)


def test_two_providers_of_texts_are_one_box_and_bound_together(anna: Story) -> None:
    ChannelAccount.objects.create(
        kind="twilio", address="+34600000001", public_id="second", settings={}, created_at=anna.now
    )

    change(anna, REMINDER=False)

    assert [way.channel for way in preferences.preferences(anna.customer.pk, now=anna.now).ways] == ["simulator", CALL]
    refused = Suppression.objects.filter(lifted_at__isnull=True, purpose="REMINDER")
    assert sorted(refused.values_list("channel", flat=True)) == ["simulator", "twilio"]

    change(anna, REMINDER=True)

    assert boxes(anna)[REMINDER]
    assert not refused.exists()


def test_a_no_to_one_provider_alone_leaves_the_box_empty(anna: Story) -> None:
    ChannelAccount.objects.create(
        kind="twilio", address="+34600000001", public_id="second", settings={}, created_at=anna.now
    )
    said = make_consent(anna.customer, is_granted=False, purpose="REMINDER", given_at=anna.now)
    Consent.objects.filter(pk=said.pk).update(channel="twilio")

    assert not boxes(anna)[REMINDER]
    change(anna, REMINDER=True)
    assert boxes(anna)[REMINDER]
