"""A starter that needs no flow: it says one line and writes down what it was asked to start."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from notifications.channels.models import ChannelAccount
from notifications.outbox.operations import Draft, queue_messages
from notifications.runs.requests import Begun, Fate, RunRequest
from tests.notifications.files import LONG_AGO


class Teller:
    """Starts nothing but a message; `asked` keeps every request."""

    def __init__(self, fate: Fate = Fate.STARTED) -> None:
        self.asked: list[RunRequest] = []
        self.fate = fate

    def __call__(self, requests: Sequence[RunRequest], *, now: datetime) -> list[Begun]:
        self.asked += requests
        if self.fate is not Fate.STARTED:
            return [Begun(self.fate) for _ in requests]
        messages = queue_messages([_draft(request) for request in requests], now=now)
        return [Begun(self.fate, message_id=message.pk) for message in messages]


def make_account(kind: str = "simulator") -> ChannelAccount:
    # A name of its own: rates are kept in Valkey, which no test rolls back.
    return ChannelAccount.objects.create(kind=kind, address="10690000", public_id=uuid4().hex[:16], created_at=LONG_AGO)


def _draft(request: RunRequest) -> Draft:
    return Draft(
        account_id=request.account_id,
        address=request.address,
        text="hello",
        purpose="REMINDER",
        customer_id=request.customer_id,
        vehicle_id=request.vehicle_id,
        due_id=request.due_id,
        is_proactive=request.is_proactive,
        priority=request.priority or 0,
        expires_at=request.expires_at,
    )
