"""Picking one of the offered slots by its number or by naming its time; another time is understood too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from zoneinfo import ZoneInfo

from notifications.flows import languages, wording
from notifications.flows.grammar import lexicon, moments, normal, numbers, spotting
from notifications.flows.grammar.choices import Strength


@dataclass(frozen=True)
class Offer:
    """One offered slot: its number on the screen and when it begins."""

    digit: int
    start_at: datetime


@dataclass(frozen=True)
class Pick:
    """The offer meant, or another window wished for (None: any other), and how sure that is."""

    digit: int | None
    window: moments.Window | None
    strength: Strength


def read(text: str, offers: Sequence[Offer], *, now: datetime, zone: ZoneInfo, language: str) -> Pick | None:
    """Return what the message says about the offered slots, or None if nothing."""
    return (
        _by_label(text, offers, zone=zone)
        or _by_number(text, offers)
        or _by_word(text, offers)
        or _by_time(text, offers, now=now, zone=zone, language=language)
    )


def _by_label(text: str, offers: Sequence[Offer], *, zone: ZoneInfo) -> Pick | None:
    """Whoever types what stands beside a number means it, though the time alone would fit its neighbour too."""
    heard = normal.words(text)
    for offer, language in product(offers, languages.codes()):
        if normal.words(wording.day_and_time(offer.start_at, language=language, zone=zone)) == heard:
            return Pick(offer.digit, None, Strength.WHOLE)
    return None


def _by_number(text: str, offers: Sequence[Offer]) -> Pick | None:
    offered = {offer.digit for offer in offers}
    if (number := numbers.whole_number(text)) is not None:
        return _numbered(number, offered, Strength.WHOLE)
    if (number := numbers.leading_number(text)) is not None:
        return _numbered(number, offered, Strength.PART)
    return None


def _numbered(number: int, offered: set[int], strength: Strength) -> Pick | None:
    if number == 0:
        return Pick(None, None, strength)
    return Pick(number, None, strength) if number in offered else None


def _by_word(text: str, offers: Sequence[Offer]) -> Pick | None:
    heard = normal.words(text)
    for spoken in (heard, spotting.without_fillers(heard)):
        if spoken in _OTHER:
            return Pick(None, None, Strength.WHOLE)
        if offers and spoken in _ANY:
            return Pick(offers[0].digit, None, Strength.WHOLE)
        if offers and spoken in _LAST:
            return Pick(offers[-1].digit, None, Strength.WHOLE)
    return None


def _by_time(text: str, offers: Sequence[Offer], *, now: datetime, zone: ZoneInfo, language: str) -> Pick | None:
    said = moments.listen(text, now=now, zone=zone, language=language)
    if said is None:
        return None
    strength = Strength.WHOLE if said.is_whole else Strength.PART
    fitting = [offer for offer in offers if _fits(offer, said, zone)]
    if len(fitting) == 1:
        return Pick(fitting[0].digit, None, strength)
    wished = moments.window(said, now=now, zone=zone)
    return Pick(None, wished, strength) if wished else None


def _fits(offer: Offer, said: moments.Said, zone: ZoneInfo) -> bool:
    local = offer.start_at.astimezone(zone)
    on_day = said.days is None or said.days.from_date <= local.date() < said.days.until_date
    return on_day and (said.hours is None or said.hours.covers(local.time()))


_OTHER = lexicon.normalised("other_slot") | {
    normal.words(wording.term("other_time", language=code)) for code in languages.codes()
}
_ANY = lexicon.normalised("any_time") | lexicon.normalised("first_slot")
_LAST = lexicon.normalised("last_slot")
