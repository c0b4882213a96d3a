"""What came to a sender, by name: each once, whichever dealer it went to."""

from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from django.db import connection

from notifications.shared import hashing
from notifications.shared.models import Arrival

# First half of the advisory lock's number; the second is who writes to which sender.
LOCK_CLASS = 7_249

# The unique pair of sender and name decides what is new; Django's bulk_create would not say.
INSERT = """
INSERT INTO shared_arrival (sender_id, name, address_hash, state, sealed, at) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (sender_id, name) DO NOTHING RETURNING id
"""


def alone(sender_id: int, addresses: Collection[str]) -> None:
    """This function will take the turn of each address until the transaction ends, in one order for everybody.

    Of two messages of one owner that come at once, the second is placed knowing what became of the first.
    """
    for hashed in sorted({hashing.address_hash(sender_id, one) for one in addresses}):
        take_turn(hashed)


def take_turn(hashed: str) -> None:
    """This function will take the turn of one address, by its hash; again in one transaction costs nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_CLASS, hashed])


def keep(
    sender_id: int,
    name: str,
    *,
    now: datetime,
    hashed: str = "",
    state: Arrival.State = Arrival.State.DONE,
    sealed: str = "",
) -> int | None:
    """This function will write down that something came, and give its number; None where it is known already."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [sender_id, name, hashed, state.value, sealed, now])
        found = cursor.fetchone()
    return int(found[0]) if found else None


def new_name(kind: str) -> str:
    """This function will name what has no name of a provider's."""
    return f"{kind}:{uuid4().hex}"
