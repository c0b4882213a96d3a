"""A country's public holidays and the weekend days worked in exchange for them.

From the libraries' own tables, no network. China's State Council announces each year's exchange late
in the year before; until the library knows it, a year has holidays only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import chinese_calendar.constants
import holidays

# Ours -> the library's words for languages.
LIBRARY_LANGUAGES = {"en": "en_US", "es": "es", "zh-hans": "zh_CN"}
# China's holidays by the library's English names; it speaks Chinese besides, and no Spanish.
CHINAS_IN_SPANISH = {
    "New Year's Day": "Año Nuevo",
    "Spring Festival": "Fiesta de la Primavera",
    "Tomb-sweeping Day": "Día de los Difuntos (Qingming)",
    "Labour Day": "Día del Trabajo",
    "Dragon Boat Festival": "Fiesta del Bote del Dragón",
    "National Day": "Día Nacional",
    "Mid-autumn Festival": "Fiesta del Medio Otoño",
    "Anti-Fascist 70th Day": "70.º aniversario de la victoria de 1945",
}
# Years times countries of one platform; each entry is a few dozen dates.
CACHED_YEARS = 512


@dataclass(frozen=True)
class PublicHolidays:
    """Dates off, and dates worked in exchange, of one country in one year."""

    off: frozenset[date]
    worked: frozenset[date]


@lru_cache(maxsize=CACHED_YEARS)
def of_year(country: str, year: int) -> PublicHolidays:
    """Return a country's holidays; a country nobody knows has none."""
    if country == "CN":
        known = _of_china(year)
        if known.off:
            return known
    try:
        calendar = holidays.country_holidays(country, years=year)
    except NotImplementedError:  # the library's word for a country it does not know
        return PublicHolidays(frozenset(), frozenset())
    worked = frozenset(day for day in getattr(calendar, "weekend_workdays", ()) if day.year == year)
    return PublicHolidays(frozenset(calendar), worked)


@lru_cache(maxsize=CACHED_YEARS)
def names_of_year(country: str, year: int, *, language: str) -> Mapping[date, str]:
    """Return what the holidays are called, as far as the library knows; in the country's language where not in that."""
    if country == "CN" and (known := _names_of_china(year, language=language)):
        return known
    try:
        calendar = holidays.country_holidays(country, years=year, language=LIBRARY_LANGUAGES.get(language))
    except NotImplementedError:  # as above
        return {}
    return dict(calendar)


def _names_of_china(year: int, *, language: str) -> Mapping[date, str]:
    words = {"es": CHINAS_IN_SPANISH, "zh-hans": {one.value: one.chinese for one in chinese_calendar.Holiday}}
    spoken = words.get(language, {})
    days = {**chinese_calendar.constants.holidays, **chinese_calendar.constants.workdays}
    return {day: spoken.get(name, name) for day, name in days.items() if day.year == year}


def _of_china(year: int) -> PublicHolidays:
    """Return the announced year: whole holiday periods with their weekends, and the make-up days."""
    return PublicHolidays(
        off=frozenset(day for day in chinese_calendar.constants.holidays if day.year == year),
        worked=frozenset(day for day in chinese_calendar.constants.workdays if day.year == year),
    )
