"""One rate for one number: nobody's campaign takes another's part of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from notifications.outbox import operations as outbox
from notifications.outbox import rates
from notifications.shared.models import SharedSender
from tests.notifications.shared.sharing import NOW, Shared

SECOND = timedelta(seconds=1)
RATE, SIZE = 10.0, 20.0


@pytest.fixture
def taken(shared: Shared) -> Callable[..., int]:
    """Take tokens of the sender for a dealer, so many seconds after the beginning."""

    def take(name: str, wanted: int, *, after: int = 0) -> int:
        with shared.at(name):
            now = NOW + after * SECOND
            return rates.take_share(shared.sender.public_id, rate=RATE, size=SIZE, wanted=wanted, now=now)

    return take


def test_alone_a_dealer_has_all_of_it(taken: Callable[..., int]) -> None:
    assert [taken("north", 100), taken("north", 100), taken("north", 100, after=1)] == [20, 0, 10]


def test_both_together_never_have_more_than_there_is(taken: Callable[..., int]) -> None:
    given = [taken(name, 100, after=second) for second in range(10) for name in ("north", "south")]

    assert sum(given) <= SIZE + 9 * RATE


def test_who_comes_into_anothers_campaign_waits_for_one_refill(taken: Callable[..., int]) -> None:
    taken("north", 100)
    assert taken("south", 1) == 0

    campaign = taken("north", 100, after=1)

    assert campaign <= RATE / 2
    assert taken("south", 1, after=1) == 1


def test_who_asks_no_more_leaves_its_part_to_the_others(taken: Callable[..., int]) -> None:
    taken("south", 1)
    taken("north", 100)

    assert taken("north", 100, after=10) == 20


def test_tokens_that_were_not_used_come_back(taken: Callable[..., int], shared: Shared) -> None:
    taken("north", 20)
    with shared.at("north"):
        rates.give_back_share(shared.sender.public_id, count=5)

    assert taken("north", 100) == 5


def test_a_number_that_was_told_to_wait_waits_with_all_its_dealers(shared: Shared) -> None:
    SharedSender.objects.filter(pk=shared.sender.pk).update(settings={"misbehave": "throttle"})
    shared.write("north")
    SharedSender.objects.filter(pk=shared.sender.pk).update(settings={})

    waiting = shared.write("south")

    assert waiting.state == "QUEUED"
    shared.pass_by(timedelta(minutes=1))
    with shared.at("south"):
        outbox.dispatch_batch(now=shared.now)
        waiting.refresh_from_db()
    assert waiting.state == "SENT"


def test_an_owner_is_written_to_at_the_numbers_pace_whoever_writes(shared: Shared) -> None:
    states = [shared.write(name).state for name in ("north", "south") * 4]

    # The simulated provider takes five a second for one recipient.
    assert states.count("SENT") == 5
