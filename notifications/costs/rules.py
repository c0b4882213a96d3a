"""What is true of the cost of a message: where its number is, which price holds for it, and what it comes to.

Pure. A price is for one segment where texts travel as SMS, else for one message.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

from channels_app import segments

# Calls and messages to these earn their holder money, which is what pumping is after.
# Source: the number types of Google's libphonenumber, after the national numbering plans.
DEAR_TYPES = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})
# What the library calls numbers of no country, such as satellites'.
NO_COUNTRY = "001"


@dataclass(frozen=True)
class Destination:
    """Where a number is: a country's two letters, empty where none can be read; is_dear where calling it earns."""

    country: str
    is_dear: bool = False


@dataclass(frozen=True, kw_only=True)
class Price:
    """A row of the table, as plain values."""

    kind: str
    price_minor: Decimal
    currency: str
    from_date: date
    account_id: int | None = None
    country: str = ""


@dataclass(frozen=True)
class Cost:
    """What one message takes and costs; no segments where it is no SMS, no price where none is known."""

    segments: int | None = None
    alphabet: str = ""
    price_minor: Decimal | None = None
    currency: str = ""


@lru_cache(maxsize=4096)
def destination_of(address: str) -> Destination:
    """This function will say where a number in international form is; anything else is nowhere."""
    try:
        number = phonenumbers.parse(address, None)
    except phonenumbers.NumberParseException:
        return Destination("")
    # Of countries that share a calling code the number tells; one that is not given out yet lies in the main one.
    region = phonenumbers.region_code_for_number(number)
    country = region or phonenumbers.region_code_for_country_code(number.country_code or 0)
    if country in (NO_COUNTRY, "ZZ"):
        return Destination("")
    return Destination(country, is_dear=phonenumbers.number_type(number) in DEAR_TYPES)


def price_of(prices: Iterable[Price], *, kind: str, account_id: int, country: str, on: date) -> Price | None:
    """This function will find the price that holds on a day: the account's before the kind's, then the country's
    before any country's, then the newest; None where nothing is known."""
    fitting = [
        one
        for one in prices
        if one.kind == kind
        and one.account_id in (None, account_id)
        and one.country in ("", country)
        and one.from_date <= on
    ]
    return max(fitting, key=lambda one: (one.account_id is not None, one.country != "", one.from_date), default=None)


def cost_of(text: str, *, price: Price | None, is_sms: bool, is_wide: bool = False) -> Cost:
    """This function will say what a text comes to at a price; is_sms and is_wide as the channel can do."""
    measured = segments.measure(text, is_wide=is_wide) if is_sms else None
    count = measured.segments if measured else 1
    return Cost(
        segments=measured.segments if measured else None,
        alphabet=measured.alphabet if measured else "",
        price_minor=price.price_minor * count if price else None,
        currency=price.currency if price else "",
    )
