"""Who is in a conversation, as one open line sees it. Pure: the clock is the caller's.

Every line keeps its own picture out of what the others say of themselves: they say that they came, answer who
comes after them, say again now and then that they are there, and that they leave. Nothing is stored anywhere, so
nothing can be left over: a process that died says nothing more, and its people fade.
"""

from dataclasses import dataclass, field

# A line says again that it is there every 20 s; three in a row unheard mean that it is gone.
SILENT_SECONDS = 65.0
# A browser says "typing" again every few seconds while its person does.
TYPING_SECONDS = 8.0


@dataclass(frozen=True)
class Other:
    """Somebody else who has the conversation open."""

    id: int
    name: str
    is_typing: bool


@dataclass
class _Heard:
    person_id: int
    name: str
    at: float
    typing_until: float


@dataclass
class Room:
    """One conversation; `me` is the person of this line, who is not shown to themself, also not from another window."""

    me: int
    _lines: dict[str, _Heard] = field(default_factory=dict)
    _shown: tuple[Other, ...] | None = None

    def hear(self, line: str, *, person_id: int, name: str, is_typing: bool, now: float) -> None:
        """Note what a line says of its person."""
        typing_until = now + TYPING_SECONDS if is_typing else now
        self._lines[line] = _Heard(person_id, name, now, typing_until)

    def leave(self, line: str) -> None:
        """Note that a line has left."""
        self._lines.pop(line, None)

    def others(self, *, now: float) -> tuple[Other, ...]:
        """Return everybody else by id, each once; whoever types in any window types."""
        self._lines = {line: heard for line, heard in self._lines.items() if now - heard.at < SILENT_SECONDS}
        people: dict[int, Other] = {}
        for heard in self._lines.values():
            known = people.get(heard.person_id)
            is_typing = heard.typing_until > now or (known is not None and known.is_typing)
            people[heard.person_id] = Other(heard.person_id, heard.name, is_typing)
        return tuple(people[person_id] for person_id in sorted(people) if person_id != self.me)

    def news(self, *, now: float) -> tuple[Other, ...] | None:
        """Return everybody else if that differs from what was last returned here, as at first; else None."""
        others = self.others(now=now)
        if others == self._shown:
            return None
        self._shown = others
        return others
