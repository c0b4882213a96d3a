"""The one loop that turns time into work: whose work is due, and a bounded turn for each of them.

A turn does a little of everything and comes back behind the other dealers, so that no dealer's
hundred thousand reminders stand before another's confirmation. An idle dealer has no turn.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from core import sweeps
from core.documents import sweeping as documents
from notifications.due import clock, reacting
from notifications.due import operations as due
from notifications.due.starting import Starter
from notifications.inbound import operations as inbound
from notifications.links import sweeping as links
from notifications.outbox import operations as outbox
from notifications.outbox.models import Message
from notifications.outbox.tasks import continue_dispatch
from notifications.rerouting import operations as rerouting
from notifications.runs import operations as runs
from tenants import scope, wakeup
from tenants.scope import DealerRef

logger = logging.getLogger(__name__)

DEALERS_A_TICK = 1000
"""One query hands them out; what is left is handed out a second later."""

SILENCES_A_TURN = 100
REROUTED_A_TURN = 50
LEFT_A_TURN = 100
"""Owners' messages whose task was lost, as when Valkey lost its data; usually none."""

MOST_QUEUED = 2000
"""Where the outbox holds this many, nothing more is released into it: what waits is judged when it can leave,
not hours before, and quiet hours are kept however slow a provider is."""

TURN_CLASS = 7_243
"""First half of the turns' lock number, to stay apart from the wake-up's and the outbox's; the second is the dealer."""

AGAIN = timedelta(seconds=1)
AFTER_FAILURE = timedelta(minutes=1)
"""A step that fails does not spin; whatever else wakes the dealer meanwhile is done all the same."""


@dataclass(frozen=True)
class Done:
    """What a step did; has_more where it stopped at its bound."""

    count: int = 0
    has_more: bool = False


@dataclass(frozen=True)
class Turn:
    """What a turn did, by step, and which steps failed."""

    done: Mapping[str, Done]
    failed: tuple[str, ...] = ()

    @property
    def has_more(self) -> bool:
        """Whether another turn finds work at once."""
        return any(done.has_more for done in self.done.values())


class TurnFailed(Exception):
    """Steps of a dealer's turn failed, the others were done; the message names the steps."""


def tick(*, now: datetime, hand_out: Callable[[DealerRef], None]) -> int:
    """This function will hand out a turn of every dealer whose work is due, and say how many."""
    dealers = wakeup.due_dealers(now=now, limit=DEALERS_A_TICK)
    for dealer in dealers:
        with scope.dealer_scope(dealer):
            hand_out(dealer)
    return len(dealers)


def work_dealer(*, now: datetime, start: Starter = runs.start_runs) -> Turn | None:
    """This function will do one bounded turn of the current dealer's work, and set its next wake-up.

    None where another worker has the dealer's turn. Raises: TurnFailed after everything else was done.
    """
    with _alone() as is_alone:
        return _work(now=now, start=start) if is_alone else None


@contextmanager
def _alone() -> Iterator[bool]:
    """Hold the dealer's turn, or say that somebody else does.

    Note [One turn at a time]: work wakes its dealer while the turn is still going on, and each second's tick hands
    out another. A dealer whose turns take longer than that would fill the queue, and all workers, before the others.
    The lock belongs to the connection, not to a transaction, since a turn has many; a dead worker's falls with it.
    """
    key = [TURN_CLASS, scope.current_dealer().id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)


def _work(*, now: datetime, start: Starter) -> Turn:
    done: dict[str, Done] = {}
    failed: list[str] = []
    for name, step in STEPS.items():
        try:
            done[name] = step(now, start)
        except Exception:
            # One dealer's broken reminder must not keep back its confirmations.
            logger.exception("a step of a dealer's turn failed", extra={"step": name})
            failed.append(name)
    turn = Turn(done, tuple(failed))
    wakeup.reschedule(next_due_at=lambda: _wake_at(turn, now=now))
    if failed:
        raise TurnFailed(", ".join(failed))
    return turn


def next_work_at(*, now: datetime) -> datetime | None:
    """This function will say when the current dealer has work next, as far as is known now."""
    moments = (
        now if reacting.has_news() else None,
        clock.next_due_at(),
        sweeps.next_at(),
        inbound.next_left_at(),
        runs.next_silence_at(),
        outbox.next_work_at(now=now),
    )
    return min((moment for moment in moments if moment), default=None)


def _wake_at(turn: Turn, *, now: datetime) -> datetime | None:
    if turn.has_more:
        return now + AGAIN
    next_at = next_work_at(now=now)
    if not turn.failed:
        return next_at
    # What is overdue now may be the failed step's own work.
    retry_at = now + AFTER_FAILURE
    return min(next_at, retry_at) if next_at and next_at > now else retry_at


def _react(now: datetime, _start: Starter) -> Done:
    reacted = reacting.react(now=now)
    return Done(reacted.cancelled + reacted.messages)


def _plan(now: datetime, _start: Starter) -> Done:
    return Done(int(clock.plan_day(now=now)))


def _sweep(now: datetime, _start: Starter) -> Done:
    return Done(sum(sweeps.run(now=now).values()))


def _inbox(now: datetime, _start: Starter) -> Done:
    count = inbound.handle_left(now=now, limit=LEFT_A_TURN)
    return Done(count, has_more=count >= LEFT_A_TURN)


def _silences(now: datetime, _start: Starter) -> Done:
    count = runs.act_on_silences(now=now, limit=SILENCES_A_TURN)
    return Done(count, has_more=count >= SILENCES_A_TURN)


def _links(now: datetime, _start: Starter) -> Done:
    count = links.sweep(now=now)
    return Done(count, has_more=count >= links.SWEPT_AT_ONCE)


def _strangers_files(now: datetime, _start: Starter) -> Done:
    count = documents.sweep(now=now)
    return Done(count, has_more=count >= documents.SWEPT_AT_ONCE)


def _release(now: datetime, start: Starter) -> Done:
    queued = Message.objects.filter(state=Message.State.QUEUED)[:MOST_QUEUED].count()
    if queued >= MOST_QUEUED:
        return Done(0, has_more=True)
    released = due.release_soundly(now=now, start=start)
    return Done(released.taken, has_more=released.has_more)


def _dispatch(now: datetime, _start: Starter) -> Done:
    dispatched = outbox.dispatch_batch(now=now)
    if dispatched.has_more:
        # The rest leaves over the queue of messages out, turn by turn, rather than one turn a second.
        continue_dispatch()
    return Done(sum(dispatched.states.values()), has_more=dispatched.has_more)


def _reroute(now: datetime, _start: Starter) -> Done:
    count = rerouting.reroute(now=now, limit=REROUTED_A_TURN)
    return Done(count, has_more=count >= REROUTED_A_TURN)


def _settle(now: datetime, _start: Starter) -> Done:
    settled = outbox.settle_doubts(now=now)
    return Done(settled.lapsed + settled.found + settled.missing + settled.shown)


STEPS: Mapping[str, Callable[[datetime, Starter], Done]] = {
    "react": _react,
    "plan": _plan,
    "sweep": _sweep,
    "inbox": _inbox,
    "silences": _silences,
    "release": _release,
    "reroute": _reroute,
    "dispatch": _dispatch,
    "settle": _settle,
    "links": _links,
    "strangers_files": _strangers_files,
}
"""In this order: facts stop what they make pointless before anything is released or leaves; tidying up is last."""
