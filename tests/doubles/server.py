"""Providers of our own on loopback, which speak a real one's protocol and misbehave on command.

A double knows nothing of our channels: what it takes and says is what the provider documents.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
START_SECONDS = 10
# Longer than any time-out of a test's caller.
NEVER_SECONDS = 30


@dataclass(frozen=True)
class Taken:
    """A message as the provider took it."""

    provider_id: str
    to: str
    text: str
    ours: str


@dataclass
class Double:
    """One provider: where it answers, what it took, and how it misbehaves now.

    `how` is one of: "" (well), throttle, fail, reject, opted-out, timeout (before taking), timeout-after-accept,
    reset (takes, then hangs up), garbage (takes, and answers what nobody can read), no-id.
    """

    how: str = ""
    taken: list[Taken] = field(default_factory=list)
    url: str = ""

    def routes(self) -> list[web.RouteDef]:
        """Return what it answers."""
        raise NotImplementedError  # each provider says its own

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(START_SECONDS)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_SECONDS)

    async def after_taking(self) -> None:
        """Do what lies between taking the newest message and saying so: nothing, but see moods."""

    async def misbehave(self, request: web.Request) -> web.StreamResponse | None:
        """Do what is asked of a provider that has taken the call, if anything."""
        await self.after_taking()
        if self.how == "timeout-after-accept":
            await asyncio.sleep(NEVER_SECONDS)
        if self.how == "reset" and request.transport is not None:
            request.transport.abort()
        if self.how == "garbage":
            return web.Response(text="<html>\x00 It works!", content_type="text/html")
        return None

    def _serve(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._begin())
        ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _end(self) -> None:
        await self._runner.cleanup()
        # Whoever was to be kept waiting is not waited for.
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _begin(self) -> None:
        app = web.Application()
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
