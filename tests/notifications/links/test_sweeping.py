"""Links that ended long ago are swept, a bounded number a turn; those still answered for stay."""

from datetime import timedelta

import pytest

from notifications import loop
from notifications.links import sweeping
from notifications.links.models import OwnerLink
from notifications.links.rules import LASTS, Purpose
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.due.saying import Teller
from tests.notifications.links.following import new_link
from tests.stories import telling
from tests.stories.telling import Story

A_MOMENT = timedelta(seconds=1)


@pytest.fixture
def anna(in_north: DealerRef) -> Story:
    """Anna and her phone."""
    return telling.begin("north")


def test_a_link_is_answered_for_after_its_end_and_then_goes(anna: Story) -> None:
    link = new_link(anna, Purpose.SURVEY)
    gone_at = link.expires_at + sweeping.KEPT_AFTER

    assert sweeping.sweep(now=gone_at - A_MOMENT) == 0
    assert OwnerLink.objects.filter(pk=link.pk).exists()
    assert sweeping.sweep(now=gone_at) == 1
    assert not OwnerLink.objects.filter(pk=link.pk).exists()


def test_what_still_works_stays_whatever_ended_beside_it(anna: Story) -> None:
    short, long = new_link(anna, Purpose.SURVEY), new_link(anna, Purpose.UNSUBSCRIBE)

    sweeping.sweep(now=anna.now + LASTS[Purpose.SURVEY] + sweeping.KEPT_AFTER)

    assert set(OwnerLink.objects.filter(pk__in=[short.pk, long.pk])) == {long}


def test_a_turn_sweeps_the_oldest_so_many_and_says_that_there_is_more(
    anna: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "SWEPT_AT_ONCE", 2)
    made = [new_link(anna, Purpose.PREFERENCES) for _ in range(3)]
    OwnerLink.objects.filter(pk=made[0].pk).update(expires_at=made[0].expires_at + A_MOMENT)
    later = anna.now + LASTS[Purpose.PREFERENCES] + sweeping.KEPT_AFTER + A_MOMENT

    turns = [loop.work_dealer(now=later, start=Teller()) for _ in range(2)]

    assert [turn.done["links"] for turn in turns if turn] == [loop.Done(2, has_more=True), loop.Done(1)]
    assert not OwnerLink.objects.filter(pk__in=[link.pk for link in made]).exists()


def test_a_turn_of_norths_leaves_souths_links_alone(anna: Story, south: DealerRef) -> None:
    new_link(anna, Purpose.SURVEY)
    with dealer_scope(south):
        theirs = new_link(telling.begin("south"), Purpose.SURVEY)

    assert sweeping.sweep(now=theirs.expires_at + 2 * sweeping.KEPT_AFTER) > 0

    with dealer_scope(south):
        assert OwnerLink.objects.filter(pk=theirs.pk).exists()
