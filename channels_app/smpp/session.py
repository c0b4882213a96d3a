"""One bound line to a carrier: requests under way in a window, the line tried when quiet, what is brought handed on.

All of it runs on the process's loop for calls to providers (see wire).
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count
from typing import Any

from channels_app import wire
from channels_app.errors import ChannelError, Misconfigured, Unavailable, Uncertain
from channels_app.smpp import pdus
from channels_app.smpp.pdus import Broken, Command, Pdu
from channels_app.smpp.settings import Setup

logger = logging.getLogger(__name__)

# What a carrier may take to say that it is there, before the line counts as dead.
ENQUIRE_ANSWER_SECONDS = 10.0
GOOD_BYE_SECONDS = 2.0
# Deliveries at work at once; more wait unread, which makes the carrier wait.
MOST_BROUGHT = 8
LAST_SEQUENCE = 0x7FFF_FFFF

OK, UNKNOWN_COMMAND, COME_AGAIN = 0x00, 0x03, 0x64
# Why a carrier does not let us in; every other reason may pass, as "too many lines" does.
# Source: SMPP 3.4, 5.1.3: invalid password, system id, system type, version's address range.
NOT_LET_IN = frozenset({0x0E, 0x0F, 0x53, 0x48, 0x49})

Bring = Callable[[Pdu], Awaitable[None]]


class _Lost(Exception):
    """The line broke while an answer was awaited."""


class Session:
    """A line that is open until it is closed, by whichever end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, setup: Setup, bring: Bring) -> None:
        self._reader, self._writer, self._setup, self._bring = reader, writer, setup, bring
        self._loop = asyncio.get_running_loop()
        self._numbers = count(1)
        self._pending: dict[int, asyncio.Future[Pdu]] = {}
        self._window = asyncio.Semaphore(setup.window)
        self._brought = asyncio.Semaphore(MOST_BROUGHT)
        self._tasks: set[asyncio.Task[None]] = set()
        self.closed = asyncio.Event()
        self.name = ""
        self.used_at = self._loop.time()

    async def bind(self, how: str) -> None:
        """Say who we are. Raises: Misconfigured; Unavailable."""
        self._begin(self._read())
        setup = self._setup
        try:
            answer = await self._ask(
                f"bind_{how}", system_id=setup.system_id, password=setup.password, system_type=setup.system_type
            )
        except Uncertain as error:
            # Nothing but our name was said.
            raise Unavailable("not let in") from error
        if answer.status != OK:
            raise (Misconfigured if answer.status in NOT_LET_IN else Unavailable)(f"not let in: {answer.status:#x}")
        self.name = answer.first_text
        self._begin(self._keep())

    async def submit(self, **fields: object) -> Pdu:
        """Give the carrier a message and return its answer. Raises: Unavailable before it left; Uncertain after."""
        async with self._window:
            self.used_at = self._loop.time()
            return await self._ask("submit_sm", **fields)

    async def enquire(self) -> None:
        """Ask whether the carrier is there. Raises: Unavailable; Uncertain."""
        await self._ask("enquire_link")

    async def close(self) -> None:
        """Say good-bye and hang up; what has no answer by then is in doubt."""
        if not self.closed.is_set():
            with suppress(ChannelError, TimeoutError):
                async with asyncio.timeout(GOOD_BYE_SECONDS):
                    await self._ask("unbind")
        self.drop()

    def drop(self) -> None:
        """Hang up without a word."""
        if self.closed.is_set():
            return
        self.closed.set()
        self._writer.close()
        for future in self._pending.values():
            if not future.done():
                future.set_exception(_Lost())
        for task in self._tasks - {asyncio.current_task()}:
            task.cancel()

    async def _ask(self, command: str, **fields: Any) -> Pdu:
        if self.closed.is_set():
            raise Unavailable("the line is closed")
        sequence = self._next_number()
        octets = pdus.written(command, sequence, **fields)
        future: asyncio.Future[Pdu] = self._loop.create_future()
        self._pending[sequence] = future
        try:
            async with asyncio.timeout(wire.CALL_SECONDS):
                self._writer.write(octets)
                await self._writer.drain()
                return await future
        except (TimeoutError, _Lost, OSError) as error:
            # A line on which one answer is missing is not trusted with the next message. Nobody waits for this one.
            future.cancel()
            self.drop()
            raise Uncertain("no answer") from error
        finally:
            del self._pending[sequence]

    def _next_number(self) -> int:
        number = next(self._numbers)
        if number >= LAST_SEQUENCE:
            self._numbers = count(1)
        return number

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read(self) -> None:
        try:
            while True:
                await self._heed(await pdus.read(self._reader))
        except (EOFError, OSError):
            pass
        except Broken:
            logger.warning("a carrier speaks what is no SMPP; the line is closed")
        finally:
            self.drop()

    async def _heed(self, pdu: Pdu) -> None:
        if pdu.is_response:
            self._settle(pdu)
        elif pdu.command in (Command.DELIVER_SM, Command.DATA_SM):
            await self._brought.acquire()
            self._begin(self._take(pdu))
        elif pdu.command == Command.UNBIND:
            logger.warning("a carrier has ended the line")
            await self._answer(pdus.answer_to(pdu))
            self.drop()
        elif pdu.command == Command.ENQUIRE_LINK:
            await self._answer(pdus.answer_to(pdu))
        elif pdu.command != Command.ALERT_NOTIFICATION:  # which is not answered, and says nothing to us
            await self._answer(pdus.written("generic_nack", pdu.sequence, status=UNKNOWN_COMMAND))

    def _settle(self, pdu: Pdu) -> None:
        future = self._pending.get(pdu.sequence)
        if future is not None and not future.done():
            future.set_result(pdu)

    async def _take(self, pdu: Pdu) -> None:
        """Hand on what was brought; only what is stored is answered well."""
        self.used_at = self._loop.time()
        try:
            await self._bring(pdu)
            status = OK
        except Exception:
            # Whatever failed, the carrier keeps it and brings it again.
            logger.exception("what a carrier brought could not be stored")
            status = COME_AGAIN
        finally:
            self._brought.release()
        await self._answer(pdus.answer_to(pdu, status=status))

    async def _answer(self, octets: bytes) -> None:
        with suppress(OSError):
            self._writer.write(octets)
            await self._writer.drain()

    async def _keep(self) -> None:
        """Try a quiet line, so that a dead one is known before it is needed."""
        while not self.closed.is_set():
            await asyncio.sleep(self._setup.enquire_seconds)
            try:
                async with asyncio.timeout(ENQUIRE_ANSWER_SECONDS):
                    await self.enquire()
            except (ChannelError, TimeoutError):
                logger.warning("a carrier does not answer; the line is closed")
                self.drop()
                return


async def opened(setup: Setup, *, how: str, bring: Bring) -> Session:
    """This function will dial, bind, and return the line. Raises: Misconfigured; Unavailable."""
    trust = _trust(setup) if setup.is_encrypted else None
    try:
        async with asyncio.timeout(wire.CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(setup.host, setup.port, ssl=trust)
    except ssl.SSLError as error:
        raise Misconfigured("encryption is not possible") from error
    except (OSError, TimeoutError) as error:
        raise Unavailable("cannot be reached") from error
    session = Session(reader, writer, setup, bring)
    try:
        await session.bind(how)
    except BaseException:
        # Also where whoever waited for the line was told to stop: nobody else would hang up.
        session.drop()
        raise
    return session


def _trust(setup: Setup) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cadata=setup.ca or None)
    except (ssl.SSLError, ValueError) as error:
        raise Misconfigured("the certificate to trust is none") from error
