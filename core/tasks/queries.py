"""The work list: what a person does next, in the order that matters; and whose work they do.

Note [No further than shown]: a list that nobody keeps up with holds tens of thousands, and its order begins with what
presses at the moment, which no index can hold. So a look at the list takes, for each role and rank, the first few
from an index that has that rank's order, and puts only those in order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from core.tasks.desks import Desk
from core.tasks.models import AT, CLOCK, CLOCKED, Task

# A clock this near goes before everything else.
SOON = timedelta(hours=1)
# What the list is ordered by; the last makes it total.
ORDER = ("rank", "urgency", "at", "id")
HELD, CLOCKS, PROMISES, OTHERS = range(4)


@dataclass(frozen=True)
class Place:
    """Where a page of the list ended: the last task shown, by what the list is ordered by."""

    rank: int
    urgency: int
    at: datetime
    id: int


def work(*, desk: Desk, now: datetime, limit: int, after: Place | None = None) -> QuerySet[Task]:
    """Return the first of what a person may do now: their own and what is free of these roles, as it matters.

    First what they hold, then clocks that are over or run out within the hour, then promises that are due, each by
    its time; then the rest by urgency of the kind and time. Each row carries `rank`, `urgency` and `at`.
    """
    rows = candidates(desk=desk, now=now, limit=limit, after=after)
    return (rows if after is None else rows.filter(_behind(after)))[:limit]


def candidates(*, desk: Desk, now: datetime, limit: int, after: Place | None = None) -> QuerySet[Task]:
    """Return rows whose first `limit` are those of the list; see Note [No further than shown]."""
    free = _free(desk.user_id, now=now)
    parts = [
        free.filter(_is_held(desk.user_id, now=now)),
        *(free.filter(given) for given in _given(desk)),
        # Without what this person holds: in a part it would take the place of a row of the part's own rank.
        *_ranks(free.filter(_is_unheld(now), assignee_id__isnull=True), desk=desk, now=now, after=after),
    ]
    ids = reduce(lambda one, other: one.union(other, all=True), (part.values("id")[:limit] for part in parts))
    # The rows are looked at again for being free: to be taken, they are locked, and may have been taken meanwhile.
    return ordered(free.filter(id__in=ids), user_id=desk.user_id, now=now)


def ordered(tasks: QuerySet[Task], *, user_id: int, now: datetime) -> QuerySet[Task]:
    """Return the tasks in the order that matters to this person."""
    rank = Case(
        When(_is_held(user_id, now=now), then=Value(HELD)),
        When(kind__in=CLOCKED, clock__lte=now + SOON, then=Value(CLOCKS)),
        When(clock__lte=now, then=Value(PROMISES)),
        default=Value(OTHERS),
        output_field=IntegerField(),
    )
    # What presses goes by its time alone: a clock that is over before one that still runs, whatever their kinds.
    urgency = Case(When(rank=OTHERS, then=F("priority")), default=Value(0), output_field=IntegerField())
    at = Case(When(rank__in=(CLOCKS, PROMISES), then=CLOCK), default=AT)
    return tasks.alias(clock=CLOCK).annotate(rank=rank).annotate(urgency=urgency, at=at).order_by(*ORDER)


def waiting(*, desk: Desk, now: datetime) -> QuerySet[Task]:
    """Return what this person may do now, in no order; what they hold included."""
    return _free(desk.user_id, now=now).filter(_on(desk))


def coming_back(*, desk: Desk, now: datetime, until: datetime) -> QuerySet[Task]:
    """Return what comes back to this person in [now, until)."""
    return Task.objects.filter(_on(desk), state=Task.State.OPEN, not_before_at__gt=now, not_before_at__lt=until)


def _on(desk: Desk) -> Q:
    return reduce(Q.__or__, _given(desk), Q(assignee_id__isnull=True, role__in=sorted(desk.roles)))


def _given(desk: Desk) -> Iterator[Q]:
    """Yield what was given to whomever this person works for, and to those who left and cannot do it."""
    if desk.people:
        yield Q(assignee_id__in=sorted(desk.people))
    if desk.left:
        yield Q(assignee_id__in=sorted(desk.left), role__in=sorted(desk.roles))


def _free(user_id: int, *, now: datetime) -> QuerySet[Task]:
    """Return what is open, is not for later, and nobody else holds."""
    nobody_else = _is_unheld(now) | Q(claimed_by=user_id)
    is_time = Q(not_before_at__isnull=True) | Q(not_before_at__lte=now)
    return Task.objects.filter(nobody_else, is_time, state=Task.State.OPEN)


def _ranks(free: QuerySet[Task], *, desk: Desk, now: datetime, after: Place | None) -> Iterator[QuerySet[Task]]:
    """Yield the ranks of each role, each in the order of an index, from where the page before ended."""
    for role in sorted(desk.roles):
        of_role = free.filter(role=role).alias(clock=CLOCK, at=AT)
        for rank, is_of_rank in _ranks_at(now).items():
            if after is None or rank > after.rank:
                yield of_role.filter(is_of_rank).order_by(*INDEXED[rank])
            elif rank == after.rank:
                yield of_role.filter(is_of_rank, _further(after)).order_by(*INDEXED[rank])


def _ranks_at(now: datetime) -> dict[int, Q]:
    is_clock, is_promise = Q(kind__in=CLOCKED, clock__lte=now + SOON), ~Q(kind__in=CLOCKED) & Q(clock__lte=now)
    is_neither = Q(clock__isnull=True) | Q(clock__gt=now) & ~is_clock
    return {CLOCKS: is_clock, PROMISES: is_promise, OTHERS: is_neither}


# The order within a rank, as an index of open tasks has it.
INDEXED: dict[int, tuple[str, ...]] = {
    CLOCKS: ("clock", "id"),
    PROMISES: ("clock", "id"),
    OTHERS: ("priority", "at", "id"),
}


def _further(after: Place) -> Q:
    """Return what comes later in the rank of that place; the first bound is what an index can use."""
    if after.rank != OTHERS:
        return Q(clock__gte=after.at) & (Q(clock__gt=after.at) | Q(id__gt=after.id))
    later = Q(at__gt=after.at) | Q(at=after.at, id__gt=after.id)
    return Q(priority__gte=after.urgency) & (Q(priority__gt=after.urgency) | later)


def _behind(after: Place) -> Q:
    later = Q(at__gt=after.at) | Q(at=after.at, id__gt=after.id)
    return Q(rank__gt=after.rank) | Q(rank=after.rank) & (
        Q(urgency__gt=after.urgency) | Q(urgency=after.urgency) & later
    )


def _is_held(user_id: int, *, now: datetime) -> Q:
    return Q(claimed_by=user_id, claimed_until__gt=now)


def _is_unheld(now: datetime) -> Q:
    return Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
