"""A channel that keeps what it is given, as a phone or as a mail box."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from channels_app.contract import Account, AddressKind, Outcome, Outgoing, Sent
from channels_app.simulator import Simulator


class Post(Simulator):
    """Takes everything and shows it; reads what owners write as the simulator does."""

    def __init__(self, *, address_kind: AddressKind = "PHONE", links: bool = True) -> None:
        self.capabilities = replace(Simulator.capabilities, address_kind=address_kind, links=links)
        self.taken: list[Outgoing] = []

    def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
        """Take the batch."""
        self.taken += batch
        return [Sent(one.message_id, uuid4().hex) for one in batch]
