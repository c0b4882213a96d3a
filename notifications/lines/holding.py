"""The lines of all dealers, held open by one process; it learns from the routes which there are."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from channels_app import registry
from channels_app.contract import Account, HandOver, Line, Listening
from channels_app.errors import Misconfigured
from notifications.channels.models import ChannelAccount
from notifications.outbox.accounts import account_of
from notifications.shared import accounts as shared
from notifications.shared.models import SharedSender
from tenants.models import ChannelRoute
from tenants.scope import DealerRef, dealer_scope, public_scope

logger = logging.getLogger(__name__)

# The advisory lock of whoever holds the lines: a second process waits for the first to end, however it ends.
LOCK = {"first": 7_248, "second": 0}
# Asked for again while it is held, it would be counted; so it is looked for first.
HOLD = """
SELECT CASE WHEN EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND classid = %(first)s AND objid = %(second)s AND objsubid = 2
      AND pid = pg_backend_pid()
) THEN true ELSE pg_try_advisory_lock(%(first)s, %(second)s) END
"""


@dataclass(frozen=True)
class _Wanted:
    """A route that a line belongs to, of one dealer or of a sender that several share; another change, another line."""

    dealer: DealerRef | None
    account_id: int
    changed_at: datetime | None


class Lines:
    """Which lines are open, and for what."""

    def __init__(self, hand_over: HandOver) -> None:
        self._hand_over = hand_over
        self._open: dict[str, tuple[_Wanted, Line | None]] = {}

    def look(self) -> int:
        """This function will open what is new, close what has gone, and say how many lines are open.

        Two queries, however many dealers there are; a dealer is asked only where something of its own has changed.
        """
        wanted = _wanted() if _is_alone() else {}
        for name in [name for name, (known, _) in self._open.items() if wanted.get(name) != known]:
            self._close(name)
        for name, one in wanted.items():
            if name not in self._open:
                self._open[name] = (one, self._opened(name, one))
        return sum(line is not None for _, line in self._open.values())

    def close(self) -> None:
        """This function will close all of them."""
        for name in list(self._open):
            self._close(name)

    def _close(self, name: str) -> None:
        _, line = self._open.pop(name)
        if line is not None:
            line.close()

    def _opened(self, name: str, wanted: _Wanted) -> Line | None:
        """Open a line; what can't have one is looked at again when somebody has changed it."""
        account = _account(name, wanted)
        if account is None:
            return None
        channel = registry.get(account.kind)
        if not isinstance(channel, Listening):
            raise TypeError(f"{account.kind} keeps no line")
        try:
            return channel.listen(account, self._hand_over)
        except Misconfigured as error:
            logger.warning("an account can't have a line", extra={"account": name, "reason": error.detail})
            return None


def _account(name: str, wanted: _Wanted) -> Account | None:
    """The account behind a line, unless it is closed."""
    if wanted.dealer is None:
        with public_scope():
            sender = SharedSender.objects.filter(public_id=name, is_active=True).first()
            return shared.account_of(sender) if sender else None
    with dealer_scope(wanted.dealer):
        row = ChannelAccount.objects.filter(id=wanted.account_id, public_id=name, is_active=True).first()
        return account_of(row) if row else None


def _wanted() -> Mapping[str, _Wanted]:
    with public_scope():
        rows = ChannelRoute.objects.filter(
            kind__in=registry.LISTENING, dealer__suspended_at__isnull=True
        ).select_related("dealer")
        senders = SharedSender.objects.filter(kind__in=registry.LISTENING).defer("settings")
        return {
            **{row.public_id: _Wanted(row.dealer.ref, row.account_id, row.changed_at) for row in rows},
            **{sender.public_id: _Wanted(None, sender.pk, sender.changed_at) for sender in senders},
        }


def _is_alone() -> bool:
    """Hold the lock, or find that this connection holds it; a process that was killed lost it with its connection."""
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(HOLD, LOCK)
        return bool(cursor.fetchone()[0])
