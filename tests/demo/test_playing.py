from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from channels_app import simulator_provider
from channels_app.contract import Account, Button, Outgoing
from deploy.demo import owners, playing

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
YES_NO = (Button("Yes", "t|YES"), Button("No", "t|NO"))


@pytest.fixture
def account() -> Account:
    account = Account("playing-test", "simulator", "100", {"url": settings.VALKEY_URL, "secret": "s"})
    simulator_provider.forget(account)
    return account


def talkative(count: int) -> list[str]:
    """Return addresses of owners who answer."""
    addresses = (f"+3460000{number:04d}" for number in range(10_000))
    return [address for address in addresses if owners.answers(address)][:count]


def send(account: Account, count: int) -> None:
    batch = [
        Outgoing(str(number), to=to, text="Coming?", buttons=YES_NO, language="en")
        for number, to in enumerate(talkative(count))
    ]
    simulator_provider.accept(account, batch)


def test_receipts_come_at_once_and_replies_after_a_while(account: Account) -> None:
    posted: list[dict[str, object]] = []
    players = playing.Players([account], lambda _account, events: posted.extend(events))
    now = datetime.now(tz=UTC)
    players.start(now=now)
    send(account, 20)

    players.turn(now=now)
    assert {event["kind"] for event in posted} == {"receipt"}
    assert len(posted) >= 40

    posted.clear()
    players.turn(now=now + timedelta(seconds=60))
    assert {event["kind"] for event in posted} == {"inbound"}
    assert len(posted) >= 15


def test_nothing_is_read_twice(account: Account) -> None:
    posted: list[dict[str, object]] = []
    players = playing.Players([account], lambda _account, events: posted.extend(events))
    players.start(now=datetime.now(tz=UTC))
    send(account, 5)

    players.turn(now=datetime.now(tz=UTC))
    first = len(posted)
    players.turn(now=datetime.now(tz=UTC))

    assert len(posted) == first


def test_a_restart_says_the_same_again_under_the_same_ids(account: Account) -> None:
    def play() -> set[str]:
        posted: list[dict[str, object]] = []
        players = playing.Players([account], lambda _account, events: posted.extend(events))
        now = datetime.now(tz=UTC)
        players.start(now=now)
        players.turn(now=now)
        players.turn(now=now + timedelta(seconds=60))
        return {str(event.get("event_id") or event["provider_id"]) for event in posted}

    send(account, 10)

    assert play() == play()
