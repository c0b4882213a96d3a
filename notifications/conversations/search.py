"""Finding conversations by the owner's name, number or plate, or by what was written; newest first, in one query.

Candidates are gathered kind by kind, each by an index of its own, and then the newest of their conversations are
taken: the owners of a common name are thousands, and the one who wrote today is meant.
"""

from dataclasses import dataclass

from django.db import connection

from core.customers import search as files
from core.repair_orders.imports import cells

NAME, ADDRESS, PLATE, WORDS = "NAME", "ADDRESS", "PLATE", "WORDS"
# Beyond this the word says nothing; a longer one is wanted.
MOST_PEOPLE = 20_000
# Of messages the newest are read, as many as may fill the page and some.
MOST_MESSAGES = 500
# A shorter part of a word is in everything; one Chinese character is a word.
LEAST_LETTERS = 3

OF_PEOPLE = {
    NAME: "SELECT id AS customer_id FROM core_customer WHERE name ILIKE %(name)s",
    f"{NAME}_BY_CHARACTERS": (
        "SELECT id AS customer_id FROM core_customer WHERE name_key ~ '[^\\x01-\\x7f]'"
        " AND string_to_array(name_key, NULL) @> string_to_array(%(name_chars)s, NULL) AND name_key LIKE %(name)s"
    ),
    ADDRESS: "SELECT customer_id FROM core_contactpoint WHERE value LIKE %(address)s",
    PLATE: (
        "SELECT o.customer_id FROM core_vehicle v JOIN core_ownership o ON o.vehicle_id = v.id AND o.to_date IS NULL"
        " WHERE v.plate_key LIKE %(plate)s"
    ),
}
CONVERSATIONS_OF_PEOPLE = """
SELECT c.id, c.last_message_at, '{kind}' AS found_by, NULL::bigint AS message_id FROM notifications_conversation c
WHERE c.last_message_at IS NOT NULL AND c.customer_id IN ({people} LIMIT {most})
"""
BY_ADDRESS = """
SELECT c.id, c.last_message_at, 'ADDRESS' AS found_by, NULL::bigint AS message_id FROM notifications_conversation c
WHERE c.last_message_at IS NOT NULL AND c.address LIKE %(address)s
"""
# The first condition is that of the indexes: what people wrote.
BY_WORDS = """
SELECT c.id, c.last_message_at, 'WORDS' AS found_by, max(newest.id) AS message_id FROM (
    SELECT m.id, m.conversation_id FROM notifications_message m
    WHERE (m.direction = 'IN' OR m.actor LIKE 'user:%%') AND {condition}
    ORDER BY m.id DESC LIMIT {most}
) AS newest JOIN notifications_conversation c ON c.id = newest.conversation_id GROUP BY c.id
"""
# Trigrams are made of what the server's locale calls letters, which may be ASCII alone: any other text is found by
# its characters, then by their order.
CONDITIONS = {
    True: "m.text ILIKE %(words)s",
    False: (
        "m.text ~ '[^\\x01-\\x7f]' AND string_to_array(lower(m.text), NULL) @> string_to_array(%(chars)s, NULL)"
        " AND m.text ILIKE %(words)s"
    ),
}
# Found by name and by words, it is shown by name: what is least likely to be chance.
NEWEST = """
WITH hit AS MATERIALIZED ({parts})
SELECT hit.id,
       (array_agg(hit.found_by ORDER BY array_position('{{NAME,ADDRESS,PLATE,WORDS}}'::text[], hit.found_by)))[1],
       max(hit.message_id)
FROM hit GROUP BY hit.id, hit.last_message_at ORDER BY hit.last_message_at DESC, hit.id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Found:
    """A conversation, by what it was found, and the newest message that holds the words, if any does."""

    conversation_id: int
    found_by: str
    message_id: int | None


def find(text: str, *, limit: int) -> list[Found]:
    """This function will return the newest conversations that the text may mean; a text too short finds none."""
    parts, values = _parts(text)
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(NEWEST.format(parts=" UNION ALL ".join(parts)), {**values, "limit": limit})
        return [Found(*row) for row in cursor.fetchall()]


def _parts(text: str) -> tuple[list[str], dict[str, str]]:
    words = files.kinds_of(text)
    parts: list[str] = []
    values: dict[str, str] = {}
    if files.NAME in words:
        key = cells.name_key(words[files.NAME])
        by_characters = not key.isascii()
        parts.append(_of_people(f"{NAME}_BY_CHARACTERS" if by_characters else NAME, kind=NAME))
        values |= {"name": _part(key if by_characters else words[files.NAME]), "name_chars": key}
    if address := words.get(files.PHONE) or _mail(text):
        parts += [_of_people(ADDRESS, kind=ADDRESS), BY_ADDRESS]
        values["address"] = _part(address)
    # No plate is without a figure, and most words are.
    if files.PLATE in words and any(char.isdigit() for char in words[files.PLATE]):
        parts.append(_of_people(PLATE, kind=PLATE))
        values["plate"] = _part(words[files.PLATE])
    parts += _by_words(text.strip(), values)
    return parts, values


def _by_words(text: str, values: dict[str, str]) -> list[str]:
    if len(text) < LEAST_LETTERS and text.isascii():
        return []
    values |= {"words": _part(text), "chars": text.lower()}
    return [BY_WORDS.format(condition=CONDITIONS[text.isascii()], most=MOST_MESSAGES)]


def _mail(text: str) -> str:
    return text.strip().lower() if "@" in text and len(text.strip()) >= LEAST_LETTERS else ""


def _of_people(statement: str, *, kind: str) -> str:
    return CONVERSATIONS_OF_PEOPLE.format(kind=kind, people=OF_PEOPLE[statement], most=MOST_PEOPLE)


def _part(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
