"""How this dealer's system writes dates and numbers, told from the columns and the country; pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.repair_orders.imports import words

YEAR_FIRST, DAY_FIRST, MONTH_FIRST = "YMD", "DMY", "MDY"

# Source: Unicode CLDR 46, short date patterns of the country's main language.
MONTH_FIRST_COUNTRIES = frozenset({"US", "PH", "PR", "GU", "VI", "AS", "MH", "FM", "PW", "PA"})
# Source: CLDR 46, decimal separators. Elsewhere the point.
DECIMAL_COMMA_COUNTRIES = frozenset(
    re.findall(
        "[A-Z]{2}",
        "AO AR AT BE BG BO BR BY CI CL CM CO CR CU CY CZ DE DK DZ EC EE ES FI FR GR HR HU ID IS IT LT LU LV MA MZ NL"
        " NO PL PT PY RO RS RU SE SI SK SN TN TR UA UY VE VN ZA",
    )
)
# Source: the countries whose odometers show statute miles (UK TSRGD, US FMVSS 101, Liberia, Myanmar).
MILE_COUNTRIES = frozenset({"US", "GB", "PR", "LR", "MM"})

_NUMBERS = re.compile(r"\d+")
_AMOUNT = re.compile(r"[.,](\d+)$")


@dataclass(frozen=True)
class Conventions:
    """How to read what could be read in two ways."""

    country: str
    date_order: str
    decimal_mark: str
    odometer_unit: str


def expected(country: str) -> Conventions:
    """Return what a dealer of this country most likely writes."""
    return Conventions(
        country=country,
        date_order=MONTH_FIRST if country in MONTH_FIRST_COUNTRIES else DAY_FIRST,
        decimal_mark="," if country in DECIMAL_COMMA_COUNTRIES else ".",
        odometer_unit="mi" if country in MILE_COUNTRIES else "km",
    )


def observed(*, dates: Sequence[str], amounts: Sequence[str], unit: str | None, before: Conventions) -> Conventions:
    """Return the conventions after looking at the first rows; `before` decides what they leave open."""
    return replace(
        before,
        date_order=date_order(dates, otherwise=before.date_order),
        decimal_mark=decimal_mark(amounts, otherwise=before.decimal_mark),
        odometer_unit=unit or before.odometer_unit,
    )


def date_order(dates: Iterable[str], *, otherwise: str) -> str:
    """Return which comes first, by days above 12; year-first dates need no order and count as none."""
    day_first = month_first = 0
    for text in dates:
        numbers = _NUMBERS.findall(words.tidy(text))[:3]
        if len(numbers) < 3 or len(numbers[0]) > 2:
            continue
        first, second = int(numbers[0]), int(numbers[1])
        day_first += 12 < first <= 31 and second <= 12
        month_first += 12 < second <= 31 and first <= 12
    if day_first == month_first:
        return otherwise
    return DAY_FIRST if day_first > month_first else MONTH_FIRST


def decimal_mark(amounts: Iterable[str], *, otherwise: str) -> str:
    """Return the mark before the cents, by amounts that can be read in one way only."""
    votes = {",": 0, ".": 0}
    for text in amounts:
        found = _AMOUNT.search(words.tidy(text))
        if found is None:
            continue
        mark = found.group()[0]
        other = "." if mark == "," else ","
        if other in text or (len(found.group(1)) != 3 and text.count(mark) == 1):
            votes[mark] += 1
        elif text.count(mark) > 1:
            votes[other] += 1
    if votes[","] == votes["."]:
        return otherwise
    return max(votes, key=lambda mark: votes[mark])
