"""What single cells of a repair-order export mean; each function returns None for "cannot be read"."""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from core.repair_orders.imports import words

KM_IN_A_MILE = Decimal("1.609344")
# Over a million miles a figure is a typing error, not a car.
MOST_KM = 2_000_000
# Marks that spreadsheets take for a formula; before a name they are an exporter's leftover.
_FORMULA_MARKS = "=+-@\t\r＝＋－＠'"

_PLATE_NOISE = re.compile(r"[^0-9A-Z\u3400-\u9fff\u00c0-\u024f\u0400-\u04ff]+")
# Source: RFC 5321 lengths; otherwise only what every mail server asks: one @, a dotted domain, no spaces.
_EMAIL = re.compile(
    r"(?=.{6,254}$)[^\s@<>(),;:\"\\]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}"
)
_CURRENCY = re.compile(r"(?:CNY|RMB|EUR|USD|US\$|MXN|[¥￥€$£元圓圆])", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:[.,']\d+)*")
_ODOMETER = re.compile(r"^(?P<number>[\d.,' ]+?)\s*(?P<wan>万|萬)?\s*(?P<unit>[^\W\d]*)\.?$")
_WINDOW = re.compile(r"^(\d{1,2})(?:[:.h](\d{2}))?\s*(?:-|–|—|~|至|到|a|to)\s*(\d{1,2})(?:[:.h](\d{2}))?\s*h?$")
_ITEMS = re.compile(r"\s*[;；、|\n]\s*")
MOST_ITEMS = 50


def plate_key(text: str) -> str:
    """Return the plate for comparing: capitals, without spaces, dots and hyphens."""
    return _PLATE_NOISE.sub("", text.upper())


@lru_cache(maxsize=4_096)
def plate(text: str) -> tuple[str, str]:
    """Return the plate as shown and its key."""
    shown = text.upper().replace("·", "").replace("•", "").strip()[:20]
    return shown, plate_key(shown)


@lru_cache(maxsize=4_096)
def name_key(name: str) -> str:
    """Return the name for comparing: case, accents, spaces and leading formula marks taken out."""
    return words.folded(name).lstrip(_FORMULA_MARKS + " ").replace(" ", "")[:200]


@lru_cache(maxsize=4_096)
def email(text: str) -> str | None:
    """Return the address in lower case, or None where no mail could be sent to it."""
    address = text.lower().removeprefix("mailto:").strip("<> ")
    return address if _EMAIL.fullmatch(address) else None


@lru_cache(maxsize=1_024)
def yes_no(text: str) -> bool | None:
    """Return what the cell answers."""
    word = words.folded(text)
    if word in words.listed("yes"):
        return True
    return False if word in words.listed("no") else None


@lru_cache(maxsize=4_096)
def kind(text: str) -> str:
    """Return the kind of order; what no list knows is OTHER."""
    known = words.table("kind")
    word = words.folded(text)
    if word in known:
        return known[word]
    return next((known[part] for part in known if len(part) > 1 and word.startswith(part)), "OTHER")


def number(text: str, *, decimal_mark: str) -> Decimal | None:
    """Return a figure written with whatever thousand separators; `decimal_mark` decides doubtful ones."""
    text = text.replace("\u00a0", "").replace(" ", "")
    if not _NUMBER.fullmatch(text):
        return None
    marks = [char for char in text if char in ".,'"]
    if not marks:
        return Decimal(text)
    last = marks[-1]
    tail = len(text) - text.rfind(last) - 1
    if len(set(marks)) > 1:
        decimal = last if marks.count(last) == 1 else None
    elif len(marks) > 1 or last == "'":
        decimal = None
    else:
        # One mark before three digits is a thousand in one country and a thousandth in another.
        decimal = last if tail != 3 or last == decimal_mark else None
    whole, _, cents = text.partition(decimal) if decimal else (text, "", "")
    return Decimal(re.sub(r"[.,']", "", whole) + ("." + cents if cents else ""))


def amount_minor(text: str, decimal_mark: str) -> int | None:
    """Return an amount of money in hundredths."""
    whole, mark, cents = text.rpartition(decimal_mark)
    if mark and len(cents) == 2:
        digits = whole.replace("." if mark == "," else ",", "") + cents
        if digits.isdecimal() and len(digits) < 15:
            return int(digits)
    figure = number(_CURRENCY.sub("", text).strip(), decimal_mark=decimal_mark)
    if figure is None or abs(figure) > 10**12:
        return None
    return int((figure * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def odometer_km(text: str, unit: str, decimal_mark: str) -> int | None:
    """Return a reading in whole kilometres; a unit in the cell goes before the column's."""
    if text.isdecimal() and len(text) < 8:
        # Nearly every cell; in floating point, as whole miles need no more.
        reading = int(text) if unit == "km" else round(int(text) * 1.609344)
        return reading if reading <= MOST_KM else None
    found = _ODOMETER.match(text)
    if found is None:
        return None
    said = found["unit"]
    if said:
        word = words.folded(said)
        if word not in words.listed("unit_km") | words.listed("unit_mi"):
            return None
        unit = "mi" if word in words.listed("unit_mi") else "km"
    return _kilometres(found["number"], unit=unit, wan=bool(found["wan"]), decimal_mark=decimal_mark)


def _kilometres(text: str, *, unit: str, wan: bool, decimal_mark: str) -> int | None:
    # No odometer shows thousandths: a mark before three digits parts thousands, in any country.
    grouping = "." if decimal_mark == "," else ","
    tail = re.search(r"[.,](\d+)$", text)
    mark = grouping if tail and len(tail[1]) == 3 and not wan else decimal_mark
    figure = number(text, decimal_mark="" if mark == grouping else mark)
    if figure is None or figure < 0:
        return None
    km = figure * (10_000 if wan else 1) * (KM_IN_A_MILE if unit == "mi" else 1)
    return int(km.quantize(Decimal(1), rounding=ROUND_HALF_UP)) if km <= MOST_KM else None


@lru_cache(maxsize=4_096)
def contact_window(text: str) -> tuple[str, str] | None:
    """Return the wall times between which a person wants to be reached, or None."""
    found = _WINDOW.match(words.folded(text))
    if found is None:
        return None
    start = _clock(found[1], found[2])
    until = _clock(found[3], found[4])
    return (start, until) if start and until and start < until else None


def _clock(hour: str, minute: str | None) -> str | None:
    hours, minutes = int(hour), int(minute or 0)
    if hours == 24 and minutes == 0:
        return "23:59:59"
    return f"{hours:02}:{minutes:02}:00" if hours < 24 and minutes < 60 else None


@lru_cache(maxsize=4_096)
def items(text: str) -> tuple[str, ...]:
    """Return the items of work named in one cell, in order."""
    parts = [part[:300] for part in _ITEMS.split(text) if part]
    return tuple(parts[:MOST_ITEMS])
