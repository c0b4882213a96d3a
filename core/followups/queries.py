"""Reading follow-ups and surveys: the dissatisfied with their clocks, and what expires next."""

from datetime import datetime

from django.db.models import Min, QuerySet

from core.followups.models import FollowUp, Survey
from core.followups.operations import LIVE


def dissatisfied() -> QuerySet[Survey]:
    """Return the surveys of dissatisfied owners not answered yet, the most urgent first, with who it is."""
    waiting = Survey.objects.filter(is_dissatisfied=True, answered_at__isnull=True)
    return waiting.select_related("customer", "vehicle").order_by("answer_due_at", "id")


def register(*, from_at: datetime, until_at: datetime) -> QuerySet[FollowUp]:
    """Return the follow-ups due in [from_at, until_at) with who and which car: the follow-up register."""
    due = FollowUp.objects.filter(due_at__gte=from_at, due_at__lt=until_at)
    return due.select_related("customer", "vehicle").order_by("due_at", "id")


def next_expiry_at() -> datetime | None:
    """Return when the next survey or follow-up runs out."""
    surveys = Survey.objects.filter(state__in=LIVE).aggregate(first=Min("follow_up__expires_at"))["first"]
    follow_ups = FollowUp.objects.filter(state=FollowUp.State.DUE).aggregate(first=Min("expires_at"))["first"]
    moments: list[datetime] = [moment for moment in (surveys, follow_ups) if moment]
    return min(moments, default=None)
