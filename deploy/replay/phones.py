"""The far side of a replayed day: what the simulated provider took, its receipts, and the owners' answers.

Owners draw by seed, address and how often they were written to, never by ids or by the real clock, so that a day
played again from the same files is the same day.
"""

import heapq
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby

from channels_app import simulator, simulator_provider
from channels_app.contract import Account, RawRequest
from channels_app.simulator_provider import Accepted
from deploy.demo import owners
from notifications.outbox.handing import read_wire_id

Event = dict[str, object]

# A provider tells of many messages in one call; this is what the larger ones send at most.
EVENTS_A_CALL = 100
MOST_READ = 100_000
RECEIPT_AFTER = timedelta(seconds=2)
# Owners press send on the full minute: a day has then so many steps at most, and many knock at the same instant.
BEAT = timedelta(minutes=1)
# The first message finds some with the phone in their hand and others at work; who is in a dialogue stays in it.
AT_ONCE = (timedelta(seconds=20), timedelta(minutes=2))
WHEN_FREE = (timedelta(minutes=3), timedelta(hours=4))
IN_DIALOGUE = (timedelta(seconds=8), timedelta(seconds=50))


@dataclass(frozen=True)
class Left:
    """A message as the provider took it, and when that was in the replayed day."""

    message_id: int
    address: str
    at: datetime


@dataclass
class Phones:
    """One account's owners: what reached them, and what they and the provider have yet to say."""

    account: Account
    seed: int
    share: float
    left: list[Left] = field(default_factory=list)
    written_to: Counter[str] = field(default_factory=Counter)
    replied: set[str] = field(default_factory=set)
    _read_until: str = ""
    # (moment, number, event): two events of one moment keep the order in which they arose.
    _coming: list[tuple[datetime, int, Event]] = field(default_factory=list)
    _number: int = 0

    def __post_init__(self) -> None:
        self._read_until = simulator_provider.last_id(self.account)

    def next_at(self) -> datetime | None:
        """Return when somebody says something next."""
        return self._coming[0][0] if self._coming else None

    def look(self, *, now: datetime) -> None:
        """Take what arrived since the last look, and decide what will come back of it."""
        arrived = simulator_provider.accepted_messages(self.account, after=self._read_until, limit=MOST_READ)
        for one in arrived:
            self._read_until = one.provider_id
            self._receive(one, now=now)

    def calls(self, *, now: datetime) -> list[RawRequest]:
        """Return the provider's signed calls that are due: receipts together, each owner's words alone."""
        due: list[Event] = []
        while self._coming and self._coming[0][0] <= now:
            due.append(heapq.heappop(self._coming)[2])
        bundles: list[list[Event]] = []
        for kind, events in groupby(due, key=lambda event: event["kind"]):
            bundles += _bundles(events, size=EVENTS_A_CALL if kind == "receipt" else 1)
        return [simulator.signed_request(self.account, bundle, now=now) for bundle in bundles]

    def _receive(self, one: Accepted, *, now: datetime) -> None:
        address = one.message.to
        self.written_to[address] += 1
        self.left.append(Left(read_wire_id(one.message.message_id) or 0, address, now))
        reaction = self._reaction(one, times=self.written_to[address])
        for status in reaction.receipts:
            self._expect(now + RECEIPT_AFTER, simulator_provider.receipt_event(one, status))
        if reaction.has_reply:
            at = _next_beat(now + reaction.after)
            self._expect(at, _reply(one, reaction, at=at))
            self.replied.add(address)

    def _reaction(self, one: Accepted, *, times: int) -> owners.Reaction:
        address = one.message.to
        draw = random.Random(f"{self.seed}-{address}-{times}")  # noqa: S311 - plays owners, guards nothing
        is_answering = owners.answers(address, share=self.share, seed=f"answers-{self.seed}")
        within = IN_DIALOGUE if times > 1 else AT_ONCE if draw.random() < owners.HAS_IT_IN_HAND else WHEN_FREE
        return owners.reacts(one.message, draw=draw, is_answering=is_answering, within=within)

    def _expect(self, at: datetime, event: Event) -> None:
        self._number += 1
        heapq.heappush(self._coming, (at, self._number, event))


def _next_beat(at: datetime) -> datetime:
    return datetime.fromtimestamp(-(-at.timestamp() // BEAT.total_seconds()) * BEAT.total_seconds(), tz=UTC)


def _bundles(events: Iterable[Event], *, size: int) -> list[list[Event]]:
    listed = list(events)
    return [listed[start : start + size] for start in range(0, len(listed), size)]


def _reply(one: Accepted, reaction: owners.Reaction, *, at: datetime) -> Event:
    return simulator_provider.inbound_event(
        provider_id=f"owner-{one.provider_id}",
        sender=one.message.to,
        text=reaction.text,
        payload=reaction.payload,
        # A tap belongs to its message; who types an answer names none, as in a text message.
        reply_to=one.provider_id if reaction.payload else "",
        at=at,
    )
