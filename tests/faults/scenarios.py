"""The faults, one function each: what goes wrong, at a size, and the reckoning in the end."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from random import Random
from threading import Thread

from django.db import connections, transaction

from channels_app import simulator_provider as provider
from core.events import kinds
from core.events.models import Event
from notifications.channels.models import ChannelAccount
from notifications.outbox import operations, rates
from notifications.outbox.accounts import account_of
from notifications.outbox.models import Message
from tenants.scope import DealerRef, current_dealer, dealer_scope
from tests.faults.world import NOW, Death, Reckoning, killed, reckon, take_receipts, work, work_until_quiet
from tests.notifications.outbox import making

# Long enough for every fault to end before its messages go stale.
VALIDITY = timedelta(days=2)


@dataclass(frozen=True)
class Size:
    """How large a run is: messages, how many of them wait when owners opt out, how often a worker is killed."""

    messages: int
    queued_at_stop: int
    kills: int


SHORT = Size(messages=200, queued_at_stop=200, kills=3)
LONG = Size(messages=2_000, queued_at_stop=10_000, kills=50)


def _killed_repeatedly(size: Size, *, at: Callable[[], AbstractContextManager[None]]) -> Reckoning:
    account = _account_with_queue(size)
    now = NOW
    for _ in range(size.kills):
        killed(partial(operations.dispatch_batch, now=now, limit=20), at=at)
        now += timedelta(seconds=1)
    work_until_quiet(account, now=now, chance=Random(1))
    return reckon(account)


def killed_before_the_attempt_commits(size: Size) -> Reckoning:
    return _killed_repeatedly(size, at=Death.before_commit)


def killed_between_commit_and_call(size: Size) -> Reckoning:
    return _killed_repeatedly(size, at=Death.before_call)


def killed_between_call_and_result(size: Size) -> Reckoning:
    return _killed_repeatedly(size, at=Death.after_call)


def killed_after_the_call_and_receipts_are_lost(size: Size) -> Reckoning:
    """Nobody says anything, so the provider is asked; what it knows is sent, and stays due for its receipt."""
    account = _account_with_queue(size, receipts="none")
    killed(lambda: operations.dispatch_batch(now=NOW, limit=20), at=Death.after_call)
    now = NOW
    for _ in range(30):
        now += timedelta(minutes=1)
        work(now)
    account.settings = {}
    account.save()
    work_until_quiet(account, now=now, chance=Random(1))
    return reckon(account)


def throttled_with_retry_after(size: Size) -> Reckoning:
    account = _account_with_queue(size, misbehave="throttle", misbehave_times="1", retry_after_seconds="60")
    operations.dispatch_batch(now=NOW)
    before = _tries(account)
    for seconds in range(10, 60, 10):
        work(NOW + timedelta(seconds=seconds))
    assert _tries(account) == before, "the account did not rest"
    work_until_quiet(account, now=NOW + timedelta(seconds=60), chance=Random(2))
    return reckon(account)


def server_errors_for_hours(size: Size) -> Reckoning:
    return _misbehaving(size, misbehave="fail", misbehave_times="8")


def time_out_after_accepting(size: Size) -> Reckoning:
    return _misbehaving(size, misbehave="timeout-after-accept", misbehave_times="1")


def time_out_before_accepting(size: Size) -> Reckoning:
    return _misbehaving(size, misbehave="timeout", misbehave_times="1")


def accepted_with_an_unreadable_answer(size: Size) -> Reckoning:
    return _misbehaving(size, misbehave="garbage")


def receipts_shuffled_and_repeated(size: Size) -> Reckoning:
    return _misbehaving(size, receipts="twice,shuffled")


def receipts_before_our_own_commit(size: Size) -> Reckoning:
    """Receipts are taken by another worker while the batch's outcome is still being written."""
    account = _account_with_queue(size, receipts="twice,shuffled")
    sender = _in_thread(current_dealer(), _dispatch_all)
    seen = "0-0"
    while sender.is_alive():
        seen = take_receipts(account, after=seen, now=NOW, chance=Random(3))
    sender.join()
    work_until_quiet(account, now=NOW, chance=Random(3))
    return reckon(account)


def four_workers_on_one_queue(size: Size) -> Reckoning:
    account = _account_with_queue(size)
    workers = [_in_thread(current_dealer(), _dispatch_all) for _ in range(4)]
    for worker in workers:
        worker.join()
    work_until_quiet(account, now=NOW, chance=Random(4))
    return reckon(account)


def stop_while_many_are_queued(size: Size) -> Reckoning:
    """Owners opt out one after the other while workers send; what the provider takes after a commit is counted."""
    account = _account_with_queue(replace(size, messages=size.queued_at_stop))
    workers = [_in_thread(current_dealer(), lambda: _dispatch_all(limit=20)) for _ in range(2)]
    addresses = list(Message.objects.order_by("-id").values_list("address", flat=True))
    marks: dict[str, str] = {}
    for address in addresses[:: max(1, len(addresses) // 50)]:
        with transaction.atomic():
            making.opt_out(address)
            operations.halt(address, now=NOW)
        marks[address] = _last_id(account)
    for worker in workers:
        worker.join()
    work_until_quiet(account, now=NOW, chance=Random(5))
    return reckon(account, after_opt_out=_sent_after(account, marks))


def all_workers_dead_past_the_validity(size: Size) -> Reckoning:
    """After ten minutes without anybody, what has gone stale does not leave and the rest does."""
    account = making.make_account()
    back_at = NOW + timedelta(minutes=10)
    making.queue_many(account, size.messages // 2, expires_at=back_at)
    making.queue_many(account, size.messages // 2, expires_at=NOW + VALIDITY)
    work_until_quiet(account, now=back_at, chance=Random(7))
    assert operations.accounting().expired == size.messages // 2
    return reckon(account)


def receipts_delivered_46_times(size: Size) -> Reckoning:
    """A provider that never believes our answer: 46 times over 29 hours, one effect."""
    account = _account_with_queue(size)
    while operations.dispatch_batch(now=NOW).has_more:
        pass
    for knock in range(46):
        take_receipts(account, after="0-0", now=NOW + knock * timedelta(minutes=38), chance=Random(knock))
    story = Event.objects.filter(kind__in=(kinds.MESSAGE_SENT, kinds.MESSAGE_DELIVERED))
    assert story.count() == 2 * size.messages, "each fact is recorded once"
    return reckon(account)


def valkey_loses_its_counters(size: Size) -> Reckoning:
    """The buckets are gone in the middle of the work: no more than one burst is spent too early."""
    account = _account_with_queue(size)
    operations.dispatch_batch(now=NOW, limit=20)
    rates.forget(account.public_id)
    work_until_quiet(account, now=NOW, chance=Random(8))
    return reckon(account)


def poison_among_good_messages(size: Size) -> Reckoning:
    account = making.make_account()
    texts = ["\ud800", "\x00", "x" * 1_000_000, "{{ 7*7 }}", "👩‍👩‍👧‍👦" * 50, "'; DROP TABLE--", "=1+1"]
    for number in range(size.messages):
        text = texts[number % len(texts)] if number % 5 == 0 else "Your car is ready."
        wish = making.draft(account, address=f"+86138{number:06d}77", text=text)
        operations.queue_message(wish, now=NOW)
    work_until_quiet(account, now=NOW, chance=Random(6))
    return reckon(account)


FAULTS: tuple[Callable[[Size], Reckoning], ...] = (
    killed_before_the_attempt_commits,
    killed_between_commit_and_call,
    killed_between_call_and_result,
    killed_after_the_call_and_receipts_are_lost,
    throttled_with_retry_after,
    server_errors_for_hours,
    time_out_after_accepting,
    time_out_before_accepting,
    accepted_with_an_unreadable_answer,
    receipts_shuffled_and_repeated,
    receipts_before_our_own_commit,
    four_workers_on_one_queue,
    stop_while_many_are_queued,
    all_workers_dead_past_the_validity,
    receipts_delivered_46_times,
    valkey_loses_its_counters,
    poison_among_good_messages,
)


def _misbehaving(size: Size, **settings: str) -> Reckoning:
    account = _account_with_queue(size, **settings)
    work_until_quiet(account, now=NOW, chance=Random(2))
    return reckon(account)


def _account_with_queue(size: Size, **settings: str) -> ChannelAccount:
    account = making.make_account(**settings)
    making.queue_many(account, size.messages, expires_at=NOW + VALIDITY)
    return account


def _dispatch_all(*, limit: int = 100) -> None:
    while operations.dispatch_batch(now=NOW, limit=limit).has_more:
        pass


def _in_thread(dealer: DealerRef, act: Callable[[], None]) -> Thread:
    def run() -> None:
        try:
            with dealer_scope(dealer):
                act()
        finally:
            connections.close_all()

    thread = Thread(target=run)
    thread.start()
    return thread


def _tries(account: ChannelAccount) -> int:
    return provider.tries(account_of(account))


def _last_id(account: ChannelAccount) -> str:
    return provider.last_id(account_of(account))


def _sent_after(account: ChannelAccount, marks: dict[str, str]) -> int:
    def place(provider_id: str) -> tuple[int, ...]:
        return tuple(int(part) for part in provider_id.split("-"))

    taken = making.accepted(account)
    return sum(1 for one in taken if one.message.to in marks and place(one.provider_id) > place(marks[one.message.to]))
