"""Who stands in for whom today: read by date when somebody looks, so that nothing has to run when a day begins."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from core.calendar import rules as calendar
from core.deputies import rules
from core.deputies.models import Deputy
from core.deputies.rules import Pair
from tenants.accounts.models import User
from tenants.scope import current_dealer


def today(now: datetime) -> date:
    """Return the dealer's own day."""
    return calendar.local_date(now, timezone=ZoneInfo(current_dealer().timezone))


def not_over(*, now: datetime) -> QuerySet[Deputy]:
    """Return who stands in for somebody now, or will."""
    return Deputy.objects.filter(ended_at__isnull=True, until_date__gt=today(now))


def standing(*, now: datetime) -> frozenset[Pair]:
    """Return who stands in for whom today; one who has left meanwhile stands in for nobody. One query."""
    here = User.objects.filter(is_active=True).values("id")
    rows = not_over(now=now).filter(from_date__lte=today(now), deputy_id__in=here)
    return frozenset(Pair(*ids) for ids in rows.values_list("away_id", "deputy_id"))


def people_of(user_id: int | None, *, now: datetime) -> frozenset[int]:
    """Return whose work this person does now; nobody's for a program."""
    return frozenset() if user_id is None else rules.people_of(user_id, standing(now=now))
