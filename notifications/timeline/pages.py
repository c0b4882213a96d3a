"""One timeline over everything that happened with a person or a car: the log, and what imports changed.

Each page is found in one statement: from each source, of each of the person's files, the newest beyond the place
where the last page ended; then they are put in one order. What stands on it is then looked up, see `details`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from core.customers.queries import files_of
from core.vehicles.models import Vehicle
from notifications.timeline.kinds import CONSENT_IMPORTED, FILE_IMPORTED, kinds_of

EVENT, CONSENT, CHANGE = 1, 2, 3


@dataclass(frozen=True)
class Place:
    """Where a page ended: the last entry's moment, source and number; a total order."""

    at: datetime
    source: int
    id: int


@dataclass(frozen=True)
class Spot:
    """One entry of a timeline, not looked up yet."""

    source: int
    id: int
    kind: str
    at: datetime

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.at, self.source, self.id)


@dataclass(frozen=True)
class Wanted:
    """Whose timeline, which kinds of it, and how much from where on."""

    subject: str
    ids: tuple[int, ...]
    groups: tuple[str, ...] = ()
    after: Place | None = None
    limit: int = 50


# The moment alone would not do for the order, and the whole order alone would not use the index.
BEYOND = (
    "{alias}.at <= %(at)s AND NOT ({alias}.at = %(at)s"
    " AND ({source} < %(source)s OR ({source} = %(source)s AND {alias}.id >= %(id)s)))"
)
EVENTS = """
(SELECT 1 AS source, e.id, e.kind, e.at FROM core_event e
 WHERE e.{column} = file.id AND e.kind = ANY(%(kinds)s) AND {beyond} ORDER BY e.at DESC, e.id DESC LIMIT %(limit)s)
"""
CONSENTS = """
(SELECT 2 AS source, c.id, %(consent)s AS kind, c.at FROM core_consent c
 WHERE c.{column} = file.id AND c.source = 'IMPORT' AND %(has_consents)s AND {beyond}
 ORDER BY c.at DESC, c.id DESC LIMIT %(limit)s)
"""
CHANGES = """
(SELECT 3 AS source, f.id, %(change)s AS kind, f.at FROM core_fieldchange f
 WHERE f.subject_kind = %(subject)s AND f.subject_id = file.id AND f.source = 'IMPORT' AND %(has_changes)s AND {beyond}
 ORDER BY f.at DESC, f.id DESC LIMIT %(limit)s)
"""
PAGE = """
SELECT entry.source, entry.id, entry.kind, entry.at
FROM unnest(%(ids)s::bigint[]) AS file (id) CROSS JOIN LATERAL ({sources}) entry
ORDER BY entry.at DESC, entry.source, entry.id DESC LIMIT %(limit)s
"""
COLUMNS = {"customer": "customer_id", "vehicle": "vehicle_id"}


def of_customer(
    customer_id: int, *, groups: Collection[str] = (), after: Place | None = None, limit: int = 50
) -> list[Spot]:
    """This function will return one entry more than the limit where there are more, newest first.

    Raises: Customer.DoesNotExist.
    """
    return _spots(Wanted("customer", files_of(customer_id), tuple(groups), after, limit))


def of_vehicle(
    vehicle_id: int, *, groups: Collection[str] = (), after: Place | None = None, limit: int = 50
) -> list[Spot]:
    """This function will return one entry more than the limit where there are more, newest first.

    Raises: Vehicle.DoesNotExist.
    """
    return _spots(Wanted("vehicle", (Vehicle.objects.get(pk=vehicle_id).pk,), tuple(groups), after, limit))


def _spots(wanted: Wanted) -> list[Spot]:
    kinds = kinds_of(wanted.groups)
    place = wanted.after
    values: dict[str, int | str | bool | datetime | list[int] | list[str]] = {
        "ids": list(wanted.ids),
        "subject": wanted.subject,
        "kinds": kinds,
        "has_consents": CONSENT_IMPORTED in kinds,
        "has_changes": FILE_IMPORTED in kinds,
        "consent": CONSENT_IMPORTED,
        "change": FILE_IMPORTED,
        "at": place.at if place else "infinity",
        "source": place.source if place else 0,
        "id": place.id if place else 0,
        "limit": wanted.limit + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(COLUMNS[wanted.subject]), values)
        return [Spot(*row) for row in cursor.fetchall()]


def _statement(column: str) -> str:
    sources = [
        source.format(column=column, beyond=BEYOND.format(alias=alias, source=number))
        for source, alias, number in ((EVENTS, "e", EVENT), (CONSENTS, "c", CONSENT), (CHANGES, "f", CHANGE))
    ]
    return PAGE.format(sources=" UNION ALL ".join(sources))
