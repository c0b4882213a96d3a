"""Websockets: the consumer runs in the scope of the host that was connected to.

A context variable set here is seen by the consumer and by its `database_sync_to_async` calls,
so no consumer sets a dealer itself; set in one such call, it would be gone in the next.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from channels.db import database_sync_to_async

from tenants import hosts, scope

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

# Websocket close codes from 4000 on are the application's own; this one says "not found".
CLOSE_UNKNOWN_HOST = 4404
# Never seen by a page: a line that was not accepted answers 403.
CLOSE_FOREIGN_PAGE = 4403


class OwnPagesOnly:
    """ASGI middleware for websockets; refuses pages of any other host or port, also of another dealer of ours.

    A browser sends a person's cookies with a websocket that a stranger's page opens: two dealers' hosts are one site
    to it, and so are all ports of a host.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, connection: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        headers = dict(connection.get("headers", ()))
        host, origin = (headers.get(name, b"").decode("latin-1") for name in (b"host", b"origin"))
        if not hosts.is_page_of(origin, raw_host=host):
            await send({"type": "websocket.close", "code": CLOSE_FOREIGN_PAGE})
            return
        await self.application(connection, receive, send)


class DealerFromHost:
    """ASGI middleware for websockets; refuses hosts that are nobody's."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, connection: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        headers = dict(connection.get("headers", ()))
        host = headers.get(b"host", b"").decode("latin-1")
        try:
            found = await database_sync_to_async(hosts.scope_of)(host)
        except (hosts.HostUnknown, hosts.DealerSuspended):
            await send({"type": "websocket.close", "code": CLOSE_UNKNOWN_HOST})
            return
        with scope.entered(found):
            await self.application(connection, receive, send)
