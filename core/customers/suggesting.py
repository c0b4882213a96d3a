"""Which files may be one person's: the same phone, the same e-mail address, or the same name and plate.

A suggestion is for a person to decide on; families, fleets and an advisor's own number share addresses, too.
The import suggests by the same statements for those it makes.
"""

from datetime import datetime

from django.db import connection

# Three people on one phone or mail address may be one; more are a fleet's or an advisor's own number.
MOST_SHARING = 3
SAME_ADDRESS = """
INSERT INTO core_mergesuggestion (first_id, second_id, reason, state, created_at)
SELECT least(mine.customer_id, other.customer_id), greatest(mine.customer_id, other.customer_id),
       'SAME_' || min(mine.kind), 'OPEN', %(now)s
FROM core_contactpoint mine
JOIN core_contactpoint other
  ON other.value = mine.value AND other.kind = mine.kind AND other.customer_id <> mine.customer_id
JOIN core_customer c ON c.id = mine.customer_id
JOIN core_customer o ON o.id = other.customer_id
WHERE mine.customer_id IN ({people})
  AND mine.blocked_at IS NULL AND other.blocked_at IS NULL
  AND coalesce(c.merged_into_id, c.id) <> coalesce(o.merged_into_id, o.id)
  AND (SELECT count(*) FROM core_contactpoint k WHERE k.value = mine.value AND k.kind = mine.kind) <= %(most)s
GROUP BY 1, 2
ON CONFLICT (first_id, second_id) DO NOTHING
"""
SAME_NAME_AND_PLATE = """
INSERT INTO core_mergesuggestion (first_id, second_id, reason, state, created_at)
SELECT DISTINCT least(c.id, o.id), greatest(c.id, o.id), 'SAME_NAME_AND_PLATE', 'OPEN', %(now)s
FROM core_customer c
JOIN core_ownership held ON held.customer_id = c.id
JOIN core_vehicle car ON car.id = held.vehicle_id AND car.plate_key <> ''
JOIN core_vehicle same ON same.plate_key = car.plate_key
JOIN core_ownership holding ON holding.vehicle_id = same.id AND holding.customer_id <> c.id
JOIN core_customer o ON o.id = holding.customer_id AND o.name_key = c.name_key
WHERE c.id IN ({people}) AND c.name_key <> ''
  AND coalesce(c.merged_into_id, c.id) <> coalesce(o.merged_into_id, o.id)
ON CONFLICT (first_id, second_id) DO NOTHING
"""


def suggest_merges(customer_id: int, *, now: datetime) -> int:
    """Suggest the files that may be this person's too, and return how many are new; a dismissed pair stays so."""
    values: dict[str, int | datetime] = {"customer": customer_id, "now": now, "most": MOST_SHARING}
    made = 0
    with connection.cursor() as cursor:
        for statement in (SAME_ADDRESS, SAME_NAME_AND_PLATE):
            cursor.execute(statement.format(people="%(customer)s"), values)
            made += cursor.rowcount
    return made
