"""A provider on loopback that answers every message after 20 ms: python -m tests.bench.loopback.provider SOCKET."""

import asyncio
import itertools
import sys

from aiohttp import web

ANSWER_SECONDS = 0.020
_numbers = itertools.count(1)


async def take(request: web.Request) -> web.Response:
    """Take one message and name it."""
    await request.read()
    await asyncio.sleep(ANSWER_SECONDS)
    return web.json_response({"id": f"p-{next(_numbers)}"})


def main(socket: str) -> None:
    app = web.Application()
    app.router.add_post("/messages", take)
    web.run_app(app, path=socket, print=None, access_log=None)


if __name__ == "__main__":
    main(sys.argv[1])
