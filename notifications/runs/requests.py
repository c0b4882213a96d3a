"""What starts a run, and what became of the wish to start one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """One dialogue to begin with one owner; policy has already said that it may.

    values: what the flow's texts need beyond the dealer, the vehicle and a visit's time, which are looked up.
    case_kind, case_id: what it is about; a "follow_up" becomes the survey that is opened for it.
    vehicle_ids: all the cars it speaks of; the first is the run's own.
    """

    flow: str
    account_id: int
    address: str
    entry: str = "start"
    language: str = ""
    timezone: str = ""
    customer_id: int | None = None
    vehicle_ids: tuple[int, ...] = ()
    case_kind: str = ""
    case_id: int | None = None
    due_id: int | None = None
    is_proactive: bool = True
    priority: int | None = None
    not_before_at: datetime | None = None
    expires_at: datetime | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def vehicle_id(self) -> int | None:
        """The car the run is filed under."""
        return self.vehicle_ids[0] if self.vehicle_ids else None


class Fate(StrEnum):
    """What became of a request."""

    STARTED = "STARTED"
    # The flow waits while the owner is in another dialogue: ask again later.
    WAITS = "WAITS"
    # The flow gives way to another dialogue: drop it.
    SKIPPED = "SKIPPED"


@dataclass(frozen=True)
class Begun:
    """The fate of one request, with its run and message where it started; a flow may begin without words."""

    fate: Fate
    run_id: int | None = None
    message_id: int | None = None
