"""A dealer that sends over all its channels at once, to providers that misbehave, until nothing is left to do.

The clock is turned by the outbox's own word of when it has work next; what providers say comes through the door.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from threading import Event, Lock
from typing import Any

from django.db import close_old_connections, connections, transaction

from channels_app import registry
from channels_app.contract import Account, Listening, RawRequest
from core.customers.models import ContactPoint, Customer
from notifications.channels.models import ChannelAccount
from notifications.channels.operations import open_account
from notifications.conversations.models import Conversation
from notifications.inbound import operations as inbound
from notifications.outbox import operations
from notifications.outbox.accounts import account_of
from notifications.outbox.models import Message
from notifications.outbox.operations import Draft
from notifications.policy import suppressing
from notifications.rerouting import operations as rerouting
from tenants.scope import DealerRef
from tests.doubles.server import Taken
from tests.faults.mixed import kinds
from tests.faults.mixed.kinds import DELIVERED, FATES, KINDS, SILENT, Kind, Told
from tests.faults.world import NOW

# Enough for every bucket to fill again.
STEP = timedelta(seconds=2)
END = NOW + timedelta(days=4)
VALIDITY = timedelta(days=2)
# What a turn takes of an account, small enough for many calls.
TURN = 100
REROUTED_A_TURN = 200
ROWS_AT_ONCE = 1000
# One in so many has a second address, is called off, goes stale soon, belongs to an owner who says stop.
SECOND_ADDRESS, CALLED_OFF, SHORT_LIVED, STOPPING = 4, 200, 100, 400
SHORT_LIFE = timedelta(seconds=60)
SAY_EACH = 25
# In so many turns at most comes what a provider says; one in so many is said twice.
LATEST_TURNS, TWICE = 6, 0.05
CALLS_TOGETHER = 50


@dataclass
class Provider:
    """A double, the dealer's account there, and how much of what it took has been spoken of."""

    kind: Kind
    double: Any
    row: ChannelAccount
    account: Account
    # By the address, to which one message goes here at most.
    told: dict[str, str] = field(default_factory=dict)
    seen: int = 0

    def speaks_of(self, taken: Taken) -> bool:
        """Say whether it tells what becomes of this: a bot's does not, and WeChat does of templates alone."""
        if self.kind.name == "wechat":
            return bool(taken.ours)
        return self.kind.name == "smpp" or self.kind.tell is not None


@dataclass
class Letter:
    """What a provider says of a message, and in which turn it comes."""

    provider: Provider
    told: Told
    turn: int


@dataclass
class Dealership:
    """One dealer's share of a run."""

    dealer: DealerRef
    count: int
    chance: Random
    stop: Event
    say: Callable[[str], None]
    providers: dict[str, Provider] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.now, self._turns = NOW, 0
        self._letters: list[Letter] = []
        # What comes early is written by a thread of the double's.
        self._telling = Lock()

    def run(self) -> None:
        """Send everything there is, until the outbox says that it has no more work."""
        with ExitStack() as stack:
            for kind in KINDS:
                self.providers[kind.name] = stack.enter_context(self._provider(kind))
            self._queue()
            stack.enter_context(self._listening())
            for provider in self.providers.values():
                self._temper(provider)
            while not self.stop.is_set() and self._turn():
                pass

    def state(self) -> str:
        """Say in a line how far it is."""
        left = operations.accounting().still_due_by_state
        waiting = ", ".join(f"{count:,} {state.lower()}" for state, count in sorted(left.items()))
        return f"{self.dealer.name}: turn {self._turns}, {self.now - NOW} on the clock, still due: {waiting or 'none'}"

    @contextmanager
    def _provider(self, kind: Kind) -> Iterator[Provider]:
        with kind.double() as double:
            row = open_account(kind=kind.name, address=kind.address, settings=kind.settings(double), now=NOW)
            yield Provider(kind, double, row, account_of(row))

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Keep the carrier's line open, as the process of lines does."""
        smpp = self.providers["smpp"]
        channel = registry.get("smpp")
        assert isinstance(channel, Listening)
        line = channel.listen(smpp.account, self.take)
        try:
            yield
        finally:
            line.close()

    def _temper(self, provider: Provider) -> None:
        provider.double.temper(
            provider.kind.chances,
            chance=Random(self.chance.random()),
            told_early=lambda taken: self._tell_early(provider, taken),
        )

    def _queue(self) -> None:
        """Write the owners' files and a message to each, over the channels in turn."""
        for first in range(0, self.count, ROWS_AT_ONCE):
            if self.stop.is_set():
                return
            self.say(f"{self.dealer.name}: {first:,} of {self.count:,} queued")
            numbers = range(first, min(first + ROWS_AT_ONCE, self.count))
            with transaction.atomic():
                customers = Customer.objects.bulk_create(
                    Customer(name=f"Owner {number}", created_at=NOW, updated_at=NOW) for number in numbers
                )
                owners = list(zip(numbers, customers, strict=True))
                ContactPoint.objects.bulk_create(
                    _point(customer, kind, kind.owner(self.dealer.name, number))
                    for number, customer in owners
                    for kind in _kinds_of(number)
                )
                operations.queue_messages([self._draft(number, customer) for number, customer in owners], now=NOW)
        # Everybody has just written, so that no provider's window is closed.
        Conversation.objects.update(last_inbound_at=NOW)

    def _draft(self, number: int, customer: Customer) -> Draft:
        kind = KINDS[number % len(KINDS)]
        return Draft(
            account_id=self.providers[kind.name].row.pk,
            address=kind.owner(self.dealer.name, number),
            text="Your car is ready.",
            subject="Your car",
            purpose="SERVICE",
            priority=20,
            customer_id=customer.pk,
            expires_at=NOW + (SHORT_LIFE if number % SHORT_LIVED == SHORT_LIVED - 1 else VALIDITY),
        )

    def _turn(self) -> bool:
        """Do a little of everything; return whether there is more to come."""
        self._turns += 1
        operations.dispatch_batch(now=self.now, limit=TURN)
        operations.settle_doubts(now=self.now)
        rerouting.reroute(now=self.now, limit=REROUTED_A_TURN)
        self._write_letters()
        self._post(until=self._turns)
        if self._turns == 1:
            self._change_minds()
        if self._turns % SAY_EACH == 0:
            self.say(self.state())
        return self._go_on()

    def _go_on(self) -> bool:
        due = operations.next_work_at(now=self.now)
        if self._letters or due is not None:
            self.now = self.now + STEP if self._letters or due is None else max(self.now + STEP, due)
        return (bool(self._letters) or due is not None) and self.now < END

    def _change_minds(self) -> None:
        """Some messages are called off, and some owners say stop, while everything is under way."""
        ids = Message.objects.filter(direction="OUT").order_by("id").values_list("id", flat=True)
        operations.cancel_messages(list(ids)[::CALLED_OFF], reason="CALLED_OFF", now=self.now)
        addresses = Message.objects.filter(direction="OUT").order_by("id").values_list("address", "customer_id")
        for address, customer_id in list(addresses)[1::STOPPING]:
            suppressing.opt_out(address=address, customer_id=customer_id, purpose="", wording="STOP", now=self.now)

    def _write_letters(self) -> None:
        """Decide what becomes of what was taken since, and when its provider says so."""
        for provider in self.providers.values():
            taken = provider.double.taken[provider.seen :]
            provider.seen += len(taken)
            for one in taken:
                fate = self._fate(provider, one)
                if fate != SILENT:
                    self._letters += self._letters_of(provider, Told(one, fate))

    def _fate(self, provider: Provider, taken: Taken) -> str:
        """What it has said early, it does not take back."""
        fates = FATES if provider.speaks_of(taken) else {SILENT: 1.0}
        chosen = self.chance.choices([*fates], [*fates.values()])[0]
        with self._telling:
            return provider.told.setdefault(taken.to, chosen)

    def _letters_of(self, provider: Provider, told: Told) -> list[Letter]:
        times = 2 if self.chance.random() < TWICE else 1
        return [Letter(provider, told, self._turns + self.chance.randrange(LATEST_TURNS)) for _ in range(times)]

    def _post(self, *, until: int) -> None:
        """Bring what has come due, in no order."""
        ready = [letter for letter in self._letters if letter.turn <= until]
        self._letters = [letter for letter in self._letters if letter.turn > until]
        self.chance.shuffle(ready)
        for provider in self.providers.values():
            told = [letter.told for letter in ready if letter.provider is provider]
            for first in range(0, len(told), CALLS_TOGETHER):
                self._bring(provider, told[first : first + CALLS_TOGETHER])

    def _bring(self, provider: Provider, told: Sequence[Told]) -> None:
        if provider.kind.name == "smpp":
            answers = provider.double.bring_all([kinds.smpp_receipt(one) for one in told])
            # A carrier keeps what nobody took, and comes again.
            missed = [one for one, status in zip(told, answers, strict=True) if status != 0]
            self._letters += [Letter(provider, one, self._turns + 1) for one in missed]
        elif provider.kind.tell and told:
            for request in provider.kind.tell(provider.double, provider.account, told, self.now):
                self._accept(provider.account.id, request)

    def _tell_early(self, provider: Provider, taken: Taken) -> None:
        """Say that it was delivered before the provider has even answered that it took it."""
        if not provider.speaks_of(taken):
            return
        with self._telling:
            if provider.told.setdefault(taken.to, DELIVERED) != DELIVERED:
                return
        try:
            self._bring(provider, [Told(taken, DELIVERED)])
        finally:
            connections.close_all()  # the thread is the double's and has no other work

    def take(self, account_id: str, *, headers: Mapping[str, str], body: bytes) -> None:
        """Take what comes over a line, by the run's own clock."""
        close_old_connections()
        try:
            self._accept(
                account_id, RawRequest(method="POST", path="", headers=headers, body=body, received_at=self.now)
            )
        finally:
            close_old_connections()

    def _accept(self, account_id: str, request: RawRequest) -> None:
        inbound.accept(account_ref=account_id, request=request, now=self.now)


def _kinds_of(number: int) -> list[Kind]:
    """The way a message goes to an owner, and for some of them another kind of address."""
    first = KINDS[number % len(KINDS)]
    is_mail = registry.get(first.name).capabilities.address_kind == "EMAIL"
    second = kinds.BY_NAME["twilio" if is_mail else "sendgrid"]
    return [first, second] if number // len(KINDS) % SECOND_ADDRESS == 0 else [first]


def _point(customer: Customer, kind: Kind, address: str) -> ContactPoint:
    family = registry.get(kind.name).capabilities.address_kind
    return ContactPoint(
        customer=customer,
        kind=family,
        chat_channel=kind.name if family == "CHAT" else "",
        value=address,
        created_at=NOW,
        updated_at=NOW,
    )
