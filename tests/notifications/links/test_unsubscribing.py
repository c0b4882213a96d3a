"""One click: such messages end at once, on that channel and for that purpose, and the click is the proof."""

import pytest

from core.customers.models import Consent
from notifications.links import unsubscribing
from notifications.links.models import OwnerLink
from notifications.links.rules import Purpose
from notifications.outbox import operations as outbox
from notifications.outbox.models import Message
from notifications.policy.models import Suppression
from tenants.scope import DealerRef
from tests.notifications.links.following import new_link
from tests.stories import telling
from tests.stories.telling import Story


@pytest.fixture
def boris(in_south: DealerRef) -> Story:
    return telling.begin("south")


def queue(story: Story, purpose: str) -> Message:
    draft = outbox.Draft(
        account_id=story.account.pk,
        address=story.address,
        text="hola",
        purpose=purpose,
        customer_id=story.customer.pk,
        priority=50,
    )
    return outbox.queue_message(draft, now=story.now)


def click(story: Story, link: OwnerLink) -> None:
    unsubscribing.unsubscribe(link, wording="Ofertas · Correo", now=story.now)


def test_a_click_stops_what_waits_and_leaves_the_rest(boris: Story) -> None:
    offer, notice = queue(boris, "MARKETING"), queue(boris, "SERVICE")

    click(boris, new_link(boris, Purpose.UNSUBSCRIBE, stops="MARKETING"))

    states = dict(Message.objects.values_list("pk", "state"))
    assert (states[offer.pk], states[notice.pk]) == ("OPTED_OUT", "QUEUED")


def test_the_proof_names_purpose_channel_and_words(boris: Story) -> None:
    link = new_link(boris, Purpose.UNSUBSCRIBE, stops="MARKETING")

    click(boris, link)

    consent, wall = Consent.objects.get(), Suppression.objects.get()
    assert (consent.is_granted, consent.purpose, consent.channel) == (False, "MARKETING", "simulator")
    assert (consent.source, consent.wording, consent.at) == ("PAGE", "Ofertas · Correo", boris.now)
    assert (wall.source, wall.purpose, wall.channel) == ("PAGE", "MARKETING", "simulator")
    assert OwnerLink.objects.get(pk=link.pk).used_at == boris.now


def test_again_changes_nothing(boris: Story) -> None:
    link = new_link(boris, Purpose.UNSUBSCRIBE, stops="SURVEY")

    click(boris, link)
    click(boris, link)

    assert (Consent.objects.count(), Suppression.objects.count()) == (1, 1)


def test_the_dialogue_it_came_from_ends(boris: Story) -> None:
    boris.start("win_back")
    link = new_link(boris, Purpose.UNSUBSCRIBE, stops="MARKETING", run_id=boris.run().pk)

    click(boris, link)

    assert boris.run().outcome == "ON_PAGE"


def test_an_explicit_yes_lifts_it(boris: Story) -> None:
    click(boris, new_link(boris, Purpose.UNSUBSCRIBE, stops="MARKETING"))

    boris.hear("ALTA")

    assert not Suppression.objects.filter(lifted_at__isnull=True).exists()
    assert Consent.objects.filter(is_granted=True, purpose="MARKETING", channel="simulator").exists()
