"""Taking due work and holding its owners, so that two workers never decide about one person at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from notifications.due.models import Due

MERGED_WITHIN = timedelta(days=7)
"""An owner's other cars that would be written about within a week go along; the next week's stay apart."""

# Of each priority the longest due first, and the urgent priorities before the others. SKIP LOCKED lets a
# second worker take the next ones. The columns are the index due_open's. Not sorted as a whole: a sort
# would lock every lane's rows to take one lane's.
CLAIM = """
SELECT due.id
FROM unnest(%(priorities)s::smallint[]) WITH ORDINALITY AS lane (priority, place)
CROSS JOIN LATERAL (
    SELECT id, due_at FROM notifications_due
    WHERE state IN ('PLANNED', 'HELD') AND priority = lane.priority AND due_at <= %(now)s AND rule = ANY(%(rules)s)
    ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) due
LIMIT %(limit)s
"""

# Everybody whose messages count together: the household's members, and files merged into one.
# Locked in one order, so that two workers never wait for each other in a ring; NO KEY, so that rows which
# merely point to a customer can still be written.
HOLD = """
SELECT c.id, coalesce(c.merged_into_id, c.id), c.household_id
FROM core_customer c
WHERE c.id = ANY(%(customers)s) OR c.merged_into_id = ANY(%(customers)s)
   OR c.household_id IN (
       SELECT household_id FROM core_customer WHERE id = ANY(%(customers)s) AND household_id IS NOT NULL)
ORDER BY c.id FOR NO KEY UPDATE
"""

COMPANIONS = """
SELECT id FROM notifications_due
WHERE state IN ('PLANNED', 'HELD') AND customer_id = ANY(%(customers)s) AND rule = ANY(%(rules)s)
  AND due_at <= %(until)s AND id <> ALL(%(known)s)
ORDER BY id FOR UPDATE SKIP LOCKED
"""


@dataclass(frozen=True, kw_only=True)
class Circle:
    """People whose messages count together, as customer -> circle; a circle's number is not a customer's."""

    circle_of: dict[int, str]
    person_of: dict[int, int]

    def members(self, circle: str) -> list[int]:
        """This function will list the files of a circle."""
        return [customer for customer, own in self.circle_of.items() if own == circle]


def claim(*, rules: Iterable[str], priorities: Iterable[int], now: datetime, limit: int) -> list[int]:
    """This function will lock due work of these rules, most urgent first; call it in a transaction."""
    values: dict[str, Any] = {"rules": list(rules), "priorities": sorted(priorities), "now": now, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        return [row[0] for row in cursor.fetchall()]


def hold(customer_ids: Iterable[int]) -> Circle:
    """This function will lock these owners with everybody who shares their cap, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, {"customers": sorted(set(customer_ids))})
        rows = cursor.fetchall()
    household_of = {customer: household for customer, _, household in rows}
    return Circle(
        circle_of={
            customer: f"household:{household_of.get(person) or household}"
            if household_of.get(person) or household
            else f"person:{person}"
            for customer, person, household in rows
        },
        person_of={customer: person for customer, person, _ in rows},
    )


def companions(
    claimed: Iterable[Due], *, rules: Iterable[str], customer_ids: Iterable[int], now: datetime
) -> list[int]:
    """This function will lock what may be said to these owners along with what was claimed."""
    values: dict[str, Any] = {
        "customers": sorted(set(customer_ids)),
        "rules": list(rules),
        "until": now + MERGED_WITHIN,
        "known": [due.pk for due in claimed],
    }
    with connection.cursor() as cursor:
        cursor.execute(COMPANIONS, values)
        return [row[0] for row in cursor.fetchall()]
