"""The dealer's table of prices: kept as a whole, and noted on each message as it is handed over."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import phonenumbers
from django.db import connection, transaction

from channels_app import registry
from channels_app.contract import Capabilities
from core.calendar import changing
from notifications.channels.models import ChannelAccount
from notifications.costs import queries, rules
from notifications.costs.models import MessagePrice
from notifications.costs.rules import Price
from tenants.accounts.staff import By

# One statement for a batch: a claim has up to some hundred messages.
NOTE = """
UPDATE notifications_message m
SET segments = t.segments, alphabet = t.alphabet, price_minor = t.price_minor, currency = t.currency
FROM jsonb_to_recordset(%(rows)s) AS t (id bigint, segments int, alphabet text, price_minor numeric, currency text)
WHERE m.id = t.id
"""


class PriceUnfit(ValueError):
    """A row speaks of a channel, an account, a country or a currency that there is not; the message names it."""


class PriceTwice(ValueError):
    """Two rows give one way a price from the same day."""


@dataclass(frozen=True)
class Handed:
    """A message that is about to leave: its number, and the text as its reader gets it and its provider counts it."""

    message_id: int
    address: str
    text: str


def note_costs(leaving: Sequence[Handed], *, kind: str, account_id: int, on: date) -> None:
    """This function will note on messages what they take and cost; those of one account, in the claim's transaction."""
    can = registry.get(kind).capabilities
    prices = queries.prices_for(kind) if leaving else []
    if not leaving or not (can.is_sms or prices):
        return
    rows = [_noted(one, prices, kind=kind, account_id=account_id, on=on, can=can) for one in leaving]
    with connection.cursor() as cursor:
        cursor.execute(NOTE, {"rows": json.dumps(rows)})


def keep_prices(prices: Sequence[Price], *, by: By, now: datetime) -> None:
    """This function will keep these prices in the place of those before; what was sent keeps its own.

    Raises: PriceUnfit; PriceTwice; DealerNotSetUp.
    """
    _check(prices)
    with transaction.atomic():
        # The settings' row is the lock: of two who write the table at once, the second replaces the first's whole.
        changing.locked_settings()
        before = {"prices": [_written(one) for one in queries.all_prices()]}
        MessagePrice.objects.all().delete()
        MessagePrice.objects.bulk_create(
            MessagePrice(
                kind=one.kind,
                account_id=one.account_id,
                country=one.country,
                price_minor=one.price_minor,
                currency=one.currency,
                from_date=one.from_date,
            )
            for one in prices
        )
        after = {"prices": [_written(one) for one in queries.all_prices()]}
        changing.note("settings.message_prices_changed", before=before, after=after, by=by, now=now)


def _noted(
    leaving: Handed, prices: Sequence[Price], *, kind: str, account_id: int, on: date, can: Capabilities
) -> dict[str, object]:
    country = rules.destination_of(leaving.address).country
    price = rules.price_of(prices, kind=kind, account_id=account_id, country=country, on=on)
    cost = rules.cost_of(leaving.text, price=price, is_sms=can.is_sms, is_wide=can.is_wide)
    return {
        "id": leaving.message_id,
        "segments": cost.segments,
        "alphabet": cost.alphabet,
        "price_minor": None if cost.price_minor is None else str(cost.price_minor),
        "currency": cost.currency,
    }


def _check(prices: Sequence[Price]) -> None:
    kinds = {kind for kind, _ in registry.kinds()}
    accounts = dict(ChannelAccount.objects.values_list("id", "kind"))
    for one in prices:
        if one.kind not in kinds:
            raise PriceUnfit(one.kind)
        if one.account_id is not None and accounts.get(one.account_id) != one.kind:
            raise PriceUnfit(str(one.account_id))
        if one.country and one.country not in phonenumbers.SUPPORTED_REGIONS:
            raise PriceUnfit(one.country)
        if not (len(one.currency) == 3 and one.currency.isascii() and one.currency.isupper()):
            raise PriceUnfit(one.currency)
    ways = [(one.kind, one.account_id, one.country, one.from_date) for one in prices]
    if len(set(ways)) < len(ways):
        raise PriceTwice


def _written(price: Price) -> dict[str, object]:
    return {
        "kind": price.kind,
        "account": price.account_id,
        "country": price.country,
        "price_minor": str(price.price_minor),
        "currency": price.currency,
        "from_date": price.from_date.isoformat(),
    }
