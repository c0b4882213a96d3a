"""Calls to providers: one event loop a process with pooled connections, explicit time-outs, and errors of our own.

A channel's send() is called from workers' threads, one batch at a time. Its calls run here side by side and come back
as one outcome a message, in the order of the batch.
"""

import asyncio
import atexit
import logging
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import TimeoutError as OutOfTime
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, TypeVar

import aiohttp
from yarl import URL

from channels_app.contract import NotSent, Outcome, Outgoing, Sent
from channels_app.errors import ChannelError, Misconfigured, Throttled, Unavailable, Uncertain
from channels_app.media import FileTooLarge

logger = logging.getLogger(__name__)

# To reach a provider at all; nothing has been said to it by then.
CONNECT_SECONDS = 5.0
# For the whole of one call.
CALL_SECONDS = 15.0
# For a whole file of an owner, over a slow line.
DOWNLOAD_SECONDS = 45.0
# What the contract grants a batch, less what it takes to write down how it went.
BATCH_SECONDS = 55.0
# Below what servers and proxies usually keep: a connection that the other end has just closed loses a call.
KEEP_SECONDS = 10.0
# Connections of a process to one provider.
MOST_CONNECTIONS = 100
# As much as a provider's longest answer; more is none.
LONGEST_ANSWER = 1024 * 1024
# Of a file at once.
CHUNK_BYTES = 64 * 1024
# Where a provider asks for patience without saying how much.
PAUSE_SECONDS = 30.0

THROTTLED = 429
SERVER_ERROR = 500
UNAVAILABLE = 503

Item = TypeVar("Item")
Result = TypeVar("Result")
Call = Callable[[aiohttp.ClientSession, Outgoing], Awaitable[str]]


@dataclass(frozen=True)
class Answer:
    """What a provider answered; the body may hold addresses, so that it never shows in a representation."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The body as text; what is no UTF-8 is marked."""
        return self.body.decode("utf-8", "replace")


def send_each(batch: Sequence[Outgoing], call: Call, *, at_once: int) -> list[Outcome]:
    """Return an outcome for each message, in order; `call` makes one call and returns the provider's id.

    What concerns the whole account (it is to wait, is not set up, cannot be reached) ends the batch: calls not yet
    begun are not made, and fail with the same error.
    """
    answers = call_each(batch, call, at_once=at_once)
    return [outcome_of(message, answer) for message, answer in zip(batch, answers, strict=True)]


def call_each(
    items: Sequence[Item], call: Callable[[aiohttp.ClientSession, Item], Awaitable[Result]], *, at_once: int
) -> list[Result | ChannelError]:
    """Return what `call` answered for each item, or its error, in order; an item may stand for many messages.

    What concerns the whole account ends it as it does in send_each.
    """
    return run(_each(items, call, at_once=at_once))


def outcome_of(message: Outgoing, answer: str | ChannelError) -> Outcome:
    """Return a provider's id or an error as the outcome of a message."""
    if isinstance(answer, ChannelError):
        return NotSent(message.message_id, answer)
    return Sent(message.message_id, answer)


def ask(work: Callable[[aiohttp.ClientSession], Awaitable[Result]]) -> Result:
    """Return what `work` does over the pooled connections, for what is no batch. Raises: what it raises; Uncertain."""

    async def with_session() -> Result:
        return await work(await _session())

    return run(with_session())


def run(work: Coroutine[Any, Any, Result], *, seconds: float = BATCH_SECONDS) -> Result:
    """Run calls on the process's loop and wait for them. Raises: what they raise; Uncertain when time is up."""
    future = asyncio.run_coroutine_threadsafe(work, _loop(os.getpid()))
    try:
        return future.result(seconds)
    except OutOfTime:
        future.cancel()
        raise Uncertain("the calls took too long") from None


async def call(
    session: aiohttp.ClientSession,
    method: str,
    url: str | URL,
    *,
    patience: Callable[[Answer], float] | None = None,
    **wishes: Any,
) -> Answer:
    """Make one call; redirects are not followed. `patience` reads how many seconds a provider asks to wait.

    Raises: Unavailable when it certainly did not leave, Throttled, or Uncertain when it left and no answer came.
    """
    timeout = aiohttp.ClientTimeout(total=CALL_SECONDS, sock_connect=CONNECT_SECONDS)
    with _errors_of_the_wire():
        async with session.request(method, url, allow_redirects=False, timeout=timeout, **wishes) as response:
            body = await response.content.read(LONGEST_ANSWER)
            answer = Answer(response.status, response.headers, body)
    return _unless_throttled(answer, patience)


async def download(
    session: aiohttp.ClientSession, url: str | URL, *, most_bytes: int, headers: Mapping[str, str] | None = None
) -> Answer:
    """Fetch a file; redirects are not followed, and of one that is too long no more is read than shows it.

    Raises: FileTooLarge; Unavailable, Throttled or Uncertain as a call does.
    """
    timeout = aiohttp.ClientTimeout(total=DOWNLOAD_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=CALL_SECONDS)
    body = bytearray()
    with _errors_of_the_wire():
        async with session.get(url, allow_redirects=False, timeout=timeout, headers=headers) as response:
            async for chunk in response.content.iter_chunked(CHUNK_BYTES):
                body += chunk
                if len(body) > most_bytes:
                    raise FileTooLarge
            answer = Answer(response.status, response.headers, bytes(body))
    return _unless_throttled(answer, None)


@contextmanager
def _errors_of_the_wire() -> Iterator[None]:
    """Tell by our own errors how a call came to nothing."""
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise Unavailable("cannot be reached") from error
    except aiohttp.InvalidURL as error:
        raise Misconfigured("the provider's address is none") from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Uncertain("no answer") from error


def _unless_throttled(answer: Answer, patience: Callable[[Answer], float] | None) -> Answer:
    if answer.status == THROTTLED:
        raise Throttled("asked to wait", retry_after_seconds=(patience or retry_after)(answer))
    return answer


def retry_after(answer: Answer) -> float:
    """Return how many seconds a provider asks to wait; nothing readable is half a minute.

    A moment at which the rate begins anew is held against the answer's own date, so that no two clocks are compared.
    """
    said = answer.headers.get("Retry-After", "")
    if said.isascii() and said.replace(".", "", 1).isdigit():
        return max(1.0, float(said))
    try:
        answered = parsedate_to_datetime(answer.headers["Date"]).timestamp()
        return max(1.0, float(answer.headers["X-RateLimit-Reset"]) - answered)
    except (KeyError, ValueError, OverflowError):
        return PAUSE_SECONDS


async def _each(
    items: Sequence[Item], call: Callable[[aiohttp.ClientSession, Item], Awaitable[Result]], *, at_once: int
) -> list[Result | ChannelError]:
    gate, over = asyncio.Semaphore(at_once), list[ChannelError]()

    async def settle(item: Item) -> Result | ChannelError:
        async with gate:
            if over:
                return over[0]
            try:
                return await call(await _session(), item)
            except ChannelError as error:
                if _is_of_account(error):
                    over.append(error)
                return error
            except Exception:
                # A defect of ours in one message must not put the others in doubt.
                logger.exception("a call to a provider broke")
                return Uncertain("the call broke")

    return list(await asyncio.gather(*map(settle, items)))


def _is_of_account(error: ChannelError) -> bool:
    if isinstance(error, Throttled):
        return not error.is_of_one
    return isinstance(error, Misconfigured | Unavailable)


_sessions: dict[asyncio.AbstractEventLoop, aiohttp.ClientSession] = {}
_good_byes: list[Callable[[], Coroutine[Any, Any, None]]] = []


async def _session() -> aiohttp.ClientSession:
    """Return the loop's session, whose connections all batches share."""
    loop = asyncio.get_running_loop()
    if loop not in _sessions:
        _sessions[loop] = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, limit_per_host=MOST_CONNECTIONS, keepalive_timeout=KEEP_SECONDS),
            # Providers need no cookies of ours, and one account's must not reach another.
            cookie_jar=aiohttp.DummyCookieJar(),
        )
    return _sessions[loop]


@lru_cache(maxsize=2)
def _loop(process: int) -> asyncio.AbstractEventLoop:
    """Return the running loop of this process; a forked one has a loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="wire", daemon=True)
    thread.start()
    atexit.register(_hang_up, loop, thread, process)
    return loop


def before_hanging_up(good_bye: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Have something said to providers when the process ends, on its loop and within some seconds."""
    if good_bye not in _good_byes:
        _good_byes.append(good_bye)


def _hang_up(loop: asyncio.AbstractEventLoop, thread: threading.Thread, process: int) -> None:
    """Close the connections when the process ends; a forked one inherits this and has none."""
    if os.getpid() != process:
        return
    for good_bye in _good_byes:
        with suppress(OutOfTime):
            asyncio.run_coroutine_threadsafe(good_bye(), loop).result(CONNECT_SECONDS)
    if loop in _sessions:
        asyncio.run_coroutine_threadsafe(_sessions.pop(loop).close(), loop).result(CONNECT_SECONDS)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(CONNECT_SECONDS)
