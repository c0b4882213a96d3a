"""A complaint's number: told to the owner, counting up within the dealer without a gap."""

from django.db import connection
from django.db.models import Max

from core.complaints.models import Complaint

# The second half of the advisory lock's number; bookings use dates' ordinals, which start far above it.
LOCK = 1


def next_number() -> int:
    """Return the next free number, held until the transaction ends.

    A sequence would leave gaps where a transaction is rolled back, and owners ask about gaps.
    """
    with connection.cursor() as cursor:
        # Advisory locks know no schemas: the dealer is part of the key.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema()), %s)", [LOCK])
    last: int | None = Complaint.objects.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1
