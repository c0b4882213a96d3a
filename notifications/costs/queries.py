"""The prices that may hold for an account, and what was spent: figures by day, channel and purpose, nobody's name in
them. Where a provider said what a message cost, that counts; else our own estimate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, QuerySet, Sum, When
from django.db.models.functions import Coalesce, TruncDate

from core.calendar import rules as calendar
from notifications.costs import rules
from notifications.costs.models import MessagePrice
from notifications.costs.rules import Price
from notifications.outbox.models import SPENT, Message
from tenants.scope import current_dealer

# What a message cost, and in which currency.
COST = Coalesce("charged_minor", "price_minor")
PAID_IN = Case(When(charged_minor__isnull=False, then="charged_currency"), default="currency")


@dataclass(frozen=True)
class Spent:
    """What messages of one channel cost in one currency; day or purpose is None where all are taken together.

    The currency is empty for those that left while the table knew no price. charged: how many of the messages have a
    figure of their provider's own.
    """

    day: date | None
    channel: str
    currency: str
    messages: int
    segments: int
    cost_minor: Decimal
    charged: int = 0
    purpose: str | None = None


def prices_for(kind: str) -> list[Price]:
    """This function will return the rows of the table that speak of a kind of channel."""
    return _plain(MessagePrice.objects.filter(kind=kind))


def price_here(address: str, *, kind: str, account_id: int, on: date) -> Price | None:
    """This function will return what a segment or message from an account to an address costs on a day, if known."""
    country = rules.destination_of(address).country
    return rules.price_of(prices_for(kind), kind=kind, account_id=account_id, country=country, on=on)


def all_prices() -> list[Price]:
    """This function will return the whole table, by channel, account, country and day."""
    return _plain(MessagePrice.objects.all())


def _plain(rows: QuerySet[MessagePrice]) -> list[Price]:
    return [
        Price(
            kind=row.kind,
            account_id=row.account_id,
            country=row.country,
            price_minor=row.price_minor,
            currency=row.currency,
            from_date=row.from_date,
        )
        for row in rows.order_by("kind", "account_id", "country", "from_date")
    ]


def spent(messages: QuerySet[Message]) -> list[Spent]:
    """This function will add up what these messages cost, by channel and currency."""
    return _added_up(messages.filter(SPENT), by=())


def spent_by_day(*, from_date: date, until_date: date) -> list[Spent]:
    """This function will add up what was sent on each of the dealer's days [from_date, until_date), in their order."""
    zone = ZoneInfo(current_dealer().timezone)
    sent = _sent(from_date, until_date, zone=zone)
    return _added_up(sent.annotate(day=TruncDate("sent_at", tzinfo=zone)), by=("day",))


def spent_by_purpose(*, from_date: date, until_date: date) -> list[Spent]:
    """This function will add up what was sent on the dealer's days [from_date, until_date), by purpose and channel."""
    return _added_up(_sent(from_date, until_date, zone=ZoneInfo(current_dealer().timezone)), by=("purpose",))


def _sent(from_date: date, until_date: date, *, zone: ZoneInfo) -> QuerySet[Message]:
    return Message.objects.filter(
        SPENT,
        sent_at__gte=calendar.at_local(from_date, time(), timezone=zone),
        sent_at__lt=calendar.at_local(until_date, time(), timezone=zone),
    )


def _added_up(rows: QuerySet[Message], *, by: Sequence[str]) -> list[Spent]:
    keys = (*by, "account__kind", "paid_in")
    groups = rows.annotate(paid_in=PAID_IN).values(*keys).order_by(*keys)
    sums = groups.annotate(
        messages=Count("id"), total_segments=Sum("segments"), total=Sum(COST), charged=Count("charged_minor")
    )
    return [
        Spent(
            day=row.get("day"),
            channel=row["account__kind"],
            currency=row["paid_in"],
            messages=row["messages"],
            segments=row["total_segments"] or 0,
            cost_minor=row["total"] or Decimal(0),
            charged=row["charged"],
            purpose=row.get("purpose"),
        )
        for row in sums
    ]
