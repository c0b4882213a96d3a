"""Who writes to whom from a sender: written as a message leaves, read as one comes in; hashes and moments alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max

from notifications.flows.models import Expectation
from notifications.shared import hashing
from notifications.shared.models import SentName, Talk
from tenants.scope import current_dealer, public_scope

# In the order of the hashes, so that two claims of one dealer never wait for each other in a ring.
WRITE = """
INSERT INTO shared_talk (sender_id, dealer_id, address_hash, wrote_at, awaits_until)
SELECT %(sender)s, %(dealer)s, t.address_hash, %(now)s, t.awaits_until
FROM unnest(%(hashes)s::text[], %(untils)s::timestamptz[]) AS t (address_hash, awaits_until)
ORDER BY t.address_hash
ON CONFLICT (sender_id, address_hash, dealer_id) DO UPDATE SET
    wrote_at = greatest(shared_talk.wrote_at, excluded.wrote_at),
    awaits_until = greatest(shared_talk.awaits_until, excluded.awaits_until)
"""
NAME = """
INSERT INTO shared_sentname (sender_id, dealer_id, name_hash, at)
SELECT %(sender)s, %(dealer)s, t.name_hash, %(now)s FROM unnest(%(hashes)s::text[]) AS t (name_hash)
ORDER BY t.name_hash
ON CONFLICT (sender_id, name_hash) DO NOTHING
"""


# By which name the dealer of a link's token is known.
LINK = "link:"
# A question without an end is asked of its dealer for so long.
LONGEST = timedelta(days=365)


@dataclass(frozen=True)
class Written:
    """A message that leaves now."""

    id: int
    address: str


def note_leaving(sender_id: int, written: Sequence[Written], *, now: datetime) -> None:
    """This function will write down to whom the current dealer writes, in the transaction that lets it leave.

    Until when its question is open is taken from the dealer's own expectations. It is never shortened here: whether
    the question still stands is asked of the dealer, when words come in.
    """
    asked = Expectation.objects.filter(message_id__in=[one.id for one in written], state=Expectation.State.OPEN)
    ends = dict(asked.values_list("message_id").annotate(until=Max("expires_at")))
    untils: dict[str, datetime | None] = {}
    for one in written:
        hashed = hashing.address_hash(sender_id, one.address)
        until = (ends[one.id] or now + LONGEST) if one.id in ends else None
        untils[hashed] = max((known for known in (untils.get(hashed), until) if known), default=None)
    _run(WRITE, sender_id, hashes=list(untils), untils=list(untils.values()), now=now)


def note_names(sender_id: int, provider_ids: Sequence[str], *, now: datetime) -> None:
    """This function will write down which of the provider's names are of the current dealer's messages."""
    hashes = sorted({hashing.name_hash(sender_id, one) for one in provider_ids})
    if hashes:
        _run(NAME, sender_id, hashes=hashes, now=now)


def dealer_of_name(sender_id: int, provider_id: str) -> int | None:
    """This function will say whose message the provider knows by this name; None where nobody's."""
    return dealers_of_names(sender_id, [provider_id]).get(provider_id)


def dealers_of_names(sender_id: int, provider_ids: Sequence[str]) -> dict[str, int]:
    """This function will say of names whose messages they are, leaving out those of nobody; in the public scope."""
    hashes = {hashing.name_hash(sender_id, one): one for one in provider_ids if one}
    rows = SentName.objects.filter(sender_id=sender_id, name_hash__in=hashes).values_list("name_hash", "dealer_id")
    return {hashes[hashed]: dealer_id for hashed, dealer_id in rows}


def talks_with(sender_id: int, hashed: str) -> list[Talk]:
    """This function will list who wrote to an address, by dealer; in the public scope."""
    return list(Talk.objects.filter(sender_id=sender_id, address_hash=hashed).order_by("dealer_id"))


def _run(statement: str, sender_id: int, *, now: datetime, **columns: list[Any]) -> None:
    dealer_id = current_dealer().id
    # The dealers' roles have no rights there: what others write would be theirs to read.
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(statement, {"sender": sender_id, "dealer": dealer_id, "now": now, **columns})
