"""One consumer a person: says what is new, never what is in it, who else has a conversation open, how far an import is.

The browser asks the API for what it shows, so what a role may not read never comes this way. The consumer needs the
database only when it connects, for what was missed, for a conversation to be watched, and when an access may have
ended; see `asking`.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from api.live import asking, frames
from api.live.asking import LineOver, Opener
from api.live.pace import Pace
from api.live.rooms import Rooms
from tenants import announcing, scope
from tenants.caching import group_name
from tenants.scope import DealerRef

logger = logging.getLogger(__name__)

# A browser that says what ours never would is sent away; the word is the protocol's own.
CLOSE_POLICY = 1008
# A person opens, closes and types; ours says far less.
FRAMES = {"at_once": 60, "per_second": 10.0}
# How often a line looks after itself: who has fallen silent, whether its session has run out.
TICK_SECONDS = 5.0
# Whoever ends an access says so at once; should that word be lost, the line asks by itself.
LOOK_SECONDS = 300.0


class Line(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels ships no types
    """The protocol stands in CONTRIBUTING, beside the recipe of a kind of event."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups_joined: set[str] = set()
        self.opener: Opener | None = None
        self.dealer: DealerRef | None = None
        self.rooms: Rooms | None = None
        self.pace = Pace(**FRAMES)  # type: ignore[arg-type]  # numbers, each of its own kind
        self.last = 0
        self.looked_at = 0.0
        self.keeper: asyncio.Task[None] | None = None

    # --- Coming and going ---------------------------------------------------------------------------------------------

    async def connect(self) -> None:
        """Take in people of this dealer."""
        # Accepted first: a browser is told the code only of a connection that stood.
        await self.accept()
        here = scope.scope_or_none()
        self.dealer = here.dealer if here is not None else None
        if self.dealer is None:
            await self._end(asking.CLOSE_NOT_ALLOWED)
            return
        # Joined before asking: an access that ends in between is heard of.
        await self._join(group_name(announcing.EVERYBODY))
        if await self._look():
            self.keeper = asyncio.create_task(self._keep())

    async def disconnect(self, code: int) -> None:
        """Leave everything behind."""
        self.opener = None
        # The keeper itself may have found that the line is over; it ends by itself then.
        if self.keeper is not None and self.keeper is not asyncio.current_task():
            self.keeper.cancel()
        if self.rooms is not None:
            await self.rooms.leave_all()
        for group in self.groups_joined:
            await self.channel_layer.group_discard(group, self.channel_name)
        self.groups_joined.clear()

    async def _join(self, group: str) -> None:
        self.groups_joined.add(group)
        await self.channel_layer.group_add(group, self.channel_name)

    async def _look(self) -> bool:
        """Ask whether the line counts, and end it if it does not."""
        self.looked_at = time.monotonic()
        ask = database_sync_to_async(asking.opener_of)
        key = self.scope["cookies"].get(settings.SESSION_COOKIE_NAME, "")
        try:
            self.opener = await ask(self.dealer, session_key=key, now=datetime.now(UTC))
        except LineOver as over:
            await self._end(over.code)
        return self.opener is not None

    async def _end(self, code: int) -> None:
        """End a line that stands: it hears nothing from now on, and the page is asked to hang up.

        Asked, because granian 2.8 holds a close back until the browser says something.
        """
        await self.disconnect(code)
        await self.send(text_data=json.dumps({"type": "closed", "code": code}))
        await self.close(code=code)

    async def _keep(self) -> None:
        """Look after the line until it ends."""
        while self.opener is not None:
            await asyncio.sleep(TICK_SECONDS)
            try:
                await self._tick()
            except Exception:  # an isolation point: the line lives on, and the next look tries again
                logger.exception("a line could not look after itself")

    async def _tick(self) -> None:
        if self.opener is None:
            return
        is_late = time.monotonic() - self.looked_at >= LOOK_SECONDS
        if (is_late or datetime.now(UTC) >= self.opener.until) and not await self._look():
            return
        if self.rooms is not None:
            await self.rooms.tick(now=time.monotonic())

    # --- What the browser says ----------------------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Do what a frame asks for; what is no frame of ours, or one too many, ends the line."""
        if self.opener is None:
            return
        try:
            frame = self._frame_in(text_data or "")
            await DOING[type(frame)](self, frame)
        except frames.FrameUnreadable:
            await self.disconnect(CLOSE_POLICY)
            await self.close(code=CLOSE_POLICY)

    def _frame_in(self, text: str) -> frames.Frame:
        if not self.pace.takes(now=time.monotonic()):
            raise frames.FrameUnreadable("too many")
        return frames.read(text)

    async def hello(self, frame: frames.Hello) -> None:
        """Tell what was missed, and from now on what is new; once a line."""
        if self.opener is None or self.rooms is not None:
            return
        self.rooms = Rooms(self.opener, line=self.channel_name, layer=self.channel_layer, say=self._say)
        # Joined before reading: what commits in between waits its turn in the line's own queue.
        await self._join(announcing.group_of_role(self.opener.role))
        missed = await database_sync_to_async(asking.missed_by)(self.dealer, role=self.opener.role, after=frame.after)
        self.last = missed.last
        # Until the replay is through the last one seen is still the old one: a line that breaks now asks for it again.
        await self._say({"type": "hello", "last": missed.last if missed.events == () else frame.after})
        if missed.events is None:
            await self._say({"type": "reset", "last": missed.last})
        elif missed.events:
            await self._say({"type": "events", "events": missed.events, "last": missed.last})

    async def watch(self, frame: frames.Watch) -> None:
        """Show who else has the conversation open; one that is not there, or not for this role, is passed over."""
        if self.rooms is None or self.opener is None or self.rooms.holds(frame.conversation_id):
            return
        ask = database_sync_to_async(asking.may_watch)
        if await ask(self.dealer, role=self.opener.role, conversation_id=frame.conversation_id):
            await self.rooms.enter(frame.conversation_id)

    async def unwatch(self, frame: frames.Unwatch) -> None:
        """Show that no more."""
        if self.rooms is not None:
            await self.rooms.leave(frame.conversation_id)

    async def typing(self, frame: frames.Typing) -> None:
        """Tell the others in the conversation."""
        if self.rooms is not None:
            await self.rooms.type(frame.conversation_id, is_typing=frame.is_typing, now=time.monotonic())

    # --- What the house says ------------------------------------------------------------------------------------------

    async def news(self, message: Mapping[str, Any]) -> None:
        """Tell what is new; the group it came by is the role's."""
        self.last = max([self.last, *(event["id"] or 0 for event in message["events"])])
        await self._say({"type": "events", "events": message["events"], "last": self.last})

    async def progress(self, message: Mapping[str, Any]) -> None:
        """Tell how far an import is."""
        await self._say(message)

    async def look_again(self, message: Mapping[str, Any]) -> None:
        """Ask whether the line still counts, if it may be meant."""
        user_ids = message["user_ids"]
        if self.opener is not None and (user_ids is None or self.opener.user_id in user_ids):
            await self._look()

    async def room_said(self, message: Mapping[str, Any]) -> None:
        """Hear a line in the same conversation."""
        if self.rooms is not None:
            await self.rooms.hear(message, now=time.monotonic())

    async def room_left(self, message: Mapping[str, Any]) -> None:
        """Hear that one has left."""
        if self.rooms is not None:
            await self.rooms.miss(message, now=time.monotonic())

    async def _say(self, message: Mapping[str, Any]) -> None:
        if self.opener is not None:
            await self.send(text_data=json.dumps(message))


# What a frame asks for -> what does it.
DOING: Mapping[type[frames.Frame], Callable[[Line, Any], Awaitable[None]]] = {
    frames.Hello: Line.hello,
    frames.Watch: Line.watch,
    frames.Unwatch: Line.unwatch,
    frames.Typing: Line.typing,
}
