"""How often something may be said. Pure: the clock is the caller's."""

from dataclasses import dataclass, field


@dataclass
class Pace:
    """So many at once, and then so many a second."""

    at_once: int
    per_second: float
    _left: float = field(init=False)
    _at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._left = float(self.at_once)

    def takes(self, *, now: float) -> bool:
        """Count one more, and return whether that is still within the pace; `now` in seconds of any steady clock."""
        self._left = min(float(self.at_once), self._left + (now - self._at) * self.per_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
