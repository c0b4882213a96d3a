"""What providers say that messages cost counts before our own estimate, and is each dealer's own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from channels_app import registry
from channels_app.contract import Account, Charge, Receipt
from channels_app.errors import Unavailable
from notifications.costs import charging, queries
from notifications.costs.queries import Spent
from notifications.outbox import operations
from notifications.outbox.handing import wire_id
from notifications.outbox.models import Message
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.costs.making import Texting, make_price, text_by_simulator
from tests.notifications.outbox import making
from tests.notifications.outbox.making import LATER, NOW, draft

TODAY = date(2026, 3, 2)
TOMORROW = NOW + timedelta(days=1)

pytestmark = pytest.mark.usefixtures("in_north")


class Charging(Texting):
    """The simulator, which says afterwards what messages cost."""

    charged: Mapping[str, Charge] = {}
    asked: tuple[date, ...] = ()

    def charges(self, account: Account, *, day: date) -> Mapping[str, Charge]:
        """List what it was told to."""
        self.asked = (*self.asked, day)
        return self.charged if day == TODAY else {}


@pytest.fixture(autouse=True)
def provider(monkeypatch: pytest.MonkeyPatch) -> Charging:
    asked = Charging()
    monkeypatch.setitem(registry.LOADED, "simulator", asked)
    return asked


def make_sent() -> Message:
    message = operations.queue_message(draft(making.make_account()), now=NOW)
    operations.dispatch_batch(now=NOW)
    message.refresh_from_db()
    return message


def receipt_of(message: Message, charge: Charge | None) -> Receipt:
    return Receipt(message.provider_id, wire_id(message.pk), "delivered", event_id="e", charge=charge)


def spent() -> list[Spent]:
    return queries.spent_by_day(from_date=TODAY, until_date=TODAY + timedelta(days=1))


def test_a_receipts_price_stands_beside_the_estimate_and_counts_before_it() -> None:
    make_price("7.5")
    message = make_sent()

    charged = receipt_of(message, Charge(Decimal("6.25"), "USD"))
    said = [charged, replace(charged, status="read", charge=None)]
    operations.apply_receipts(said, account_id=message.account_id, now=LATER)

    message.refresh_from_db()
    assert (message.price_minor, message.currency) == (Decimal("7.5"), "EUR")
    assert (message.charged_minor, message.charged_currency, message.state) == (Decimal("6.25"), "USD", "READ")
    assert spent() == [Spent(TODAY, "simulator", "USD", 1, 1, Decimal("6.25"), charged=1)]


def test_what_was_free_cost_nothing_in_the_currency_of_the_estimate() -> None:
    make_price("7.5")
    message = make_sent()

    operations.apply_receipts([receipt_of(message, Charge(Decimal(0)))], account_id=message.account_id, now=LATER)

    assert spent() == [Spent(TODAY, "simulator", "EUR", 1, 1, Decimal(0), charged=1)]


def test_a_receipt_without_a_price_leaves_the_estimate() -> None:
    make_price("7.5")
    message = make_sent()

    operations.apply_receipts([receipt_of(message, None)], account_id=message.account_id, now=LATER)

    assert spent() == [Spent(TODAY, "simulator", "EUR", 1, 1, Decimal("7.5"))]


def test_another_account_says_nothing_of_what_a_message_cost() -> None:
    message = make_sent()
    other = making.make_account()

    operations.apply_receipts([receipt_of(message, Charge(Decimal(9), "EUR"))], account_id=other.pk, now=LATER)

    message.refresh_from_db()
    assert message.charged_minor is None


def test_a_provider_that_says_so_afterwards_is_asked_for_the_last_days(provider: Charging) -> None:
    message = make_sent()
    provider.charged = {message.provider_id: Charge(Decimal("6.25"), "EUR"), "another's": Charge(Decimal(1), "EUR")}

    charging.ask_providers(now=TOMORROW)

    message.refresh_from_db()
    assert (message.charged_minor, message.charged_currency) == (Decimal("6.25"), "EUR")
    assert provider.asked == (TODAY, TODAY - timedelta(days=1))


def test_one_that_does_not_answer_is_passed_over(provider: Charging, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(account: Account, *, day: date) -> Mapping[str, Charge]:
        raise Unavailable("no")

    monkeypatch.setattr(provider, "charges", fail)
    message = make_sent()

    charging.ask_providers(now=TOMORROW)

    message.refresh_from_db()
    assert message.charged_minor is None


def test_a_provider_that_says_nothing_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    text_by_simulator(monkeypatch)
    make_sent()

    charging.ask_providers(now=datetime(2026, 3, 3, tzinfo=UTC))

    assert Message.objects.filter(charged_minor__isnull=True).count() == 1


def test_souths_provider_charges_nothing_to_north(provider: Charging, north: DealerRef, south: DealerRef) -> None:
    message = make_sent()
    provider.charged = {message.provider_id: Charge(Decimal("6.25"), "EUR")}

    with dealer_scope(south):
        making.make_account()
        charging.ask_providers(now=TOMORROW)

    with dealer_scope(north):
        message.refresh_from_db()
    assert (message.charged_minor, len(provider.asked)) == (None, 2)
