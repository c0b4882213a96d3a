"""A mixed run: several dealers at once, each in a process of its own, until all are quiet or somebody stops them."""

import logging
import signal
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from random import Random
from threading import Event
from unittest import mock

from django.db import connections

from channels_app import lines
from notifications.texting.rules import Caps
from tenants.scope import DealerRef, dealer_scope
from tests.faults.mixed import kinds
from tests.faults.mixed.books import Books, books_of, merged
from tests.faults.mixed.dealership import Dealership

# How long a provider is waited for; a double that says nothing says nothing for longer.
CALL_SECONDS = 2.0
# The caps of texting are another subject's.
NO_CAPS = Caps(per_number=10**9, per_account=10**9, per_dealer=10**9, per_block=10**9)


class Broken(Exception):
    """A dealer's process did not come to its end; the message says where."""


def run(dealers: Sequence[DealerRef], *, count: int, seed: int, say: Callable[[str], None]) -> Books:
    """Share so many messages out to the dealers, send them all, and give the books of all together.

    Interrupted, each stops at the end of its turn, and the books are given as they are. Raises: Broken.
    """
    chance = Random(seed)
    houses = [
        Dealership(dealer=one, count=count // len(dealers), chance=Random(chance.random()), stop=Event(), say=say)
        for one in dealers
    ]
    connections.close_all()  # a forked process must not speak through our socket
    return merged([_answer(pipe) for pipe in [_begun(house) for house in houses]])


def _begun(house: Dealership) -> Connection:
    context = get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    context.Process(target=_work, args=(house, theirs), daemon=True).start()
    theirs.close()
    return ours


def _answer(pipe: Connection) -> Books:
    while True:
        try:
            found = pipe.recv()
        except KeyboardInterrupt:
            continue  # the processes heard it too
        except EOFError:
            raise Broken("a dealer's process is gone") from None
        if isinstance(found, Books):
            return found
        raise Broken(str(found))


def _work(house: Dealership, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, lambda *_: house.stop.set())
    try:
        with _prepared(house), dealer_scope(house.dealer):
            house.run()
            pipe.send(books_of(house))
    except Exception:
        # Told to whoever waits, and raised there.
        pipe.send(traceback.format_exc())
    finally:
        connections.close_all()


@contextmanager
def _prepared(house: Dealership) -> Iterator[None]:
    """Have calls give up soon, templates put on, texts not capped, and lines read by the run's own clock."""

    def take(account_id: str, *, headers: Mapping[str, str], body: bytes) -> None:
        house.take(account_id, headers=headers, body=body)

    kinds.dress()
    lines.take_over(take)
    logging.getLogger("mail.log").disabled = True  # the mail server's every line
    with (
        mock.patch("channels_app.wire.CALL_SECONDS", CALL_SECONDS),
        mock.patch("notifications.texting.operations.caps_in_force", return_value=NO_CAPS),
    ):
        yield
