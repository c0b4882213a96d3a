"""Reading the log: one timeline over everything, of a person or of a car."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from core.events.models import Event


@dataclass(frozen=True)
class Place:
    """Where a page of the timeline ended: the last event shown."""

    at: datetime
    id: int


@dataclass(frozen=True)
class Page:
    """Events, newest first, and where the next page goes on; None at the end."""

    events: tuple[Event, ...]
    after: Place | None


def of_customer(customer_id: int) -> QuerySet[Event]:
    """Return a person's events, newest first."""
    return Event.objects.filter(customer_id=customer_id).order_by("-at", "-id")


def of_vehicle(vehicle_id: int) -> QuerySet[Event]:
    """Return a car's events, newest first."""
    return Event.objects.filter(vehicle_id=vehicle_id).order_by("-at", "-id")


def timeline(events: QuerySet[Event], *, after: Place | None, limit: int) -> Page:
    """Return one page in one query; paging by place stays right while events arrive."""
    if after is not None:
        # The row comparison alone would not use the index on (subject, -at).
        events = events.filter(at__lte=after.at).exclude(Q(at=after.at) & Q(id__gte=after.id))
    rows = tuple(events[: limit + 1])
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(shown, Place(shown[-1].at, shown[-1].id) if more else None)


def newest_id() -> int:
    """Return the id of the newest event; 0 where there is none."""
    newest = Event.objects.order_by("-id").values_list("id", flat=True).first()
    return newest or 0


def since(event_id: int, *, limit: int) -> QuerySet[Event]:
    """Return the events after the one of that id, by id, without their data."""
    return Event.objects.filter(id__gt=event_id).defer("data").order_by("id")[:limit]
