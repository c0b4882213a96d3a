"""Plays one local day of a dealer by a clock of its own: the loop's turns, the tasks they send, the owners' answers.

Nothing waits: the clock jumps from one moment at which there is work, or at which somebody says something, to the
next. Every operation gets that moment as `now`, so the real clock decides nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from channels_app.simulator import Simulator
from core.calendar.rules import at_local, local_date
from core.customers import standing
from core.events import kinds
from core.kpis import rollup
from deploy import signs
from deploy.replay.phones import Phones
from notifications import loop
from notifications.channels import operations as channels
from notifications.channels.models import ChannelAccount
from notifications.due import reacting
from notifications.inbound import operations as inbound
from notifications.outbox import tasks as outbox
from notifications.outbox.accounts import account_of
from notifications.outbox.models import Message
from notifications.outbox.rules import REACHED
from notifications.planning import operations as planning
from notifications.planning.kinds import shipped
from tenants import scope
from tenants.models import Wakeup
from tenants.tasks import Call, collected

Say = Callable[[str], object]
SENDER = "replay"
HOUR = timedelta(hours=1)
PERFORMED: Mapping[str, Callable[..., object]] = {
    "notifications.inbound.handle": lambda event_id, *, now: inbound.handle(event_id, now=now),
    "notifications.outbox.dispatch": lambda *, now, continues=False: outbox.take_turn(continues=continues, now=now),
    "core.customers.stand_people": lambda ids, *, now: standing.stand_people(ids, now=now),
    "core.customers.stand_files": lambda *, now: standing.stand_all(now=now),
    # A day that is replayed has no real providers to ask.
    "notifications.costs.ask_providers": lambda *, now: None,
    "core.kpis.roll_up_lately": lambda *, now: rollup.roll_up_lately(scope.current_dealer(), now=now),
}
"""What a worker would do with each task that a day sends. One that is not listed stops the replay: it may not be
left out, and its own body reads the real clock."""


class RealChannel(Exception):
    """The dealer has an account at a real provider: a replayed day would write to real people."""


class StillRunning(Exception):
    """The house is running: its own loop would work on the dealer by the real clock meanwhile."""


class DayToCome(ValueError):
    """A day that has not begun cannot be replayed."""


@dataclass(frozen=True)
class Wish:
    """What to play: the day, what share of the owners answer, and the seed of all they do."""

    day: date
    share: float
    seed: int


@dataclass(frozen=True)
class Played:
    """A day that was played: [start, end), what the far side saw, and which messages had left before."""

    wish: Wish
    start: datetime
    end: datetime
    phones: Phones
    left_before: frozenset[int]
    steps: int


def play(wish: Wish, *, now: datetime, say: Say) -> Played:
    """Play a day of the dealer in scope. Raises: RealChannel, StillRunning, DayToCome."""
    zone = ZoneInfo(scope.current_dealer().timezone)
    if wish.day > local_date(now, timezone=zone):
        raise DayToCome(f"{wish.day} has not begun")
    if signs.is_seen("beat") or signs.is_seen("worker"):
        raise StillRunning("stop `make run` first: its loop works by the real clock")
    start, end = (at_local(day, time(0), timezone=zone) for day in (wish.day, wish.day + timedelta(days=1)))
    account = _simulator_account(now=start, say=say)
    phones = Phones(account_of(account), seed=wish.seed, share=wish.share)
    left_before = frozenset(_left())
    with collected() as calls:
        steps = _Clock(phones, calls, say=say, zone=zone).run(start, until=end)
        _evening_export(wish.day, now=end)
    return Played(wish, start, end, phones, left_before, steps)


def _left() -> list[int]:
    return list(Message.objects.filter(direction="OUT", state__in=REACHED).values_list("id", flat=True))


def _simulator_account(*, now: datetime, say: Say) -> ChannelAccount:
    accounts = list(ChannelAccount.objects.order_by("rank", "id"))
    real = sorted({account.kind for account in accounts if account.kind != Simulator.kind})
    if real:
        raise RealChannel(f"this dealer has an account of the kind {', '.join(real)}")
    if accounts:
        return accounts[0]
    say("no channel account: one at the simulator is opened")
    return channels.open_account(kind=Simulator.kind, address=SENDER, settings={}, now=now)


def _evening_export(day: date, *, now: datetime) -> None:
    """Plan what the loop plans when the day's export comes in at its end: visits closed since the morning count."""
    populations = reacting.PLANS[kinds.IMPORT_DONE]
    chosen = [kind for kind in shipped().kinds.values() if kind.population in populations]
    planning.plan(planning.as_of_day(day, now=now), kinds=chosen)


@dataclass
class _Clock:
    """The virtual clock with everything it drives."""

    phones: Phones
    calls: list[Call]
    say: Say
    zone: ZoneInfo

    def run(self, start: datetime, *, until: datetime) -> int:
        """Play from a moment to another and return in how many steps."""
        now, told_at, steps = start, start, 0
        # Whatever the wake-up says: the files may have been imported later than the day that is replayed.
        self._turn(now=now)
        while True:
            self.phones.look(now=now)
            at = self._next_at()
            if at is None or at >= until:
                return steps
            now, steps = max(now, at), steps + 1
            if now >= told_at:
                self._tell(now)
                told_at = now + HOUR
            self._step(now=now)

    def _next_at(self) -> datetime | None:
        moments = (self.phones.next_at(), _wake_up_at())
        return min((moment for moment in moments if moment), default=None)

    def _step(self, *, now: datetime) -> None:
        for request in self.phones.calls(now=now):
            inbound.accept(account_ref=self.phones.account.id, request=request, now=now)
        self._work_off(now=now)
        wake_up_at = _wake_up_at()
        if wake_up_at is not None and wake_up_at <= now:
            self._turn(now=now)

    def _turn(self, *, now: datetime) -> None:
        loop.work_dealer(now=now)
        self._work_off(now=now)

    def _work_off(self, *, now: datetime) -> None:
        """Do at once what workers would get from the queue; the same task asked for several times is done once."""
        while self.calls:
            calls = {repr(call): call for call in self.calls}
            self.calls.clear()
            for call in calls.values():
                PERFORMED[call.task](*call.args, **call.kwargs, now=now)

    def _tell(self, now: datetime) -> None:
        phones = self.phones
        self.say(f"{now.astimezone(self.zone):%H:%M}  {len(phones.left):>6} sent  {len(phones.replied):>5} answering")


def _wake_up_at() -> datetime | None:
    """Return the dealer's own wake-up; taking it as the tick does would lease the other dealers too."""
    dealer_id = scope.current_dealer().id
    with scope.public_scope():
        return Wakeup.objects.values_list("next_due_at", flat=True).get(dealer_id=dealer_id)
