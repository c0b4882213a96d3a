"""The figures of sharing out new files; core/tables/keepers.toml says where they come from."""

from dataclasses import dataclass
from functools import cache

from core.tables import reading


@dataclass(frozen=True)
class Sharing:
    """What is done about new files."""

    source: str
    in_touch_days: int
    new_days: int
    task_kind: str
    reason: str


@cache
def sharing() -> Sharing:
    """Return the table."""
    return Sharing(**reading.read("keepers"))
