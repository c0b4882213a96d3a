"""Plays the owners: reads what the simulated network accepted, and answers through the real webhook."""

import heapq
import http.client
import itertools
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from django.urls import reverse

from channels_app import simulator, simulator_provider
from channels_app.contract import Account
from channels_app.simulator_provider import Accepted
from deploy.demo import dealers, owners
from notifications.channels.models import ChannelAccount
from notifications.outbox.accounts import account_of
from tenants.scope import dealer_scope

TIMEOUT_SECONDS = 10
# What was accepted before we came is played again this far back; a repeated event has one effect.
LOOK_BACK = timedelta(minutes=10)
MOST_AT_ONCE = 500
PAUSE_SECONDS = 0.25
# While the web server starts or stops, nothing can be delivered: a provider would try again as well.
RETRY_SECONDS = 1.0

Event = dict[str, object]
Post = Callable[[Account, list[Event]], None]


def simulator_accounts() -> list[Account]:
    """Return the demo dealers' simulator accounts."""
    found = []
    for dealer in dealers.DEALERS:
        with dealer_scope(dealer.name):
            found += [account_of(row) for row in ChannelAccount.objects.filter(kind=simulator.Simulator.kind)]
    return found


@dataclass
class Players:
    """All owners of some accounts: how far each was read, and the replies still to be typed."""

    accounts: list[Account]
    post: Post
    read_until: dict[str, str] = field(default_factory=dict)
    _typed: list[tuple[datetime, int, Account, Event]] = field(default_factory=list)
    # Two replies of one moment must not be compared by what they say.
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def start(self, *, now: datetime) -> None:
        """Begin a little before now, so that a restart leaves nobody waiting."""
        first = f"{int((now - LOOK_BACK).timestamp() * 1000)}-0"
        self.read_until = {account.id: first for account in self.accounts}

    def turn(self, *, now: datetime) -> int:
        """Read once, post the receipts of what came and the replies that are typed; return how many events left."""
        outgoing: dict[str, list[Event]] = defaultdict(list)
        for account in self.accounts:
            outgoing[account.id] += self._receive(account, now=now)
        while self._typed and self._typed[0][0] <= now:
            _at, _number, account, event = heapq.heappop(self._typed)
            outgoing[account.id].append({**event, "at": now.isoformat()})
        return sum(self._deliver(account, outgoing[account.id]) for account in self.accounts)

    def _receive(self, account: Account, *, now: datetime) -> list[Event]:
        accepted = simulator_provider.accepted_messages(account, after=self.read_until[account.id], limit=MOST_AT_ONCE)
        events: list[Event] = []
        for one in accepted:
            reaction = owners.reaction(one)
            events += [simulator_provider.receipt_event(one, status) for status in reaction.receipts]
            if reaction.has_reply:
                reply = _reply_event(one, reaction)
                heapq.heappush(self._typed, (now + reaction.after, next(self._numbers), account, reply))
            self.read_until[account.id] = one.provider_id
        return events

    def _deliver(self, account: Account, events: list[Event]) -> int:
        if events:
            self.post(account, events)
        return len(events)


def _reply_event(one: Accepted, reaction: owners.Reaction) -> Event:
    return simulator_provider.inbound_event(
        provider_id=f"owner-{one.provider_id}",
        sender=one.message.to,
        text=reaction.text,
        payload=reaction.payload,
        # A tap belongs to its message; who types an answer names none, as in a text message.
        reply_to=one.provider_id if reaction.payload else "",
        at=one.at,
    )


@dataclass(frozen=True)
class Webhook:
    """The way of our web server on this machine, as a provider would take it."""

    port: int
    stop: threading.Event

    def __call__(self, account: Account, events: list[Event]) -> None:
        """Post the events, again and again while nobody takes them.

        Raises: NotTaken where the server refuses them for good.
        """
        while not self.stop.is_set():
            status = self._post(account, events)
            if status == HTTPStatus.NO_CONTENT:
                return
            if status is not None and status < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise NotTaken(f"the webhook answered {status}")
            self.stop.wait(RETRY_SECONDS)

    def _post(self, account: Account, events: list[Event]) -> int | None:
        """Return the status, or None where the server does not answer."""
        request = simulator.signed_request(account, events, now=datetime.now(tz=UTC))
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        try:
            line.request("POST", reverse("webhook", args=[account.id]), request.body, dict(request.headers))
            return line.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            line.close()


class NotTaken(Exception):
    """Our own web server refused what the simulated provider sent."""


def play(*, port: int, stop: threading.Event) -> None:
    """Play the owners of the demo's dealers until asked to stop. Raises: NotTaken."""
    players = Players(simulator_accounts(), Webhook(port=port, stop=stop))
    players.start(now=datetime.now(tz=UTC))
    while not stop.is_set():
        players.turn(now=datetime.now(tz=UTC))
        stop.wait(PAUSE_SECONDS)
