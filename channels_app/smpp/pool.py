"""The lines of this process: one an account to send by, closed when idle, and those that are kept open to listen.

A channel keeps nothing between calls that its callers could see: a line is kept as a pooled connection is.
"""

import asyncio
import logging
import random
from contextlib import suppress
from dataclasses import dataclass

from channels_app import lines, wire
from channels_app.contract import Account, HandOver
from channels_app.errors import ChannelError, Uncertain
from channels_app.smpp import proving
from channels_app.smpp.pdus import Pdu
from channels_app.smpp.session import Bring, Session, opened
from channels_app.smpp.settings import TRANSCEIVER, Setup

logger = logging.getLogger(__name__)

# A line to send by that nobody used for so long is closed: carriers count lines, and each worker has its own.
IDLE_SECONDS = 30.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
# A line that held for so long was well; the next pause begins small again.
STEADY_SECONDS = 30.0
STOP_SECONDS = 5.0


@dataclass(frozen=True)
class _Name:
    """Whose line it is, and with which settings: changed ones make another line."""

    loop: int
    account_id: str
    setup: Setup


_open: dict[_Name, Session] = {}
_locks: dict[_Name, asyncio.Lock] = {}


async def sending(account: Account, setup: Setup) -> Session:
    """This function will return the account's line to send by, opening it if need be.

    Raises: Misconfigured; Unavailable.
    """
    name = _Name(id(asyncio.get_running_loop()), account.id, setup)
    # Two batches at once share the line that the first of them opens.
    async with _locks.setdefault(name, asyncio.Lock()):
        session = _open.get(name)
        if session is None or session.closed.is_set():
            how = TRANSCEIVER if setup.bind == TRANSCEIVER else "transmitter"
            session = await opened(setup, how=how, bring=bringing(account, lines.take))
            _open[name] = session
            wire.before_hanging_up(_close_all)
            asyncio.ensure_future(_close_when_idle(name, session))  # noqa: RUF006 - it is kept by what it waits for
        session.used_at = asyncio.get_running_loop().time()
        return session


def bringing(account: Account, hand_over: HandOver) -> Bring:
    """This function will give what hands a line's deliveries over, each in a thread, as storing takes its time."""

    async def bring(pdu: Pdu) -> None:
        body = pdu.unnumbered
        headers = {proving.HEADER: proving.proof(account, body)}
        await asyncio.to_thread(hand_over, account.id, headers=headers, body=body)

    return bring


async def _close_all() -> None:
    loop = id(asyncio.get_running_loop())
    await asyncio.gather(*(session.close() for name, session in _open.items() if name.loop == loop))


async def _close_when_idle(name: _Name, session: Session) -> None:
    loop = asyncio.get_running_loop()
    while not session.closed.is_set():
        left = session.used_at + IDLE_SECONDS - loop.time()
        if left <= 0:
            await session.close()
        else:
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await session.closed.wait()
    if _open.get(name) is session:
        del _open[name], _locks[name]


class Listening:
    """A line that is opened again whenever it breaks, with growing pauses, until it is closed."""

    def __init__(self, account: Account, setup: Setup, hand_over: HandOver) -> None:
        self._setup, self._bring = setup, bringing(account, hand_over)
        self._work = wire.run(self._begin())

    def close(self) -> None:
        """Say good-bye and hang up."""
        with suppress(Uncertain):
            wire.run(self._end(), seconds=STOP_SECONDS)

    async def _begin(self) -> asyncio.Task[None]:
        return asyncio.create_task(self._keep())

    async def _end(self) -> None:
        self._work.cancel()
        await asyncio.wait([self._work])

    async def _keep(self) -> None:
        how = TRANSCEIVER if self._setup.bind == TRANSCEIVER else "receiver"
        loop, pause = asyncio.get_running_loop(), FIRST_PAUSE_SECONDS
        while True:
            began = loop.time()
            await self._hold(how)
            if loop.time() - began > STEADY_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            # Many lines that broke at once are not to come back at once.
            await asyncio.sleep(pause * (0.5 + random.random()))  # noqa: S311 - spreads load, guards nothing
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _hold(self, how: str) -> None:
        try:
            session = await opened(self._setup, how=how, bring=self._bring)
        except ChannelError as error:
            logger.warning("a line to a carrier could not be opened", extra={"code": error.code})
            return
        logger.info("a line to a carrier is open")
        try:
            await session.closed.wait()
        finally:
            await session.close()
