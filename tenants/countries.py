"""What a country tells of a dealer: its usual time zone, and which of our languages to start with."""

from functools import cache
from importlib import resources

from babel.languages import get_official_languages
from django.conf import settings

# The time zone data base lists a country's zones roughly by population; where its first is
# not where most dealers are, we say so. Source: tzdata's zone.tab, release in requirements.
PRINCIPAL_ZONE = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "KZ": "Asia/Almaty",
    "RU": "Europe/Moscow",
}


class CountryUnknown(ValueError):
    """Not a country's two-letter code."""


@cache
def zones_by_country() -> dict[str, tuple[str, ...]]:
    """Return each country's time zones, by its ISO 3166 code of two letters."""
    zones: dict[str, tuple[str, ...]] = {}
    text = (resources.files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            country, _place, zone = line.split("\t")[:3]
            zones[country] = (*zones.get(country, ()), zone)
    return zones


def timezone_of(country: str) -> str:
    """Return the time zone in which most of a country's dealers are.

    Raises: CountryUnknown.
    """
    zones = zones_by_country().get(country)
    if zones is None:
        raise CountryUnknown(f"{country!r} is no country's code of two letters, such as CN or ES")
    return PRINCIPAL_ZONE.get(country, zones[0])


def language_of(country: str) -> str:
    """Return which of our languages a dealer of this country starts with: the first official one that we speak.

    Source: CLDR's territory data, as Babel brings it.
    """
    ours = {code.partition("-")[0]: code for code, _shown in reversed(settings.LANGUAGES)}
    official = (name.partition("_")[0] for name in get_official_languages(country, de_facto=True))
    return next((ours[name] for name in official if name in ours), settings.LANGUAGE_CODE)
