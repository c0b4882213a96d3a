"""What an open line asks the database: whether it counts, what it has missed, which conversation there is.

Called through `database_sync_to_async`, each enters the dealer's scope itself: the thread is everybody's.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from core.events import queries as events
from notifications.conversations.models import Conversation
from tenants import directory
from tenants.accounts.hearing import roles_hearing
from tenants.accounts.models import User
from tenants.accounts.permissions import can
from tenants.announcing import News
from tenants.scope import DealerRef, dealer_scope

# More than anybody misses in a few minutes; whoever was away longer reads what they show anew.
MOST_MISSED = 500
# Ids are given when a row is written and seen when its transaction commits: 124 may be heard while 120 is still to
# come, and a line that broke in between has 124 as its last. So a replay begins this much earlier. What it repeats
# does no harm, as an event only says what to read anew. A transaction during which more than this was recorded
# elsewhere, a large import, ends with events of its own.
OVERLAP = 200
# The application's own close codes: nobody signed in; signed in, but not for this; no such dealer, or a suspended one.
CLOSE_SIGNED_OUT, CLOSE_NOT_ALLOWED, CLOSE_NO_DEALER = 4401, 4403, 4404


class LineOver(Exception):
    """The line does not count, or no more; `code` says why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Opener:
    """Whose line it is, and until when its session lasts."""

    user_id: int
    name: str
    role: str
    until: datetime


@dataclass(frozen=True)
class Missed:
    """What a line has missed: `events` by id, or None where that is too much to tell; `last` is the newest there is."""

    last: int
    events: tuple[dict[str, Any], ...] | None = ()


def opener_of(dealer: DealerRef, *, session_key: str, now: datetime) -> Opener:
    """Return whose session it is.

    Raises: LineOver where the dealer is suspended or gone, the session has ended, or its person's access has.
    """
    try:
        if directory.dealer_numbered(dealer.id).suspended_at is not None:
            raise LineOver(CLOSE_NO_DEALER)
    except directory.DealerUnknown as error:
        raise LineOver(CLOSE_NO_DEALER) from error
    with dealer_scope(dealer):
        # A cookie holds whatever a stranger puts there, also what no text of the database can.
        keys = [session_key] if session_key.isascii() and session_key.isalnum() else []
        session = Session.objects.filter(session_key__in=keys, expire_date__gt=now).first()
        user = _user_of(session)
    if session is None or user is None:
        raise LineOver(CLOSE_SIGNED_OUT)
    return Opener(user_id=user.pk, name=user.name, role=user.role, until=session.expire_date)


def _user_of(session: Session | None) -> User | None:
    """Return the session's person, by the same rule as a request's: another post or password ends it."""
    kept = session.get_decoded() if session is not None else {}
    user = User.objects.filter(pk=kept.get(SESSION_KEY, 0), is_active=True).first()
    if user is None:
        return None
    accepted = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    kept_hash = kept.get(HASH_SESSION_KEY, "")
    return user if any(constant_time_compare(kept_hash, one) for one in accepted) else None


def missed_by(dealer: DealerRef, *, role: str, after: int | None) -> Missed:
    """Return what this role has missed since the event `after`; nothing for whoever begins now."""
    with dealer_scope(dealer):
        last = events.newest_id()
        if after is None:
            return Missed(last)
        rows = list(events.since(after - OVERLAP, limit=OVERLAP + MOST_MISSED + 1))
    # An id beyond the newest is of another time: the dealer's data were restored.
    if after > last or sum(row.pk > after for row in rows) > MOST_MISSED:
        return Missed(last, None)
    heard = (row for row in rows if role in roles_hearing(row.kind))
    shown = (News(row.kind, row.subject_kind, row.subject_id, row.customer_id, row.pk) for row in heard)
    return Missed(max([last, *(row.pk for row in rows)]), tuple(map(asdict, shown)))


def may_watch(dealer: DealerRef, *, role: str, conversation_id: int) -> bool:
    """Return whether this dealer has the conversation and the role reads it."""
    if not can(role, "conversations.read"):
        return False
    with dealer_scope(dealer):
        return Conversation.objects.filter(pk=conversation_id).exists()
