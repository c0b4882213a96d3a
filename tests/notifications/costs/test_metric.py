"""What a day's messages cost, as the manufacturer sees it: counts in one currency, and what could not be added."""

from datetime import date, timedelta
from decimal import Decimal

from core.kpis import rollup
from core.kpis.rollup import DayCount
from notifications.outbox import operations
from notifications.outbox.models import Message
from tenants.models import BenchmarkFact
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.notifications.costs.making import make_price
from tests.notifications.outbox import making
from tests.notifications.outbox.making import ANNA, NOW, draft

TODAY = date(2026, 3, 2)


def make_day() -> list[Message]:
    """Five messages at 3.75 fen."""
    account = making.make_account()
    make_price("3.75", currency="CNY")
    operations.queue_messages([draft(account) for _ in range(5)], now=NOW)
    operations.dispatch_batch(now=NOW)
    return list(Message.objects.order_by("id"))


def counted(dealer: DealerRef) -> DayCount:
    days = rollup.count_days(dealer, from_date=TODAY, until_date=TODAY + timedelta(days=1))
    return days.counts.get((TODAY, "message_cost"), DayCount())


def test_one_currency_adds_up_and_the_rest_stands_aside_by_its_reason(in_north: DealerRef) -> None:
    known, charged, abroad, unknown, _ = make_day()
    Message.objects.filter(pk=charged.pk).update(charged_minor=Decimal("9"), charged_currency="CNY")
    Message.objects.filter(pk=abroad.pk).update(charged_minor=Decimal("70"), charged_currency="USD")
    Message.objects.filter(pk=unknown.pk).update(price_minor=None, currency="")

    count = counted(in_north)

    assert known.price_minor == Decimal("3.75")
    # 3.75 + 9 + 3.75, rounded once.
    assert (count.numerator, count.denominator) == (17, 3)
    assert count.exclusions == {"other_currency": 1, "price_unknown": 1}


def test_what_is_free_counts_as_a_message_that_cost_nothing(in_north: DealerRef) -> None:
    make_day()
    Message.objects.update(charged_minor=Decimal(0), charged_currency="CNY")

    assert counted(in_north) == DayCount(0, 5)


def test_the_public_schema_gets_counts_of_each_dealers_own(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(north):
        make_day()
    for dealer in (north, south):
        rollup.rollup(dealer, from_date=TODAY, until_date=TODAY + timedelta(days=1), now=NOW)

    with public_scope():
        facts = BenchmarkFact.objects.filter(metric="message_cost").order_by("dealer_id")
        found = {fact.dealer_id: (fact.numerator, fact.denominator) for fact in facts}
    assert found == {north.id: (19, 5), south.id: (0, 0)}
    assert ANNA not in str(found)
