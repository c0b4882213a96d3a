"""A browser's end of a live line, and people who open one."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from asgiref import testing
from asgiref.sync import sync_to_async
from django.conf import settings
from django.test import Client

from deploy.asgi import application
from tenants import hosts
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.conftest import OPENED_AT

NORTH, SOUTH, PUBLIC = "north.localhost", "south.localhost", "localhost"
# A person who has left hears nothing more within this.
SECONDS = 5

Result = TypeVar("Result")


def make_user(dealer: DealerRef, role: Role, *, name: str = "Somebody") -> User:
    """Add somebody to a dealer."""
    with dealer_scope(dealer):
        return accounts.create_user(
            email=f"{role.lower()}@{dealer.name}.example",
            name=name,
            role=role,
            password="a long password",
            language="en",
            now=OPENED_AT,
        )


def make_session(user: User, *, scope: Any) -> str:
    """Sign somebody in within the scope; return the session's key."""
    client = Client()
    with scope:
        client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@sync_to_async
def session_of(user: User, dealer: DealerRef) -> str:
    """Sign somebody in at a dealer's; return the session's key."""
    return make_session(user, scope=dealer_scope(dealer))


@sync_to_async
def session_in_post(dealer: DealerRef, role: Role) -> str:
    """Add somebody to a dealer and sign them in."""
    return make_session(make_user(dealer, role), scope=dealer_scope(dealer))


@sync_to_async
def in_dealer(dealer: DealerRef, work: Callable[[], Result]) -> Result:
    """Do something in a dealer's scope, and commit it."""
    with dealer_scope(dealer):
        return work()


class Line:
    """A browser's end of a websocket."""

    def __init__(
        self, *, host: str, session: str = "", origin: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        said = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
        said += [(b"host", host.encode()), (b"origin", (origin or hosts.origin_of(host)).encode())]
        if session:
            said.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode()))
        asked = {"type": "websocket", "path": "/live/", "query_string": b"", "headers": said, "subprotocols": []}
        communicator: Any = testing.ApplicationCommunicator  # asgiref leaves it untyped
        self.talk = communicator(application, asked)

    async def open(self) -> dict[str, Any]:
        """Connect, and return the server's first word."""
        await self.talk.send_input({"type": "websocket.connect"})
        return await self.next()

    async def say(self, **values: Any) -> None:
        """Send a frame."""
        await self.say_text(json.dumps(values))

    async def say_text(self, text: str) -> None:
        """Send a frame as it is."""
        await self.talk.send_input({"type": "websocket.receive", "text": text})

    async def begin(self, after: int | None = None) -> dict[str, Any]:
        """Connect and say hello; return the answer."""
        assert (await self.open())["type"] == "websocket.accept"
        await self.say(type="hello", after=after)
        return await self.hear()

    async def next(self) -> dict[str, Any]:
        """Return what the server does next."""
        return dict(await self.talk.receive_output(SECONDS))

    async def hear(self) -> dict[str, Any]:
        """Return what the server says next."""
        said: dict[str, Any] = json.loads((await self.next())["text"])
        return said

    async def is_silent(self) -> bool:
        """Say whether nothing more comes."""
        return bool(await self.talk.receive_nothing(0.3))

    async def close_code(self) -> int:
        """Return the code of the end that the server says, and then makes; what was heard before it is passed over."""
        while (said := await self.hear())["type"] == "events":
            pass
        closed = await self.next()
        assert (said["type"], closed["type"]) == ("closed", "websocket.close")
        assert said["code"] == closed["code"]
        return int(closed["code"])

    async def leave(self) -> None:
        """Go away."""
        if not self.talk.future.done():
            await self.talk.send_input({"type": "websocket.disconnect", "code": 1000})
            await self.talk.wait(SECONDS)


@asynccontextmanager
async def line(**wishes: Any) -> AsyncIterator[Line]:
    """Keep a line for the block."""
    opened = Line(**wishes)
    try:
        yield opened
    finally:
        await opened.leave()
