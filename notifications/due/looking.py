"""The rows that the policy's facts come from, each table read once for a whole batch."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from channels_app import registry
from core.complaints.models import Complaint
from core.customers.models import Consent as ConsentRow
from core.customers.models import ContactPoint
from notifications.channels.models import ChannelAccount
from notifications.due.claiming import Circle
from notifications.due.models import Due
from notifications.outbox.addresses import address_hash
from notifications.planning.kinds import shipped
from notifications.policy.facts import Consent, Contact, Purpose, Suppression, Topic
from notifications.policy.standard import PolicyStandard

# How things stand with what each due row is about.
STANDING = """
SELECT
    due.id,
    EXISTS (
        SELECT 1 FROM core_appointment a WHERE a.vehicle_id = due.vehicle_id
          AND a.starts_at >= %(now)s AND a.state IN ('BOOKED', 'CONFIRMED', 'ARRIVED')
    ) AS is_booked,
    EXISTS (
        SELECT 1 FROM core_repairorder ro WHERE ro.vehicle_id = due.vehicle_id
          -- Later than the last visit that planning knew of, however late it was imported.
          AND (ro.opened_date > (due.data ->> 'last_seen')::date OR ro.opened_at >= due.created_at)
    ) AS is_serviced,
    NOT EXISTS (
        SELECT 1 FROM core_ownership held JOIN core_customer holder ON holder.id = held.customer_id
        WHERE held.vehicle_id = due.vehicle_id AND held.to_date IS NULL
          AND due.customer_id IN (holder.id, holder.merged_into_id)
    ) OR coalesce(car.sold_at <= %(now)s, false) AS is_sold,
    CASE due.subject_kind
        WHEN 'appointment' THEN NOT EXISTS (
            SELECT 1 FROM core_appointment a WHERE a.id = due.subject_id
              AND (due.occurrence = 'no_show' AND a.state = 'NO_SHOW'
                   OR a.state IN ('BOOKED', 'CONFIRMED')
                   AND to_char(a.starts_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MI') = due.occurrence))
        WHEN 'repair_order' THEN EXISTS (
            SELECT 1 FROM core_followup f WHERE f.id = (due.data ->> 'follow_up_id')::bigint AND f.state <> 'DUE')
        ELSE false
    END AS is_over
FROM notifications_due due
LEFT JOIN core_vehicle car ON car.id = due.vehicle_id
WHERE due.id = ANY(%(dues)s)
"""

SENT = """
SELECT customer_id, created_at FROM notifications_message
WHERE is_proactive AND direction = 'OUT' AND customer_id = ANY(%(customers)s)
  AND created_at >= %(since)s AND id <> ALL(%(but)s)
  AND state NOT IN ('CANCELLED', 'EXPIRED', 'FAILED', 'UNDELIVERABLE', 'OPTED_OUT')
"""

# The customer is in the suppression's own row; addresses are known by their hash.
WALLS = """
SELECT customer_id, address_hash, vehicle_id, purpose, channel, reason FROM notifications_suppression
WHERE lifted_at IS NULL AND at <= %(now)s AND (customer_id = ANY(%(customers)s) OR address_hash = ANY(%(hashes)s))
"""


def standing(dues: Sequence[Due], *, now: datetime) -> dict[int, dict[str, bool]]:
    rows = _rows(STANDING, {"dues": [due.pk for due in dues], "now": now})
    return {row["id"]: row for row in rows}


def consents(files: Sequence[int]) -> Iterable[tuple[int, Consent]]:
    for row in ConsentRow.objects.filter(customer_id__in=files).order_by("id"):
        yield (
            row.customer_id,
            Consent(
                is_given=row.is_granted,
                at=row.at,
                purpose=Purpose(row.purpose) if row.purpose else None,
                channel=row.channel or None,
                vehicle_id=row.vehicle_id,
                customer_id=row.customer_id,
            ),
        )


def walls(
    files: Sequence[int], points: Sequence[ContactPoint], *, kinds: Iterable[str], now: datetime
) -> list[tuple[int | None, str, Suppression]]:
    """Each wall by the channels that it closes, of those that the dealer has: one around all mails closes several."""
    named = {kind: registry.names_of(kind) for kind in sorted(set(kinds))}
    hashes = sorted({address_hash(point.value) for point in points})
    rows = _rows(WALLS, {"customers": list(files), "hashes": hashes, "now": now})
    return [
        (
            row["customer_id"],
            row["address_hash"],
            Suppression(
                reason=row["reason"],
                purpose=Purpose(row["purpose"]) if row["purpose"] else None,
                channel=channel,
                vehicle_id=row["vehicle_id"],
            ),
        )
        for row in rows
        for channel in closed_by(row["channel"], named)
    ]


def closed_by(wall: str, named: Mapping[str, Collection[str]]) -> list[str | None]:
    """This function will list the channels that a wall's word for them closes; None stands for every channel."""
    if not wall:
        return [None]
    return [kind for kind, names in named.items() if wall in names] or [wall]


def accounts() -> list[ChannelAccount]:
    """The dealer's accounts, the one of a kind that is tried first at its front."""
    return list(ChannelAccount.objects.filter(is_active=True).order_by("rank", "id"))


def complaining(files: Sequence[int], circle: Circle) -> frozenset[int]:
    open_ones = Complaint.objects.filter(customer_id__in=files, closed_at=None).values_list("customer_id", flat=True)
    return frozenset(circle.person_of[customer] for customer in open_ones if customer)


def sent(
    files: Sequence[int], circle: Circle, standard: PolicyStandard, *, now: datetime, but: Sequence[int] = ()
) -> dict[str, list[Contact]]:
    """What counts under the cap; `but` names messages that do not, as another takes their place."""
    # A day more than the window: it counts calendar days of the person, not hours.
    since = now - timedelta(days=standard.window_days + 1)
    found: dict[str, list[Contact]] = defaultdict(list)
    for row in _rows(SENT, {"customers": list(files), "since": since, "but": list(but)}):
        found[circle.circle_of[row["customer_id"]]].append(Contact(at=row["created_at"], topic=Topic.CAMPAIGN))
    return found


def upcoming(
    files: Sequence[int], circle: Circle, *, now: datetime, standard: PolicyStandard
) -> dict[str, dict[int, Contact]]:
    until = now + timedelta(days=standard.window_days)
    found: dict[str, dict[int, Contact]] = defaultdict(dict)
    kinds = shipped().kinds
    proactive = [rule for rule, kind in kinds.items() if kind.is_proactive]
    rows = Due.objects.filter(
        customer_id__in=files, state__in=(Due.State.PLANNED, Due.State.HELD), rule__in=proactive, due_at__lte=until
    )
    for pk, customer_id, rule, due_at in rows.values_list("id", "customer_id", "rule", "due_at"):
        found[circle.circle_of[customer_id or 0]][pk] = Contact(at=max(due_at, now), topic=kinds[rule].topic)
    return found


def _rows(statement: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
