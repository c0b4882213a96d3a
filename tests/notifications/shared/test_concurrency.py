"""Many calls of one provider at the same instant: asked once, stored once, and each word in one place."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from channels_app import simulator_provider as provider
from channels_app.simulator import signed_request
from notifications.inbound import operations as inbound
from notifications.shared import working
from notifications.shared.accounts import account_of
from notifications.shared.models import Arrival, Question
from tenants import directory
from tenants.scope import public_scope
from tests.notifications.shared.sharing import Shared, share

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
AT_ONCE = 20


@pytest.fixture
def both(two_dealers: None, transactional_db: None) -> Iterator[Shared]:
    """Both dealers have asked Anna the same."""
    with public_scope():
        made = share(directory.dealer_named("north"), directory.dealer_named("south"))
        made.ask("north")
        made.ask("south")
        yield made
    provider.forget(account_of(made.sender))


def at_once(acts: list[Callable[[], object]]) -> None:
    """Run the acts in threads that begin together, each with a connection of its own."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        barrier.wait(timeout=30)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(run, act) for act in acts]:
            done.result(timeout=60)


def taking(shared: Shared, event: dict[str, object]) -> Callable[[], object]:
    """A webhook that brings this event."""
    request = signed_request(account_of(shared.sender), [event], now=shared.now)
    return lambda: inbound.accept(account_ref=shared.sender.public_id, request=request, now=shared.now)


def test_under_twenty_webhooks_the_question_is_asked_once(both: Shared) -> None:
    at_once([taking(both, both.said("1")) for _ in range(AT_ONCE)])
    at_once([lambda: working.work(both.sender.pk, now=both.now)] * 4)

    assert list(Question.objects.values_list("state", "error")) == [("SENT", "")]
    assert len(both.questions()) == 1
    assert Arrival.objects.filter(state="ASKED").count() == AT_ONCE


def test_one_message_brought_twenty_times_at_once_is_one(both: Shared) -> None:
    event = both.said("1")
    at_once([taking(both, event) for _ in range(AT_ONCE)])

    assert Arrival.objects.filter(state="ASKED").count() == 1


def test_two_choices_at_once_give_the_words_to_one_dealer(both: Shared) -> None:
    both.hear("1")

    at_once([taking(both, both.said(text)) for text in ("1", "2")])
    both.work()

    heard = [*both.words_at("north"), *both.words_at("south")]
    assert heard.count("1") + heard.count("2") == len(heard)
    assert "1" in heard
    assert Question.objects.filter(outcome="CHOSEN").count() == 1
