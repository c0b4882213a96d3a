"""A mixed run: several dealers at once, each in a thread of its own, until all are quiet or somebody stops them."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from threading import Event, Thread
from unittest import mock

from django.db import connections

from channels_app import lines, registry
from notifications.texting.rules import Caps
from tenants.scope import DealerRef, dealer_scope
from tests.faults.mixed import kinds
from tests.faults.mixed.books import Books, books_of, merged
from tests.faults.mixed.dealership import Dealership

# How long a provider is waited for; a double that says nothing says nothing for longer.
CALL_SECONDS = 2.0
LOOK_SECONDS = 0.5
# The caps of texting are another subject's.
NO_CAPS = Caps(per_number=10**9, per_account=10**9, per_dealer=10**9, per_block=10**9)


def run(dealers: Sequence[DealerRef], *, count: int, seed: int, say: Callable[[str], None]) -> Books:
    """Share so many messages out to the dealers, send them all, and give the books of all together.

    Interrupted, it stops at the end of each dealer's turn and gives the books as they are.
    """
    stop, chance = Event(), Random(seed)
    houses = [
        Dealership(dealer=one, count=count // len(dealers), chance=Random(chance.random()), stop=stop, say=say)
        for one in dealers
    ]
    found: dict[str, Books] = {}
    failures: list[BaseException] = []
    with _prepared(houses):
        threads = [Thread(target=_work, args=(house, found, failures), daemon=True) for house in houses]
        for thread in threads:
            thread.start()
        try:
            _wait(threads)
        except KeyboardInterrupt:
            say("stopping at the end of the turn; once more to end at once")
            stop.set()
            _wait(threads)
    if failures:
        raise failures[0]
    return merged([found[one.name] for one in dealers])


def _work(house: Dealership, found: dict[str, Books], failures: list[BaseException]) -> None:
    try:
        with dealer_scope(house.dealer):
            house.run()
            found[house.dealer.name] = books_of(house)
    except BaseException as error:  # raised again in the thread that waits
        failures.append(error)
        house.stop.set()
    finally:
        connections.close_all()


def _wait(threads: Sequence[Thread]) -> None:
    while any(thread.is_alive() for thread in threads):
        for thread in threads:
            thread.join(LOOK_SECONDS)


@contextmanager
def _prepared(houses: Sequence[Dealership]) -> Iterator[None]:
    """Have calls give up soon, templates put on, texts not capped, and what comes over lines taken by its own house."""

    def take(account_id: str, *, headers: Mapping[str, str], body: bytes) -> None:
        house = next(one for one in houses if one.providers["smpp"].account.id == account_id)
        house.take(account_id, headers=headers, body=body)

    taker, loaded, mails = list(lines._taker), kinds.dress(), logging.getLogger("mail.log")
    lines.take_over(take)
    mails.disabled = True  # the mail server's every line
    try:
        with (
            mock.patch("channels_app.wire.CALL_SECONDS", CALL_SECONDS),
            mock.patch("notifications.texting.operations.caps_in_force", return_value=NO_CAPS),
        ):
            yield
    finally:
        mails.disabled = False
        lines._taker[:] = taker
        registry.LOADED.clear()
        registry.LOADED.update(loaded)
