"""Two workers that text at once, in real transactions: no rest of a cap is spent twice."""

from collections.abc import Iterator

import pytest

from core.calendar.models import DealerSettings
from notifications.channels.models import ChannelAccount
from notifications.outbox import claiming
from notifications.texting.models import TextTally
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.costs.making import text_by_simulator
from tests.notifications.due.test_two_workers import together
from tests.notifications.outbox import making
from tests.notifications.outbox.making import NOW

TEXTS, MOST = 20, 7


@pytest.fixture
def many_texts(transactional_db: None, north: DealerRef, monkeypatch: pytest.MonkeyPatch) -> Iterator[DealerRef]:
    """North may text seven times a day, and has twenty texts in its queue."""
    text_by_simulator(monkeypatch)
    with dealer_scope(north):
        before = DealerSettings.objects.get().policy
        DealerSettings.objects.update(policy={"texting": {"per_dealer": MOST}})
        making.queue_many(making.make_account(), TEXTS)
    yield north
    with dealer_scope(north):
        DealerSettings.objects.update(policy=before)


def test_two_workers_spend_a_days_rest_once(many_texts: DealerRef) -> None:
    def turns() -> None:
        for _ in range(TEXTS):
            claiming.claim(ChannelAccount.objects.get(), limit=2, now=NOW)

    together(many_texts, turns, times=2)

    with dealer_scope(many_texts):
        assert making.states()["SENDING"] == MOST
        assert TextTally.objects.get(key="dealer").count == MOST
