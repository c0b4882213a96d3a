"""Live: from an event's commit to the browser's end of its websocket, through Valkey and the web process.

The limit is what Valkey itself takes to bring one message from a publisher to a subscriber.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import aiohttp
from django.conf import settings
from django.test import Client
from redis import Redis

from core.events import operations as events
from tenants import hosts
from tenants.accounts import operations as accounts
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.bench import dealers, house
from tests.bench.latency import Latency

# Open lines of the dealer: a small centre, a large one, and one that there is not.
SIZES: Sequence[int] = (1, 20, 100)
EVENTS = 200
A_SECOND = 20
AIM = "p99 < 250 ms"
START_SECONDS = 60.0
# So long the last ones are waited for.
LAST_SECONDS = 10.0
WEB = "granian --interface asginl --host 127.0.0.1 --workers 1 --log-level warning deploy.asgi:application --port"


def latencies(sizes: Sequence[int]) -> Iterator[Latency]:
    """Yield how long events take to all open lines, by how many there are."""
    with _web() as port:
        for size in sorted(sizes):
            with dealers.opened() as dealer:
                heard = _heard(dealer, port=port, lines=size)
            limit = _published()
            what = f"event to browser, {size} lines (p99 {_p99(heard) / _p99(limit):.2g} x Valkey's own)"
            yield Latency("live", what, size, AIM, {"ours": heard, "limit": limit})


def _p99(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99) - 1]


@contextmanager
def _web() -> Iterator[int]:
    """Keep a web process over the bench's servers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
    web = subprocess.Popen([sys.executable, "-m", *WEB.split(), str(port)], cwd=house.CHECKOUT, env=os.environ)
    try:
        until = time.monotonic() + START_SECONDS
        while not _answers(port) and time.monotonic() < until:
            time.sleep(0.1)
        yield port
    finally:
        web.terminate()
        web.wait()


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=5):  # our own process
            return True
    except (URLError, OSError):
        return False


def _heard(dealer: DealerRef, *, port: int, lines: int) -> list[float]:
    """Return the seconds from each event to each line."""
    said_at: dict[int, float] = {}
    heard: list[tuple[int, float]] = []
    ready, done = threading.Barrier(2), threading.Event()
    cookie = f"{settings.SESSION_COOKIE_NAME}={_session(dealer)}"
    host = f"{dealer.name}.{settings.PUBLIC_HOST}"
    listening = _listen(port, host=host, cookie=cookie, lines=lines, heard=heard, ready=ready, done=done)
    thread = threading.Thread(target=asyncio.run, args=(listening,))
    thread.start()
    ready.wait(START_SECONDS)
    for number in range(EVENTS):
        began = time.perf_counter()
        with dealer_scope(dealer):
            row = events.record("task.opened", subject_kind="task", subject_id=number + 1, at=dealers.NOW)
        said_at[row.pk] = began
        time.sleep(max(0.0, 1 / A_SECOND - (time.perf_counter() - began)))
    done.set()
    thread.join()
    return [at - said_at[event_id] for event_id, at in heard]


def _session(dealer: DealerRef) -> str:
    client = Client()
    with dealer_scope(dealer):
        user = accounts.create_user(
            email="bench@bench.example",
            name="Bench",
            role=Role.RELATIONS_SPECIALIST,
            password=None,
            language="en",
            now=dealers.OPENED_AT,
        )
        client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


async def _listen(
    port: int,
    *,
    host: str,
    cookie: str,
    lines: int,
    heard: list[tuple[int, float]],
    ready: threading.Barrier,
    done: threading.Event,
) -> None:
    headers = {"Host": host, "Origin": hosts.origin_of(host), "Cookie": cookie}
    async with aiohttp.ClientSession(headers=headers) as session:
        opened = [await session.ws_connect(f"http://127.0.0.1:{port}/live/") for _ in range(lines)]
        for one in opened:
            await one.send_json({"type": "hello", "after": None})
            assert (await one.receive_json())["type"] == "hello"
        hearing = [asyncio.create_task(_hear(one, heard)) for one in opened]
        await asyncio.to_thread(ready.wait)
        await asyncio.to_thread(done.wait)
        until = time.monotonic() + LAST_SECONDS
        while len(heard) < EVENTS * lines and time.monotonic() < until:
            await asyncio.sleep(0.05)
        for task in hearing:
            task.cancel()
        for one in opened:
            await one.close()


async def _hear(line: "aiohttp.ClientWebSocketResponse", heard: list[tuple[int, float]]) -> None:
    async for message in line:
        at = time.perf_counter()
        heard += [(event["id"], at) for event in json.loads(message.data).get("events", [])]


def _published() -> list[float]:
    """Return the seconds of as many bare messages through Valkey."""
    publisher = Redis.from_url(settings.VALKEY_URL)
    subscriber: Any = publisher.pubsub()  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
    subscriber.subscribe("bench")
    subscriber.get_message(timeout=5)
    seconds = []
    for _ in range(EVENTS):
        began = time.perf_counter()
        publisher.publish("bench", "x" * 200)
        while subscriber.get_message(timeout=5) is None:
            pass
        seconds.append(time.perf_counter() - began)
        time.sleep(1 / A_SECOND)
    subscriber.close()
    return seconds
