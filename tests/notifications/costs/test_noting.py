"""What messages cost is noted as they are handed over, and added up without a word of whom they went to."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.calendar.models import DealerSettings
from notifications.costs import queries
from notifications.costs.queries import Spent
from notifications.outbox import operations
from notifications.outbox.models import Message
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.costs.making import make_price, text_by_simulator
from tests.notifications.outbox import making
from tests.notifications.outbox.making import ANNA, BORIS, NOW, draft

LONG = "x" * 161
TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)

pytestmark = pytest.mark.usefixtures("in_north")


@pytest.fixture(autouse=True)
def texting(in_north: DealerRef, monkeypatch: pytest.MonkeyPatch) -> None:
    text_by_simulator(monkeypatch)
    DealerSettings.objects.update(texting_countries=["CN", "ES"])


def noted(message: Message) -> tuple[int | None, str, Decimal | None, str]:
    message.refresh_from_db()
    return message.segments, message.alphabet, message.price_minor, message.currency


def test_a_text_keeps_its_segments_and_the_price_of_its_country():
    account = making.make_account()
    make_price("7.5")
    make_price("3.0125", country="CN", currency="CNY")
    to_anna = operations.queue_message(draft(account, text=LONG), now=NOW)
    to_boris = operations.queue_message(draft(account, address=BORIS, text="¿Qué tal, señor? ✓"), now=NOW)

    operations.dispatch_batch(now=NOW)

    assert noted(to_anna) == (2, "GSM-7", Decimal("6.025"), "CNY")
    assert noted(to_boris) == (1, "UCS-2", Decimal("7.5"), "EUR")


def test_a_later_price_changes_nothing_that_was_sent():
    account = making.make_account()
    make_price("7.5")
    message = operations.queue_message(draft(account), now=NOW)
    operations.dispatch_batch(now=NOW)

    make_price("9", from_date=TOMORROW)
    make_price("8", from_date=TODAY)

    assert noted(message)[2] == Decimal("7.5")


def test_without_a_table_a_text_is_measured_and_costs_nobody_knows_what():
    message = operations.queue_message(draft(making.make_account()), now=NOW)

    operations.dispatch_batch(now=NOW)

    assert noted(message) == (1, "GSM-7", None, "")
    assert [(one.currency, one.messages, one.cost_minor) for one in operations.accounting().spent] == [
        ("", 1, Decimal(0))
    ]


def test_what_did_not_leave_costs_nothing():
    make_price()
    waiting = draft(making.make_account(), not_before_at=NOW + timedelta(hours=1))
    account = making.make_account()
    walled = draft(account, address=BORIS)
    operations.queue_messages([waiting, walled], now=NOW)
    making.opt_out(BORIS)

    operations.dispatch_batch(now=NOW)

    assert making.states() == {"HELD": 1, "OPTED_OUT": 1}
    assert operations.accounting().spent == []


def test_days_add_up_by_channel_and_currency(north: DealerRef, south: DealerRef) -> None:
    account = making.make_account()
    make_price("7.5")
    make_price("3", country="CN", currency="CNY")
    operations.queue_messages([draft(account, text=LONG), draft(account, address=BORIS)], now=NOW)
    operations.dispatch_batch(now=NOW)
    operations.queue_message(draft(account), now=NOW + timedelta(days=1))
    operations.dispatch_batch(now=NOW + timedelta(days=1))

    assert queries.spent_by_day(from_date=TODAY, until_date=TOMORROW + timedelta(days=1)) == [
        Spent(TODAY, "simulator", "CNY", messages=1, segments=2, cost_minor=Decimal(6)),
        Spent(TODAY, "simulator", "EUR", messages=1, segments=1, cost_minor=Decimal("7.5")),
        Spent(TOMORROW, "simulator", "CNY", messages=1, segments=1, cost_minor=Decimal(3)),
    ]
    assert queries.spent_by_day(from_date=TODAY - timedelta(days=1), until_date=TODAY) == []
    with dealer_scope(south):
        assert queries.spent_by_day(from_date=TODAY, until_date=TOMORROW) == []
    assert ANNA not in repr(operations.accounting().spent)
