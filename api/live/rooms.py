"""The conversations that a line's person has open, and what open lines tell each other about them.

Lines of one conversation share a group of their dealer's. What is told goes to lines only, which show their
browsers who else is there.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from api.live.asking import Opener
from api.live.frames import FrameUnreadable
from api.live.pace import Pace
from api.live.presence import Room
from tenants.caching import group_name

# A person reads one at a time; windows left open add a few.
MOST_WATCHED = 10
# How often a line says again that it is there; presence.SILENT_SECONDS is three times that.
AGAIN_SECONDS = 20.0
# Typing said more often than this is not passed on: each word goes to everybody in the conversation.
TYPING = {"at_once": 6, "per_second": 1.0}


@dataclass
class Rooms:
    """What one line knows of its conversations; `layer` and `line` are its own, `say` tells its browser."""

    opener: Opener
    line: str
    layer: Any
    say: Callable[[Mapping[str, Any]], Awaitable[None]]
    _rooms: dict[int, Room] = field(default_factory=dict)
    _said_at: float = 0.0
    _pace: Pace = field(default_factory=lambda: Pace(**TYPING))  # type: ignore[arg-type]  # numbers, each of its kind

    def holds(self, conversation_id: int) -> bool:
        """Return whether the conversation is open here."""
        return conversation_id in self._rooms

    async def enter(self, conversation_id: int) -> None:
        """Come into a conversation and ask who is there. Raises: FrameUnreadable for one too many."""
        if len(self._rooms) >= MOST_WATCHED:
            raise FrameUnreadable("too many conversations")
        self._rooms[conversation_id] = Room(me=self.opener.user_id)
        await self.layer.group_add(_group(conversation_id), self.line)
        await self._tell(conversation_id, asks=True)

    async def leave(self, conversation_id: int) -> None:
        """Go out of a conversation; of one that is not open nothing is said."""
        if self._rooms.pop(conversation_id, None) is not None:
            group = _group(conversation_id)
            await self.layer.group_discard(group, self.line)
            await self.layer.group_send(
                group, {"type": "room_left", "conversation_id": conversation_id, "line": self.line}
            )

    async def leave_all(self) -> None:
        """Go out of every conversation."""
        for conversation_id in list(self._rooms):
            await self.leave(conversation_id)

    async def type(self, conversation_id: int, *, is_typing: bool, now: float) -> None:
        """Tell that the person writes, or no longer does."""
        if self.holds(conversation_id) and self._pace.takes(now=now):
            await self._tell(conversation_id, is_typing=is_typing)

    async def hear(self, said: Mapping[str, Any], *, now: float) -> None:
        """Note what a line says of itself, and answer one that has just come."""
        room = self._rooms.get(said["conversation_id"])
        if room is None:
            return
        room.hear(said["line"], person_id=said["id"], name=said["name"], is_typing=said["is_typing"], now=now)
        if said["asks"] and said["line"] != self.line:
            await self.layer.send(said["line"], self._word(said["conversation_id"]))
        await self._show(said["conversation_id"], now=now)

    async def miss(self, left: Mapping[str, Any], *, now: float) -> None:
        """Note that a line has left."""
        room = self._rooms.get(left["conversation_id"])
        if room is not None:
            room.leave(left["line"])
            await self._show(left["conversation_id"], now=now)

    async def tick(self, *, now: float) -> None:
        """Let the silent fade, and say again now and then that this line is there."""
        is_time = now - self._said_at >= AGAIN_SECONDS
        self._said_at = now if is_time else self._said_at
        for conversation_id in list(self._rooms):
            if is_time:
                await self._tell(conversation_id)
            await self._show(conversation_id, now=now)

    async def _show(self, conversation_id: int, *, now: float) -> None:
        room = self._rooms.get(conversation_id)
        others = room.news(now=now) if room is not None else None
        if others is not None:
            people = [asdict(other) for other in others]
            await self.say({"type": "presence", "conversation_id": conversation_id, "people": people})

    async def _tell(self, conversation_id: int, *, is_typing: bool = False, asks: bool = False) -> None:
        await self.layer.group_send(
            _group(conversation_id), self._word(conversation_id, is_typing=is_typing, asks=asks)
        )

    def _word(self, conversation_id: int, *, is_typing: bool = False, asks: bool = False) -> dict[str, Any]:
        return {
            "type": "room_said",
            "conversation_id": conversation_id,
            "line": self.line,
            "id": self.opener.user_id,
            "name": self.opener.name,
            "is_typing": is_typing,
            "asks": asks,
        }


def _group(conversation_id: int) -> str:
    return group_name(f"talk.{conversation_id}")
