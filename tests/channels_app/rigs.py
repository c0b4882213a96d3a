"""What rigs have in common: an account at a provider's double, and what every channel that calls by HTTP must prove."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from unittest import mock

import pytest
from hypothesis import strategies as some

from channels_app.contract import Account, Channel, NotSent, Outgoing, RawRequest, Sent
from channels_app.errors import ChannelError, Unavailable
from tests.channels_app.cases import outgoing
from tests.doubles.server import Double

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
WEBHOOK = "https://aftercare.example/api/webhooks/abc/"
# How long a channel waits for an answer here; a double that says nothing says nothing for longer.
CALL_SECONDS = 1.0
PATIENT_SECONDS = 30.0

# Anything that JSON can say, for calls that nobody documents.
JSON_VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=2) | some.dictionaries(some.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)

Provider = TypeVar("Provider", bound=Double)


class DoubleRig(Generic[Provider]):
    """A channel before its double; each says its account's address and settings, and what its provider's calls are."""

    channel: Channel
    has_timestamps = False
    address = "+34600999999"

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.account = Account(
            id="abc", kind=self.channel.kind, address=self.address, settings=self.settings(), webhook_url=WEBHOOK
        )

    def settings(self) -> dict[str, str]:
        """Give the account's settings, with the double's address as its url."""
        raise NotImplementedError  # each provider has its own

    def misbehaving(self, how: str) -> Account:
        self.provider.how = how
        return self.account

    def with_settings(self, **changed: str) -> Account:
        """Give the account with other settings."""
        return replace(self.account, settings={**self.account.settings, **changed})

    def accepted(self) -> list[str]:
        return [one.ours for one in self.provider.taken]

    def shuffled(self, requests: list[RawRequest]) -> list[RawRequest]:
        return requests[::-1]

    def refused(self, how: str, message: Outgoing | None = None) -> ChannelError:
        """Give the error of a message that is sent while the provider does this."""
        [outcome] = self.channel.send(self.misbehaving(how), [message or self.batch(1)[0]])
        assert isinstance(outcome, NotSent)
        return outcome.error

    def batch(self, count: int) -> list[Outgoing]:
        """Give messages such as the channel takes."""
        return outgoing(count, self)  # type: ignore[arg-type]  # of a rig it asks for the channel alone


def a_provider_that_is_not_there_took_nothing(rig: DoubleRig[Any]) -> None:
    [outcome] = rig.channel.send(rig.with_settings(url="http://127.0.0.1:1"), rig.batch(1))

    assert isinstance(outcome, NotSent)
    assert isinstance(outcome.error, Unavailable)


def many_are_sent_side_by_side(rig: DoubleRig[Any]) -> None:
    count = min(150, rig.channel.capabilities.batch_size)

    # Nobody is hurried here: a hundred calls at once on a busy machine take their time.
    with mock.patch("channels_app.wire.CALL_SECONDS", PATIENT_SECONDS):
        outcomes = rig.channel.send(rig.account, rig.batch(count))

    assert [one.message_id for one in outcomes] == [f"1-{number}" for number in range(count)]
    assert len({one.provider_id for one in outcomes if isinstance(one, Sent)}) == count
    assert len(set(rig.accepted())) == count


class _Heard(logging.Handler):
    """Keeps what is logged, but for what the loops of doubles say of tasks that they left behind."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name != "asyncio":
            self.lines.append(record.getMessage())


def nothing_of_it_is_logged(rig: DoubleRig[Any]) -> None:
    heard, root = _Heard(), logging.getLogger()
    before = root.level
    root.addHandler(heard)
    root.setLevel(logging.INFO)
    try:
        for how in ("", "garbage", "reset"):
            rig.channel.send(rig.misbehaving(how), rig.batch(1))
    finally:
        root.removeHandler(heard)
        root.setLevel(before)

    assert heard.lines == []


HTTP_CASES: tuple[Callable[[DoubleRig[Any]], None], ...] = (
    a_provider_that_is_not_there_took_nothing,
    many_are_sent_side_by_side,
    nothing_of_it_is_logged,
)


def hurry(monkeypatch: pytest.MonkeyPatch, *, seconds: float = CALL_SECONDS) -> None:
    """Have channels wait a second for an answer, not a quarter of a minute."""
    monkeypatch.setattr("channels_app.wire.CALL_SECONDS", seconds)
