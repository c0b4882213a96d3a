"""A day at the centre: what each got done against the norm, what waits, which clocks broke or are about to.

The day is the dealer's own; what was done is counted from the log.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import starmap
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Q, QuerySet

from core.calendar import rules as calendar
from core.calendar.rules import Period
from core.complaints import clocks
from core.complaints.models import FIRST_CLOCK, Complaint
from core.events import kinds
from core.events.models import Event
from core.followups.models import Survey
from core.staffing import tables
from core.tasks import queries, rules
from core.tasks.desks import Desk
from core.tasks.models import AWAITED, Task
from tenants.accounts.models import User
from tenants.accounts.permissions import CENTRE
from tenants.accounts.roles import DEALER_ROLES
from tenants.scope import current_dealer

# Clocks that run out within this are worth a head's look; ours.
ABOUT_TO_BREAK = timedelta(hours=4)
# An owner whom nobody answered for so long is found in the reports; without an end, a look would read every year.
LONGEST_BROKEN = timedelta(days=90)
# More than a centre has at once: then the first are what matters.
MOST_CLOCKS, MOST_PEOPLE = 50, 200
# Ten days' work of one person. One more than this says: and more.
MOST_COUNTED = 500


# What waits for each role, and how much of it is late, each counted no further than anybody reads. What was put aside
# waits for nobody here until its time; unless an owner waits for it all the while.
BACKLOGS = """
SELECT role, (
    SELECT count(*) FROM (
        SELECT FROM core_task t WHERE t.role = one.role AND t.state = 'OPEN'
        AND (t.not_before_at IS NULL OR t.not_before_at <= %(now)s OR t.kind = ANY(%(awaited)s)) LIMIT %(most)s
    ) waiting
), (
    SELECT count(*) FROM (
        SELECT FROM core_task t WHERE t.role = one.role AND t.state = 'OPEN' AND t.due_at < %(now)s
        AND (t.not_before_at IS NULL OR t.not_before_at <= %(now)s OR t.kind = ANY(%(awaited)s)) LIMIT %(most)s
    ) late
)
FROM unnest(%(roles)s::text[]) one (role) ORDER BY role
"""


@dataclass(frozen=True)
class Calls:
    """Calls of one direction, tries that reached nobody included, beside what one person makes in a day.

    Whose post is not there to call has no norm.
    """

    direction: str
    done: int
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Done:
    """What one person got done today, by kind of work, and their calls; without a norm only what they made."""

    by_kind: Mapping[str, int]
    calls: tuple[Calls, ...]

    @property
    def load(self) -> float:
        """Return the share of the most that one person should do in a day; above 1 is over the norm."""
        made = {one.direction: one.done for one in self.calls}
        return rules.load_of(made, most={one.direction: one.most for one in self.calls if one.most is not None})

    @property
    def has_norm(self) -> bool:
        """Return whether this person makes calls by a norm."""
        return any(one.most is not None for one in self.calls)


@dataclass(frozen=True)
class Day:
    """One person's day: `left` may be done now, `overdue` of them are late, `later` come back today.

    Counted up to MOST_COUNTED + 1. The names say for whom this person stands in today, and who for them.
    """

    on: date
    done: Done
    left: int
    overdue: int
    later: int
    stands_in_for: tuple[str, ...] = ()
    stood_in_by: str = ""


@dataclass(frozen=True)
class PersonsDay:
    """What one person of the centre got done today."""

    user_id: int
    name: str
    role: str
    done: Done


@dataclass(frozen=True)
class Backlog:
    """What waits for a role; counted up to MOST_COUNTED + 1."""

    role: str
    open: int
    overdue: int


@dataclass(frozen=True)
class Clock:
    """A clock that broke or is about to: of a complaint (`number`, `level`, which one) or of a dissatisfied owner."""

    about: str
    subject_id: int
    due_at: datetime
    customer_id: int | None
    customer_name: str
    clock: str = ""
    number: int | None = None
    level: int | None = None


@dataclass(frozen=True)
class Centre:
    """The centre's day for those who answer for it; the busiest person and the nearest clock first."""

    on: date
    people: tuple[PersonsDay, ...]
    backlogs: tuple[Backlog, ...]
    clocks: tuple[Clock, ...]


def day_of(desk: Desk, *, now: datetime) -> Day:
    """Return a person's day, in four queries."""
    on, period = _today(now)
    actor = _actor(desk.user_id)
    done = _done(period, has_norm={actor: rules.has_norm(desk.roles)})
    waiting = queries.waiting(desk=desk, now=now)
    later = queries.coming_back(desk=desk, now=now, until=period.until_at)
    return Day(
        on=on,
        done=done[actor],
        left=_count(waiting),
        overdue=_count(waiting.filter(due_at__lt=now)),
        later=_count(later),
        stands_in_for=desk.stands_in_for,
        stood_in_by=desk.stood_in_by,
    )


def centre(*, now: datetime) -> Centre:
    """Return the centre's day, in five queries."""
    on, period = _today(now)
    staff = User.objects.filter(is_active=True, role__in=sorted(CENTRE)).order_by("id")[:MOST_PEOPLE]
    done = _done(period, has_norm=_norms(staff))
    people = [PersonsDay(one.pk, one.name, one.role, done[_actor(one.pk)]) for one in staff]
    return Centre(
        on=on,
        people=tuple(sorted(people, key=lambda one: -one.done.load)),
        backlogs=tuple(_backlogs(now=now)),
        clocks=tuple(sorted(_clocks(now=now), key=lambda one: one.due_at)[:MOST_CLOCKS]),
    )


def late_of(role: str, *, now: datetime) -> QuerySet[Task]:
    """Return what of a role's backlog is late, whoever has it: the rows that the backlog counts as overdue."""
    is_time = Q(not_before_at__isnull=True) | Q(not_before_at__lte=now) | Q(kind__in=AWAITED)
    return Task.objects.filter(is_time, role=role, state=Task.State.OPEN, due_at__lt=now)


def _count(tasks: QuerySet[Task]) -> int:
    """Count no further than anybody reads: of a list that nobody keeps up with, each would be looked at."""
    return tasks.order_by()[: MOST_COUNTED + 1].count()


def _today(now: datetime) -> tuple[date, Period]:
    timezone = ZoneInfo(current_dealer().timezone)
    on = calendar.local_date(now, timezone=timezone)
    return on, calendar.dates_period(on, on, timezone=timezone)


def _actor(user_id: int) -> str:
    return f"user:{user_id}"


def _norms(staff: Iterable[User]) -> dict[str, bool]:
    """Return by actor who makes calls by a norm: specialists, and whoever covers their empty post."""
    posts = {_actor(one.pk): one.role for one in staff}
    held = set(posts.values())
    return {actor: rules.has_norm(rules.roles_of_work(post, held=held)) for actor, post in posts.items()}


def _done(period: Period, *, has_norm: Mapping[str, bool]) -> dict[str, Done]:
    """Return what was done in the period by each of these actors; the value says whether they call by a norm."""
    told = _told(period).filter(actor__in=list(has_norm))
    rows = told.values_list("actor", "kind", "data__kind", "data__outcome").annotate(count=Count("id")).order_by()
    by_actor: dict[str, list[tuple[str, str, str, int]]] = {actor: [] for actor in has_norm}
    for actor, *row in rows:
        by_actor[actor].append((row[0], row[1], row[2], row[3]))
    return {actor: _tallied(counts, has_norm=has_norm[actor]) for actor, counts in by_actor.items()}


def _told(period: Period) -> QuerySet[Event]:
    ended = (kinds.TASK_DONE, kinds.TASK_POSTPONED)
    return Event.objects.filter(kind__in=ended, at__gte=period.from_at, at__lt=period.until_at)


def _tallied(counts: Iterable[tuple[str, str, str, int]], *, has_norm: bool) -> Done:
    by_kind: Counter[str] = Counter()
    made: Counter[str] = Counter()
    for event, kind, outcome, count in counts:
        # Put aside without a call it is no call; settled by what was done elsewhere it is nobody's work.
        if not outcome:
            continue
        if event == kinds.TASK_DONE:
            by_kind[kind] += count
        made[rules.DIRECTIONS.get(kind, rules.OUTBOUND)] += count
    return Done(dict(by_kind), _beside_norms(made) if has_norm else tuple(starmap(Calls, sorted(made.items()))))


def _beside_norms(made: Mapping[str, int]) -> tuple[Calls, ...]:
    norms = (norm for norm in tables.staffing_table().norms.values() if norm.least is not None)
    return tuple(
        Calls(norm.direction, made.get(norm.direction, 0), least=norm.least or 0, most=norm.most or 0) for norm in norms
    )


def _backlogs(*, now: datetime) -> Iterable[Backlog]:
    with connection.cursor() as cursor:
        roles, most = sorted(DEALER_ROLES), MOST_COUNTED + 1
        cursor.execute(BACKLOGS, {"now": now, "roles": roles, "awaited": list(AWAITED), "most": most})
        return [Backlog(role, open=count, overdue=overdue) for role, count, overdue in cursor.fetchall() if count]


def _clocks(*, now: datetime) -> Iterable[Clock]:
    yield from map(_clock_of_complaint, _complaints(now))
    yield from map(_clock_of_survey, _surveys(now))


def _complaints(now: datetime) -> QuerySet[Complaint]:
    """Return the open ones of which a clock has run out or is about to, the nearest first.

    Not by `next_clock_at`, which waits no more for a clock that was missed.
    """
    pressing = Complaint.objects.filter(closed_at__isnull=True).alias(first_at=FIRST_CLOCK)
    near = pressing.filter(first_at__lte=now + ABOUT_TO_BREAK).order_by("first_at")
    return near.select_related("customer")[:MOST_CLOCKS]


def _surveys(now: datetime) -> QuerySet[Survey]:
    pressing = Survey.objects.filter(
        is_dissatisfied=True,
        answered_at__isnull=True,
        answer_due_at__gt=now - LONGEST_BROKEN,
        answer_due_at__lte=now + ABOUT_TO_BREAK,
    )
    return pressing.select_related("customer").order_by("answer_due_at", "id")[:MOST_CLOCKS]


def _clock_of_complaint(complaint: Complaint) -> Clock:
    name, due_at = min(clocks.running(complaint), key=lambda clock: clock[1])
    return Clock(
        about=Task.Kind.COMPLAINT,
        subject_id=complaint.pk,
        due_at=due_at,
        customer_id=complaint.customer_id,
        customer_name=complaint.customer.name if complaint.customer else "",
        clock=name,
        number=complaint.number,
        level=complaint.level,
    )


def _clock_of_survey(survey: Survey) -> Clock:
    due_at = survey.answer_due_at
    assert due_at is not None  # noqa: S101  # asked for by it
    return Clock(
        about=Task.Kind.DISSATISFIED,
        subject_id=survey.pk,
        due_at=due_at,
        customer_id=survey.customer_id,
        customer_name=survey.customer.name,
    )
