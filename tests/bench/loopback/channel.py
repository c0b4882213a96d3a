"""A channel to the loopback provider over one pool of connections, and the provider as a process beside us."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

import aiohttp

from channels_app import registry
from channels_app.contract import (
    Account,
    Capabilities,
    Inbound,
    NotSent,
    Outcome,
    Outgoing,
    RawRequest,
    Receipt,
    Sent,
)
from channels_app.errors import Uncertain
from channels_app.form import PHONE, Form, Setting

KIND = "loopback"
CONCURRENCY = 256
TIMEOUT = aiohttp.ClientTimeout(total=10)
STARTS_WITHIN_SECONDS = 10

# What the provider took and has not confirmed yet, by the batch.
taken: SimpleQueue[list[str]] = SimpleQueue()


class Loopback:
    """Messages as one HTTP request each, many at a time."""

    kind = KIND
    capabilities = Capabilities(
        address_kind="PHONE",
        buttons=False,
        receipts=True,
        lookup=False,
        max_length=1000,
        per_second=1_000_000,
        recipient_per_second=1_000_000,
        batch_size=500,
    )
    form = Form(address_pattern=PHONE, address_example="100", settings=(Setting("socket"),))

    def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
        outcomes = client(account.settings["socket"]).post_all(batch)
        taken.put([outcome.provider_id for outcome in outcomes if isinstance(outcome, Sent)])
        return outcomes

    def lookup(self, account: Account, message_ids: Sequence[str]) -> list[Receipt]:
        raise Uncertain

    def verify(self, account: Account, request: RawRequest) -> None:
        """Nobody calls us here."""

    def parse(self, account: Account, request: RawRequest) -> list[Inbound | Receipt]:
        return []


class Client:
    """An event loop in a thread, with one pool of connections for all who send."""

    def __init__(self, socket: str) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._session = asyncio.run_coroutine_threadsafe(self._open(socket), self._loop).result()

    def post_all(self, batch: Sequence[Outgoing]) -> list[Outcome]:
        return asyncio.run_coroutine_threadsafe(self._post_all(batch), self._loop).result()

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._session.close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _open(self, socket: str) -> aiohttp.ClientSession:
        connector = aiohttp.UnixConnector(path=socket, limit=CONCURRENCY)
        return aiohttp.ClientSession(connector=connector, timeout=TIMEOUT)

    async def _post_all(self, batch: Sequence[Outgoing]) -> list[Outcome]:
        return list(await asyncio.gather(*(self._post(message) for message in batch)))

    async def _post(self, message: Outgoing) -> Outcome:
        try:
            async with self._session.post("http://provider/messages", json=asdict(message)) as answer:
                return Sent(message.message_id, (await answer.json())["id"])
        except (aiohttp.ClientError, TimeoutError) as error:
            return NotSent(message.message_id, Uncertain(type(error).__name__))


@cache
def client(socket: str) -> Client:
    """Give the one client of a process."""
    return Client(socket)


@contextmanager
def standing() -> Iterator[str]:
    """Start the provider, register the channel, give the provider's socket."""
    with TemporaryDirectory() as folder:
        socket = Path(folder) / "provider"
        process = subprocess.Popen([sys.executable, "-m", "tests.bench.loopback.provider", str(socket)])
        registry.LOADED[KIND] = Loopback()
        try:
            _wait_for(socket)
            yield str(socket)
        finally:
            del registry.LOADED[KIND]
            client(str(socket)).close()
            process.terminate()
            process.wait()


def _wait_for(socket: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while not socket.exists():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.02)
