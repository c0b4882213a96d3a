"""A carrier's line before the double, with somebody who listens."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Self, TypeVar

from channels_app import lines
from channels_app.contract import Account, Channel, Inbound, Listening, RawRequest, Receipt
from channels_app.smpp import channel
from tests.channels_app.cases import Traits
from tests.doubles import smpp as double

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ANNA = "34600000001"
WITHIN_SECONDS = 10.0

Found = TypeVar("Found")


class CarrierRig:
    """The channel, an account of it, and what came on its lines."""

    channel: Channel = channel.Smpp()
    has_timestamps = False
    traits = Traits(names_ours=False)

    def __init__(self, provider: double.Smsc, **settings: str) -> None:
        self.provider = provider
        self.came: list[RawRequest] = []
        self.is_full = False
        said = {
            "host": "127.0.0.1",
            "port": provider.port,
            "security": "none",
            "system_id": double.SYSTEM_ID,
            "password": double.PASSWORD,
            "opted_out_codes": "0x0401, 077",
            "undeliverable_codes": "001",
        }
        self.account = Account(id="abc", kind="smpp", address="+34600999999", settings={**said, **settings})

    def __enter__(self) -> Self:
        self._before = list(lines._taker)
        lines.take_over(self.take)
        assert isinstance(self.channel, Listening)
        self.line = self.channel.listen(self.account, self.take)
        self.wait(lambda: len(self.provider.lines) == 1)
        return self

    def __exit__(self, *_error: object) -> None:
        self.line.close()
        lines._taker[:] = self._before

    def take(self, account_id: str, *, headers: Mapping[str, str], body: bytes) -> None:
        """Keep what came, as notifications does."""
        if self.is_full:
            raise OSError
        assert account_id == self.account.id
        self.came.append(RawRequest(method="POST", path="/", headers=headers, body=body, received_at=NOW))

    def brought(self, octets: bytes, *, command: int = double.DELIVER_SM) -> RawRequest:
        """Let the centre bring something, and return it as it came."""
        assert self.provider.bring(octets, command=command) == 0
        return self.came[-1]

    def read(self, octets: bytes, *, command: int = double.DELIVER_SM) -> list[Inbound | Receipt]:
        """Let the centre bring something, and return what it says."""
        request = self.brought(octets, command=command)
        self.channel.verify(self.account, request)
        return self.channel.parse(self.account, request)

    def misbehaving(self, how: str) -> Account:
        self.provider.how = how
        return self.account

    def accepted(self) -> list[str]:
        return [f"1-{one.ours}" for one in self.provider.taken]

    def receipts(self) -> list[RawRequest]:
        return [
            self.brought(double.receipt(one, word)) for one in self.provider.taken for word in ("ACCEPTD", "DELIVRD")
        ]

    def shuffled(self, requests: list[RawRequest]) -> list[RawRequest]:
        return requests[::-1]

    def reply(self, text: str) -> RawRequest:
        return self.brought(double.words(ANNA, text, named="MO-1"))

    def unreadable(self) -> RawRequest:
        return self.brought(double.delivery(ANNA, b"\x01\x02", coding=4))

    def wait(self, until: Callable[[], bool]) -> None:
        """Wait until something that another thread does is done."""
        self.until(until, lambda is_so: is_so)

    def until(self, look: Callable[[], Found], is_enough: Callable[[Found], bool]) -> Found:
        """Look again and again, and return what was found at last."""
        deadline = time.monotonic() + WITHIN_SECONDS
        while not is_enough(found := look()):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return found
