"""Telling whoever watches a dealer that something is new: after the commit, best effort.

What is new stands in the database; a lost announcement costs freshness, never a fact. Each role has a group of
its own, so that what it may not read is never sent to it.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection

from tenants import scope
from tenants.accounts import hearing
from tenants.accounts.roles import DEALER_ROLES
from tenants.caching import group_name

logger = logging.getLogger(__name__)

# Every open line of the dealer: told that somebody's access may have ended.
EVERYBODY = "live"
# Of a transaction with more events only the kinds are told: whoever shows such rows reads them anew once, where
# a file of thousands of orders would be thousands of words.
MOST_TOLD = 200
# What the progress of an import is heard by; see hearing.
PROGRESS = "import.progress"
# The hook that the running transaction already has: what it tells is gathered until the commit.
GATHERING = "_announcing"

Messages = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class News:
    """One thing that is new: ids and words, never what somebody wrote. Without an id it is in no log."""

    kind: str
    subject_kind: str = ""
    subject_id: int | None = None
    customer_id: int | None = None
    id: int | None = None


class _Announcement:
    """The news of one transaction, told at once when it commits."""

    def __init__(self) -> None:
        self.schema = scope.current_dealer().schema
        # A dict keeps the order and one of each.
        self.news: dict[News, None] = {}
        self.looking: set[int | None] = set()

    def add(self, news: Iterable[News], *, looking: Collection[int | None]) -> None:
        self.looking.update(looking)
        self.news.update(dict.fromkeys(news))
        if len(self.news) > MOST_TOLD:
            self.news = {News(one.kind): None for one in self.news}

    def publish(self) -> None:
        _send({**_by_role(self.news), **_to_everybody(self.looking)})


def announce(kinds: Collection[str]) -> None:
    """Tell, once the transaction commits, that something of these kinds is new for the current dealer.

    Raises: DealerMissing outside a dealer's scope.
    """
    announce_news(News(kind) for kind in kinds)


def announce_news(news: Iterable[News]) -> None:
    """Tell, once the transaction commits, what is new for the current dealer, to those who may read it.

    Raises: DealerMissing outside a dealer's scope.
    """
    _tell(news)


def look_again(*, user_id: int | None = None) -> None:
    """Have this person's open lines, or everybody's, ask once the transaction commits whether they still count.

    To be called by whatever ends an access: another post, another password, a session ended, a dealer suspended.
    Raises: DealerMissing outside a dealer's scope.
    """
    _tell((), looking={user_id})


def tell_progress(*, import_id: int, stage: str, done: int, total: int | None) -> None:
    """Tell at once how far an import is; `total` is None while nobody knows.

    Not after the commit: an import's stages are long transactions, and their progress is for now. A call costs a
    millisecond, so tell it by the thousand rows.
    Raises: DealerMissing outside a dealer's scope.
    """
    message = {"type": "progress", "import_id": import_id, "stage": stage, "done": done, "total": total}
    _send({group_of_role(role): message for role in hearing.roles_hearing(PROGRESS)})


def group_of_role(role: str) -> str:
    """Return the group of this role's open lines at the current dealer. Raises: DealerMissing."""
    return group_name(f"{EVERYBODY}.{role}")


def _tell(news: Iterable[News], *, looking: Collection[int | None] = ()) -> None:
    announcement = _Announcement()
    running: _Announcement | None = getattr(connection, GATHERING, None)
    if running is not None and running.schema == announcement.schema and _is_waiting(running):
        running.add(news, looking=looking)
        return
    announcement.add(news, looking=looking)
    setattr(connection, GATHERING, announcement)
    scope.on_commit(announcement.publish)


def _is_waiting(announcement: _Announcement) -> bool:
    """Say whether its hook still stands: a rollback, also of a savepoint, takes hooks away."""
    hooks = (entry[1] for entry in connection.run_on_commit)
    return any(getattr(hook, "__wrapped__", hook) == announcement.publish for hook in hooks)


def _by_role(news: Collection[News]) -> Messages:
    heard = {role: [asdict(one) for one in news if role in hearing.roles_hearing(one.kind)] for role in DEALER_ROLES}
    return {group_of_role(role): {"type": "news", "events": events} for role, events in heard.items() if events}


def _to_everybody(looking: Collection[int | None]) -> Messages:
    if not looking:
        return {}
    user_ids = None if None in looking else sorted(user_id for user_id in looking if user_id is not None)
    return {group_name(EVERYBODY): {"type": "look_again", "user_ids": user_ids}}


def _send(messages: Messages) -> None:
    layer = get_channel_layer()
    if layer is None or not messages:
        return

    async def send_all() -> None:
        await asyncio.gather(*(layer.group_send(group, message) for group, message in messages.items()))

    try:
        async_to_sync(send_all)()
    except Exception:  # an isolation point: what was committed must not fail because nobody can be told
        logger.exception("announcement failed")
