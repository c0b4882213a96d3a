"""For whom and about what an effect is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from notifications.conversations.models import Conversation
from notifications.flows.definition import Flow
from notifications.flows.engine import Result
from notifications.flows.models import FlowRun
from tenants.scope import current_dealer


@dataclass(frozen=True)
class Context:
    """The run an effect belongs to; the run may not be stored yet when its first step acts."""

    run: FlowRun
    conversation: Conversation
    flow: Flow
    now: datetime
    # The message that caused it; None where nobody wrote.
    message_id: int | None = None

    @property
    def channel(self) -> str:
        """The kind of channel the owner is on."""
        return self.conversation.account.kind

    @property
    def zone(self) -> str:
        """The owner's time zone."""
        return str(self.run.state.get("zone") or current_dealer().timezone)

    @property
    def customer_id(self) -> int | None:
        """Whose run it is."""
        return self.run.customer_id

    @property
    def vehicle_id(self) -> int | None:
        """Which car it is about."""
        return self.run.vehicle_id

    @property
    def vehicle_ids(self) -> tuple[int, ...]:
        """All the cars the run speaks of; a household's reminders are merged into one."""
        values = self.run.state.get("values", {})
        return tuple(values.get("vehicle_ids") or ([self.vehicle_id] if self.vehicle_id else []))

    def case_id(self, kind: str) -> int | None:
        """Return what the run is about if it is of this kind."""
        return self.run.case_id if self.run.case_kind == kind else None


Args = Mapping[str, Any]
Act = Callable[[Context, Args], Result]
