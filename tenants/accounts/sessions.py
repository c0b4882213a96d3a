"""Sessions of people in the schema in scope: the list of them, ending them, sweeping those that ran out."""

import logging
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# Swept when somebody signs in, at most so often: an idle dealer has nobody who does, and nothing new to sweep.
BETWEEN_SWEEPS = timedelta(hours=6)


def remember(request: HttpRequest) -> None:
    """Keep a request's session in the list of its person's, where its key has changed."""
    UserSession.objects.create_from_request(request)


@transaction.atomic
def end_all(user_id: int) -> None:
    """End every session of a person that is in their list."""
    keys = list(UserSession.objects.filter(user_id=user_id).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()


def sweep(*, now: datetime) -> None:
    """Remove the sessions that have run out, if nobody did so lately."""
    try:
        is_due = cache.add("sessions.swept", value=1, timeout=int(BETWEEN_SWEEPS.total_seconds()))
    except (RedisError, OSError):
        logger.exception("sessions are not swept now")
        return
    if is_due:
        Session.objects.filter(expire_date__lt=now).delete()
        alive = Session.objects.filter(session_key=OuterRef("session_key"))
        UserSession.objects.filter(~Exists(alive)).delete()
