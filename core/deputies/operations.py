"""Naming a deputy and ending it early: an event and an audit entry each. Open work moves and comes back by itself."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from core import auditing
from core.deputies import queries, rules
from core.deputies.models import Deputy
from core.events import kinds
from core.events import operations as events
from tenants.accounts.models import User

# Longer than any leave; a mistyped year is told.
LONGEST = timedelta(days=366)


class PeriodUnusable(ValueError):
    """The last day lies before the first or is over, or years lie between them."""


class NotAble(ValueError):
    """Somebody in such a post cannot do the other's work, or has left, or is the same person."""


class DeputyAway(Exception):
    """The one who is named is away in those days."""


class AwayStandsIn(Exception):
    """The one who will be away stands in for somebody in those days, who must get another deputy first."""


class StoodInAlready(Exception):
    """Somebody else stands in for this person in those days."""


@dataclass(frozen=True)
class Wish:
    """Who is away from one day to another, both included, and who does their work."""

    away_id: int
    deputy_id: int
    from_date: date
    last_date: date


def name_deputy(wish: Wish, *, actor: str, address: str | None, now: datetime) -> Deputy:
    """Let one person do another's open work in those days.

    Raises: PeriodUnusable; NotAble; DeputyAway; AwayStandsIn; StoodInAlready; User.DoesNotExist.
    """
    _check_period(wish, today=queries.today(now))
    with transaction.atomic():
        # Both people's rows are the lock: of two who are named for each other at once, the second is told.
        people = {user.pk: user for user in _locked({wish.away_id, wish.deputy_id})}
        _check_people(people[wish.away_id], people[wish.deputy_id])
        _check_others(wish)
        row = _keep(wish, actor=actor, now=now)
        _tell(kinds.DEPUTY_NAMED, row, actor=actor, address=address, now=now)
        return row


def end_deputy(deputy_id: int, *, actor: str, address: str | None, now: datetime) -> Deputy:
    """Give the work back now, or before it has moved; again changes nothing. Raises: Deputy.DoesNotExist."""
    with transaction.atomic():
        row = Deputy.objects.select_for_update().get(pk=deputy_id)
        if row.ended_at is None and row.until_date > queries.today(now):
            row.ended_at, row.ended_by = now, actor
            row.save(update_fields=["ended_at", "ended_by"])
            _tell(kinds.DEPUTY_ENDED, row, actor=actor, address=address, now=now)
        return row


def _check_period(wish: Wish, *, today: date) -> None:
    is_forwards = wish.from_date <= wish.last_date <= wish.from_date + LONGEST
    if not is_forwards or wish.last_date < today or wish.from_date > today + LONGEST:
        raise PeriodUnusable(f"{wish.from_date} - {wish.last_date}")


def _locked(ids: set[int]) -> list[User]:
    users = list(User.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    if len(users) < len(ids):
        raise User.DoesNotExist
    return users


def _check_people(away: User, deputy: User) -> None:
    if away.pk == deputy.pk or not deputy.is_active or not rules.can_stand_in(deputy.role, post=away.role):
        raise NotAble(str(deputy.pk))


def _check_others(wish: Wish) -> None:
    """Let nobody's work go on from hand to hand: it would end with somebody who cannot do it, or in a circle."""
    overlapping = Deputy.objects.filter(
        ended_at__isnull=True, from_date__lte=wish.last_date, until_date__gt=wish.from_date
    )
    involved = overlapping.filter(Q(away_id__in=(wish.away_id, wish.deputy_id)) | Q(deputy_id=wish.away_id))
    for away_id, deputy_id in involved.values_list("away_id", "deputy_id").order_by("id"):
        if away_id == wish.away_id:
            raise StoodInAlready(str(deputy_id))
        raise DeputyAway(str(away_id)) if away_id == wish.deputy_id else AwayStandsIn(str(away_id))


def _keep(wish: Wish, *, actor: str, now: datetime) -> Deputy:
    try:
        with transaction.atomic():
            return Deputy.objects.create(
                away_id=wish.away_id,
                deputy_id=wish.deputy_id,
                from_date=wish.from_date,
                until_date=wish.last_date + timedelta(days=1),
                named_by=actor,
                named_at=now,
            )
    except IntegrityError as error:
        # The constraint deputy_one_at_a_time.
        raise StoodInAlready(str(wish.away_id)) from error


def _tell(kind: str, row: Deputy, *, actor: str, address: str | None, now: datetime) -> None:
    told: dict[str, object] = {
        "away_id": row.away_id,
        "deputy_id": row.deputy_id,
        "from_date": row.from_date.isoformat(),
        "until_date": row.until_date.isoformat(),
    }
    events.record(kind, subject_kind="deputy", subject_id=row.pk, at=now, data=told, actor=actor)
    auditing.note(kind, actor=actor, address=address, at=now, subject_kind="deputy", subject_id=row.pk, after=told)
