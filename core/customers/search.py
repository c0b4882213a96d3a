"""Finding a file by plate, VIN, phone, name or order number, whole or in part.

Note [One query a kind]: each kind of word has one statement over one index, whatever is searched for; what
was found is then shown with one more. A part of fewer letters than an index can use is not searched for.
Candidates are gathered first (MATERIALIZED): ordered and limited directly, the planner would walk a million
rows by their id in the hope of meeting twenty that fit.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import phonenumbers
from django.db import connection

from core.repair_orders.imports import cells, words
from tenants import scope

# More candidates than anybody pages through: the word is too common, and a longer one is wanted.
MOST_CANDIDATES = 2_000

_NO_PLATE = re.compile(r"[^A-Z0-9]*")

PLATE, VIN, PHONE, NAME, ORDER = "PLATE", "VIN", "PHONE", "NAME", "ORDER"


@dataclass(frozen=True)
class Hit:
    """A file that fits: the kind of word by which it was found, and what shows a person that it is the one."""

    kind: str
    vehicle_id: int | None
    customer_id: int | None
    plate: str
    vin: str
    model: str
    customer_name: str


@dataclass(frozen=True)
class Page:
    """Hits of one kind, and where the next page goes on; None at the end."""

    hits: tuple[Hit, ...]
    after: int | None


# What each statement finds: (id to page by, vehicle, customer).
CANDIDATES = {
    PLATE: "SELECT id, id AS vehicle_id, NULL::bigint AS customer_id FROM core_vehicle WHERE plate_key LIKE %(part)s",
    VIN: "SELECT id, id AS vehicle_id, NULL::bigint AS customer_id FROM core_vehicle WHERE vin LIKE %(part)s",
    PHONE: (
        "SELECT DISTINCT customer_id AS id, NULL::bigint AS vehicle_id, customer_id FROM core_contactpoint"
        " WHERE kind = 'PHONE' AND value LIKE %(part)s"
    ),
    NAME: ("SELECT id, NULL::bigint AS vehicle_id, id AS customer_id FROM core_customer WHERE name ILIKE %(part)s"),
    # A Chinese name is too short for trigrams: found by its characters, then by their order.
    f"{NAME}_BY_CHARACTERS": (
        "SELECT id, NULL::bigint AS vehicle_id, id AS customer_id FROM core_customer"
        " WHERE name_key ~ '[^\\x01-\\x7f]'"
        " AND string_to_array(name_key, NULL) @> string_to_array(%(word)s, NULL) AND name_key LIKE %(part)s"
    ),
    ORDER: "SELECT id, vehicle_id, customer_id FROM core_repairorder WHERE number = %(word)s OR number LIKE %(start)s",
}
SHOW = """
WITH candidate AS MATERIALIZED ({candidates} LIMIT {most}), page AS (
    SELECT * FROM candidate WHERE id > %(after)s ORDER BY id LIMIT %(limit)s
)
SELECT p.id, v.id, c.id, coalesce(v.plate, ''), coalesce(v.vin, ''), coalesce(v.model, ''), coalesce(c.name, '')
FROM page p
-- Two look-ups, each by its own index; one with OR would read every ownership for every hit.
LEFT JOIN LATERAL (
    SELECT o.customer_id FROM core_ownership o WHERE o.vehicle_id = p.vehicle_id AND o.to_date IS NULL LIMIT 1
) holder ON p.customer_id IS NULL
LEFT JOIN LATERAL (
    SELECT o.vehicle_id FROM core_ownership o WHERE o.customer_id = p.customer_id AND o.to_date IS NULL
    ORDER BY o.from_date DESC LIMIT 1
) held ON p.vehicle_id IS NULL
LEFT JOIN core_vehicle v ON v.id = coalesce(p.vehicle_id, held.vehicle_id)
-- A file merged into another is found by its own words, and leads to the one it belongs to.
LEFT JOIN core_customer own ON own.id = coalesce(p.customer_id, holder.customer_id)
LEFT JOIN core_customer c ON c.id = coalesce(own.merged_into_id, own.id)
ORDER BY p.id
"""


def kinds_of(text: str) -> dict[str, str]:
    """Return the kinds that a text may be, each with the word as its index has it."""
    text = words.tidy(text)
    return {kind: word for kind, reader in _READERS.items() if (word := reader(text))}


def find(text: str, *, kind: str, after: int = 0, limit: int = 20) -> Page:
    """Return one page of the files of one kind that fit, by id; an unfit text finds nothing."""
    word = kinds_of(text).get(kind)
    if not word:
        return Page(hits=(), after=None)
    name_key = cells.name_key(word) if kind == NAME else ""
    is_by_characters = not name_key.isascii()
    statement = f"{NAME}_BY_CHARACTERS" if is_by_characters else kind
    key = name_key if is_by_characters else word
    values: dict[str, str | int] = {
        "word": key,
        "part": f"%{_escaped(key)}%",
        "start": f"{_escaped(key)}%",
        "after": after,
        "limit": limit + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(SHOW.format(candidates=CANDIDATES[statement], most=MOST_CANDIDATES), values)
        rows = cursor.fetchall()
    hits = tuple(Hit(kind, *row[1:]) for row in rows[:limit])
    return Page(hits=hits, after=rows[limit - 1][0] if len(rows) > limit else None)


def find_all(text: str, *, limit: int = 20) -> dict[str, Page]:
    """Return the first page of every kind that the text may be: one query a kind."""
    return {kind: find(text, kind=kind, limit=limit) for kind in kinds_of(text)}


def _plate(text: str) -> str:
    key = cells.plate_key(text)
    # Every plate has letters or digits beside its characters; a name of two or three Chinese ones is none.
    return key if 3 <= len(key) <= 20 and not _NO_PLATE.fullmatch(key) else ""


def _vin(text: str) -> str:
    part = text.upper().replace(" ", "").replace("-", "")
    return part if 3 <= len(part) <= 17 and part.isascii() and part.isalnum() else ""


def _phone(text: str) -> str:
    """Return a whole number as stored, or the digits of a part."""
    if any(char.isalpha() for char in text):
        return ""
    digits = "".join(char for char in text if char.isdigit())
    try:
        number = phonenumbers.parse(text, scope.current_dealer().country)
    except phonenumbers.NumberParseException:
        return digits if len(digits) >= 3 else ""
    if phonenumbers.is_valid_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    # A part may begin with the zero dialled before it, which is not stored.
    part = digits.lstrip("0")
    return part if len(part) >= 3 else ""


def _name(text: str) -> str:
    is_long_enough = len(text) >= 3 or (text and not text.isascii())
    return text if is_long_enough and not text.isdigit() else ""


def _order(text: str) -> str:
    return text if 3 <= len(text) <= 40 else ""


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_READERS: Mapping[str, Callable[[str], str]] = {
    PLATE: _plate,
    VIN: _vin,
    PHONE: _phone,
    NAME: _name,
    ORDER: _order,
}
